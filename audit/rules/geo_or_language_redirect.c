#include "audit/locale.h"
#include "audit/losses.h"

/* Fields of the request that tell a visitor's language or country. */
static const struct span visitor_fields[] = {
	SPAN("Accept-Language"), SPAN("CF-IPCountry"),      SPAN("CloudFront-Viewer-Country"),
	SPAN("X-Country"),       SPAN("X-Country-Code"),    SPAN("X-Geo-Country"),
	SPAN("X-GeoIP-Country"), SPAN("X-Visitor-Country"), SPAN("X-Vercel-IP-Country"),
};

/* From "/" to "/it/", where a field of the visitor alone tells that "it" is Italian. */
static bool is_from_root(const struct hop *hop, unsigned changes)
{
	return span_equal(hop->url.path, SPAN("/")) && (changes & URL_CHANGE_LOCALE);
}

static struct span first_label(struct span host)
{
	const char *dot = host.len ? memchr(host.bytes, '.', host.len) : NULL;

	return (struct span){ .bytes = host.bytes, .len = dot ? (size_t)(dot - host.bytes) : 0 };
}

/* "/" to "/de/" or to "/de/home", "/x" to "/de/x", "www.a.example" to "de.a.example": the target has the locale of a
 * page that is the same otherwise. */
static struct span locale_of_target(const struct hop *hop, unsigned changes)
{
	struct span label = first_label(hop->next.host);
	bool same_page = !(changes & (URL_CHANGE_PATH | URL_CHANGE_SITE | URL_CHANGE_QUERY)) ||
			 (hop->url.path.len == 1 && !(changes & URL_CHANGE_SITE));

	if (!same_page)
		return (struct span){ .len = 0 };
	if (changes & URL_CHANGE_LOCALE)
		return url_path_locale(hop->next.path);
	if ((changes & URL_CHANGE_HOST) && label.len && url_is_locale(label) && !url_host_is_address(&hop->next))
		return label;
	return (struct span){ .len = 0 };
}

/* The field of the request that the answer varies by, or nothing. */
static struct span visitor_field(const struct hop *hop)
{
	for (size_t i = 0; i < sizeof(visitor_fields) / sizeof(visitor_fields[0]); i++)
		if (pattern_list_has(hop->header[HEADER_VARY], visitor_fields[i]))
			return visitor_fields[i];
	return (struct span){ .len = 0 };
}

static bool sets_locale_cookie(const struct hop *hop)
{
	return pattern_in(patterns_of_list(hop->header[HEADER_SET_COOKIE]), PATTERN_LOCALE_COOKIE);
}

/* The final page names versions of itself in two languages at least. */
static bool has_several_languages(const struct page *page)
{
	struct span first = { .len = 0 };

	for (uint32_t i = 0; i < page->link_count; i++) {
		const struct page_link *link = &page->link[i];

		if (link->rel != LINK_ALTERNATE || link->hreflang.len < 2 ||
		    span_equal_nocase(link->hreflang, SPAN("x-default")))
			continue;
		if (first.len && !span_equal_nocase(first, link->hreflang))
			return true;
		first = link->hreflang;
	}
	return false;
}

/* The final page gives the source to whoever has none of its languages, the use that hreflang has for such a redirect.
 */
static bool is_default(struct arena *arena, const struct page *page, const struct url *source)
{
	for (uint32_t i = 0; i < page->link_count; i++) {
		const struct page_link *link = &page->link[i];
		struct url url;

		if (link->rel == LINK_ALTERNATE && span_equal_nocase(link->hreflang, SPAN("x-default")) &&
		    url_parse(arena, link->url, NULL, &url) == URL_OK && url_same_resource(&url, source))
			return true;
	}
	return false;
}

static void report_temporary(const struct chain *chain, struct report *report, uint32_t index, struct span locale)
{
	const struct hop *hop = &chain->hop[index];
	/* Who asks for a locale and gets another one gets a translation that there is, as far as anybody can tell. */
	bool asked = url_path_locale(hop->url.path).len || url_is_locale(first_label(hop->url.host));
	bool default_page = is_default(report_arena(report), &chain->page, &hop->url);

	if (asked)
		return;
	if (sets_locale_cookie(hop) && !default_page)
		report_hop_as(report, index, SEVERITY_WARNING, 80,
			      "%.*s redirects to the locale \"%.*s\" and keeps the visitor's in a cookie.",
			      SPAN_ARG(hop->url.href), SPAN_ARG(locale));
	else if (has_several_languages(&chain->page) && !default_page)
		report_hop_as(report, index, SEVERITY_WARNING, 80,
			      "%.*s redirects for the moment to the locale \"%.*s\", one of several that the page has.",
			      SPAN_ARG(hop->url.href), SPAN_ARG(locale));
	else
		report_hop_as(report, index, SEVERITY_NOTICE, 50,
			      "%.*s redirects for the moment to the locale \"%.*s\"; a crawler gets no other one.",
			      SPAN_ARG(hop->url.href), SPAN_ARG(locale));
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		struct span locale, field;

		if (!status_is_redirect(hop->status) || !url_is_web(&hop->next) || hop->method != METHOD_GET ||
		    losses_in_loop(chain, i))
			continue;
		locale = locale_of_target(hop, report_marks(report, i)->changes);
		if (locale.len == 0)
			continue;
		field = visitor_field(hop);
		if (!(locale_is_meant(locale, &chain->page) ||
		      (field.len && is_from_root(hop, report_marks(report, i)->changes))))
			continue;
		if (field.len)
			report_hop(report, i, "%.*s redirects to the locale \"%.*s\" and varies by %.*s.",
				   SPAN_ARG(hop->url.href), SPAN_ARG(locale), SPAN_ARG(field));
		else if (status_is_temporary(hop->status))
			report_temporary(chain, report, i, locale);
	}
}

const struct rule rule_geo_or_language_redirect = {
	.name = "geo-or-language-redirect",
	.title = "Redirect by the visitor's language or country",
	.severity = SEVERITY_WARNING,
	.why = "Googlebot sends no Accept-Language and mostly comes from the USA: it is led to one locale and may never "
	       "see the others, and people cannot stay on the one that they chose. It is a warning if the answer varies "
	       "by a field of the visitor, or is temporary and sets a cookie for the locale or leads to a page that "
	       "links to other languages; a temporary redirect to a locale is a notice otherwise.",
	.fix = "Show a page at each URL, link its other languages with hreflang (x-default for the one that redirects) and "
	       "let visitors choose. Where there is one locale only, answer 301 or 308.",
	.spec = "Google Search Central, \"Managing multi-regional and multilingual sites\" and \"How Google crawls "
		"locale-adaptive pages\"",
	.bad =
		(const char *const[]){
			"302 https://a.example/ !\n"
			"  Vary: Accept-Language\n"
			"200 https://a.example/de/\n",
			"302 https://a.example/ !\n"
			"  Vary: Accept-Language\n"
			"200 https://a.example/it/\n",
			"301 http://a.example/lamps\n"
			"301 https://a.example/lamps !\n"
			"  Vary: Accept-Encoding, Accept-Language\n"
			"200 https://a.example/en-gb/lamps\n",
			"302 https://www.a.example/ !\n"
			"  Vary: CF-IPCountry\n"
			"200 https://de.a.example/\n",
			"307 https://a.example/lamps !\n"
			"  Set-Cookie: NEXT_LOCALE\n"
			"200 https://a.example/fr/lamps\n",
			"302 https://a.example/ !\n"
			"200 https://a.example/en/\n"
			"<link rel=alternate hreflang=en href=/en/>\n"
			"<link rel=alternate hreflang=de href=/de/>\n",
			/* Nothing says that it depends on the visitor: a notice. */
			"302 https://a.example/ !\n"
			"200 https://a.example/en/\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* The same for everybody. */
			"301 https://a.example/\n"
			"200 https://a.example/en/\n",
			"301 https://a.example/lamps\n"
			"200 https://a.example/en/lamps\n"
			"<link rel=alternate hreflang=en href=/en/>\n"
			"<link rel=alternate hreflang=de href=/de/>\n",
			/* The header is on each answer, and the page has another name. */
			"301 https://a.example/old-lamps\n"
			"  Vary: Accept-Language\n"
			"200 https://a.example/en/lamps\n",
			"301 http://a.example/lamps\n"
			"  Vary: Accept-Language\n"
			"200 https://a.example/lamps\n",
			/* No locales. */
			"302 https://a.example/account\n"
			"  Vary: Accept-Language\n"
			"200 https://a.example/my/account\n",
			"302 https://www.a.example/\n"
			"  Vary: Accept-Language\n"
			"200 https://id.a.example/\n",
			"302 https://a.example/app.js\n"
			"200 https://a.example/js/app.js\n",
			/* A page that was not translated. */
			"302 https://a.example/sv/lamps\n"
			"200 https://a.example/en/lamps\n",
			NULL,
		},
	.check = check,
};
