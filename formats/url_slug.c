/* How alike two page names are. */
#include "formats/url_compare.h"

/* Words of a longer name that are not looked at; page names have about ten. */
#define SLUG_WORDS_MAX 64

/* ".xhtml" is the longest one in use. */
#define EXTENSION_LETTERS_MAX 5

struct slug {
	struct span word[SLUG_WORDS_MAX];
	size_t count;
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word_byte(struct span rest)
{
	char c = rest.bytes[0];

	if (is_letter(c) || (c >= '0' && c <= '9'))
		return true;
	/* A percent-encoded byte above 7F is part of a letter: "caf%C3%A9" is one word. */
	return c == '%' && rest.len >= 3 && memchr("89abcdefABCDEF", rest.bytes[1], 14);
}

static bool slug_has(const struct slug *slug, struct span word)
{
	for (size_t i = 0; i < slug->count; i++)
		if (span_equal_nocase(slug->word[i], word))
			return true;
	return false;
}

/* The last segment that is not empty, without its extension. */
static struct span page_name(struct span path)
{
	size_t from, dot;

	while (path.len && path.bytes[path.len - 1] == '/')
		path.len--;
	for (from = path.len; from > 0 && path.bytes[from - 1] != '/';)
		from--;
	for (dot = path.len; dot > from && is_letter(path.bytes[dot - 1]);)
		dot--;
	if (dot > from + 1 && path.bytes[dot - 1] == '.' && path.len - dot <= EXTENSION_LETTERS_MAX)
		path.len = dot - 1;
	if (from == path.len)
		return (struct span){ .len = 0 };
	return (struct span){ .bytes = path.bytes + from, .len = path.len - from };
}

static void slug_read(struct slug *slug, struct span segment)
{
	slug->count = 0;
	while (segment.len && slug->count < SLUG_WORDS_MAX) {
		struct span word = { .bytes = segment.bytes };

		while (word.len < segment.len &&
		       is_word_byte((struct span){ .bytes = segment.bytes + word.len, .len = segment.len - word.len }))
			word.len += segment.bytes[word.len] == '%' ? 3 : 1;
		if (word.len && !slug_has(slug, word))
			slug->word[slug->count++] = word;
		/* The byte that ended the word goes with it. */
		if (word.len < segment.len)
			word.len++;
		segment.bytes += word.len;
		segment.len -= word.len;
	}
}

unsigned url_slug_similarity_pct(const struct url *a, const struct url *b)
{
	struct slug slug_a, slug_b;
	size_t common = 0, all;

	slug_read(&slug_a, page_name(a->path));
	slug_read(&slug_b, page_name(b->path));
	if (slug_a.count == 0 || slug_b.count == 0)
		return 0;
	for (size_t i = 0; i < slug_a.count; i++)
		common += slug_has(&slug_b, slug_a.word[i]);
	all = slug_a.count + slug_b.count - common;
	return (unsigned)(common * 100 / all);
}
