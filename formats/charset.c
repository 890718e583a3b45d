#include "formats/charset.h"

#include <errno.h>
#include <iconv.h>

#include "formats/utf8.h"

/* The labels that pages really have, in lower case, and the name that iconv knows. Only these reach
 * iconv: its own names have suffixes and aliases that a page has no business to choose. As browsers
 * do, the Windows superset is taken for the ISO standard it extends. */
static const struct {
	const char *label, *name;
} labels[] = {
	{ "utf-8", CHARSET_UTF8 },
	{ "utf8", CHARSET_UTF8 },
	{ "unicode-1-1-utf-8", CHARSET_UTF8 },
	{ "iso-8859-1", CHARSET_DEFAULT },
	{ "iso8859-1", CHARSET_DEFAULT },
	{ "iso_8859-1", CHARSET_DEFAULT },
	{ "iso88591", CHARSET_DEFAULT },
	{ "latin1", CHARSET_DEFAULT },
	{ "l1", CHARSET_DEFAULT },
	{ "ascii", CHARSET_DEFAULT },
	{ "us-ascii", CHARSET_DEFAULT },
	{ "windows-1252", CHARSET_DEFAULT },
	{ "cp1252", CHARSET_DEFAULT },
	{ "x-cp1252", CHARSET_DEFAULT },
	{ "windows-1250", "WINDOWS-1250" },
	{ "cp1250", "WINDOWS-1250" },
	{ "windows-1251", "WINDOWS-1251" },
	{ "cp1251", "WINDOWS-1251" },
	{ "windows-1253", "WINDOWS-1253" },
	{ "windows-1254", "WINDOWS-1254" },
	{ "iso-8859-9", "WINDOWS-1254" },
	{ "latin5", "WINDOWS-1254" },
	{ "windows-1255", "WINDOWS-1255" },
	{ "windows-1256", "WINDOWS-1256" },
	{ "windows-1257", "WINDOWS-1257" },
	{ "windows-1258", "WINDOWS-1258" },
	{ "windows-874", "CP874" },
	{ "tis-620", "CP874" },
	{ "iso-8859-11", "CP874" },
	{ "iso-8859-2", "ISO-8859-2" },
	{ "latin2", "ISO-8859-2" },
	{ "iso-8859-3", "ISO-8859-3" },
	{ "iso-8859-4", "ISO-8859-4" },
	{ "iso-8859-5", "ISO-8859-5" },
	{ "iso-8859-6", "ISO-8859-6" },
	{ "iso-8859-7", "ISO-8859-7" },
	{ "iso-8859-8", "ISO-8859-8" },
	{ "iso-8859-8-i", "ISO-8859-8" },
	{ "iso-8859-10", "ISO-8859-10" },
	{ "iso-8859-13", "ISO-8859-13" },
	{ "iso-8859-14", "ISO-8859-14" },
	{ "iso-8859-15", "ISO-8859-15" },
	{ "iso-8859-16", "ISO-8859-16" },
	{ "koi8-r", "KOI8-R" },
	{ "koi8-u", "KOI8-U" },
	{ "ibm866", "CP866" },
	{ "cp866", "CP866" },
	{ "macintosh", "MACINTOSH" },
	{ "gbk", "GB18030" },
	{ "gb2312", "GB18030" },
	{ "gb18030", "GB18030" },
	{ "x-gbk", "GB18030" },
	{ "big5", "BIG5-HKSCS" },
	{ "big5-hkscs", "BIG5-HKSCS" },
	{ "euc-jp", "EUC-JP" },
	{ "x-euc-jp", "EUC-JP" },
	{ "iso-2022-jp", "ISO-2022-JP" },
	{ "shift_jis", "CP932" },
	{ "shift-jis", "CP932" },
	{ "sjis", "CP932" },
	{ "x-sjis", "CP932" },
	{ "windows-31j", "CP932" },
	{ "euc-kr", "CP949" },
	{ "ks_c_5601-1987", "CP949" },
	{ "korean", "CP949" },
	{ "windows-949", "CP949" },
	{ "utf-16", "UTF-16LE" },
	{ "utf-16le", "UTF-16LE" },
	{ "utf-16be", "UTF-16BE" },
};

static const struct {
	const char *mark;
	size_t len;
	const char *name;
} marks[] = {
	{ "\xEF\xBB\xBF", 3, CHARSET_UTF8 },
	{ "\xFF\xFE", 2, "UTF-16LE" },
	{ "\xFE\xFF", 2, "UTF-16BE" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* `text` from `at` on. */
static struct span rest(struct span text, size_t at)
{
	return (struct span){ .bytes = text.bytes + at, .len = text.len - at };
}

static struct span skip_blanks(struct span text)
{
	while (text.len && is_blank(text.bytes[0]))
		text = rest(text, 1);
	return text;
}

const char *charset_find(struct span label)
{
	label = skip_blanks(label);
	while (label.len && is_blank(label.bytes[label.len - 1]))
		label.len--;
	for (size_t i = 0; i < COUNT(labels); i++)
		if (span_equal_nocase(label, span_of(labels[i].label)))
			return labels[i].name;
	return NULL;
}

/* What stands behind the "=" up to its end. */
static struct span value_of(struct span text)
{
	size_t len = 0;
	char quote = '\0';

	text = skip_blanks(text);
	if (text.len && (text.bytes[0] == '"' || text.bytes[0] == '\'')) {
		quote = text.bytes[0];
		text = rest(text, 1);
	}
	while (len < text.len &&
	       (quote ? text.bytes[len] != quote : text.bytes[len] != ';' && !is_blank(text.bytes[len])))
		len++;
	/* A quote that is not closed names nothing. */
	if (quote && len == text.len)
		len = 0;
	text.len = len;
	return text;
}

const char *charset_in(struct span text)
{
	const struct span name = SPAN("charset");

	for (; text.len > name.len; text = rest(text, 1)) {
		struct span behind;

		if (strncasecmp(text.bytes, name.bytes, name.len) != 0)
			continue;
		behind = skip_blanks(rest(text, name.len));
		if (behind.len && behind.bytes[0] == '=')
			return charset_find(value_of(rest(behind, 1)));
	}
	return NULL;
}

const char *charset_of_mark(struct span bytes, size_t *mark_len)
{
	for (size_t i = 0; i < COUNT(marks); i++) {
		if (bytes.len < marks[i].len || memcmp(bytes.bytes, marks[i].mark, marks[i].len) != 0)
			continue;
		*mark_len = marks[i].len;
		return marks[i].name;
	}
	*mark_len = 0;
	return NULL;
}

/* Room for U+FFFD behind the last character, and for a letter that is kept back. */
#define SLACK_BYTES 16

/* `unit_len` is how many bytes to step over where no character begins. */
static struct span convert(struct arena *arena, struct span bytes, iconv_t converter, size_t unit_len)
{
	/* No encoding of the list makes more than three bytes of UTF-8 of one byte. */
	size_t in_len = bytes.len, out_size = bytes.len * 3 + SLACK_BYTES, out_len = out_size;
	char *out = arena_alloc(arena, out_size), *out_at = out, *in = (char *)bytes.bytes;

	while (in_len && iconv(converter, &in, &in_len, &out_at, &out_len) == (size_t)-1) {
		/* EINVAL: a character is cut off at the end. */
		if (errno != EILSEQ || in_len < unit_len || out_len < UTF8_REPLACEMENT.len)
			break;
		memcpy(out_at, UTF8_REPLACEMENT.bytes, UTF8_REPLACEMENT.len);
		out_at += UTF8_REPLACEMENT.len;
		out_len -= UTF8_REPLACEMENT.len;
		in += unit_len;
		in_len -= unit_len;
	}
	/* A converter that composes accents keeps the last letter back. */
	iconv(converter, NULL, NULL, &out_at, &out_len);
	/* Some converters let code points pass that UTF-8 does not have. */
	return utf8_repair(arena, (struct span){ .bytes = out, .len = out_size - out_len });
}

struct span charset_decode(struct arena *arena, struct span bytes, const char *charset)
{
	struct span out;
	iconv_t converter;

	if (strcmp(charset, CHARSET_UTF8) == 0)
		return utf8_repair(arena, bytes);
	converter = iconv_open(CHARSET_UTF8, charset);
	/* The C library's conversion tables are files that a small system may lack. */
	if (converter == (iconv_t)-1)
		return utf8_repair(arena, bytes);
	out = convert(arena, bytes, converter, strncmp(charset, "UTF-16", 6) == 0 ? 2 : 1);
	iconv_close(converter);
	return out;
}
