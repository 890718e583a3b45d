#include "crawler/answer.h"

#include <assert.h>

#include "formats/limits.h"

/* All but the texts. */
struct plain {
	int64_t started_at_us;
	uint32_t dns_us, connect_us, tls_us, first_byte_us, total_us;
	uint32_t body_bytes, page_text_bytes;
	uint32_t error;
	uint16_t status;
	uint8_t http_version, location_count, attempts;
	bool has_location, location_cut, location_conflict;
	bool page_read, page_cut, page_refresh_noscript, page_password;
};

/* A text is written as its place in `texts`, its length and its bytes; empty ones are left out. Behind them stand the
 * page's links, each as its relation and then its texts. */
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
	OF_PAGE(base),
	OF_PAGE(script),
	OF_PAGE(h1),
	OF_PAGE(text),
};

#define TEXT_COUNT (sizeof(texts) / sizeof(texts[0]))

static const size_t link_texts[] = {
	offsetof(struct page_link, hreflang),
	offsetof(struct page_link, href),
	offsetof(struct page_link, url),
};

#define LINK_TEXT_COUNT (sizeof(link_texts) / sizeof(link_texts[0]))

/* Indices behind those of `texts`: a link's texts, and its beginning, one for each enum link_rel. */
#define LINK_TEXT_FIRST TEXT_COUNT
#define LINK_FIRST      (LINK_TEXT_FIRST + LINK_TEXT_COUNT)

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

static struct span link_text_of(const struct page_link *link, size_t index)
{
	struct span text;

	memcpy(&text, (const char *)link + link_texts[index], sizeof(text));
	return text;
}

static size_t text_size_bytes(struct span text)
{
	return text.len ? sizeof(struct text_head) + text.len : 0;
}

size_t answer_size_bytes(const struct hop *hop, const struct page *page)
{
	size_t size = sizeof(struct plain) + page->link_count * sizeof(struct text_head);

	for (size_t i = 0; i < TEXT_COUNT; i++)
		size += text_size_bytes(text_of(hop, page, i));
	for (uint32_t n = 0; n < page->link_count; n++)
		for (size_t i = 0; i < LINK_TEXT_COUNT; i++)
			size += text_size_bytes(link_text_of(&page->link[n], i));
	return size;
}

static char *put_head(char *out, size_t index, size_t len)
{
	const struct text_head head = { (uint8_t)index, { (uint8_t)(len >> 8), (uint8_t)len } };

	assert(index <= UINT8_MAX && len <= UINT16_MAX);
	return mempcpy(out, &head, sizeof(head));
}

static char *put_text(char *out, size_t index, struct span text)
{
	return text.len ? mempcpy(put_head(out, index, text.len), text.bytes, text.len) : out;
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
				     .location_conflict = hop->location_conflict,
				     .body_bytes = hop->body_bytes,
				     .page_read = page->read,
				     .page_cut = page->cut,
				     .page_refresh_noscript = page->refresh_noscript,
				     .page_password = page->password,
				     .page_text_bytes = page->text_bytes };

	out = mempcpy(out, &plain, sizeof(plain));
	for (size_t i = 0; i < TEXT_COUNT; i++)
		out = put_text(out, i, text_of(hop, page, i));
	for (uint32_t n = 0; n < page->link_count; n++) {
		out = put_head(out, LINK_FIRST + page->link[n].rel, 0);
		for (size_t i = 0; i < LINK_TEXT_COUNT; i++)
			out = put_text(out, LINK_TEXT_FIRST + i, link_text_of(&page->link[n], i));
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
	hop->body_bytes = plain->body_bytes;
	hop->error = (enum hop_error)plain->error;
	hop->status = plain->status;
	hop->http_version = plain->http_version;
	hop->location_count = plain->location_count;
	hop->attempts = plain->attempts;
	hop->has_location = plain->has_location;
	hop->location_cut = plain->location_cut;
	hop->location_conflict = plain->location_conflict;
}

static void add_link(struct arena *arena, struct page *page, enum link_rel rel)
{
	if (!page->link)
		page->link = arena_alloc(arena, PAGE_LINKS_MAX * sizeof(page->link[0]));
	assert(page->link_count < PAGE_LINKS_MAX);
	page->link[page->link_count++] = (struct page_link){ .rel = rel, .source = LINK_SOURCE_HTML };
}

static void set_text_or_link(struct arena *arena, struct hop *hop, struct page *page, size_t index, struct span text)
{
	if (index < LINK_TEXT_FIRST)
		set_text(hop, page, index, text);
	else if (index < LINK_FIRST)
		memcpy((char *)&page->link[page->link_count - 1] + link_texts[index - LINK_TEXT_FIRST], &text,
		       sizeof(text));
	else
		add_link(arena, page, (enum link_rel)(index - LINK_FIRST));
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
	read.refresh_noscript = plain.page_refresh_noscript;
	read.password = plain.page_password;
	read.text_bytes = plain.page_text_bytes;
	/* One piece for all texts. */
	len -= sizeof(plain);
	at = arena_alloc(arena, len);
	memcpy(at, packed + sizeof(plain), len);
	for (end = at + len; at < end; at += text_len) {
		memcpy(&head, at, sizeof(head));
		at += sizeof(head);
		text_len = (size_t)head.length[0] << 8 | head.length[1];
		set_text_or_link(arena, hop, &read, head.index, (struct span){ .bytes = at, .len = text_len });
	}
	if (read.read)
		*page = read;
}
