#include "audit/page_target.h"

/* Scripts are read and not run. */
#define CONFIDENCE_PCT 80

/* "https:\/\/a.example\/" is how some write it: the backslashes are none of the URL. */
static struct span without_escapes(struct arena *arena, struct span written)
{
	char *copy = arena_alloc(arena, written.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < written.len; i++)
		if (written.bytes[i] != '\\')
			copy[len++] = written.bytes[i];
	return (struct span){ .bytes = copy, .len = len };
}

static void check(const struct chain *chain, struct report *report)
{
	const struct page *page = &chain->page;
	struct url target;

	if (!page_target_is_end(chain) || !page->script.len || page->text_bytes >= report_limit(report) ||
	    !page_target_find(chain, report, without_escapes(report_arena(report), page->script), true, &target))
		return;
	report_hop_as(report, chain->hop_count - 1, SEVERITY_WARNING, CONFIDENCE_PCT,
		      "%.*s answers %u, and a script on it seems to lead on to %.*s: the page shows %u bytes of text.",
		      SPAN_ARG(chain->final_url), chain->final_status, SPAN_ARG(target.href), page->text_bytes);
}

const struct rule rule_js_redirect_suspected = {
	.name = "js-redirect-suspected",
	.title = "Redirect by script",
	.severity = SEVERITY_WARNING,
	.why = "Only who runs scripts is sent on. Google calls it the last resort, because it may never see the redirect "
	       "if rendering fails; most other crawlers and previews of links stay on a page that has next to nothing to "
	       "show. Scripts are not run here, so it is a suspicion: a statement that is not in a function or behind a "
	       "condition sets the location, and the page shows less text than the limit.",
	.fix = "Answer the URL with 301 or 308, or with 302 or 307 if the move is for now.",
	.spec = "Google, \"Redirects and Google Search\"",
	/* A text that is longer may not have been read to its end. */
	.limit = { .unit = "bytes", .min = 0, .max = 2048, .default_value = 2048 },
	.bad =
		(const char *const[]){
			"200 http://a.example/old !\n"
			"<script>location.href = '/new';</script>\n",
			"301 http://a.example/\n"
			"200 http://a.example/old !\n"
			"<title>Moved</title>\n"
			"<script>window.location.replace('https:\\/\\/b.example\\/');</script>\n"
			"<p>You will be taken to our new site.\n",
			"200 http://a.example/old !\n"
			"<script>setTimeout(function () { top.location = '/new' }, 3000)</script>\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* It does not run, or not for everybody. */
			"200 http://a.example/\n"
			"<script>function go() { location.href = '/cart' }</script>\n",
			"200 http://a.example/\n"
			"<script>if (navigator.language == 'de') location = '/de/'</script>\n",
			"200 http://a.example/\n"
			"<button onclick=\"location.href='/cart'\">Go</button>\n",
			/* It stays. */
			"200 http://a.example/\n"
			"<script>location.href = '#top'</script>\n",
			"200 http://a.example/\n"
			"<script>location = 'lumen-app://open'</script>\n",
			"404 http://a.example/old\n"
			"<script>location = '/new'</script>\n",
			NULL,
		},
	.check = check,
};
