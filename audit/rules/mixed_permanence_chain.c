#include "audit/marks.h"

#include "formats/buf.h"

/* "301, 302, 301": the statuses of the redirects that were followed. */
static struct span list_statuses(struct arena *arena, const struct chain *chain)
{
	struct span copy;
	struct buf text;

	buf_init(&text, MESSAGE_SPAN_BYTES_MAX);
	for (uint32_t i = 0; i < chain->redirects; i++)
		buf_addf(&text, "%s%u", i ? ", " : "", chain->hop[i].status);
	copy = arena_copy(arena, buf_span(&text));
	buf_release(&text);
	return copy;
}

static void check(const struct chain *chain, struct report *report)
{
	uint32_t temporary = UINT32_MAX;
	bool permanent = false;
	bool meant;
	struct span statuses;

	/* A loop is no move, whatever its statuses say. */
	if (chain->redirects < 2 || chain->loop_length != 0)
		return;
	for (uint32_t i = 0; i < chain->redirects; i++) {
		permanent = permanent || status_is_permanent(chain->hop[i].status);
		if (temporary == UINT32_MAX && status_is_temporary(chain->hop[i].status))
			temporary = i;
	}
	if (!permanent || temporary == UINT32_MAX)
		return;
	meant = marks_suffice(report_marks(report, temporary)->set);
	statuses = list_statuses(report_arena(report), chain);
	report_hop_as(report, temporary, meant ? SEVERITY_NOTICE : SEVERITY_WARNING, 100,
		      "A %u interrupts a chain that is permanent elsewhere (%.*s)%s.", chain->hop[temporary].status,
		      SPAN_ARG(statuses), meant ? "; it looks as if it were meant so" : "");
}

const struct rule rule_mixed_permanence_chain = {
	.name = "mixed-permanence-chain",
	.title = "Permanent and temporary redirects in one chain",
	.severity = SEVERITY_WARNING,
	.why = "A permanent redirect is a signal that its target should be the canonical URL; a temporary one is "
	       "not. One temporary hop probably interrupts that signal for the whole chain, so the move may not be "
	       "taken over. Where the temporary hop looks meant (sign-in, locale, maintenance) it is only a notice.",
	.fix = "Make all hops permanent, or redirect the first URL to the last one by one permanent redirect.",
	.spec = "Google Search Central, \"Redirects and Google Search\"; RFC 9110, section 15.4",
	.bad = (const char *const[]){ "308 http://a.example/old\n"
				      "307 https://a.example/old !\n"
				      "200 https://a.example/new\n",
				      "302 http://a.example/a !\n"
				      "302 http://a.example/b\n"
				      "301 http://a.example/c\n"
				      "200 http://a.example/d\n",
				      NULL },
	.good = (const char *const[]){ "308 http://a.example/old\n"
				       "301 https://a.example/old\n"
				       "200 https://a.example/new\n",
				       "307 http://a.example/old\n"
				       "302 https://a.example/old\n"
				       "200 https://a.example/new\n",
				       "301 http://a.example/old\n"
				       "302 https://a.example/old\n"
				       "301 http://a.example/old\n"
				       "= loop 0 2\n",
				       NULL },
	.check = check,
};
