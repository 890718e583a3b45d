#include "formats/html_element.h"

#include <stdint.h>

#define BYTE(c, place) ((uint64_t)(unsigned char)(c) << (place)*8)
#define KEY(a, b, c, d, e, f, g, h) \
	(BYTE(a, 0) | BYTE(b, 1) | BYTE(c, 2) | BYTE(d, 3) | BYTE(e, 4) | BYTE(f, 5) | BYTE(g, 6) | BYTE(h, 7))

/* A name of up to eight letters is compared as one number. */
enum html_element html_element_of(struct span name)
{
	uint64_t key = 0;

	if (name.len > sizeof(key))
		return span_equal_nocase(name, SPAN("plaintext")) ? ELEMENT_PLAINTEXT : ELEMENT_OTHER;
	/* 0x20 makes letters small and leaves digits as they are. */
	for (size_t i = 0; i < name.len; i++)
		key |= BYTE(name.bytes[i] | 0x20, i);
	switch (key) {
#define X(name, set, ...)      \
	case KEY(__VA_ARGS__): \
		return ELEMENT_##name;
		HTML_ELEMENTS(X)
#undef X
	default:
		return ELEMENT_OTHER;
	}
}

unsigned html_element_traits(enum html_element element)
{
	static const uint8_t traits[ELEMENT_COUNT] = { [ELEMENT_PLAINTEXT] = HTML_RAW,
#define X(name, set, ...) [ELEMENT_##name] = (set),
						       HTML_ELEMENTS(X)
#undef X
	};

	return traits[element];
}
