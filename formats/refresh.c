#include "formats/refresh.h"

#include "formats/html.h"

static void skip_blanks(struct span *rest)
{
	while (rest->len && html_is_blank(rest->bytes[0])) {
		rest->bytes++;
		rest->len--;
	}
}

static bool skip_char(struct span *rest, char small, char capital)
{
	if (rest->len == 0 || (rest->bytes[0] != small && rest->bytes[0] != capital))
		return false;
	rest->bytes++;
	rest->len--;
	return true;
}

/* Steps 4 to 8: the digits before a full stop. Whatever digits and full stops follow do not count. */
static bool take_delay(struct span *rest, uint32_t *delay_s)
{
	uint64_t delay = 0;
	size_t digits = 0;

	for (; rest->len && rest->bytes[0] >= '0' && rest->bytes[0] <= '9'; digits++, rest->bytes++, rest->len--)
		delay = delay > UINT32_MAX ? delay : delay * 10 + (uint64_t)(rest->bytes[0] - '0');
	if (digits == 0 && (rest->len == 0 || rest->bytes[0] != '.'))
		return false;
	while (rest->len && (rest->bytes[0] == '.' || (rest->bytes[0] >= '0' && rest->bytes[0] <= '9'))) {
		rest->bytes++;
		rest->len--;
	}
	*delay_s = delay > UINT32_MAX ? UINT32_MAX : (uint32_t)delay;
	return true;
}

/* Steps 11.2 to 11.8. "url" without "=" is the beginning of the URL itself. */
static struct span take_url(struct span rest)
{
	const struct span whole = rest;
	const char *end;

	if (skip_char(&rest, 'u', 'U')) {
		if (!skip_char(&rest, 'r', 'R') || !skip_char(&rest, 'l', 'L'))
			return whole;
		skip_blanks(&rest);
		if (!skip_char(&rest, '=', '='))
			return whole;
		skip_blanks(&rest);
	}
	if (rest.len == 0 || (rest.bytes[0] != '\'' && rest.bytes[0] != '"'))
		return rest;
	end = memchr(rest.bytes + 1, rest.bytes[0], rest.len - 1);
	return (struct span){ .bytes = rest.bytes + 1, .len = end ? (size_t)(end - rest.bytes) - 1 : rest.len - 1 };
}

bool refresh_parse(struct span value, struct refresh *out)
{
	struct span rest = value;

	*out = (struct refresh){ .url = SPAN("") };
	skip_blanks(&rest);
	if (!take_delay(&rest, &out->delay_s))
		return false;
	if (rest.len && rest.bytes[0] != ';' && rest.bytes[0] != ',' && !html_is_blank(rest.bytes[0]))
		return false;
	skip_blanks(&rest);
	(void)skip_char(&rest, ';', ',');
	skip_blanks(&rest);
	out->url = html_trim(take_url(rest));
	return true;
}
