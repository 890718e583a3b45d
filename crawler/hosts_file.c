#include "crawler/hosts_file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

#include "formats/arena.h"

struct static_host {
	UT_hash_handle hh;
	struct address address[ADDRESSES_MAX];
	size_t address_count;
	char name[];
};

struct hosts_file {
	struct static_host *by_name;
};

/* Lower-case, into `out`, which has room for `len` + 1. */
static void fold(char *out, const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (char)tolower((unsigned char)name[i]);
	out[len] = '\0';
}

static void add(struct hosts_file *hosts, const char *name, const struct address *address)
{
	size_t len = strlen(name);
	struct static_host *fresh = memory_alloc(sizeof(*fresh) + len + 1), *host;

	fold(fresh->name, name, len);
	HASH_FIND(hh, hosts->by_name, fresh->name, len, host);
	if (host) {
		free(fresh);
	} else {
		host = fresh;
		host->address_count = 0;
		HASH_ADD_KEYPTR(hh, hosts->by_name, host->name, len, host);
	}
	if (host->address_count < ADDRESSES_MAX)
		host->address[host->address_count++] = *address;
}

static void add_line(struct hosts_file *hosts, char *line)
{
	static const char blanks[] = " \t\r\n";
	struct address address;
	char *rest = NULL, *word;

	line[strcspn(line, "#")] = '\0';
	word = strtok_r(line, blanks, &rest);
	if (!word || !address_parse(span_of(word), &address))
		return;
	while ((word = strtok_r(NULL, blanks, &rest)) != NULL)
		add(hosts, word, &address);
}

struct hosts_file *hosts_file_read(const char *path)
{
	FILE *file = fopen(path, "re");
	struct hosts_file *hosts;
	char *line = NULL;
	size_t size = 0;

	if (!file)
		return NULL;
	hosts = memory_alloc(sizeof(*hosts));
	hosts->by_name = NULL;
	while (getline(&line, &size, file) >= 0)
		add_line(hosts, line);
	free(line);
	fclose(file);
	return hosts;
}

void hosts_file_free(struct hosts_file *hosts)
{
	struct static_host *host, *next;

	if (!hosts)
		return;
	HASH_ITER(hh, hosts->by_name, host, next)
	{
		HASH_DEL(hosts->by_name, host);
		free(host);
	}
	free(hosts);
}

size_t hosts_file_find(const struct hosts_file *hosts, struct span name, struct address out[ADDRESSES_MAX])
{
	const struct static_host *host;
	char folded[256];

	if (!hosts || name.len >= sizeof(folded))
		return 0;
	fold(folded, name.bytes, name.len);
	HASH_FIND(hh, hosts->by_name, folded, name.len, host);
	if (!host)
		return 0;
	memcpy(out, host->address, host->address_count * sizeof(*out));
	return host->address_count;
}
