#include "formats/html_element.h"

#include <stdlib.h>
#include <string.h>

struct element {
	const char *name;
	unsigned traits;
};

/* Sorted by name. */
static const struct element elements[] = {
	{ "a", HTML_IN_WORDS },
	{ "abbr", HTML_IN_WORDS },
	{ "b", HTML_IN_WORDS },
	{ "base", HTML_IN_HEAD },
	{ "basefont", HTML_IN_HEAD },
	{ "bgsound", HTML_IN_HEAD },
	{ "cite", HTML_IN_WORDS },
	{ "code", HTML_IN_WORDS },
	{ "em", HTML_IN_WORDS },
	{ "font", HTML_IN_WORDS },
	{ "head", HTML_IN_HEAD },
	{ "html", HTML_IN_HEAD },
	{ "i", HTML_IN_WORDS },
	{ "iframe", HTML_HIDDEN },
	{ "kbd", HTML_IN_WORDS },
	{ "link", HTML_IN_HEAD },
	{ "mark", HTML_IN_WORDS },
	{ "meta", HTML_IN_HEAD },
	{ "noembed", HTML_HIDDEN },
	{ "noframes", HTML_IN_HEAD | HTML_HIDDEN },
	{ "noscript", HTML_IN_HEAD | HTML_HIDDEN },
	{ "q", HTML_IN_WORDS },
	{ "s", HTML_IN_WORDS },
	{ "script", HTML_IN_HEAD | HTML_HIDDEN },
	{ "small", HTML_IN_WORDS },
	{ "span", HTML_IN_WORDS },
	{ "strong", HTML_IN_WORDS },
	{ "style", HTML_IN_HEAD | HTML_HIDDEN },
	{ "sub", HTML_IN_WORDS },
	{ "sup", HTML_IN_WORDS },
	{ "template", HTML_IN_HEAD | HTML_HIDDEN },
	{ "textarea", HTML_HIDDEN },
	{ "time", HTML_IN_WORDS },
	{ "title", HTML_IN_HEAD | HTML_HIDDEN },
	{ "tt", HTML_IN_WORDS },
	{ "u", HTML_IN_WORDS },
	{ "var", HTML_IN_WORDS },
	{ "wbr", HTML_IN_WORDS },
};

static int by_name(const void *name, const void *element)
{
	return strcmp(name, ((const struct element *)element)->name);
}

unsigned html_element_traits(const char *name)
{
	const struct element *found =
		bsearch(name, elements, sizeof(elements) / sizeof(elements[0]), sizeof(elements[0]), by_name);

	return found ? found->traits : 0;
}
