#include "formats/utf8.h"

/* The lead byte says how many bytes follow and which bits it gives; for some leads the range of the
 * first byte that follows is narrower, which is what shuts out overlong forms, surrogates and too
 * large values. A lead byte that is not covered is invalid by itself. */
static const struct lead {
	uint8_t first, last;
	uint8_t following;
	uint8_t lower, upper; /* of the first byte that follows */
	uint8_t mask;
} leads[] = {
	{ 0xC2, 0xDF, 1, 0x80, 0xBF, 0x1F }, { 0xE0, 0xE0, 2, 0xA0, 0xBF, 0x0F }, { 0xE1, 0xEC, 2, 0x80, 0xBF, 0x0F },
	{ 0xED, 0xED, 2, 0x80, 0x9F, 0x0F }, { 0xEE, 0xEF, 2, 0x80, 0xBF, 0x0F }, { 0xF0, 0xF0, 3, 0x90, 0xBF, 0x07 },
	{ 0xF1, 0xF3, 3, 0x80, 0xBF, 0x07 }, { 0xF4, 0xF4, 3, 0x80, 0x8F, 0x07 },
};

static const struct lead *find_lead(uint8_t byte)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		if (byte >= leads[i].first && byte <= leads[i].last)
			return &leads[i];
	}
	return NULL;
}

size_t utf8_decode(const char *bytes, size_t len, uint32_t *code_point)
{
	uint8_t byte = (uint8_t)bytes[0];
	const struct lead *lead;
	uint32_t value;

	if (byte < 0x80) {
		*code_point = byte;
		return 1;
	}
	*code_point = UTF8_INVALID;
	lead = find_lead(byte);
	if (!lead)
		return 1;
	value = byte & lead->mask;
	for (size_t i = 1; i <= lead->following; i++) {
		uint8_t lower = i == 1 ? lead->lower : 0x80;
		uint8_t upper = i == 1 ? lead->upper : 0xBF;

		if (i == len || (uint8_t)bytes[i] < lower || (uint8_t)bytes[i] > upper)
			return i;
		value = value << 6 | ((uint8_t)bytes[i] & 0x3F);
	}
	*code_point = value;
	return (size_t)lead->following + 1;
}

bool utf8_valid(struct span span)
{
	for (size_t at = 0; at < span.len;) {
		uint32_t code_point;

		at += utf8_decode(span.bytes + at, span.len - at, &code_point);
		if (code_point == UTF8_INVALID)
			return false;
	}
	return true;
}
