#include "audit/page_target.h"

/* Beginnings of titles and headings that say so. Words of the page's subject would stand before them. */
static const char *const sayings[] = {
	"page not found",
	"the page you requested was not found",
	"the page you are looking for",
	"the requested page could not be found",
	"page cannot be found",
	"page can't be found",
	"page can\xE2\x80\x99t be found",
	"page doesn't exist",
	"page does not exist",
	"this page isn't available",
	"this page could not be found",
	"this page can't be found",
	"this page can\xE2\x80\x99t be found",
	"sorry, page not found",
	"sorry, this page",
	"oops! page not found",
	"oops! that page",
	"404 not found",
	"404 error",
	"404 page not found",
	"error 404",
	"http 404",
	"seite nicht gefunden",
	"die seite wurde nicht gefunden",
	"diese seite wurde nicht gefunden",
	"page introuvable",
	"page non trouv\xC3\xA9"
	"e",
	"cette page n'existe",
	"p\xC3\xA1gina no encontrada",
	"pagina no encontrada",
	"p\xC3\xA1gina n\xC3\xA3o encontrada",
	"pagina non trovata",
	"pagina niet gevonden",
	"sidan kunde inte hittas",
	"sidan hittades inte",
	"siden blev ikke fundet",
	"siden ble ikke funnet",
	"siden finnes ikke",
	"sivua ei l\xC3\xB6ydy",
	"strona nie zosta\xC5\x82"
	"a znaleziona",
	"nie znaleziono strony",
	"str\xC3\xA1nka nenalezena",
	"sayfa bulunamad\xC4\xB1",
	"\xD1\x81\xD1\x82\xD1\x80\xD0\xB0\xD0\xBD\xD0\xB8\xD1\x86\xD0\xB0 \xD0\xBD\xD0\xB5 \xD0\xBD\xD0\xB0\xD0\xB9\xD0\xB4"
	"\xD0\xB5\xD0\xBD\xD0\xB0",
	"\xE3\x83\x9A\xE3\x83\xBC\xE3\x82\xB8\xE3\x81\x8C\xE8\xA6\x8B\xE3\x81\xA4\xE3\x81\x8B\xE3\x82\x8A\xE3\x81\xBE"
	"\xE3\x81\x9B\xE3\x82\x93",
	"\xE9\xA1\xB5\xE9\x9D\xA2\xE4\xB8\x8D\xE5\xAD\x98\xE5\x9C\xA8",
};

/* All that such a title or heading may say; what is behind a sign is the site's name. */
static const char *const short_sayings[] = { "404", "not found", "nicht gefunden", "introuvable", "no encontrado" };

/* Last segments of paths, without an extension. */
static const char *const segments[] = { "404",
					"404-error",
					"404-not-found",
					"404error",
					"error",
					"error-404",
					"error404",
					"error_404",
					"file-not-found",
					"not-found",
					"not_found",
					"notfound",
					"page-404",
					"page-not-found",
					"page_not_found",
					"pagenotfound",
					"page-introuvable",
					"seite-nicht-gefunden" };

static bool begins_with(struct span text, const char *words)
{
	size_t len = strlen(words);

	return text.len >= len && strncasecmp(text.bytes, words, len) == 0;
}

/* True if the text says that there is no such page. */
static bool says_so(struct span text)
{
	for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++)
		if (begins_with(text, sayings[i]))
			return true;
	for (size_t i = 0; i < sizeof(short_sayings) / sizeof(short_sayings[0]); i++) {
		size_t len = strlen(short_sayings[i]);

		if (!begins_with(text, short_sayings[i]))
			continue;
		while (len < text.len && text.bytes[len] == ' ')
			len++;
		if (len == text.len || strchr("-|:!.\xE2", text.bytes[len]))
			return true;
	}
	return false;
}

static struct span last_segment(const struct url *url)
{
	struct span path = url->path;
	const char *slash, *dot;
	size_t begin;

	while (path.len && path.bytes[path.len - 1] == '/')
		path.len--;
	slash = path.len ? memrchr(path.bytes, '/', path.len) : NULL;
	begin = slash ? (size_t)(slash + 1 - path.bytes) : 0;
	path = (struct span){ .bytes = path.bytes + begin, .len = path.len - begin };
	dot = path.len ? memchr(path.bytes, '.', path.len) : NULL;
	path.len = dot ? (size_t)(dot - path.bytes) : path.len;
	return path;
}

static bool is_error_url(const struct url *url)
{
	struct span segment = last_segment(url);

	for (size_t i = 0; i < sizeof(segments) / sizeof(segments[0]); i++)
		if (span_equal_nocase(segment, span_of(segments[i])))
			return true;
	return false;
}

static void check(const struct chain *chain, struct report *report)
{
	const struct page *page = &chain->page;
	bool title, heading, address, is_short;

	if (!page_target_is_end(chain) || chain->redirects == 0 || !page->read)
		return;
	/* A page about errors had such an address before. */
	if (is_error_url(&chain->hop[0].url))
		return;
	title = says_so(page->title);
	heading = says_so(page->h1);
	address = is_error_url(&chain->hop[chain->redirects].url);
	is_short = !page->cut && page->text_bytes < report_limit(report);
	if ((title || heading) + address + is_short < 2)
		return;
	report_hop(report, chain->redirects, "%.*s leads to %.*s, which answers %u and says%s%s%s: \"%.*s\".",
		   SPAN_ARG(chain->hop[0].url.href), SPAN_ARG(chain->final_url), chain->final_status,
		   title || heading ? " that there is no such page" : " little",
		   address ? " under the address of an error page" : "", is_short ? ", in few words" : "",
		   SPAN_ARG(title || !heading ? page->title : page->h1));
}

const struct rule rule_target_soft_404 = {
	.name = "target-soft-404",
	.title = "Redirect to an error page that answers 200",
	.severity = SEVERITY_WARNING,
	.why = "The old URL leads to a page that says there is none, but its status says that all is well. Search engines "
	       "call it a soft 404: they go on asking, and show or drop the URL as they guess. Two of three signs must "
	       "hold: the title or heading begins with such words, the address is that of an error page, and the page "
	       "shows less text than the limit.",
	.fix = "Answer 404 or 410 at the old URL, or redirect to the page that replaces it.",
	.spec = "Google, \"Troubleshoot crawling errors\", soft 404 errors; RFC 9110, section 15.5.5",
	/* A text that is longer may not have been read to its end. */
	.limit = { .unit = "bytes", .min = 0, .max = 2048, .default_value = 1024 },
	.bad =
		(const char *const[]){
			"302 http://a.example/lamp\n"
			"200 http://a.example/sorry !\n"
			"<title>Page not found | Shop</title><p>Try our search.\n",
			"301 http://a.example/lampe\n"
			"200 http://a.example/de/ !\n"
			"<title>Shop</title><h1>Seite nicht gefunden</h1>\n",
			"302 http://a.example/lamp\n"
			"200 http://a.example/errors/404.html !\n"
			"<title>Shop</title><p>Have a look around.\n",
			"302 http://a.example/lamp\n"
			"200 http://a.example/x !\n"
			"<title>404 - Shop</title>\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"302 http://a.example/lamp\n"
			"404 http://a.example/404\n"
			"<title>Page not found</title>\n",
			/* Short, and nothing else. */
			"301 http://a.example/lamp\n"
			"200 http://a.example/lamps\n"
			"<title>Lamps</title>\n",
			/* About such pages. */
			"301 http://a.example/docs/404\n"
			"200 https://a.example/docs/404\n"
			"<title>404 Not Found</title>\n",
			"301 http://a.example/errors\n"
			"200 http://a.example/wiki/http\n"
			"<title>What a 404 error is</title><p>Page not found means that it is gone.\n",
			/* A number that means something else. */
			"301 http://a.example/cars\n"
			"200 http://a.example/peugeot\n"
			"<title>404 Cabriolet</title>\n",
			NULL,
		},
	.check = check,
};
