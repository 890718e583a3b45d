#include "tests/origin/table_rule.h"

#include "formats/buf.h"
#include "tests/origin/answer.h"

/* Header lines of one rule; a test of header limits wants some hundred KiB. */
#define RULE_HEAD_BYTES_MAX (4 * 1024 * 1024)
#define BODY_BYTES_MAX      (64 * 1024 * 1024)

struct parser {
	struct rule *rule;
	struct arena *arena;
	struct words *words;
	struct buf head;
};

static void take_header(struct parser *parser)
{
	static const struct {
		const char *field;
		unsigned bit;
	} own[] = { { "Date", OWN_DATE },
		    { "Content-Length", OWN_LENGTH },
		    { "Transfer-Encoding", OWN_LENGTH },
		    { "Content-Type", OWN_TYPE },
		    { "Connection", OWN_CONNECTION } };
	struct span line = words_take_text(parser->words, "header needs \"Name: value\"");
	const char *colon = line.len ? memchr(line.bytes, ':', line.len) : NULL;

	for (size_t i = 0; colon && i < sizeof(own) / sizeof(*own); i++)
		if (span_equal_nocase((struct span){ line.bytes, (size_t)(colon - line.bytes) }, span_of(own[i].field)))
			parser->rule->own |= own[i].bit;
	buf_add_span(&parser->head, line);
	buf_add_text(&parser->head, "\r\n");
}

/* `header-fill N`: one header line of N bytes, for tests of limits. */
static void take_header_fill(struct parser *parser)
{
	uint32_t len = words_take_number(parser->words, RULE_HEAD_BYTES_MAX / 2, "header-fill needs a number of bytes");

	buf_add_text(&parser->head, "X-Fill: ");
	for (uint32_t i = 0; i < len; i++)
		buf_add_char(&parser->head, 'x');
	buf_add_text(&parser->head, "\r\n");
}

static void take_body(struct parser *parser)
{
	parser->rule->body_bytes = words_take_number(parser->words, BODY_BYTES_MAX, "body needs a number of bytes");
}

static void take_text(struct parser *parser)
{
	parser->rule->body = words_take_text(parser->words, "text needs a text");
}

static void take_delay(struct parser *parser)
{
	parser->rule->delay_us = words_take_duration_us(parser->words, "delay needs a time such as 200ms");
}

static void take_drip(struct parser *parser)
{
	parser->rule->drip_us = words_take_duration_us(parser->words, "drip needs a time such as 10ms");
}

static void take_chunked(struct parser *parser)
{
	parser->rule->chunked = true;
}

static void take_no_length(struct parser *parser)
{
	parser->rule->no_length = true;
	parser->rule->ending = ENDING_CLOSE;
}

static void take_close(struct parser *parser)
{
	parser->rule->ending = ENDING_CLOSE;
}

static void take_reset(struct parser *parser)
{
	parser->rule->ending = ENDING_RESET;
}

static void take_hang(struct parser *parser)
{
	parser->rule->ending = ENDING_HANG;
}

static void take_when(struct parser *parser)
{
	static const struct {
		const char *word;
		enum condition_kind kind;
		enum { NOTHING, TEXT, NUMBER } takes;
	} kinds[] = { { "cookie", WHEN_COOKIE, TEXT },        { "no-cookie", WHEN_NO_COOKIE, TEXT },
		      { "method", WHEN_METHOD, TEXT },        { "slash", WHEN_SLASH, NOTHING },
		      { "no-slash", WHEN_NO_SLASH, NOTHING }, { "every", WHEN_EVERY, NUMBER },
		      { "first", WHEN_FIRST, NUMBER } };
	struct words *words = parser->words;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct condition *condition;

		if (!words_take_if(words, kinds[i].word))
			continue;
		condition = arena_alloc(parser->arena, sizeof(*condition));
		condition->kind = kinds[i].kind;
		condition->next = parser->rule->condition;
		parser->rule->condition = condition;
		if (kinds[i].takes == TEXT)
			condition->text = words_take_text(words, "this condition needs a text");
		if (kinds[i].takes == NUMBER) {
			condition->number = words_take_number(words, UINT32_MAX, "this condition needs a number");
			if (condition->number == 0)
				words->error = "this condition needs a number from 1";
		}
		return;
	}
	words->error = "when needs cookie, no-cookie, method, slash, no-slash, every or first";
}

static const struct {
	const char *word;
	void (*take)(struct parser *parser);
} options[] = {
	{ "header", take_header },   { "header-fill", take_header_fill },
	{ "body", take_body },       { "text", take_text },
	{ "delay", take_delay },     { "drip", take_drip },
	{ "chunked", take_chunked }, { "no-length", take_no_length },
	{ "close", take_close },     { "reset", take_reset },
	{ "hang", take_hang },       { "when", take_when },
};

static bool take_option(struct parser *parser)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (words_take_if(parser->words, options[i].word)) {
			options[i].take(parser);
			return true;
		}
	}
	return false;
}

static bool option_is_next(const struct words *words)
{
	if (words->quoted[words->next])
		return false;
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (span_equal(words->word[words->next], span_of(options[i].word)))
			return true;
	return false;
}

/* STATUS [LOCATION]: the status line and the Location line. */
static void take_status(struct parser *parser)
{
	struct words *words = parser->words;
	struct rule *rule = parser->rule;

	rule->status = (uint16_t)words_take_number(words, 999, "a status, raw, hang, close or reset is needed");
	if (words->error)
		return;
	buf_addf(&parser->head, "HTTP/1.1 %03u %s\r\n", rule->status, answer_reason(rule->status));
	if (words->next < words->count && !option_is_next(words)) {
		buf_add_text(&parser->head, "Location: ");
		buf_add_span(&parser->head, words_take_text(words, ""));
		buf_add_text(&parser->head, "\r\n");
	}
}

void table_rule_parse(struct rule *rule, struct arena *arena, struct words *words, bool raw)
{
	struct parser parser = { .rule = rule, .arena = arena, .words = words };

	buf_init(&parser.head, RULE_HEAD_BYTES_MAX);
	if (raw || words_take_if(words, "raw")) {
		rule->raw = true;
		buf_add_span(&parser.head, words_take_text(words, "raw needs the bytes to send"));
	} else if (words->next < words->count && option_is_next(words)) {
		/* A lone hang, close or reset: nothing is sent. */
		rule->raw = true;
	} else {
		take_status(&parser);
	}
	while (!words->error && words->next < words->count)
		if (!take_option(&parser))
			words->error = "unknown word behind the URL";
	if (!words->error && rule->raw && parser.head.len == 0 && rule->ending == ENDING_KEEP)
		words->error = "an answer without bytes needs hang, close or reset";
	if (parser.head.overflow)
		words->error = "the header is too large";
	rule->head = arena_copy(arena, buf_span(&parser.head));
	rule->head_varies = answer_has_placeholder(rule->head);
	rule->body_varies = answer_has_placeholder(rule->body);
	buf_release(&parser.head);
}
