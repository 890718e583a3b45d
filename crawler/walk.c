#include "crawler/walk.h"

#include <assert.h>
#include <ctype.h>

/* A URL that grows is given this many redirects to show that it does: fewer would catch a sign-in
 * that nests its return address once or twice. */
#define GROWTH_REDIRECTS 4

void walk_end(struct record *record, enum outcome outcome)
{
	struct chain *chain = &record->chain;
	const struct hop *last = chain->hop_count ? &chain->hop[chain->hop_count - 1] : NULL;

	chain->outcome = outcome;
	if (!last)
		return;
	chain->error = last->error;
	chain->redirects = chain->hop_count - 1;
	chain->final_url = last->url.href;
	chain->final_status = last->status;
}

bool walk_saw_cookie(const struct chain *chain)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		if (chain->hop[i].header[HEADER_SET_COOKIE].len)
			return true;
	}
	return false;
}

/* Fetch, HTTP-redirect fetch, step 12: what a browser sends after the redirect. */
static enum method method_after(enum method method, unsigned status)
{
	if (status == 303 && method != METHOD_GET && method != METHOD_HEAD)
		return METHOD_GET;
	if ((status == 301 || status == 302) && method == METHOD_POST)
		return METHOD_GET;
	return method;
}

/* The outcome of a Location that cannot be followed; OUTCOME_OK if `hop->next` is where it leads. */
static enum outcome resolve_location(struct arena *arena, struct hop *hop)
{
	enum url_error error;

	if (!hop->has_location)
		return OUTCOME_MISSING_LOCATION;
	if (hop->location_conflict)
		return OUTCOME_CONFLICTING_LOCATION;
	if (hop->location.len == 0)
		return OUTCOME_EMPTY_LOCATION;
	if (hop->location_cut) {
		hop->error = HOP_ERROR_LOCATION_TOO_LONG;
		return OUTCOME_INVALID_LOCATION;
	}
	error = url_parse(arena, hop->location, &hop->url, &hop->next);
	if (error != URL_OK) {
		hop->error = hop_error_of_url(error);
		return OUTCOME_INVALID_LOCATION;
	}
	if (!url_is_web(&hop->next))
		return OUTCOME_UNSUPPORTED_SCHEME;
	/* RFC 9110 section 10.2.2: the fragment of the URL that was followed is inherited. */
	if (!hop->next.has_fragment && hop->url.has_fragment)
		hop->next = url_with_fragment(arena, &hop->next, &hop->url);
	return OUTCOME_OK;
}

static bool same_request(const struct hop *a, const struct hop *b)
{
	return a->method == b->method && span_equal(url_wire_key(&a->url), url_wire_key(&b->url));
}

uint32_t walk_earlier_visits(const struct chain *chain)
{
	const struct hop *last = &chain->hop[chain->hop_count - 1];
	uint32_t visits = 0;

	for (uint32_t i = 0; i + 1 < chain->hop_count; i++)
		visits += same_request(&chain->hop[i], last);
	return visits;
}

/* With cookies, a round in which one was set may end otherwise next time. */
static bool round_set_cookie(const struct chain *chain, uint32_t entry)
{
	for (uint32_t i = entry; i < chain->hop_count; i++) {
		if (chain->hop[i].header[HEADER_SET_COOKIE].len)
			return true;
	}
	return false;
}

/* A loop is a repeated edge, not a repeated URL: a server that answers the same request otherwise
 * the second time is no loop. */
static bool find_loop(struct chain *chain, const struct walk_limits *limits)
{
	const uint32_t last = chain->hop_count - 1;
	const struct hop *now = &chain->hop[last];

	for (uint32_t i = last; i-- > 0;) {
		const struct hop *then = &chain->hop[i];

		if (!same_request(then, now) || !span_equal(url_wire_key(&then->next), url_wire_key(&now->next)))
			continue;
		if (limits->cookies && round_set_cookie(chain, i))
			return false;
		chain->loop_entry = i;
		chain->loop_length = last - i;
		return true;
	}
	return false;
}

/* Path, query and what lies between: what a growing URL carries along. */
static struct span path_and_query(const struct url *url)
{
	struct span key = url_wire_key(url);

	return (struct span){ .bytes = url->path.bytes, .len = (size_t)(key.bytes + key.len - url->path.bytes) };
}

static bool contains(struct span whole, struct span part)
{
	return part.len && memmem(whole.bytes, whole.len, part.bytes, part.len) != NULL;
}

/* `part` as it looks inside a query value: all but unreserved characters percent-encoded. */
static struct span encoded_once(struct arena *arena, struct span part, const char hex[16])
{
	char *out = arena_alloc(arena, part.len * 3 + 1);
	size_t len = 0;

	for (size_t i = 0; i < part.len; i++) {
		unsigned char c = (unsigned char)part.bytes[i];

		if (isalnum(c) || memchr("-._~", c, 4)) {
			out[len++] = (char)c;
			continue;
		}
		out[len++] = '%';
		out[len++] = hex[c >> 4];
		out[len++] = hex[c & 15];
	}
	return (struct span){ .bytes = out, .len = len };
}

/* A path with one segment three times in a row, as a rule that appends its own output makes it. */
static bool repeats_segment(struct span path)
{
	struct span before = { .bytes = NULL };
	unsigned run = 0;

	for (size_t at = 0; at < path.len;) {
		const char *begin = path.bytes + at + 1;
		const char *end = memchr(begin, '/', path.len - at - 1);
		struct span segment = { .bytes = begin, .len = end ? (size_t)(end - begin) : path.len - at - 1 };

		run = segment.len && span_equal(segment, before) ? run + 1 : 1;
		if (run == 3)
			return true;
		before = segment;
		at += segment.len + 1;
	}
	return false;
}

/* Only called when the URL has grown several times, so the cost does not matter. */
static bool carries(struct arena *arena, const struct url *shorter, const struct url *longer)
{
	struct span whole = path_and_query(longer), part = path_and_query(shorter);

	if (part.len > 1 && (contains(whole, part) || contains(whole, encoded_once(arena, part, "0123456789ABCDEF")) ||
			     contains(whole, encoded_once(arena, part, "0123456789abcdef"))))
		return true;
	return repeats_segment(longer->path);
}

/* Redirect-rules of crawlers agree on this sign of an infinite chain: same host, same status, each
 * URL longer than the last and holding it. */
static bool is_growing(struct arena *arena, const struct chain *chain)
{
	uint32_t first;

	if (chain->hop_count < GROWTH_REDIRECTS)
		return false;
	first = chain->hop_count - GROWTH_REDIRECTS;
	for (uint32_t i = first; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (hop->status != chain->hop[first].status || !url_same_origin(&hop->url, &hop->next) ||
		    url_wire_key(&hop->next).len <= url_wire_key(&hop->url).len)
			return false;
	}
	for (uint32_t i = first; i < chain->hop_count; i++) {
		if (!carries(arena, &chain->hop[i].url, &chain->hop[i].next))
			return false;
	}
	return true;
}

bool walk_may_pass(const struct hop *hop)
{
	static const enum hop_error errors[] = { HOP_ERROR_DNS_SERVFAIL,      HOP_ERROR_DNS_REFUSED,
						 HOP_ERROR_DNS_TIMEOUT,       HOP_ERROR_DNS_UNREACHABLE,
						 HOP_ERROR_DNS_BAD_ANSWER,    HOP_ERROR_RESET,
						 HOP_ERROR_EMPTY_REPLY,       HOP_ERROR_HTTP2,
						 HOP_ERROR_TLS_HANDSHAKE,     HOP_ERROR_HOST_SET_ASIDE,
						 HOP_ERROR_ROBOTS_UNREACHABLE };
	static const enum outcome outcomes[] = { OUTCOME_CONNECT_ERROR, OUTCOME_TIMEOUT, OUTCOME_INTERNAL_ERROR };

	if (hop->error == HOP_OK)
		return hop->status == 408 || hop->status == 429 || hop->status / 100 == 5;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (hop->error == errors[i])
			return true;
	}
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		if (hop_error_outcome(hop->error) == outcomes[i])
			return true;
	}
	return false;
}

static enum outcome outcome_of_status(unsigned status)
{
	switch (status / 100) {
	case 0:
	case 1:
		return OUTCOME_PROTOCOL_ERROR;
	case 2:
		return OUTCOME_OK;
	case 3:
		return OUTCOME_NOT_FOLLOWED;
	case 4:
		return OUTCOME_CLIENT_ERROR;
	default:
		/* RFC 9110 section 15: so is what no class has; some sites refuse crawlers with 999. */
		return OUTCOME_SERVER_ERROR;
	}
}

/* OUTCOME_COUNT if the redirect is to be followed. */
static enum outcome judge_redirect(struct record *record, struct hop *hop, const struct walk_limits *limits)
{
	struct chain *chain = &record->chain;
	enum outcome outcome = resolve_location(&record->arena, hop);

	if (outcome != OUTCOME_OK)
		return outcome;
	if (find_loop(chain, limits))
		return OUTCOME_LOOP;
	if (is_growing(&record->arena, chain))
		return OUTCOME_GROWING_URL;
	if (chain->hop_count > limits->max_redirects)
		return OUTCOME_REDIRECT_LIMIT;
	return OUTCOME_COUNT;
}

struct walk_step walk_next(struct record *record, const struct walk_limits *limits)
{
	struct chain *chain = &record->chain;
	struct hop *hop;
	enum outcome outcome;

	assert(chain->hop_count > 0);
	hop = &chain->hop[chain->hop_count - 1];
	chain->max_redirects = limits->max_redirects;
	if (hop->error != HOP_OK) {
		outcome = hop_error_outcome(hop->error);
	} else if (!status_is_redirect(hop->status)) {
		outcome = outcome_of_status(hop->status);
		if (outcome == OUTCOME_PROTOCOL_ERROR)
			hop->error = HOP_ERROR_BAD_RESPONSE;
	} else {
		outcome = judge_redirect(record, hop, limits);
		if (outcome == OUTCOME_COUNT)
			return (struct walk_step){ .action = WALK_REQUEST,
						   .url = hop->next,
						   .method = method_after(hop->method, hop->status) };
	}
	walk_end(record, outcome);
	return (struct walk_step){ .action = WALK_DONE };
}
