#include "formats/script_lexer.h"

static void skip(struct script_lexer *lexer, size_t len)
{
	lexer->rest.bytes += len;
	lexer->rest.len -= len;
}

static bool starts_with(const struct script_lexer *lexer, const char *text)
{
	size_t len = strlen(text);

	return lexer->rest.len >= len && memcmp(lexer->rest.bytes, text, len) == 0;
}

bool script_is(const struct script_token *token, enum script_token_type type, const char *text)
{
	return token->type == type && span_equal(token->text, span_of(text));
}

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

static void skip_line(struct script_lexer *lexer)
{
	const char *end = memchr(lexer->rest.bytes, '\n', lexer->rest.len);

	skip(lexer, end ? (size_t)(end - lexer->rest.bytes) : lexer->rest.len);
}

/* Blanks and comments; "<!--" and, at the beginning of a line, "-->" begin one too. Returns whether a line ended. */
static bool skip_blanks(struct script_lexer *lexer, bool line_begins)
{
	const char *end;

	while (lexer->rest.len) {
		char c = lexer->rest.bytes[0];

		if (starts_with(lexer, "//") || starts_with(lexer, "<!--") ||
		    (line_begins && starts_with(lexer, "-->"))) {
			skip_line(lexer);
		} else if (starts_with(lexer, "/*")) {
			end = memmem(lexer->rest.bytes + 2, lexer->rest.len - 2, "*/", 2);
			skip(lexer, end ? (size_t)(end - lexer->rest.bytes) + 2 : lexer->rest.len);
		} else if ((unsigned char)c <= ' ') {
			line_begins |= c == '\n' || c == '\r';
			skip(lexer, 1);
		} else {
			break;
		}
	}
	return line_begins;
}

/* A string in quotes, or a template. */
static struct script_token take_string(struct script_lexer *lexer, char quote)
{
	struct script_token token = { .type = SCRIPT_STRING, .text = { .bytes = lexer->rest.bytes + 1, .len = 0 } };
	size_t at = 1, len = lexer->rest.len;

	for (; at < len && lexer->rest.bytes[at] != quote; at++) {
		char c = lexer->rest.bytes[at];

		if (c == '\\' && !(at + 1 < len && lexer->rest.bytes[at + 1] == '/'))
			token.type = SCRIPT_OTHER;
		if (quote == '`' && c == '$' && at + 1 < len && lexer->rest.bytes[at + 1] == '{')
			token.type = SCRIPT_OTHER;
		if (c == '\n' && quote != '`')
			at = len - 1;
		at += c == '\\' && at + 1 < len;
	}
	if (at >= len) {
		skip(lexer, len);
		return (struct script_token){ .type = SCRIPT_END };
	}
	token.text.len = at - 1;
	skip(lexer, at + 1);
	return token;
}

/* A "/" in brackets does not end it. */
static struct script_token take_expression(struct script_lexer *lexer)
{
	bool in_class = false;
	size_t at = 1;

	for (; at < lexer->rest.len && (in_class || lexer->rest.bytes[at] != '/'); at++) {
		char c = lexer->rest.bytes[at];

		if (c == '\n')
			break;
		in_class = c == '[' || (in_class && c != ']');
		at += c == '\\';
	}
	skip(lexer, at < lexer->rest.len ? at + 1 : lexer->rest.len);
	return (struct script_token){ .type = SCRIPT_OTHER };
}

static struct script_token take_word(struct script_lexer *lexer)
{
	struct script_token token = { .type = SCRIPT_WORD, .text = { .bytes = lexer->rest.bytes, .len = 0 } };

	while (token.text.len < lexer->rest.len && is_word_char(lexer->rest.bytes[token.text.len]))
		token.text.len++;
	skip(lexer, token.text.len);
	return token;
}

static struct script_token take_sign(struct script_lexer *lexer)
{
	struct script_token token = { .type = SCRIPT_SIGN, .text = { .bytes = lexer->rest.bytes, .len = 1 } };

	token.text.len += starts_with(lexer, "=>");
	skip(lexer, token.text.len);
	return token;
}

/* True if "/" behind the token divides. */
static bool is_operand(const struct script_token *token)
{
	switch (token->type) {
	case SCRIPT_WORD:
		return !script_is(token, SCRIPT_WORD, "return") && !script_is(token, SCRIPT_WORD, "typeof");
	case SCRIPT_SIGN:
		return token->text.bytes[0] == ')' || token->text.bytes[0] == ']';
	default:
		return true;
	}
}

struct script_token script_next(struct script_lexer *lexer)
{
	bool on_new_line = skip_blanks(lexer, false);
	struct script_token token = { .type = SCRIPT_END };

	if (lexer->rest.len) {
		char c = lexer->rest.bytes[0];

		if (c == '"' || c == '\'' || c == '`')
			token = take_string(lexer, c);
		else if (c == '/' && !lexer->operand)
			token = take_expression(lexer);
		else
			token = is_word_char(c) ? take_word(lexer) : take_sign(lexer);
	}
	token.on_new_line = on_new_line;
	lexer->operand = is_operand(&token);
	return token;
}
