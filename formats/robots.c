#include "formats/robots.h"

#include <assert.h>
#include <stdlib.h>

#include "formats/arena.h"
#include "formats/buf.h"

/* The rest of a longer line is not looked at. The value is Google's: eight times the longest URL of an old browser. */
#define LINE_BYTES_MAX 16663

/* How much of a path the patterns with a "*" look through for one decision, all together; those that come after do not
 * count. The worst take 5.5 ns a byte, so a hostile file costs 25 ms; with an ordinary path of 100 bytes there is room
 * for 40,000 such patterns. A higher value lets a site hold up the thread for longer. */
#define SCAN_BYTES_MAX (4 * 1024 * 1024)

struct rule {
	uint32_t text_at; /* its pattern's place in robots->text */
	uint32_t line;
	uint16_t text_len;
	uint16_t match_len; /* what of the pattern is compared: "$" at its end is `to_end` */
	bool to_end;
	bool allow;
};

static_assert(3 * LINE_BYTES_MAX <= UINT16_MAX, "the length of an encoded pattern");

struct robots {
	bool unreachable;
	uint32_t rule_count;
	const char *text; /* the patterns, behind the rules */
	struct rule rules[];
};

enum field_name { FIELD_USER_AGENT, FIELD_ALLOW, FIELD_DISALLOW };

struct field {
	enum field_name name;
	struct span value;
	uint32_t line;
};

/* What is left of a file. */
struct reader {
	struct span rest;
	uint32_t line; /* the number of the line taken last */
};

/* The rules found so far. */
struct found {
	struct buf rules; /* of struct rule */
	struct buf text;
};

static struct span skip(struct span text, size_t count)
{
	return (struct span){ .bytes = text.bytes + count, .len = text.len - count };
}

/* `text` up to the first `mark`; all of it if there is none. */
static struct span before(struct span text, char mark)
{
	const char *at = text.len ? memchr(text.bytes, mark, text.len) : NULL;

	return (struct span){ .bytes = text.bytes, .len = at ? (size_t)(at - text.bytes) : text.len };
}

static struct span before_blank(struct span text)
{
	return before(before(text, ' '), '\t');
}

static bool is_prefix(struct span prefix, struct span text)
{
	return text.len >= prefix.len && memcmp(text.bytes, prefix.bytes, prefix.len) == 0;
}

static bool take_line(struct reader *reader, struct span *line)
{
	struct span rest = reader->rest;
	size_t len = 0, taken;

	if (rest.len == 0)
		return false;
	while (len < rest.len && rest.bytes[len] != '\n' && rest.bytes[len] != '\r')
		len++;
	taken = len + (len < rest.len);
	if (taken < rest.len && rest.bytes[len] == '\r' && rest.bytes[taken] == '\n')
		taken++;
	reader->rest = skip(rest, taken);
	reader->line++;
	*line = (struct span){ .bytes = rest.bytes, .len = len < LINE_BYTES_MAX ? len : LINE_BYTES_MAX };
	return true;
}

static bool find_name(struct span text, enum field_name *name)
{
	static const struct {
		struct span prefix;
		enum field_name name;
	} names[] = {
		{ SPAN("user-agent"), FIELD_USER_AGENT }, { SPAN("useragent"), FIELD_USER_AGENT },
		{ SPAN("user agent"), FIELD_USER_AGENT }, { SPAN("allow"), FIELD_ALLOW },
		{ SPAN("disallow"), FIELD_DISALLOW },     { SPAN("dissallow"), FIELD_DISALLOW },
		{ SPAN("dissalow"), FIELD_DISALLOW },     { SPAN("disalow"), FIELD_DISALLOW },
		{ SPAN("diasllow"), FIELD_DISALLOW },     { SPAN("disallaw"), FIELD_DISALLOW },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = names[i].prefix.len;

		if (text.len >= len && strncasecmp(text.bytes, names[i].prefix.bytes, len) == 0) {
			*name = names[i].name;
			return true;
		}
	}
	return false;
}

/* "Disallow: /a # comment". False if the line is no field that matters here. */
static bool parse_field(struct span line, struct field *field)
{
	struct span content = span_trim(before(before(line, '#'), '\0')), name = before(content, ':');

	if (name.len < content.len) {
		field->value = span_trim(skip(content, name.len + 1));
		return find_name(name, &field->name);
	}
	/* "Disallow /a": two words make a field without its colon, three make a sentence. */
	name = before_blank(content);
	field->value = span_trim(skip(content, name.len));
	return field->value.len > 0 && before_blank(field->value).len == field->value.len &&
	       find_name(name, &field->name);
}

static bool take_field(struct reader *reader, struct field *field)
{
	struct span line;

	while (take_line(reader, &line))
		if (parse_field(line, field)) {
			field->line = reader->line;
			return true;
		}
	return false;
}

struct span robots_token(struct span user_agent)
{
	struct span token = { .bytes = user_agent.bytes };

	while (token.len < user_agent.len) {
		char c = user_agent.bytes[token.len];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '-' && c != '_')
			break;
		token.len++;
	}
	return token;
}

/* Whether a group with this User-agent line is for `token`; an empty one stands for everybody. */
static bool agent_is(struct span agent, struct span token)
{
	if (token.len == 0)
		return span_equal(before_blank(agent), SPAN("*"));
	return span_equal_nocase(robots_token(agent), token);
}

static bool is_named(struct span file, struct span token)
{
	struct reader reader = { .rest = file };
	struct field field;

	while (take_field(&reader, &field))
		if (field.name == FIELD_USER_AGENT && agent_is(field.value, token))
			return true;
	return false;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* "%c3" becomes "%C3". */
static void raise_escapes(char *bytes, size_t len)
{
	for (size_t i = 0; i + 2 < len; i++) {
		if (bytes[i] != '%' || !is_hex(bytes[i + 1]) || !is_hex(bytes[i + 2]))
			continue;
		bytes[i + 1] = upper(bytes[i + 1]);
		bytes[i + 2] = upper(bytes[i + 2]);
	}
}

static void add_pattern(struct buf *text, struct span pattern)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t from = text->len;

	for (size_t i = 0; i < pattern.len; i++) {
		unsigned char byte = (unsigned char)pattern.bytes[i];

		if (byte < 0x80)
			buf_add_char(text, pattern.bytes[i]);
		else
			buf_add(text, (const char[]){ '%', digits[byte >> 4], digits[byte & 15] }, 3);
	}
	raise_escapes(text->bytes + from, text->len - from);
}

static void add_rule(struct found *found, const struct field *field)
{
	size_t from = found->text.len;
	struct rule rule = { .text_at = (uint32_t)from, .line = field->line, .allow = field->name == FIELD_ALLOW };
	struct span pattern;
	const char *slash;

	if (field->value.len == 0)
		return;
	add_pattern(&found->text, field->value);
	pattern = skip(buf_span(&found->text), from);
	rule.text_len = (uint16_t)pattern.len;
	rule.to_end = pattern.bytes[pattern.len - 1] == '$';
	rule.match_len = (uint16_t)(pattern.len - rule.to_end);
	buf_add(&found->rules, (const char *)&rule, sizeof(rule));

	/* Who allows a folder's index page means the folder too. */
	slash = memrchr(pattern.bytes, '/', pattern.len);
	if (!rule.allow || !slash || !is_prefix(SPAN("/index.htm"), skip(pattern, (size_t)(slash - pattern.bytes))))
		return;
	rule.match_len = (uint16_t)(slash + 1 - pattern.bytes);
	rule.to_end = true;
	buf_add(&found->rules, (const char *)&rule, sizeof(rule));
}

static void find_rules(struct found *found, struct span file, struct span token)
{
	struct reader reader = { .rest = file };
	struct field field;
	bool ours = false, after_rule = false;

	while (take_field(&reader, &field)) {
		if (field.name == FIELD_USER_AGENT) {
			/* User-agent lines add up; one behind a rule begins another group. */
			ours = (ours && !after_rule) || agent_is(field.value, token);
			after_rule = false;
		} else {
			after_rule = true;
			if (ours)
				add_rule(found, &field);
		}
	}
}

/* The part of a file that counts, without a byte order mark or what is left of one. */
static struct span content_of(struct span file)
{
	static const char mark[] = { '\xEF', '\xBB', '\xBF' };
	size_t len = 0;

	if (file.len > ROBOTS_BYTES_MAX)
		file.len = ROBOTS_BYTES_MAX;
	while (len < sizeof(mark) && len < file.len && file.bytes[len] == mark[len])
		len++;
	return len ? skip(file, len) : file;
}

struct robots *robots_new(enum robots_source source, struct span file, struct span token)
{
	struct span content = source == ROBOTS_FILE_FOUND ? content_of(file) : (struct span){ .len = 0 };
	struct robots *robots;
	struct found found;

	/* A line with a rule takes 8 bytes, "allow:/", one with two rules 17; one byte of a pattern becomes 3. */
	buf_init(&found.rules, 2 * ROBOTS_BYTES_MAX + sizeof(struct rule));
	buf_init(&found.text, 3 * ROBOTS_BYTES_MAX);
	find_rules(&found, content, is_named(content, token) ? token : (struct span){ .len = 0 });
	assert(!found.rules.overflow && !found.text.overflow);

	robots = memory_alloc(sizeof(*robots) + found.rules.len + found.text.len);
	*robots = (struct robots){
		.unreachable = source == ROBOTS_FILE_UNREACHABLE,
		.rule_count = (uint32_t)(found.rules.len / sizeof(struct rule)),
	};
	if (found.rules.len) {
		memcpy(robots->rules, found.rules.bytes, found.rules.len);
		robots->text = memcpy((char *)robots->rules + found.rules.len, found.text.bytes, found.text.len);
	}
	buf_release(&found.rules);
	buf_release(&found.text);
	return robots;
}

void robots_free(struct robots *robots)
{
	free(robots);
}

/* False without looking, too, if that takes more than `scan_left`, which is lowered by what is looked through. */
static bool matches(struct span pattern, bool to_end, struct span path, size_t *scan_left)
{
	struct span part = before(pattern, '*');

	if (!is_prefix(part, path))
		return false;
	path = skip(path, part.len);
	if (part.len == pattern.len)
		return !to_end || path.len == 0;
	if (path.len > *scan_left)
		return false;
	*scan_left -= path.len;

	/* What stands between two stars is taken where it comes first: that leaves most room for the rest. */
	while (part.len < pattern.len) {
		const char *at;

		pattern = skip(pattern, part.len + 1);
		part = before(pattern, '*');
		if (to_end && part.len == pattern.len)
			return path.len >= part.len && is_prefix(part, skip(path, path.len - part.len));
		at = memmem(path.bytes, path.len, part.bytes, part.len);
		if (!at)
			return false;
		path = skip(path, (size_t)(at - path.bytes) + part.len);
	}
	return true;
}

/* "$" counts as part of the length. */
static unsigned weight(const struct rule *rule)
{
	return (unsigned)rule->match_len + rule->to_end;
}

static bool outweighs(const struct rule *rule, const struct rule *best)
{
	if (!best || weight(rule) != weight(best))
		return !best || weight(rule) > weight(best);
	return rule->allow && !best->allow;
}

static const struct rule *find_rule(const struct robots *robots, struct span path)
{
	const struct rule *best = NULL;
	size_t scan_left = SCAN_BYTES_MAX;

	for (const struct rule *rule = robots->rules; rule < robots->rules + robots->rule_count; rule++) {
		struct span pattern = { .bytes = robots->text + rule->text_at, .len = rule->match_len };

		if (outweighs(rule, best) && matches(pattern, rule->to_end, path, &scan_left))
			best = rule;
	}
	return best;
}

struct robots_decision robots_check(const struct robots *robots, struct span path)
{
	struct robots_decision decision = { .allowed = true };
	const struct rule *rule;
	char *raised = NULL;

	if (span_equal(path, SPAN("/robots.txt")))
		return decision;
	if (path.len == 0)
		path = SPAN("/");
	if (before(path, '%').len < path.len) {
		raised = memory_alloc(path.len);
		memcpy(raised, path.bytes, path.len);
		raise_escapes(raised, path.len);
		path.bytes = raised;
	}
	rule = find_rule(robots, path);
	free(raised);

	decision.allowed = rule ? rule->allow : !robots->unreachable;
	if (rule) {
		decision.line = rule->line;
		decision.pattern = (struct span){ .bytes = robots->text + rule->text_at, .len = rule->text_len };
	}
	return decision;
}

enum robots_source robots_source_of(unsigned status)
{
	if (status >= 200 && status <= 299)
		return ROBOTS_FILE_FOUND;
	if (status >= 300 && status <= 499 && status != 429)
		return ROBOTS_FILE_UNAVAILABLE;
	return ROBOTS_FILE_UNREACHABLE;
}
