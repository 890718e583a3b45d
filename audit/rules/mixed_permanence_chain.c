#include "audit/permanence.h"

#include "formats/buf.h"

/* A last redirect that is this surely permanent loses the move for its code alone. */
#define ERROR_PCT 75

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

/* A temporary redirect may well be right if it has a reason, or one mark of being meant for now and nothing that
 * outweighs it. */
static bool is_meant(const struct hop *hop, const struct marks *marks)
{
	return hop->temporary_reason != TEMPORARY_NONE || (marks->set != 0 && hop->permanent_pct < PERMANENCE_PCT_MIN);
}

static enum severity severity_of(const struct chain *chain, uint32_t index, const struct marks *marks)
{
	const struct hop *hop = &chain->hop[index];

	if (is_meant(hop, marks))
		return SEVERITY_NOTICE;
	return index + 1 == chain->redirects && hop->permanent_pct >= ERROR_PCT ? SEVERITY_ERROR : SEVERITY_WARNING;
}

static void check(const struct chain *chain, struct report *report)
{
	enum severity worst = SEVERITY_OFF;
	uint32_t blamed = 0;
	bool permanent = false;
	struct span statuses;

	/* A loop is no move, whatever its statuses say. */
	if (chain->redirects < 2 || chain->loop_length != 0)
		return;
	for (uint32_t i = 0; i < chain->redirects; i++) {
		permanent = permanent || status_is_permanent(chain->hop[i].status);
		if (!status_is_temporary(chain->hop[i].status))
			continue;
		enum severity severity = severity_of(chain, i, report_marks(report, i));

		if (severity > worst) {
			worst = severity;
			blamed = i;
		}
	}
	if (!permanent || worst == SEVERITY_OFF)
		return;
	statuses = list_statuses(report_arena(report), chain);
	report_hop_as(report, blamed, worst, 100, "A %u interrupts a chain that is permanent elsewhere (%.*s)%s.",
		      chain->hop[blamed].status, SPAN_ARG(statuses),
		      worst == SEVERITY_NOTICE  ? "; it looks as if it were meant so"
		      : worst == SEVERITY_ERROR ? "; it is the last, and looks permanent"
						: "");
}

const struct rule rule_mixed_permanence_chain = {
	.name = "mixed-permanence-chain",
	.title = "Permanent and temporary redirects in one chain",
	.severity = SEVERITY_WARNING,
	.why = "A permanent redirect is a signal that its target should be the canonical URL; a temporary one is "
	       "not. One temporary hop probably interrupts that signal for the whole chain, so the move may not be "
	       "taken over. It is an error where the last redirect is the temporary one and is very likely permanent (75 %), "
	       "and only a notice where the temporary one looks meant (sign-in, locale, maintenance).",
	.fix = "Make all hops permanent, or redirect the first URL to the last one by one permanent redirect.",
	.spec = "Google Search Central, \"Redirects and Google Search\"; RFC 9110, section 15.4",
	.bad = (const char *const[]){ "308 http://a.example/old\n"
				      "307 https://a.example/old !\n"
				      "200 https://a.example/new\n",
				      "302 http://a.example/a !\n"
				      "302 http://a.example/b\n"
				      "301 http://a.example/c\n"
				      "200 http://a.example/d\n",
				      /* The second one is meant, so the last is to blame. */
				      "301 http://a.example/\n"
				      "302 https://a.example/\n"
				      "302 https://a.example/de/start !\n"
				      "200 https://www.a.example/de/start\n",
				      /* A sign-in: no more than a notice. */
				      "301 http://a.example/orders\n"
				      "302 https://a.example/orders !\n"
				      "200 https://a.example/login?return_to=%2Forders\n",
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
