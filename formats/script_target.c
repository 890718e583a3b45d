#include "formats/script_target.h"

#include "formats/script_lexer.h"

/* Tokens that are remembered: `; window . setTimeout ( ( ) =>` */
#define PAST_COUNT 8

struct walk {
	struct script_lexer lexer;
	struct script_token past[PAST_COUNT]; /* a ring; see before() */
	unsigned past_at;
	unsigned depth;       /* braces that are open */
	unsigned idle_depth;  /* the outermost of them whose content may not run; 0: none */
	bool idle_function;   /* that is a function's body */
	bool function_begins; /* the next brace is a function's body */
	bool function_runs;   /* and that is run */
};

/* The token before the one in hand, for 0; those before it for more. */
static const struct script_token *before(const struct walk *walk, unsigned back)
{
	return &walk->past[(walk->past_at - back) % PAST_COUNT];
}

static bool is_sign(const struct script_token *token, char sign)
{
	return token->type == SCRIPT_SIGN && token->text.len == 1 && token->text.bytes[0] == sign;
}

static bool is_one_of(const struct script_token *token, const char *const *words)
{
	for (; *words; words++)
		if (script_is(token, SCRIPT_WORD, *words))
			return true;
	return false;
}

static bool ends_statement(const struct script_token *token)
{
	return token->type == SCRIPT_END || is_sign(token, ';') || is_sign(token, '{') || is_sign(token, '}');
}

/* True if the token `back` tokens ago begins a statement, or does but for "window." */
static bool begins_statement(const struct walk *walk, unsigned back)
{
	if (is_sign(before(walk, back + 1), '.') && script_is(before(walk, back + 2), SCRIPT_WORD, "window"))
		back += 2;
	return ends_statement(before(walk, back + 1));
}

/* True if what begins behind the token `back` tokens ago is run as the page loads: "(function", "setTimeout(function",
 * "onload = function". */
static bool is_run(const struct walk *walk, unsigned back)
{
	static const char *const callers[] = { "setTimeout", "$", "jQuery", NULL };
	const struct script_token *last = before(walk, back);

	if (is_sign(last, '('))
		return ends_statement(before(walk, back + 1)) ||
		       (is_one_of(before(walk, back + 1), callers) && begins_statement(walk, back + 1));
	if (is_sign(last, '='))
		return script_is(before(walk, back + 1), SCRIPT_WORD, "onload") && begins_statement(walk, back + 1);
	return (is_sign(last, '!') || is_sign(last, '+')) && ends_statement(before(walk, back + 1));
}

static void open_brace(struct walk *walk)
{
	bool plain = ends_statement(before(walk, 0)) || script_is(before(walk, 0), SCRIPT_WORD, "try");

	walk->depth++;
	if (!walk->idle_depth && !(walk->function_begins ? walk->function_runs : plain)) {
		walk->idle_depth = walk->depth;
		walk->idle_function = walk->function_begins;
	}
	walk->function_begins = false;
}

static void close_brace(struct walk *walk)
{
	if (walk->idle_depth == walk->depth)
		walk->idle_depth = 0;
	walk->depth -= walk->depth > 0;
}

/* Goes from "window" or such to the word behind its last dot. False if there is none. */
static bool skip_owners(struct script_lexer *lexer, struct script_token *word)
{
	static const char *const owners[] = { "window", "document", "top", "self", "parent", "globalThis", NULL };

	while (is_one_of(word, owners)) {
		struct script_token dot = script_next(lexer);

		if (!is_sign(&dot, '.'))
			return false;
		*word = script_next(lexer);
	}
	return true;
}

/* `+ window.location.search + location.hash`: what redirects of static sites keep of the visitor's own URL. `token` is
 * the one to begin with, and then the first behind. False if something else is added. */
static bool skip_own_parts(struct script_lexer *lexer, struct script_token *token)
{
	static const char *const parts[] = { "search", "hash", NULL };

	while (is_sign(token, '+')) {
		struct script_token word = script_next(lexer);

		if (!skip_owners(lexer, &word) || !script_is(&word, SCRIPT_WORD, "location"))
			return false;
		*token = script_next(lexer);
		word = script_next(lexer);
		if (!is_sign(token, '.') || !is_one_of(&word, parts))
			return false;
		*token = script_next(lexer);
	}
	return true;
}

/* A string that is all of the right side, or all of the arguments. */
static bool take_string(struct script_lexer *lexer, bool is_call, struct span *target)
{
	struct script_token token = script_next(lexer);

	if (token.type != SCRIPT_STRING || token.text.len == 0)
		return false;
	*target = token.text;
	token = script_next(lexer);
	if (!skip_own_parts(lexer, &token))
		return false;
	if (is_call) {
		if (!is_sign(&token, ')'))
			return false;
		token = script_next(lexer);
	}
	return ends_statement(&token) || (token.on_new_line && token.type == SCRIPT_WORD);
}

/* A statement that sets the location, from its first word on. */
static bool take_location(struct script_lexer lexer, struct script_token word, struct span *target)
{
	static const char *const calls[] = { "replace", "assign", NULL };
	struct script_token token;

	if (!skip_owners(&lexer, &word) || !script_is(&word, SCRIPT_WORD, "location"))
		return false;
	token = script_next(&lexer);
	if (is_sign(&token, '.')) {
		word = script_next(&lexer);
		token = script_next(&lexer);
		if (is_one_of(&word, calls))
			return is_sign(&token, '(') && take_string(&lexer, true, target);
		if (!script_is(&word, SCRIPT_WORD, "href"))
			return false;
	}
	return is_sign(&token, '=') && take_string(&lexer, false, target);
}

/* Takes note of a token in code that runs. True if it begins, or is, what was looked for. */
static bool take_running(struct walk *walk, const struct script_token *token, struct span *target)
{
	if (script_is(token, SCRIPT_WORD, "function")) {
		walk->function_begins = true;
		walk->function_runs = is_run(walk, 0);
	} else if (script_is(token, SCRIPT_SIGN, "=>")) {
		walk->function_begins = true;
		walk->function_runs = is_sign(before(walk, 0), ')') && is_sign(before(walk, 1), '(') && is_run(walk, 2);
	} else if (token->type == SCRIPT_WORD && ends_statement(before(walk, 0))) {
		return take_location(walk->lexer, *token, target);
	} else if (token->type == SCRIPT_STRING && is_sign(before(walk, 0), '(') &&
		   script_is(before(walk, 1), SCRIPT_WORD, "setTimeout") && begins_statement(walk, 1)) {
		*target = script_target(token->text);
		return target->len > 0;
	}
	return false;
}

/* True if nothing behind the token is sure to run. */
static bool may_leave(const struct walk *walk, const struct script_token *token)
{
	static const char *const words[] = { "return", "throw", NULL };

	return is_one_of(token, words) && !(walk->idle_depth && walk->idle_function);
}

/* A look at the letters alone: most scripts that name the location do not set it to a string. */
static bool may_set_location(struct span script)
{
	static const char signs[] = " \t\r\n=(.hrefplacssign";
	const struct span word = SPAN("location");
	struct span rest = script;
	const char *at;

	while (rest.len && (at = memmem(rest.bytes, rest.len, word.bytes, word.len))) {
		at += word.len;
		rest = (struct span){ .bytes = at, .len = (size_t)(script.bytes + script.len - at) };
		while (rest.len && memchr(signs, rest.bytes[0], sizeof(signs) - 1)) {
			rest.bytes++;
			rest.len--;
		}
		if (rest.len && memchr("\"'`\\/", rest.bytes[0], 5))
			return true;
	}
	return false;
}

struct span script_target(struct span script)
{
	struct walk walk = { .lexer = { .rest = script } };
	struct span target;

	if (!may_set_location(script))
		return SPAN("");
	for (;;) {
		struct script_token token = script_next(&walk.lexer);

		if (token.type == SCRIPT_END || may_leave(&walk, &token))
			return SPAN("");
		if (is_sign(&token, '{'))
			open_brace(&walk);
		else if (is_sign(&token, '}'))
			close_brace(&walk);
		else if (!walk.idle_depth && take_running(&walk, &token, &target))
			return target;
		walk.past[++walk.past_at % PAST_COUNT] = token;
	}
}
