#include "audit/indexing.h"

/* Whom the directives are for that come next. */
enum robot { ROBOT_ANY, ROBOT_GOOGLE, ROBOT_OTHER };

static bool is_name(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = (char)(text.bytes[i] | 0x20);

		if (!(c >= 'a' && c <= 'z') && !(i > 0 && (text.bytes[i] == '-' || text.bytes[i] == '_')) &&
		    !(i > 0 && text.bytes[i] >= '0' && text.bytes[i] <= '9'))
			return false;
	}
	return text.len > 0;
}

/* Directives that have a value themselves. */
static bool is_directive(struct span name)
{
	static const char *const directives[] = { "unavailable_after", "max-snippet", "max-image-preview",
						  "max-video-preview" };

	for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++)
		if (span_equal_nocase(name, span_of(directives[i])))
			return true;
	return false;
}

/* Takes "googlebot:" off the beginning of a member. */
static struct span take_robot(struct span member, enum robot *robot)
{
	const char *colon = member.len ? memchr(member.bytes, ':', member.len) : NULL;
	struct span name = { .bytes = member.bytes, .len = colon ? (size_t)(colon - member.bytes) : 0 };

	name = span_trim(name);
	if (!is_name(name) || is_directive(name))
		return member;
	*robot = span_equal_nocase(name, SPAN("googlebot")) ? ROBOT_GOOGLE
		 : span_equal_nocase(name, SPAN("robots"))  ? ROBOT_ANY
							    : ROBOT_OTHER;
	return span_trim((struct span){ .bytes = colon + 1, .len = member.len - (size_t)(colon + 1 - member.bytes) });
}

enum indexing indexing_of(struct span value)
{
	enum indexing found = INDEXING_ALLOWED;
	enum robot robot = ROBOT_ANY;

	while (value.len) {
		const char *comma = memchr(value.bytes, ',', value.len);
		struct span member = { .bytes = value.bytes, .len = comma ? (size_t)(comma - value.bytes) : value.len };
		size_t taken = member.len + (comma != NULL);

		member = take_robot(span_trim(member), &robot);
		value = (struct span){ .bytes = value.bytes + taken, .len = value.len - taken };
		if (robot == ROBOT_OTHER ||
		    (!span_equal_nocase(member, SPAN("noindex")) && !span_equal_nocase(member, SPAN("none"))))
			continue;
		if (robot == ROBOT_ANY)
			return INDEXING_FORBIDDEN;
		found = INDEXING_FORBIDDEN_GOOGLE;
	}
	return found;
}
