#include "audit/not_found.h"

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
	"product no longer available",
	"this product is no longer available",
	"this item is no longer available",
	"dieses produkt ist nicht mehr verf\xC3\xBCgbar",
	"ce produit n'est plus disponible",
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

/* In most cases the first byte alone tells: these are called for each page. */
static bool begins_alike(struct span text, const char *words)
{
	return text.len > 0 && (text.bytes[0] | 0x20) == (words[0] | 0x20);
}

static bool begins_with(struct span text, const char *words)
{
	size_t len;

	if (!begins_alike(text, words))
		return false;
	len = strlen(words);
	return text.len >= len && strncasecmp(text.bytes, words, len) == 0;
}

bool not_found_says(struct span text)
{
	for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++)
		if (begins_with(text, sayings[i]))
			return true;
	for (size_t i = 0; i < sizeof(short_sayings) / sizeof(short_sayings[0]); i++) {
		size_t len;

		if (!begins_with(text, short_sayings[i]))
			continue;
		len = strlen(short_sayings[i]);
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

bool not_found_is_address(const struct url *url)
{
	struct span segment = last_segment(url);

	for (size_t i = 0; i < sizeof(segments) / sizeof(segments[0]); i++)
		if (begins_alike(segment, segments[i]) && span_equal_nocase(segment, span_of(segments[i])))
			return true;
	return false;
}
