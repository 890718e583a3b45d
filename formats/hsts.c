#include "formats/hsts.h"

/* Directives of one field that are compared to find a name twice; a field with more is not valid. */
#define DIRECTIVES_MAX 16

/* RFC 9110 section 5.6.2. */
static bool is_token_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static char first(struct span text)
{
	return text.len ? text.bytes[0] : '\0';
}

/* Cuts the first `len` bytes off `rest`. */
static struct span take(struct span *rest, size_t len)
{
	struct span taken = { .bytes = rest->bytes, .len = len };

	if (len)
		*rest = (struct span){ .bytes = rest->bytes + len, .len = rest->len - len };
	return taken;
}

/* Empty if there is none. */
static struct span take_token(struct span *rest)
{
	size_t len = 0;

	while (len < rest->len && is_token_char(rest->bytes[len]))
		len++;
	return take(rest, len);
}

static void skip_blanks(struct span *rest)
{
	while (first(*rest) == ' ' || first(*rest) == '\t')
		take(rest, 1);
}

/* What stands between the quotes that `rest` begins with. False if the second is missing. */
static bool take_quoted(struct span *rest, struct span *value)
{
	size_t len = 1;

	while (len < rest->len && rest->bytes[len] != '"')
		len += rest->bytes[len] == '\\' ? 2 : 1;
	if (len >= rest->len)
		return false;
	take(rest, 1);
	*value = take(rest, len - 1);
	take(rest, 1);
	return true;
}

struct directive {
	struct span name;
	bool has_value;
	struct span value;
};

/* token [ "=" ( token / quoted-string ) ] */
static bool take_directive(struct span *rest, struct directive *directive)
{
	*directive = (struct directive){ .name = take_token(rest) };
	if (directive->name.len == 0)
		return false;
	skip_blanks(rest);
	if (first(*rest) != '=')
		return true;
	take(rest, 1);
	skip_blanks(rest);
	directive->has_value = true;
	if (first(*rest) == '"')
		return take_quoted(rest, &directive->value);
	directive->value = take_token(rest);
	return directive->value.len != 0;
}

/* delta-seconds. */
static bool parse_seconds(struct span text, uint32_t *seconds)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text.bytes[i] - '0');
		if (value > UINT32_MAX)
			value = UINT32_MAX;
	}
	*seconds = (uint32_t)value;
	return text.len != 0;
}

static bool apply(struct hsts *hsts, const struct directive *directive, bool *has_max_age)
{
	if (span_equal_nocase(directive->name, SPAN("max-age"))) {
		*has_max_age = true;
		return parse_seconds(directive->value, &hsts->max_age_s);
	}
	if (span_equal_nocase(directive->name, SPAN("includeSubDomains"))) {
		hsts->include_subdomains = true;
		return !directive->has_value;
	}
	if (span_equal_nocase(directive->name, SPAN("preload")))
		hsts->preload = !directive->has_value;
	return true;
}

/* [ directive ] *( ";" [ directive ] ), up to a comma. */
static bool parse(struct span rest, struct hsts *hsts)
{
	struct directive directive[DIRECTIVES_MAX];
	bool has_max_age = false;
	size_t count = 0;

	for (;;) {
		skip_blanks(&rest);
		if (rest.len && first(rest) != ';' && first(rest) != ',') {
			if (count == DIRECTIVES_MAX || !take_directive(&rest, &directive[count]))
				return false;
			for (size_t i = 0; i < count; i++)
				if (span_equal_nocase(directive[i].name, directive[count].name))
					return false;
			if (!apply(hsts, &directive[count++], &has_max_age))
				return false;
			skip_blanks(&rest);
		}
		if (rest.len == 0 || first(rest) == ',')
			return has_max_age;
		if (first(rest) != ';')
			return false;
		take(&rest, 1);
	}
}

struct hsts hsts_parse(struct span value)
{
	struct hsts hsts = { .valid = true };

	return parse(value, &hsts) ? hsts : (struct hsts){ .valid = false };
}
