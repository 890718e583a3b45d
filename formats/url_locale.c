#include "formats/url_compare.h"

/* ISO 639-1 languages, and the countries that sites use in their place. */
static const char locale_codes[] =
	"aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee "
	"el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is "
	"it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms "
	"mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk "
	"sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
	"yo za zh zu "
	"at au cn gb jp mx nz us ";

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool all_digits(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.bytes[i] < '0' || text.bytes[i] > '9')
			return false;
	return true;
}

bool url_is_locale(struct span segment)
{
	static const struct span scripts[] = { SPAN("hans"), SPAN("hant"), SPAN("latn"), SPAN("cyrl") };
	char code[] = { 0, 0, ' ', 0 };
	struct span region = { .len = 0 };

	if (segment.len < 2 || !is_letter(segment.bytes[0]) || !is_letter(segment.bytes[1]))
		return false;
	if (segment.len > 2 && segment.bytes[2] != '-' && segment.bytes[2] != '_')
		return false;
	code[0] = lower(segment.bytes[0]);
	code[1] = lower(segment.bytes[1]);
	if (!strstr(locale_codes, code))
		return false;
	if (segment.len == 2)
		return true;
	region.bytes = segment.bytes + 3;
	region.len = segment.len - 3;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		if (span_equal_nocase(region, scripts[i]))
			return true;
	if (region.len == 2)
		return is_letter(region.bytes[0]) && is_letter(region.bytes[1]);
	return region.len == 3 && all_digits(region);
}

struct span url_path_locale(struct span path)
{
	struct span segment = { .len = 0 };
	const char *slash;

	if (path.len < 3)
		return segment;
	slash = memchr(path.bytes + 1, '/', path.len - 1);
	segment.bytes = path.bytes + 1;
	segment.len = slash ? (size_t)(slash - segment.bytes) : path.len - 1;
	return url_is_locale(segment) ? segment : (struct span){ .len = 0 };
}
