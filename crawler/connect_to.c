#include "crawler/connect_to.h"

#include <ctype.h>
#include <stdlib.h>

#include "formats/arena.h"

/* The text up to the next colon outside brackets; moves `rest` behind it. */
static struct span take_field(const char **rest)
{
	const char *begin = *rest, *end = begin;

	if (*end == '[')
		end += strcspn(end, "]");
	end += strcspn(end, ":");
	*rest = *end ? end + 1 : NULL;
	return (struct span){ .bytes = begin, .len = (size_t)(end - begin) };
}

static bool parse_port(struct span text, uint16_t *out)
{
	unsigned long port = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (!isdigit((unsigned char)text.bytes[i]) || i > 4)
			return false;
		port = port * 10 + (unsigned long)(text.bytes[i] - '0');
	}
	*out = (uint16_t)port;
	return port <= UINT16_MAX && (text.len == 0 || port > 0);
}

static bool parse_entry(const char *text, struct connect_to_entry *out)
{
	struct span field[4];
	const char *rest = text;

	for (int i = 0; i < 4; i++) {
		if (!rest)
			return false;
		field[i] = take_field(&rest);
	}
	out->host = field[0];
	out->target_host = field[2];
	return !rest && parse_port(field[1], &out->port) && parse_port(field[3], &out->target_port);
}

bool connect_to_init(struct connect_to *out, const struct option_list *list, FILE *errors)
{
	*out = (struct connect_to){ .count = list->count };
	out->entry = memory_alloc(list->count * sizeof(*out->entry));
	for (size_t i = 0; i < list->count; i++) {
		if (!parse_entry(list->text[i], &out->entry[i])) {
			fprintf(errors, "detour: --connect-to: \"%s\" is not HOST:PORT:ADDR:PORT\n", list->text[i]);
			connect_to_release(out);
			return false;
		}
	}
	return true;
}

void connect_to_release(struct connect_to *connect_to)
{
	free(connect_to->entry);
	*connect_to = (struct connect_to){ .entry = NULL };
}

void connect_to_find(const struct connect_to *connect_to, const struct url *url, struct span *host, uint16_t *port)
{
	*host = url->host;
	*port = url->port;
	for (size_t i = 0; i < connect_to->count; i++) {
		const struct connect_to_entry *entry = &connect_to->entry[i];

		if ((entry->host.len && !span_equal_nocase(entry->host, url->host)) ||
		    (entry->port && entry->port != url->port))
			continue;
		if (entry->target_host.len)
			*host = entry->target_host;
		if (entry->target_port)
			*port = entry->target_port;
		return;
	}
}
