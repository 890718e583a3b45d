#include "formats/cache_control.h"

#include "formats/http_date.h"

/* RFC 9111 section 1.2.2: a larger number of seconds is taken for this one. */
#define DELTA_SECONDS_MAX 2147483648U

/* Takes the bytes before the first comma outside quotes from `rest`. */
static struct span take_member(struct span *rest)
{
	struct span member = { .bytes = rest->bytes };
	bool quoted = false;
	size_t i;

	if (rest->len == 0)
		return member;
	for (i = 0; i < rest->len && (quoted || rest->bytes[i] != ','); i++) {
		if (rest->bytes[i] == '"')
			quoted = !quoted;
		else if (quoted && rest->bytes[i] == '\\' && i + 1 < rest->len)
			i++;
	}
	member.len = i;
	i += i < rest->len;
	rest->bytes += i;
	rest->len -= i;
	return member;
}

/* False if `text` is no number. */
static bool parse_seconds(struct span text, uint32_t *seconds)
{
	uint64_t value = 0;

	if (text.len >= 2 && text.bytes[0] == '"' && text.bytes[text.len - 1] == '"')
		text = (struct span){ .bytes = text.bytes + 1, .len = text.len - 2 };
	if (text.len == 0)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text.bytes[i] - '0');
		if (value > DELTA_SECONDS_MAX)
			value = DELTA_SECONDS_MAX;
	}
	*seconds = (uint32_t)value;
	return true;
}

static void set_max_age(struct cache_control *control, struct span argument)
{
	uint32_t seconds = 0;

	/* RFC 9111 section 4.2.1: what is no number is stale. */
	if (!parse_seconds(argument, &seconds))
		seconds = 0;
	if (!control->has_max_age || seconds < control->max_age_s)
		control->max_age_s = seconds;
	control->has_max_age = true;
}

static void add_directive(struct cache_control *control, struct span member)
{
	const char *equals = member.len ? memchr(member.bytes, '=', member.len) : NULL;
	size_t name_len = equals ? (size_t)(equals - member.bytes) : member.len;
	struct span name = span_trim((struct span){ .bytes = member.bytes, .len = name_len });
	struct span argument = { .len = 0 };
	bool whole;

	if (equals)
		argument = span_trim((struct span){ .bytes = equals + 1, .len = member.len - name_len - 1 });

	/* With field names, no-cache and private speak of these fields and not of the answer:
	 * RFC 9111 sections 5.2.2.4 and 5.2.2.7. */
	whole = argument.len == 0;

	if (span_equal_nocase(name, SPAN("no-store")))
		control->no_store = true;
	else if (span_equal_nocase(name, SPAN("no-cache")))
		control->no_cache |= whole;
	else if (span_equal_nocase(name, SPAN("private")))
		control->is_private |= whole;
	else if (span_equal_nocase(name, SPAN("public")))
		control->is_public = true;
	else if (span_equal_nocase(name, SPAN("max-age")))
		set_max_age(control, argument);
}

struct cache_control cache_control_parse(struct span value)
{
	struct cache_control control = { .no_store = false };

	while (value.len > 0)
		add_directive(&control, take_member(&value));
	return control;
}

bool cache_status_is_heuristic(unsigned status)
{
	static const unsigned statuses[] = { 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501 };

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i] == status)
			return true;
	return false;
}

/* `fresh_s` less the age the answer had when it came (RFC 9111 section 4.2). */
static struct cache_lifetime explicit_lifetime(int64_t fresh_s, struct span age_value)
{
	struct span first = span_trim(take_member(&age_value));
	uint32_t age_s = 0;

	if (fresh_s <= 0)
		return (struct cache_lifetime){ .basis = CACHE_FORBIDDEN };
	if (fresh_s > DELTA_SECONDS_MAX)
		fresh_s = DELTA_SECONDS_MAX;
	/* RFC 9111 section 5.1: an Age that is no number is ignored, of several the first counts. */
	parse_seconds(first, &age_s);
	return (struct cache_lifetime){
		.basis = CACHE_EXPLICIT,
		.seconds = age_s < fresh_s ? (uint32_t)fresh_s - age_s : 0,
	};
}

static struct cache_lifetime expires_lifetime(const struct hop *hop)
{
	int64_t received_s = hop->started_at_us / 1000000;
	int64_t date_s, expires_s;

	/* RFC 9111 section 5.3: an invalid Expires, "0" above all, is in the past. */
	if (!http_date_parse(hop->header[HEADER_EXPIRES], received_s, &expires_s))
		return (struct cache_lifetime){ .basis = CACHE_FORBIDDEN };
	if (!http_date_parse(hop->header[HEADER_DATE], received_s, &date_s)) {
		if (received_s == 0)
			return (struct cache_lifetime){ .basis = CACHE_UNSTATED };
		date_s = received_s;
	}
	return explicit_lifetime(expires_s - date_s, hop->header[HEADER_AGE]);
}

struct cache_lifetime cache_lifetime_of(const struct hop *hop)
{
	struct cache_control control = cache_control_parse(hop->header[HEADER_CACHE_CONTROL]);

	if (control.no_store || control.no_cache)
		return (struct cache_lifetime){ .basis = CACHE_FORBIDDEN };
	if (control.has_max_age)
		return explicit_lifetime(control.max_age_s, hop->header[HEADER_AGE]);
	if (hop->header[HEADER_EXPIRES].len > 0)
		return expires_lifetime(hop);
	if (control.is_public || cache_status_is_heuristic(hop->status))
		return (struct cache_lifetime){ .basis = CACHE_HEURISTIC };
	return (struct cache_lifetime){ .basis = CACHE_UNSTATED };
}
