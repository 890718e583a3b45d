#include "audit/example.h"

#include <stdio.h>

#include "audit/example_facts.h"
#include "audit/example_fill.h"
#include "formats/buf.h"
#include "formats/page.h"

#define MAX_REDIRECTS_DEFAULT 20

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Cuts the first word off `rest`, with the blanks around it. Empty at the end. */
static struct span next_word(struct span *rest)
{
	size_t begin = 0, end;

	while (begin < rest->len && rest->bytes[begin] == ' ')
		begin++;
	end = begin;
	while (end < rest->len && rest->bytes[end] != ' ')
		end++;
	struct span word = { .bytes = rest->bytes + begin, .len = end - begin };

	*rest = (struct span){ .bytes = rest->bytes + end, .len = rest->len - end };
	return word;
}

static struct span trim(struct span text)
{
	while (text.len && text.bytes[0] == ' ') {
		text.bytes++;
		text.len--;
	}
	while (text.len && text.bytes[text.len - 1] == ' ')
		text.len--;
	return text;
}

/* Decimal digits only, at most `max`. */
static bool parse_number(struct span text, uint32_t max, uint32_t *out)
{
	uint32_t number = 0;

	if (text.len == 0 || text.len > 9)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (!is_digit(text.bytes[i]))
			return false;
		number = number * 10 + (uint32_t)(text.bytes[i] - '0');
	}
	*out = number;
	return number <= max;
}

/* What is known while the lines are read. */
struct parser {
	struct example *example;
	struct record *record;
	bool no_location[EXAMPLE_HOPS_MAX];
	uint32_t line_of[EXAMPLE_HOPS_MAX];
	uint32_t line; /* the one being read, from 1 */
	bool has_outcome;
	struct buf html; /* of the final page */
};

/* "[1-20]" in a URL. */
struct repeat {
	uint32_t first, last;
	size_t begin, end; /* place of the brackets' content, brackets included */
};

/* Brackets with a dash are a repeat; those of an IPv6 address have none. */
static bool has_repeat(struct span url, struct repeat *out)
{
	const char *open = url.len ? memchr(url.bytes, '[', url.len) : NULL;
	const char *close = open ? memchr(open, ']', url.len - (size_t)(open - url.bytes)) : NULL;

	if (!close || !memchr(open, '-', (size_t)(close - open)))
		return false;
	*out = (struct repeat){ .begin = (size_t)(open - url.bytes), .end = (size_t)(close + 1 - url.bytes) };
	return true;
}

static bool parse_repeat(struct span url, struct repeat *repeat)
{
	struct span first = { .bytes = url.bytes + repeat->begin + 1, .len = repeat->end - repeat->begin - 2 };
	const char *dash = memchr(first.bytes, '-', first.len);
	struct span last = { .bytes = dash + 1, .len = (size_t)(first.bytes + first.len - (dash + 1)) };

	first.len = (size_t)(dash - first.bytes);
	return parse_number(first, EXAMPLE_HOPS_MAX, &repeat->first) &&
	       parse_number(last, EXAMPLE_HOPS_MAX, &repeat->last) && repeat->first <= repeat->last;
}

static bool add_hop(struct parser *parser, const struct hop *model, struct span url)
{
	struct record *record = parser->record;
	struct hop *hop;

	if (record->chain.hop_count == EXAMPLE_HOPS_MAX)
		return false;
	parser->line_of[record->chain.hop_count] = parser->line;
	hop = record_add_hop(record);
	*hop = *model;
	return url_parse(&record->arena, url, NULL, &hop->url) == URL_OK && url_is_web(&hop->url);
}

static bool add_hops(struct parser *parser, const struct hop *model, struct span url)
{
	struct repeat repeat;

	if (!has_repeat(url, &repeat))
		return add_hop(parser, model, url);
	if (!parse_repeat(url, &repeat))
		return false;
	for (uint32_t i = repeat.first; i <= repeat.last; i++) {
		char text[512];
		int len = snprintf(text, sizeof(text), "%.*s%u%.*s", (int)repeat.begin, url.bytes, i,
				   (int)(url.len - repeat.end), url.bytes + repeat.end);

		if (len < 0 || (size_t)len >= sizeof(text) ||
		    !add_hop(parser, model, (struct span){ .bytes = text, .len = (size_t)len }))
			return false;
	}
	return true;
}

static bool parse_hop(struct parser *parser, struct span line)
{
	struct hop model = { .method = METHOD_GET };
	struct span word = next_word(&line);
	struct span url, mark;
	uint32_t status;

	if (method_find(word, &model.method))
		word = next_word(&line);
	if (parse_number(word, 999, &status) && status >= 100) {
		model.status = (uint16_t)status;
		model.http_version = 11;
	} else if (!hop_error_find(word, &model.error) || model.error == HOP_OK) {
		return false;
	}
	url = next_word(&line);
	mark = next_word(&line);
	if ((mark.len && !span_equal(mark, SPAN("!"))) || trim(line).len || !add_hops(parser, &model, url))
		return false;
	parser->example->blamed[parser->record->chain.hop_count - 1] = mark.len != 0;
	return true;
}

static void add_location(struct arena *arena, struct hop *hop, struct span value)
{
	struct span copy = arena_copy(arena, value);

	if (hop->location_count == 0) {
		hop->location = copy;
	} else if (!hop->location_conflict && !span_equal(copy, hop->location)) {
		hop->location_conflict = true;
		hop->location_other = copy;
	}
	hop->location_count++;
	hop->has_location = true;
}

static void add_header(struct arena *arena, struct span *kept, struct span value)
{
	char *joined;

	if (!kept->len) {
		*kept = arena_copy(arena, value);
		return;
	}
	/* RFC 9110 section 5.3: several lines of one field are one list. */
	joined = arena_alloc(arena, kept->len + 2 + value.len);
	memcpy(joined, kept->bytes, kept->len);
	memcpy(joined + kept->len, ", ", 2);
	memcpy(joined + kept->len + 2, value.bytes, value.len);
	*kept = (struct span){ .bytes = joined, .len = kept->len + 2 + value.len };
}

static bool parse_header(struct parser *parser, struct span line)
{
	struct record *record = parser->record;
	const uint32_t count = record->chain.hop_count;
	const char *colon = memchr(line.bytes, ':', line.len);
	struct span name, value;
	struct hop *hop;
	enum header header;

	if (count == 0)
		return false;
	hop = &record->chain.hop[count - 1];
	if (example_is_fact(line))
		return example_set_fact(&record->arena, hop, line);
	if (!colon) {
		parser->no_location[count - 1] = true;
		return span_equal(trim(line), SPAN("No-Location"));
	}
	name = trim((struct span){ .bytes = line.bytes, .len = (size_t)(colon - line.bytes) });
	value = trim((struct span){ .bytes = colon + 1, .len = line.len - (size_t)(colon + 1 - line.bytes) });
	if (span_equal_nocase(name, SPAN("Location")))
		add_location(&record->arena, hop, value);
	else if (header_find(name, &header))
		add_header(&record->arena, &hop->header[header], value);
	else
		return false;
	return true;
}

static bool parse_outcome(struct parser *parser, struct span line)
{
	struct chain *chain = &parser->record->chain;
	struct span entry, length;

	parser->has_outcome = true;
	if (!outcome_find(next_word(&line), &chain->outcome))
		return false;
	entry = next_word(&line);
	length = next_word(&line);
	return !entry.len || (parse_number(entry, EXAMPLE_HOPS_MAX, &chain->loop_entry) &&
			      parse_number(length, EXAMPLE_HOPS_MAX, &chain->loop_length) && !trim(line).len);
}

static bool parse_cookie_pass(struct parser *parser, struct span line)
{
	struct chain *chain = &parser->record->chain;
	uint32_t status;

	if (!outcome_find(next_word(&line), &chain->cookie_outcome) || !parse_number(next_word(&line), 999, &status))
		return false;
	chain->cookie_pass = true;
	chain->cookie_final_status = (uint16_t)status;
	chain->cookie_final_url = arena_copy(&parser->record->arena, trim(line));
	return true;
}

static bool parse_html(struct parser *parser, struct span line)
{
	buf_add_span(&parser->html, line);
	buf_add_char(&parser->html, '\n');
	return parser->record->chain.hop_count > 0;
}

static bool parse_line(struct parser *parser, struct span line)
{
	struct span rest = line;

	if (line.len && line.bytes[0] == '<')
		return parse_html(parser, line);
	if (line.len >= 2 && line.bytes[0] == ' ' && line.bytes[1] == ' ')
		return parse_header(parser, line);
	struct span word = next_word(&rest);

	if (span_equal(word, SPAN("=")))
		return parse_outcome(parser, rest);
	if (span_equal(word, SPAN("cookie")))
		return parse_cookie_pass(parser, rest);
	return parse_hop(parser, line);
}

/* Resolves the hop's Location as the walk does (RFC 9110 section 10.2.2: the fragment is inherited). */
static void resolve_next(struct arena *arena, struct hop *hop)
{
	if (!hop->location.len || hop->location_conflict ||
	    url_parse(arena, hop->location, &hop->url, &hop->next) != URL_OK)
		return;
	if (!hop->next.has_fragment && hop->url.has_fragment)
		hop->next = url_with_fragment(arena, &hop->next, &hop->url);
}

/* Where the last hop of a loop leads: it takes the redirect of the loop's entry again. */
static const struct hop *loop_successor(const struct chain *chain)
{
	return chain->loop_length && chain->loop_entry + 1 < chain->hop_count ? &chain->hop[chain->loop_entry + 1]
									      : NULL;
}

/* Fills in the Locations that follow from the next line, and sees that each hop leads to the next. */
static bool link_hops(struct parser *parser)
{
	struct arena *arena = &parser->record->arena;
	struct chain *chain = &parser->record->chain;

	for (uint32_t i = 0; i < chain->hop_count; i++) {
		struct hop *hop = &chain->hop[i];
		struct hop *after = i + 1 < chain->hop_count ? hop + 1 : NULL;
		const struct hop *leads_to = after ? after : loop_successor(chain);

		parser->line = parser->line_of[i];
		if (leads_to && status_is_redirect(hop->status) && !hop->has_location && !parser->no_location[i])
			add_location(arena, hop, leads_to->url.href);
		resolve_next(arena, hop);
		if (!after)
			continue;
		if (!url_is_web(&hop->next) || !span_equal(url_wire_key(&hop->next), url_wire_key(&after->url)))
			return false;
		after->url = hop->next;
	}
	return true;
}

static enum outcome redirect_outcome(const struct hop *hop)
{
	if (!hop->has_location)
		return OUTCOME_MISSING_LOCATION;
	if (hop->location_conflict)
		return OUTCOME_CONFLICTING_LOCATION;
	if (!hop->location.len)
		return OUTCOME_EMPTY_LOCATION;
	if (hop->next.scheme == URL_SCHEME_OTHER)
		return OUTCOME_UNSUPPORTED_SCHEME;
	return url_is_web(&hop->next) ? OUTCOME_REDIRECT_LIMIT : OUTCOME_INVALID_LOCATION;
}

static enum outcome outcome_of(const struct hop *last)
{
	if (last->error != HOP_OK)
		return hop_error_outcome(last->error);
	if (status_is_redirect(last->status))
		return redirect_outcome(last);
	switch (last->status / 100) {
	case 2:
		return OUTCOME_OK;
	case 3:
		return OUTCOME_NOT_FOLLOWED;
	case 4:
		return OUTCOME_CLIENT_ERROR;
	default:
		return OUTCOME_SERVER_ERROR;
	}
}

static void finish_chain(struct parser *parser)
{
	struct record *record = parser->record;
	struct chain *chain = &record->chain;
	const struct hop *last;

	chain->max_redirects = MAX_REDIRECTS_DEFAULT;
	if (chain->hop_count == 0)
		return;
	last = &chain->hop[chain->hop_count - 1];
	record->url = chain->hop[0].url;
	record->input_url = record->url.href;
	record->method = chain->hop[0].method;
	chain->redirects = chain->hop_count - 1;
	chain->error = last->error;
	chain->final_url = last->url.href;
	chain->final_status = last->status;
	if (parser->html.len)
		page_read(&record->arena, buf_span(&parser->html), last->header[HEADER_CONTENT_TYPE], &last->url,
			  &chain->page);
	if (!parser->has_outcome)
		chain->outcome = outcome_of(last);
	if (chain->outcome == OUTCOME_REDIRECT_LIMIT || chain->redirects > chain->max_redirects)
		chain->max_redirects = chain->redirects;
}

bool example_parse(struct example *example, const char *text, uint32_t *error_line)
{
	struct parser parser = { .example = example, .line = 1 };
	bool parsed = true;

	*example = (struct example){ .record = record_new() };
	parser.record = example->record;
	buf_init(&parser.html, PAGE_BYTES_MAX);
	while (parsed && *text) {
		size_t len = strcspn(text, "\n");

		parsed = parse_line(&parser,
				    example_fill(&parser.record->arena, (struct span){ .bytes = text, .len = len }));
		text += len;
		if (parsed && *text) {
			text++;
			parser.line++;
		}
	}
	parsed = parsed && link_hops(&parser);
	if (parsed)
		finish_chain(&parser);
	else
		*error_line = parser.line;
	buf_release(&parser.html);
	return parsed;
}

void example_release(struct example *example)
{
	record_free(example->record);
	example->record = NULL;
}
