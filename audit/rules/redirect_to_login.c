#include "audit/walls.h"

#define SIGN_IN (1u << PATTERN_LOGIN | 1u << PATTERN_AUTHORIZATION)

/* The last segment without its extension; an index file stands for the segment before. */
static struct span page_name(struct span path)
{
	while (path.len) {
		const char *slash = memrchr(path.bytes, '/', path.len);
		size_t begin = slash ? (size_t)(slash + 1 - path.bytes) : 0;
		struct span name = { .bytes = path.bytes + begin, .len = path.len - begin };
		size_t end = 0;

		/* "login.jsp", "login;jsessionid=1" */
		while (end < name.len && name.bytes[end] != '.' && name.bytes[end] != ';')
			end++;
		name.len = end;
		if (name.len && !span_equal_nocase(name, SPAN("index")) && !span_equal_nocase(name, SPAN("default")))
			return name;
		path.len = begin ? begin - 1 : 0;
	}
	return path;
}

/* Why the last page is one to sign in on, as part of a sentence; NULL if it cannot be told. Beside help and blog pages
 * about signing in, the word "auth" in an address proves little, and so does a password field, which some sites have on
 * each page. */
static const char *evidence_of_sign_in(const struct chain *chain, struct report *report)
{
	const struct pattern_sets *to = wall_target(chain, report);
	unsigned words = to->path | to->host;
	bool returns;

	if (!(words & SIGN_IN) && !chain->page.password)
		return NULL;
	returns = wall_names_return(chain, report);
	if (returns && (words & SIGN_IN))
		return "its query says where to go back to";
	if (returns && chain->page.password)
		return "it has a field for a password";
	if (pattern_in(words, PATTERN_MANUAL))
		return NULL;
	if (chain->page.password && (words & SIGN_IN))
		return "it has a field for a password";
	if (pattern_in(patterns_of_word(page_name(chain->hop[chain->redirects].url.path)) | to->host, PATTERN_LOGIN))
		return "its address says so";
	return NULL;
}

/* RFC 9110 section 15.5.2: a 401 asks for a name and a password too. */
static bool is_end(const struct chain *chain)
{
	return wall_is_end(chain) || (chain->redirects > 0 && chain->final_status == 401);
}

/* Who asks for a sign-in page, or to sign out or up, gets what was asked for. */
static bool asks_for_it(const struct pattern_sets *from)
{
	return ((from->path | from->host) & SIGN_IN) || pattern_in(from->path, PATTERN_MEMBERSHIP);
}

static void check(const struct chain *chain, struct report *report)
{
	const char *evidence;
	uint32_t hop;

	if (!is_end(chain) || asks_for_it(wall_source(report)))
		return;
	evidence = evidence_of_sign_in(chain, report);
	hop = wall_first_hop(chain, report, MARK_LOGIN);
	/* Without a word for it in an address, the field is on the last page. */
	if (hop >= chain->redirects)
		hop = chain->redirects - 1;
	if (evidence)
		report_hop(report, hop, "%.*s leads to the sign-in page %.*s: %s.", SPAN_ARG(chain->hop[0].url.href),
			   SPAN_ARG(chain->final_url), evidence);
}

const struct rule rule_redirect_to_login = {
	.name = "redirect-to-login",
	.title = "Redirect to a sign-in page",
	.severity = SEVERITY_NOTICE,
	.why = "Search engines and everybody who is not signed in see the sign-in page in place of the content. That is "
	       "right for pages that are not public; a link to one from a sitemap, a newsletter or the site's "
	       "navigation leads nowhere.",
	.fix = "Nothing where the page is meant for members only; then answer 302, 303 or 307, forbid the indexing of "
	       "the sign-in page with noindex, and do not publish links to what is behind it.",
	.spec = "Google Search Central, \"Spam policies for Google web search\" (redirects to sign-in pages are legitimate)",
	.bad =
		(const char *const[]){
			"302 https://a.example/orders/81 !\n"
			"200 https://a.example/login?next=%2Forders%2F81\n",
			"301 http://a.example/members\n"
			"302 https://a.example/members !\n"
			"302 https://sso.b.example/go?s=%2Fmembers\n"
			"200 https://sso.b.example/?s=https%253A%252F%252Fa.example%252Fmembers\n",
			"302 https://a.example/share/9 !\n"
			"401 https://a.example/auth?rd=%2Fshare%2F9\n",
			"302 https://a.example/transfers !\n"
			"200 https://a.example/login;jsessionid=7F3A\n",
			"302 https://forum.a.example/members.php?f=12 !\n"
			"200 https://forum.a.example/ucp.php?redirect=members.php%3Ff%3D12\n"
			"<form><input name=user><input type=password name=word></form>\n",
			"302 https://a.example/wiki-intern !\n"
			"200 https://a.example/auth/form\n"
			"<form><input name=user><input type=password name=word></form>\n",
			"302 https://a.example/orders !\n"
			"200 https://a.example/welcome?page=/orders\n"
			"<form><input name=user><input type=password name=word></form>\n",
			"302 https://a.example/mein-konto !\n"
			"200 https://a.example/einloggen.html\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* Asked for. */
			"301 http://a.example/signin\n"
			"200 https://a.example/login?next=/\n",
			"302 https://a.example/logout\n"
			"200 https://a.example/login\n",
			/* Pages about it. */
			"301 https://a.example/docs/commands/enter\n"
			"200 https://a.example/docs/commands/login\n",
			"301 https://a.example/guides/tokens\n"
			"200 https://a.example/guides/auth/\n"
			"<p>Type your <input type=password> here.\n",
			"301 https://a.example/tokens\n"
			"200 https://a.example/features/sso/\n",
			/* Turkish for an introduction, too. */
			"301 https://a.example/kurslar/baslangic\n"
			"200 https://a.example/kurslar/giris\n",
			/* A box to sign in on a page of the shop. */
			"301 https://a.example/lamps\n"
			"200 https://a.example/shop/lamps\n"
			"<form><input name=user><input type=password name=word></form>\n",
			/* Round by the sign-in service and back, without being asked for a name. */
			"302 https://a.example/page\n"
			"302 https://login.a.example/check?return=/page\n"
			"200 https://a.example/page?known=no\n",
			NULL,
		},
	.check = check,
};
