#include "bench/chains.h"

#include <assert.h>
#include <stdio.h>

#include "audit/example.h"
#include "formats/buf.h"

#define TEXT_BYTES_MAX 8192

/* What the first hop's time is counted from: 2026-11-21T01:02:03Z. */
#define FIRST_HOP_US INT64_C(1795222923000000)

/* S is a site, A and B are words, N is a number. */
static const char *const shapes[][CHAIN_HOPS_MAX] = {
	/* An upgrade, www and a slash: what most inventories are full of. */
	{ "301 http://S/A/B-N", "301 https://S/A/B-N", "301 https://www.S/A/B-N", "200 https://www.S/A/B-N/" },
	/* The same with a locale that is chosen. */
	{ "301 http://S/A/N?ref=B", "308 https://S/A/N?ref=B", "302 https://www.S/A/N?ref=B",
	  "200 https://www.S/en/A/N?ref=B" },
	/* Plain http to its end. */
	{ "302 http://S/A/N", "301 http://S/A/B/N", "301 http://www.S/A/B/N.html", "200 http://www.S/A/B/N" },
	/* A shop that has moved, a page that was not taken along. */
	{ "301 http://old-S/cgi/A.php?id=N", "301 https://old-S/cgi/A.php?id=N", "301 https://www.S/A/N",
	  "404 https://www.S/A/B/N" },
	/* A counted link. */
	{ "302 https://go.S/c/N?utm_source=A", "302 https://track.ads.example/B?u=N&next=A",
	  "307 https://S/A/N?utm_source=A", "200 https://www.S/A/N?utm_source=A" },
};

/* Header lines of redirects and of pages, as common servers and caches send them. */
static const char *const redirect_headers[] = {
	"  Server: nginx\n  Date: Sat, 21 Nov 2026 01:02:03 GMT\n  Content-Type: text/html\n  Content-Length: 162\n",
	"  Server: cloudflare\n  Date: Sat, 21 Nov 2026 01:02:03 GMT\n  Cache-Control: max-age=3600\n"
	"  Expires: Sat, 21 Nov 2026 02:02:03 GMT\n  Vary: Accept-Encoding\n",
	"  Server: Apache/2.4.57 (Debian)\n  Date: Sat, 21 Nov 2026 01:02:03 GMT\n"
	"  Strict-Transport-Security: max-age=31536000; includeSubDomains\n  Content-Type: text/html; "
	"charset=iso-8859-1\n  Content-Length: 248\n  Set-Cookie: PHPSESSID, locale\n",
};

static const char *const page_headers[] = {
	"  Server: nginx\n  Date: Sat, 21 Nov 2026 01:02:04 GMT\n  Content-Type: text/html; charset=UTF-8\n"
	"  Vary: Accept-Encoding, Cookie\n  X-Powered-By: PHP/8.2.12\n  Link: <https://www.shop.example/wp-json/>; "
	"rel=\"https://api.w.org/\"\n",
	"  Server: cloudflare\n  Date: Sat, 21 Nov 2026 01:02:04 GMT\n  Content-Type: text/html; charset=utf-8\n"
	"  Cache-Control: public, max-age=0, must-revalidate\n  Age: 1287\n  Via: 1.1 varnish, 1.1 varnish\n"
	"  Strict-Transport-Security: max-age=63072000; includeSubDomains; preload\n",
};

static const char *const words[] = {
	"shoes",  "garden", "winter", "kitchen", "report", "archive", "berlin",  "travel",
	"camera", "coffee", "summer", "design",  "market", "bridge",  "library", "planet",
	"orange", "ticket", "museum", "velvet",  "copper", "harbour", "signal",  "forest",
	"window", "engine", "silver", "thunder", "pillow", "canyon",  "marble",  "lantern",
};

static const char *const suffixes[] = { "example", "co.uk", "com", "de", "com.au", "github.io" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* splitmix64: different numbers give independent bits. */
static uint64_t mix(uint64_t number)
{
	number += UINT64_C(0x9E3779B97F4A7C15);
	number = (number ^ (number >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	number = (number ^ (number >> 27)) * UINT64_C(0x94D049BB133111EB);
	return number ^ (number >> 31);
}

static uint32_t pick(uint64_t *chance, size_t count)
{
	*chance = mix(*chance);
	return (uint32_t)(*chance % count);
}

static const char *word(uint64_t *chance)
{
	return words[pick(chance, COUNT(words))];
}

/* What stands for the capital letters of a shape. */
struct filling {
	char site[64], number[16];
	const char *a, *b;
};

static void fill(struct buf *out, const char *shape, const struct filling *filling)
{
	for (; *shape; shape++) {
		switch (*shape) {
		case 'S':
			buf_add_text(out, filling->site);
			break;
		case 'A':
			buf_add_text(out, filling->a);
			break;
		case 'B':
			buf_add_text(out, filling->b);
			break;
		case 'N':
			buf_add_text(out, filling->number);
			break;
		default:
			buf_add_char(out, *shape);
		}
	}
}

/* The chain as an example's text: see audit/example.h. */
static void write_text(struct buf *out, uint64_t chance, uint32_t hops)
{
	const char *const *shape = shapes[pick(&chance, COUNT(shapes))];
	struct filling filling;
	const char *first, *second, *suffix;

	filling.a = word(&chance);
	filling.b = word(&chance);
	first = word(&chance);
	second = word(&chance);
	suffix = suffixes[pick(&chance, COUNT(suffixes))];
	snprintf(filling.number, sizeof(filling.number), "%u", pick(&chance, 1000000));
	snprintf(filling.site, sizeof(filling.site), "%s-%s%s.%s", first, second, filling.number, suffix);
	for (uint32_t i = CHAIN_HOPS_MAX - hops; i < CHAIN_HOPS_MAX; i++) {
		fill(out, shape[i], &filling);
		buf_add_char(out, '\n');
		buf_add_text(out, i + 1 < CHAIN_HOPS_MAX ? redirect_headers[pick(&chance, COUNT(redirect_headers))]
							 : page_headers[pick(&chance, COUNT(page_headers))]);
	}
	buf_add_char(out, '\0');
	assert(!out->overflow);
}

static void add_times(struct record *record, uint64_t chance)
{
	int64_t now_us = FIRST_HOP_US + (int64_t)pick(&chance, 3600000000);
	char ip[32];

	snprintf(ip, sizeof(ip), "203.0.113.%u", pick(&chance, 256));
	for (uint32_t i = 0; i < record->chain.hop_count; i++) {
		struct hop *hop = &record->chain.hop[i];

		hop->ip = arena_copy(&record->arena, span_of(ip));
		hop->attempts = 1;
		hop->started_at_us = now_us;
		hop->dns_us = i == 0 ? pick(&chance, 40000) : 0;
		hop->connect_us = 10000 + pick(&chance, 30000);
		hop->tls_us = url_is_https(&hop->url) ? 20000 + pick(&chance, 50000) : 0;
		hop->first_byte_us = 5000 + pick(&chance, 200000);
		hop->total_us = hop->dns_us + hop->connect_us + hop->tls_us + hop->first_byte_us + pick(&chance, 500);
		now_us += hop->total_us;
	}
}

static void add_page(struct record *record, uint64_t chance)
{
	struct chain *chain = &record->chain;
	const char *first;
	char title[128];

	if (chain->outcome != OUTCOME_OK)
		return;
	first = word(&chance);
	snprintf(title, sizeof(title), "%s \xE2\x80\x93 %s", first, word(&chance));
	chain->page = (struct page){ .read = true,
				     .title = arena_copy(&record->arena, span_of(title)),
				     .canonical = chain->final_url,
				     .robots = SPAN("max-image-preview:large"),
				     .lang = SPAN("en-GB") };
}

struct record *chain_make(uint32_t number, uint32_t hops)
{
	struct example example;
	struct buf text;
	uint32_t error_line;
	bool parsed;

	assert(hops >= 1 && hops <= CHAIN_HOPS_MAX);
	buf_init(&text, TEXT_BYTES_MAX);
	write_text(&text, mix(number), hops);
	parsed = example_parse(&example, text.bytes, &error_line);
	assert(parsed);
	buf_release(&text);
	add_times(example.record, mix(number));
	add_page(example.record, mix(number));
	return example.record;
}

/* --- Copies --- */

static void copy_span(struct arena *arena, struct span *span)
{
	if (span->bytes)
		*span = arena_copy(arena, *span);
}

/* A URL's spans are pieces of its href; the credentials are none here. */
static void copy_url(struct arena *arena, struct url *url)
{
	const struct span old = url->href;
	struct span *const pieces[] = { &url->scheme_name, &url->host, &url->path, &url->query, &url->fragment };

	copy_span(arena, &url->href);
	for (size_t i = 0; i < COUNT(pieces); i++)
		if (pieces[i]->bytes)
			pieces[i]->bytes = url->href.bytes + (pieces[i]->bytes - old.bytes);
}

static void copy_hop(struct arena *arena, struct hop *hop)
{
	copy_url(arena, &hop->url);
	copy_url(arena, &hop->next);
	copy_span(arena, &hop->location);
	copy_span(arena, &hop->ip);
	for (size_t i = 0; i < HEADER_COUNT; i++)
		copy_span(arena, &hop->header[i]);
}

struct record *chain_copy(const struct record *chain, uint64_t seq)
{
	struct record *copy = record_new();
	struct page *page = &copy->chain.page;
	const struct arena own = copy->arena;

	*copy = *chain;
	copy->arena = own;
	copy->seq = seq;
	copy->chain.hop = NULL;
	copy->chain.hop_count = copy->hop_size = 0;
	copy_span(&copy->arena, &copy->input_url);
	copy_url(&copy->arena, &copy->url);
	for (uint32_t i = 0; i < chain->chain.hop_count; i++) {
		struct hop *hop = record_add_hop(copy);

		*hop = chain->chain.hop[i];
		copy_hop(&copy->arena, hop);
	}
	copy_span(&copy->arena, &copy->chain.final_url);
	copy_span(&copy->arena, &page->title);
	copy_span(&copy->arena, &page->canonical);
	return copy;
}
