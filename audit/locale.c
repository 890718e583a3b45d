#include "audit/locale.h"

/* Words that are also the code of a language or a country. */
static bool is_ambiguous(struct span locale)
{
	static const char words[] =
		"am ar as at av be bi ca co cs cv dv ee fo ga he hr id ie ii in io is it la li lo ma "
		"me mi ml mo ms my na no or os pa pr ps sa sc sd se si sm so ss st ta te ti to ts ve "
		"vi wa ";
	char word[] = { 0, 0, ' ', 0 };

	if (locale.len != 2)
		return false;
	word[0] = (char)(locale.bytes[0] | 0x20);
	word[1] = (char)(locale.bytes[1] | 0x20);
	return strstr(words, word) != NULL;
}

static bool same_language(struct span tag, struct span locale)
{
	return tag.len >= 2 && strncasecmp(tag.bytes, locale.bytes, 2) == 0 && (tag.len == 2 || tag.bytes[2] == '-');
}

bool locale_is_meant(struct span locale, const struct page *page)
{
	if (!is_ambiguous(locale) || same_language(page->lang, locale))
		return true;
	for (uint32_t i = 0; i < page->link_count; i++)
		if (page->link[i].rel == LINK_ALTERNATE && same_language(page->link[i].hreflang, locale))
			return true;
	return false;
}
