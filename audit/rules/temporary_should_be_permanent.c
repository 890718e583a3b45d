#include "audit/permanence.h"
#include "audit/rule.h"

/* From these percentages on, and PERMANENCE_PCT_MIN, it is an error, a warning or a notice. They are proposals, as the
 * weights are; raising one makes the rule quieter. */
#define ERROR_PCT   95
#define WARNING_PCT 75

/* An error needs a shape that hardly ever is temporary: https or "www." added. Log-odds, in tenths. */
#define ERROR_SHAPE 30

static enum severity severity_of(unsigned pct, int shape)
{
	if (pct >= ERROR_PCT && shape >= ERROR_SHAPE)
		return SEVERITY_ERROR;
	return pct >= WARNING_PCT ? SEVERITY_WARNING : SEVERITY_NOTICE;
}

/* 308 is to 307 what 301 is to 302: the method stays or may change (RFC 9110 section 15.4), which programs that send
 * more than GET would feel. */
static unsigned permanent_status(const struct hop *hop, const struct marks *marks)
{
	return hop->status == 307 || pattern_in(marks->from.path, PATTERN_API) ? 308 : 301;
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		struct permanence permanence;

		if (hop->permanent_pct < PERMANENCE_PCT_MIN)
			continue;
		permanence = permanence_explain(report_arena(report), chain, i, report_marks(report, i));
		report_hop_as(report, i, severity_of(hop->permanent_pct, permanence.shape), hop->permanent_pct,
			      "This %u looks permanent: answer %u, and use %.*s from now on. Seen (model %s, "
			      "uncalibrated): %.*s.",
			      hop->status, permanent_status(hop, report_marks(report, i)), SPAN_ARG(hop->next.href),
			      PERMANENCE_MODEL, (int)permanence.why.len, permanence.why.bytes);
	}
}

const struct rule rule_temporary_should_be_permanent = {
	.name = "temporary-should-be-permanent",
	.title = "Temporary redirect where a permanent one belongs",
	.severity = SEVERITY_WARNING,
	.why = "Google does not take a temporary redirect as a signal that its target should be the canonical URL, "
	       "so the old URL may stay in the index and its links may count for nobody. A host with HSTS should "
	       "answer http with a permanent redirect besides. Often nobody chose the code: 307 is what several "
	       "frameworks send by default.",
	.fix = "Answer 308 instead of 307, or 301 instead of 302 and 303, and put the new URL into links and "
	       "sitemaps. If it is meant to be temporary, say so with Retry-After or leave it and switch the rule "
	       "off for it. What counts is how the URL changes, the final page's canonical URL, lifetime, HSTS, and "
	       "what frameworks answer by default; locales, sign-in, carts, experiments, tokens and aliases count "
	       "against it. From 50 % on it is a notice, from 75 % a warning, and from 95 % an error where only https "
	       "or \"www.\" is added. The weights are chosen by hand: the confidence ranks, and is no probability.",
	.spec = "RFC 9110, section 15.4; RFC 6797, section 7.2; Google Search Central, \"Redirects and Google "
		"Search\"",
	.bad =
		(const char *const[]){
			"307 http://a.example/page?x=1 !\n"
			"200 https://a.example/page?x=1\n",
			"302 http://a.example/ !\n"
			"200 https://www.a.example/\n",
			"302 https://a.example/ !\n"
			"200 https://www.a.example/\n",
			"307 https://a.example/users !\n"
			"200 https://a.example/users/\n",
			"302 https://a.example/About/index.html !\n"
			"200 https://a.example/about/\n",
			"302 https://old.example/p/5?x=1 !\n"
			"200 https://new.example/p/5?x=1\n",
			"302 https://a.example/p?utm_source=mail&id=5 !\n"
			"200 https://a.example/p?id=5\n",
			"303 http://a.example/ !\n"
			"200 https://a.example/\n",
			/* Each on its own, wherever the chain ends. */
			"307 http://a.example/p !\n"
			"302 https://a.example/p !\n"
			"302 https://a.example/p/\n"
			"200 https://a.example/q\n",
			/* The page says that it is the one that counts. */
			"302 https://old.example/p/5 !\n"
			"200 https://new.example/p/5\n"
			"<link rel=canonical href=/p/5>\n",
			/* What FastAPI answers unless told otherwise. */
			"307 https://a.example/items !\n"
			"  Server: uvicorn\n"
			"200 https://a.example/items/\n",
			/* A cookie takes some of the weight away, not all. */
			"302 http://a.example/ !\n"
			"  Set-Cookie: session\n"
			"200 https://a.example/\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* Permanent already. */
			"308 http://a.example/\n"
			"200 https://a.example/\n",
			/* Nothing to use from now on. */
			"302 http://a.example/gone\n"
			"404 https://a.example/gone\n",
			"302 http://a.example/\n"
			"dns-nxdomain https://a.example/\n",
			/* Nothing in the shape speaks for it. */
			"302 https://a.example/today\n"
			"200 https://a.example/menu/fish\n",
			/* Page names alike are not enough alone. */
			"302 https://a.example/p/red-shoes-42\n"
			"200 https://a.example/shop/red-shoes-42\n",
			/* The page says that the old URL is the one that counts. */
			"302 http://a.example/p\n"
			"200 https://a.example/p\n"
			"<link rel=canonical href=http://a.example/p>\n",
			/* Whatever is newest. */
			"302 https://a.example/latest\n"
			"  Cache-Control: max-age=2592000\n"
			"200 https://a.example/v2.4\n",
			/* Meant for now. */
			"307 http://a.example/\n"
			"  Retry-After: 600\n"
			"200 https://a.example/\n",
			"302 http://a.example/\n"
			"503 https://a.example/\n",
			"302 http://a.example/\n"
			"401 https://a.example/\n",
			"302 https://a.example/orders\n"
			"200 https://login.a.example/orders?return_to=%2Forders\n",
			"302 http://a.example/cart\n"
			"200 https://a.example/cart\n",
			"302 https://old.example/f.zip?Expires=5&Signature=x\n"
			"200 https://new.example/f.zip?Expires=5&Signature=x\n",
			/* By language or by experiment. */
			"307 https://a.example/\n"
			"  Vary: Accept-Language\n"
			"200 https://a.example/en/\n",
			"302 https://a.example/p\n"
			"  Set-Cookie: _vwo_uuid\n"
			"200 https://a.example/p/\n",
			/* Another load balancer's turn. */
			"302 https://a.example/p\n"
			"308 https://b.example/p\n"
			"302 https://a.example/p\n"
			"200 https://c.example/p\n",
			/* A POST, a self-redirect and a loop. */
			"POST 307 http://a.example/form\n"
			"200 https://a.example/form\n",
			"302 http://a.example/%7Eb\n"
			"200 http://a.example/~b\n",
			"302 http://a.example/\n"
			"302 https://a.example/\n"
			"302 http://a.example/\n"
			"= loop 0 2\n",
			NULL,
		},
	.check = check,
};
