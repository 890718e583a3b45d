/* Where the path is lost too, path-dropped reports it and this rule is silent. */
#include "audit/losses.h"

/* Files whose query only tells one version from the next. */
static bool is_asset(struct span path)
{
	static const struct span extensions[] = { SPAN(".css"), SPAN(".js"),   SPAN(".mjs"),  SPAN(".map"),
						  SPAN(".png"), SPAN(".jpg"),  SPAN(".jpeg"), SPAN(".gif"),
						  SPAN(".svg"), SPAN(".ico"),  SPAN(".webp"), SPAN(".avif"),
						  SPAN(".ttf"), SPAN(".woff"), SPAN(".woff2") };

	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
		struct span tail = { .bytes = path.bytes + path.len - extensions[i].len, .len = extensions[i].len };

		if (path.len > tail.len && span_equal_nocase(tail, extensions[i]))
			return true;
	}
	return false;
}

static bool is_number(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.bytes[i] < '0' || text.bytes[i] > '9')
			return false;
	return true;
}

/* How bad it is to lose `query`: a notice if nobody can tell, a warning if a parameter says which page it is, off if
 * nothing in it looks as if a page depended on it. */
static enum severity severity_of_loss(struct span query)
{
	enum severity severity = SEVERITY_OFF;
	struct span parameter;

	while (losses_next_parameter(&query, &parameter)) {
		const char *equals = memchr(parameter.bytes, '=', parameter.len);
		struct span name = { .bytes = parameter.bytes,
				     .len = equals ? (size_t)(equals - parameter.bytes) : parameter.len };
		bool empty = equals && name.len + 1 == parameter.len;
		unsigned patterns = patterns_of_word(name);

		if (empty || name.len == 0 || url_is_tracking(parameter) ||
		    pattern_in(patterns, PATTERN_NOISE_PARAMETER) || (!equals && is_number(name)))
			continue;
		if (pattern_in(patterns, PATTERN_CONTENT_PARAMETER))
			return SEVERITY_WARNING;
		severity = SEVERITY_NOTICE;
	}
	return severity;
}

/* The redirect is to another scheme, another port, to "www." or away from it, and to the same path. */
static bool only_query_changes(unsigned changes)
{
	const unsigned canonical =
		URL_CHANGE_SCHEME_UPGRADE | URL_CHANGE_SCHEME_DOWNGRADE | URL_CHANGE_WWW | URL_CHANGE_PORT;
	const unsigned beside = URL_CHANGE_SLASH | URL_CHANGE_CLEANUP | URL_CHANGE_TRACKING | URL_CHANGE_QUERY;

	return (changes & canonical) && (changes & URL_CHANGE_QUERY) && !(changes & ~(canonical | beside));
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		enum severity severity;

		if (!status_is_redirect(hop->status) || hop->method != METHOD_GET || losses_in_loop(chain, i) ||
		    !only_query_changes(report_marks(report, i)->changes) || losses_target_names_page(hop) ||
		    is_asset(hop->url.path))
			continue;
		severity = severity_of_loss(hop->url.query);
		if (severity != SEVERITY_OFF)
			report_hop_as(report, i, severity, 100, "%.*s redirects to %.*s: its query \"?%.*s\" is lost.",
				      SPAN_ARG(hop->url.href), SPAN_ARG(hop->next.href), SPAN_ARG(hop->url.query));
	}
}

const struct rule rule_query_dropped = {
	.name = "query-dropped",
	.title = "Query lost on the way to https or www",
	.severity = SEVERITY_WARNING,
	.why = "Links to a search, a page of a list or an item by its number all end on the same page. It is a warning "
	       "if a parameter has the name of one that chooses a page (id, page, q ...), and a notice if its name "
	       "says nothing. Tracking, session and cache parameters are not missed.",
	.fix = "Redirect with the query: $request_uri in nginx (not $uri), no \"?\" at the end of the target of a "
	       "RewriteRule in Apache.",
	.spec = "RFC 3986, section 3.4; Google Search Central, \"Site moves with URL changes\"",
	.bad = (const char *const[]){ "301 http://a.example/search?q=lamp !\n"
				      "200 https://a.example/search\n",
				      "301 http://a.example/list?page=2&utm_source=x !\n"
				      "200 https://www.a.example/list/\n",
				      "301 https://a.example/show?lamp=12 !\n"
				      "200 https://www.a.example/show?utm_source=x\n",
				      NULL },
	.good =
		(const char *const[]){
			"301 http://a.example/search?q=lamp\n"
			"200 https://a.example/search?q=lamp\n",
			/* Nothing is missed. */
			"301 http://a.example/shop?utm_source=x&sid=81&ref=news&q=\n"
			"200 https://a.example/shop\n",
			"301 http://a.example/site.css?build=81\n"
			"200 https://a.example/site.css\n",
			"301 http://a.example/shop?1700000000\n"
			"200 https://a.example/shop\n",
			/* The query has become a path, or another query. */
			"301 http://a.example/show?id=12\n"
			"200 https://a.example/show/12\n",
			"301 http://a.example/show?id=12\n"
			"200 https://a.example/show?item=12\n",
			/* Not on the way to another scheme or host: a clean-up that somebody wrote down. */
			"301 https://a.example/show?view=grid\n"
			"200 https://a.example/show\n",
			"301 http://a.example/shop/lamp?id=12\n"
			"200 https://a.example/\n",
			NULL,
		},
	.check = check,
};
