#include "crawler/answer.h"

#include <assert.h>

#include "formats/limits.h"

/* All but the texts. */
struct plain {
	int64_t started_at_us;
	uint32_t dns_us, connect_us, tls_us, first_byte_us, total_us;
	uint32_t error;
	uint16_t status;
	uint8_t http_version, location_count, attempts;
	bool has_location, location_cut;
	bool page_read, page_cut;
};

/* A text is written as its place in `texts`, its length and its bytes; empty ones are left out. */
struct text_head {
	uint8_t index;
	uint8_t length[2];
};

static_assert(LOCATION_BYTES_MAX <= UINT16_MAX && HEADER_VALUE_BYTES_MAX <= UINT16_MAX && URL_BYTES_MAX <= UINT16_MAX,
	      "a text's length takes two bytes");

#define OF_HOP(member)                              \
	{                                           \
		false, offsetof(struct hop, member) \
	}
#define OF_PAGE(member)                             \
	{                                           \
		true, offsetof(struct page, member) \
	}

static const struct {
	bool of_page;
	size_t at;
} texts[] = {
	OF_HOP(location),
	OF_HOP(location_other),
	OF_HOP(error_detail),
	OF_HOP(ip),
#define X(name, field, text) OF_HOP(header[HEADER_##name]),
	HEADERS(X)
#undef X
		OF_PAGE(title),
	OF_PAGE(canonical),
	OF_PAGE(robots),
	OF_PAGE(refresh),
	OF_PAGE(lang),
};

#define TEXT_COUNT (sizeof(texts) / sizeof(texts[0]))

static struct span text_of(const struct hop *hop, const struct page *page, size_t index)
{
	const char *whole = texts[index].of_page ? (const char *)page : (const char *)hop;
	struct span text;

	memcpy(&text, whole + texts[index].at, sizeof(text));
	return text;
}

static void set_text(struct hop *hop, struct page *page, size_t index, struct span text)
{
	char *whole = texts[index].of_page ? (char *)page : (char *)hop;

	memcpy(whole + texts[index].at, &text, sizeof(text));
}

size_t answer_size_bytes(const struct hop *hop, const struct page *page)
{
	size_t size = sizeof(struct plain);

	for (size_t i = 0; i < TEXT_COUNT; i++) {
		size_t len = text_of(hop, page, i).len;

		size += len ? sizeof(struct text_head) + len : 0;
	}
	return size;
}

void answer_pack(const struct hop *hop, const struct page *page, char *out)
{
	const struct plain plain = { .started_at_us = hop->started_at_us,
				     .dns_us = hop->dns_us,
				     .connect_us = hop->connect_us,
				     .tls_us = hop->tls_us,
				     .first_byte_us = hop->first_byte_us,
				     .total_us = hop->total_us,
				     .error = hop->error,
				     .status = hop->status,
				     .http_version = hop->http_version,
				     .location_count = hop->location_count,
				     .attempts = hop->attempts,
				     .has_location = hop->has_location,
				     .location_cut = hop->location_cut,
				     .page_read = page->read,
				     .page_cut = page->cut };

	memcpy(out, &plain, sizeof(plain));
	out += sizeof(plain);
	for (size_t i = 0; i < TEXT_COUNT; i++) {
		struct span text = text_of(hop, page, i);
		const struct text_head head = { (uint8_t)i, { (uint8_t)(text.len >> 8), (uint8_t)text.len } };

		if (!text.len)
			continue;
		assert(text.len <= UINT16_MAX);
		memcpy(out, &head, sizeof(head));
		memcpy(out + sizeof(head), text.bytes, text.len);
		out += sizeof(head) + text.len;
	}
}

static void unpack_plain(const struct plain *plain, struct hop *hop)
{
	hop->started_at_us = plain->started_at_us;
	hop->dns_us = plain->dns_us;
	hop->connect_us = plain->connect_us;
	hop->tls_us = plain->tls_us;
	hop->first_byte_us = plain->first_byte_us;
	hop->total_us = plain->total_us;
	hop->error = (enum hop_error)plain->error;
	hop->status = plain->status;
	hop->http_version = plain->http_version;
	hop->location_count = plain->location_count;
	hop->attempts = plain->attempts;
	hop->has_location = plain->has_location;
	hop->location_cut = plain->location_cut;
}

void answer_unpack(const char *packed, size_t len, struct arena *arena, struct hop *hop, struct page *page)
{
	struct page read = { .read = false };
	struct text_head head;
	struct plain plain;
	char *at, *end;
	size_t text_len;

	assert(len >= sizeof(plain));
	memcpy(&plain, packed, sizeof(plain));
	unpack_plain(&plain, hop);
	read.read = plain.page_read;
	read.cut = plain.page_cut;
	/* One piece for all texts. */
	len -= sizeof(plain);
	at = arena_alloc(arena, len);
	memcpy(at, packed + sizeof(plain), len);
	for (end = at + len; at < end; at += text_len) {
		memcpy(&head, at, sizeof(head));
		at += sizeof(head);
		text_len = (size_t)head.length[0] << 8 | head.length[1];
		set_text(hop, &read, head.index, (struct span){ .bytes = at, .len = text_len });
	}
	if (read.read)
		*page = read;
}
