#include "audit/canonical.h"

#define TIDY                                                                                          \
	(URL_CHANGE_SCHEME_UPGRADE | URL_CHANGE_SCHEME_DOWNGRADE | URL_CHANGE_WWW | URL_CHANGE_PORT | \
	 URL_CHANGE_SLASH | URL_CHANGE_CASE | URL_CHANGE_INDEX | URL_CHANGE_EXTENSION | URL_CHANGE_CLEANUP)
#define VARIANT (URL_CHANGE_QUERY | URL_CHANGE_TRACKING)

static bool is_small_number(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.bytes[i] < '0' || text.bytes[i] > '9')
			return false;
	return text.len > 0 && text.len <= 3;
}

static bool is_form(struct span segment)
{
	static const char *const forms[] = { "amp", "print", "mobile", "embed" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (span_equal_nocase(segment, span_of(forms[i])))
			return true;
	return memmem(segment.bytes, segment.len, ".amp", 4) != NULL;
}

/* A part of something longer, or another form of it: "/list/page/2", "/amp/x", "/x/amp", "/x.amp.html", "/print/x". */
static bool is_part_or_form(struct span path)
{
	bool is_last = true;

	while (path.len) {
		const char *slash = memrchr(path.bytes, '/', path.len);
		size_t begin = slash ? (size_t)(slash + 1 - path.bytes) : 0;
		struct span segment = { .bytes = path.bytes + begin, .len = path.len - begin };

		if (is_form(segment) || (is_last && is_small_number(segment)))
			return true;
		is_last = is_last && segment.len == 0;
		path.len = begin ? begin - 1 : 0;
	}
	return false;
}

static void check(const struct chain *chain, struct report *report)
{
	const struct url *page;
	struct url canonical;
	unsigned changes;

	if (!canonical_find(chain, report, &canonical))
		return;
	page = &chain->hop[chain->redirects].url;
	changes = url_changes(page, &canonical);
	if (url_same_resource(page, &canonical) || canonical_hop(chain, &canonical) < chain->hop_count ||
	    (changes & ~(unsigned)VARIANT) == 0 || canonical_is_of_variant(chain, 0) || is_part_or_form(page->path))
		return;
	report_hop_as(report, chain->redirects,
		      (changes & ~(unsigned)(TIDY | VARIANT)) == 0 || (changes & URL_CHANGE_SITE) ? SEVERITY_NOTICE
												  : SEVERITY_WARNING,
		      100, "%.*s redirects to %.*s, whose canonical link is another URL: %.*s.",
		      SPAN_ARG(chain->hop[0].url.href), SPAN_ARG(chain->final_url), SPAN_ARG(canonical.href));
}

const struct rule rule_canonical_mismatch = {
	.name = "canonical-mismatch",
	.title = "Redirect to a page with another canonical URL",
	.severity = SEVERITY_WARNING,
	.why = "The redirect says that its target counts, and the target's canonical link says that a third URL does. Both "
	       "are strong signals to search engines, which then choose by themselves. It is a notice if the two differ "
	       "in their form only, or the third is on another site. Variants with another query, numbered parts, and "
	       "forms for phones or printing are left out: their canonical is rightly the whole page.",
	.fix = "Redirect to the canonical URL at once, or let the page's canonical link be its own URL.",
	.spec = "Google, \"How to specify a canonical URL with rel=canonical and other methods\"",
	.bad =
		(const char *const[]){
			"301 http://a.example/old\n"
			"200 http://a.example/new !\n"
			"<link rel=canonical href=/other>\n",
			"301 http://a.example/old\n"
			"200 http://a.example/shop/lamp !\n"
			"  Link: </>; rel=canonical\n",
			/* Only the form, and another site. */
			"301 http://a.example/old\n"
			"200 https://a.example/new !\n"
			"<link rel=canonical href=http://a.example/new/>\n",
			"301 http://a.example/old\n"
			"200 https://a.example/new !\n"
			"<link rel=canonical href=https://b.example/new>\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"200 http://a.example/new\n"
			"<link rel=canonical href=/other>\n",
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<link rel=canonical href=HTTP://A.example:80/%6eew#top>\n",
			"301 http://a.example/old\n"
			"200 http://a.example/new?color=red&utm_source=x\n"
			"<link rel=canonical href=/new>\n",
			"301 http://a.example/list/2\n"
			"200 http://a.example/list/page/2/\n"
			"<link rel=canonical href=/list/>\n",
			"302 http://a.example/new\n"
			"200 http://m.a.example/new\n"
			"<link rel=canonical href=http://www.a.example/new>\n",
			/* The chain's own URLs are for other rules. */
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<link rel=canonical href=/old>\n",
			/* Two that disagree are for another one. */
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<link rel=canonical href=/new><link rel=canonical href=/other>\n",
			"301 http://a.example/old\n"
			"404 http://a.example/new\n"
			"<link rel=canonical href=/other>\n",
			NULL,
		},
	.check = check,
};
