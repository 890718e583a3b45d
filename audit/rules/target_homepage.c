/* Silent where path-dropped speaks: a redirect to another scheme or to "www." that loses the path. */
#include "audit/losses.h"

/* Pages that have nothing of their own to show to somebody who is not signed in, or when they are over. */
static bool may_end_at_home(const struct hop *hop, const struct marks *marks)
{
	const unsigned words = 1u << PATTERN_LOGIN | 1u << PATTERN_AUTHORIZATION | 1u << PATTERN_MEMBERSHIP |
			       1u << PATTERN_CONFIRMATION | 1u << PATTERN_TRANSACTION | 1u << PATTERN_CONSENT |
			       1u << PATTERN_CAMPAIGN;

	return (marks->from.path & words) ||
	       (status_is_temporary(hop->status) && pattern_in(marks->from.path, PATTERN_PRIVATE));
}

static bool has_page_extension(struct span segment)
{
	static const struct span extensions[] = { SPAN(".html"), SPAN(".htm"), SPAN(".php"), SPAN(".asp"),
						  SPAN(".aspx"), SPAN(".jsp"), SPAN(".cfm"), SPAN(".pdf") };

	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		if (segment.len > extensions[i].len &&
		    span_equal_nocase((struct span){ .bytes = segment.bytes + segment.len - extensions[i].len,
						     .len = extensions[i].len },
				      extensions[i]))
			return true;
	return false;
}

/* "4711" or "p-81234": numbers of items. */
static bool has_item_number(struct span segment)
{
	size_t digits = 0;

	for (size_t i = 0; i < segment.len; i++) {
		digits = segment.bytes[i] >= '0' && segment.bytes[i] <= '9' ? digits + 1 : 0;
		if (digits == 4)
			return true;
	}
	return false;
}

/* The path's last segment, and how many it has. */
static struct span last_segment(struct span path, unsigned *depth)
{
	struct span last = { .len = 0 };

	*depth = 0;
	for (size_t i = 0, begin = 0; i <= path.len; i++) {
		if (i < path.len && path.bytes[i] != '/')
			continue;
		if (i > begin) {
			last = (struct span){ .bytes = path.bytes + begin, .len = i - begin };
			(*depth)++;
		}
		begin = i + 1;
	}
	return last;
}

/* "a.example" or "www.a.example": what is there is the home page of the whole site. */
static bool is_main_host(const struct url *url)
{
	const struct span site = url_site(url);

	return span_equal(url->host, site) ||
	       (url->host.len == site.len + 4 && strncmp(url->host.bytes, "www.", 4) == 0);
}

/* A page below others is missed by who followed a link to it; a single word may be an address that was made up for
 * a poster. A section that moves to a host of its own is at home there, so another host is blamed for single items.
 * A deep page that goes to another site's home page for ever is what site moves do wrong; one that does so for now may
 * be a link to a partner. */
static enum severity severity_of_loss(const struct hop *hop, unsigned changes)
{
	unsigned depth;
	struct span last = last_segment(hop->url.path, &depth);
	bool item = has_page_extension(last) || has_item_number(last);

	if (changes & URL_CHANGE_SITE)
		return (depth > 2 && status_is_permanent(hop->status)) || (depth > 1 && item) ? SEVERITY_NOTICE
											      : SEVERITY_OFF;
	if ((changes & URL_CHANGE_HOST) && !is_main_host(&hop->next))
		return item && depth > 1 ? SEVERITY_NOTICE : SEVERITY_OFF;
	return item || depth > 1 ? SEVERITY_WARNING : SEVERITY_NOTICE;
}

static bool is_candidate(const struct chain *chain, uint32_t index, const struct marks *marks)
{
	const struct hop *hop = &chain->hop[index];

	return status_is_redirect(hop->status) && hop->method == METHOD_GET && url_is_web(&hop->next) &&
	       losses_is_home(&hop->next) && !losses_is_home(&hop->url) && !losses_is_home_alias(&hop->url) &&
	       !losses_target_names_page(hop) && !losses_in_loop(chain, index) && !losses_path(hop, marks) &&
	       !may_end_at_home(hop, marks);
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		const struct marks *marks = report_marks(report, i);
		enum severity severity;

		if (!is_candidate(chain, i, marks))
			continue;
		severity = severity_of_loss(hop, marks->changes);
		if (severity != SEVERITY_OFF)
			report_hop_as(report, i, severity, 100, "%.*s redirects to the home page %.*s.",
				      SPAN_ARG(hop->url.href), SPAN_ARG(hop->next.href));
	}
}

const struct rule rule_target_homepage = {
	.name = "target-homepage",
	.title = "Page redirected to the home page",
	.severity = SEVERITY_WARNING,
	.why = "Who followed a link to the page has to look for it again. Google may treat a redirect of many pages to "
	       "one that is not about the same, such as the home page, as a soft 404, so that the old links count for "
	       "nothing. A path of one word is a notice, for it may be meant, and so is a single item or a deep page "
	       "that goes to the home page of another site.",
	.fix = "Redirect to the page that replaces the old one, or to its section. If there is none, answer 404 or 410.",
	.spec = "Google Search Central, \"Site moves with URL changes\"",
	.bad = (const char *const[]){ "301 https://a.example/shop/lamp-12 !\n"
				      "200 https://a.example/\n",
				      "301 http://a.example/shop/lamp-12\n"
				      "302 https://a.example/shop/lamp-12 !\n"
				      "200 https://a.example/en/index.html\n",
				      "301 https://a.example/products !\n"
				      "200 https://a.example/?utm_source=old\n",
				      "301 https://a.example/blog/2014/lamps.html !\n"
				      "200 https://b.example/\n",
				      "301 https://a.example/lamps/floor/brass !\n"
				      "200 https://www.b.example/\n",
				      "301 https://old.a.example/service/hours !\n"
				      "200 https://www.a.example/\n",
				      NULL },
	.good =
		(const char *const[]){
			"301 https://a.example/shop/lamp-12\n"
			"200 https://a.example/shop/\n",
			/* Other names of the home page. */
			"301 https://a.example/index.php\n"
			"200 https://a.example/\n",
			"301 https://a.example/en/home.html\n"
			"200 https://a.example/en/\n",
			"302 https://a.example/de\n"
			"200 https://a.example/\n",
			"302 https://a.example/welcome\n"
			"200 https://a.example/\n",
			"301 https://a.example/page/1/\n"
			"200 https://a.example/\n",
			/* The query or the fragment says which page it is. */
			"301 https://a.example/shop/lamp-12\n"
			"200 https://a.example/?product=12\n",
			"301 https://a.example/team/contact\n"
			"200 https://a.example/#contact\n",
			/* What has no page of its own. */
			"302 https://a.example/user/logout\n"
			"200 https://a.example/\n",
			"302 https://a.example/admin/lamps\n"
			"200 https://a.example/\n",
			"302 https://a.example/contact/thank-you\n"
			"200 https://a.example/\n",
			"302 https://a.example/promo-2025/lamps\n"
			"200 https://a.example/\n",
			/* Sections that have a host of their own, and short addresses of other sites. */
			"301 https://a.example/company/blog\n"
			"200 https://blog.a.example/\n",
			"301 https://a.example/packages\n"
			"200 https://pub.example/\n",
			"301 https://a.example/partners/b\n"
			"200 https://b.example/\n",
			/* path-dropped reports it. */
			"301 http://a.example/shop/lamp-12\n"
			"200 https://a.example/\n",
			NULL,
		},
	.check = check,
};
