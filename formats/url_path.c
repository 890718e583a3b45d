#include "formats/url_path.h"

/* 1 for ".", 2 for "..", with "%2e" for either dot; 0 for any other segment. */
static unsigned dot_count(struct span segment)
{
	unsigned count = 0;

	while (segment.len && count <= 2) {
		if (segment.bytes[0] == '.')
			segment = url_skip(segment, 1);
		else if (segment.len >= 3 && strncasecmp(segment.bytes, "%2e", 3) == 0)
			segment = url_skip(segment, 3);
		else
			return 0;
		count++;
	}
	return count <= 2 ? count : 0;
}

void url_shorten_path(struct url_text *text, size_t path_start)
{
	while (text->len > path_start && text->bytes[--text->len] != '/')
		;
}

void url_add_path(struct url_text *text, size_t path_start, struct span path)
{
	for (bool more = true; more;) {
		size_t len = 0;
		struct span segment;
		unsigned dots;

		while (len < path.len && !url_is_slash(path.bytes[len]))
			len++;
		segment = url_first(path, len);
		more = len < path.len;
		path = url_skip(path, more ? len + 1 : len);
		dots = dot_count(segment);
		if (dots == 2)
			url_shorten_path(text, path_start);
		if (dots == 0 || !more)
			url_text_add_char(text, '/');
		if (dots == 0)
			url_text_add_encoded(text, segment, &url_encode_path);
	}
}
