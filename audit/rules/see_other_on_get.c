#include "audit/patterns.h"
#include "audit/rule.h"

/* What stands behind `piece` in the path; false if the path does not have it. */
static bool path_behind(const struct url *url, struct span piece, struct span *rest)
{
	const char *at = url->path.len ? memmem(url->path.bytes, url->path.len, piece.bytes, piece.len) : NULL;

	if (!at)
		return false;
	rest->bytes = at + piece.len;
	rest->len = url->path.len - (size_t)(rest->bytes - url->path.bytes);
	return true;
}

/* Linked data: the URL of a thing answers 303 with the URL of a document about it, /id/x with /doc/x or /doc/x.html. */
static bool is_linked_data(const struct hop *hop)
{
	struct span id, doc;

	if (pattern_list_has(hop->header[HEADER_VARY], SPAN("Accept")))
		return true;
	return path_behind(&hop->url, SPAN("/id/"), &id) && path_behind(&hop->next, SPAN("/doc/"), &doc) &&
	       id.len > 0 && doc.len >= id.len && memcmp(doc.bytes, id.bytes, id.len) == 0;
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (hop->status == 303 && (hop->method == METHOD_GET || hop->method == METHOD_HEAD) &&
		    !is_linked_data(hop))
			report_hop(report, i, "%.*s answers a %s with 303 See Other.", SPAN_ARG(hop->url.href),
				   method_name(hop->method));
	}
}

const struct rule rule_see_other_on_get = {
	.name = "see-other-on-get",
	.title = "303 See Other answers a GET",
	.severity = SEVERITY_WARNING,
	.why = "To a GET, 303 says that the URL itself has nothing to show and that the target is something else, "
	       "not the same page at a new place. Google counts 303 among the temporary redirects.",
	.fix = "Use 301 or 308 for a page that has moved, 302 or 307 for one that is elsewhere for now. Keep 303 for "
	       "the answer to a POST.",
	.spec = "RFC 9110, section 15.4.4",
	.bad = (const char *const[]){ "303 http://a.example/old !\n"
				      "200 http://a.example/new\n",
				      "301 http://a.example/old\n"
				      "HEAD 303 https://a.example/old !\n"
				      "  Vary: Accept-Encoding\n"
				      "HEAD 200 https://a.example/new\n",
				      /* A document, but none about this thing. */
				      "303 http://a.example/id/berlin !\n"
				      "200 http://a.example/doc/cities\n",
				      NULL },
	.good = (const char *const[]){ "POST 303 http://a.example/order\n"
				       "200 http://a.example/thanks\n",
				       "303 http://a.example/id/berlin\n"
				       "200 http://a.example/doc/berlin.html\n",
				       "303 http://a.example/berlin\n"
				       "  Vary: Accept\n"
				       "200 http://a.example/berlin.html\n",
				       NULL },
	.check = check,
};
