#include "bench/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <time.h>

#include "formats/arena.h"

_Noreturn void client_die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(EX_OSERR);
}

char *client_read_file(const char *file)
{
	FILE *stream = fopen(file, "r");
	char *text = NULL;
	size_t size = 0;

	if (!stream || getdelim(&text, &size, '\0', stream) < 0)
		client_die(file);
	fclose(stream);
	return text;
}

void client_load_hosts(struct map *hosts, const char *file)
{
	char *save, *text = client_read_file(file);

	for (char *name = strtok_r(text, " \n", &save); name; name = strtok_r(NULL, " \n", &save)) {
		char *address = strtok_r(NULL, " \n", &save);
		struct client_host *host = memory_alloc(sizeof(*host));

		*host = (struct client_host){ .name = span_of(name) };
		if (!address || inet_pton(AF_INET, address, &host->address) != 1)
			client_die("a line of the hosts file is not NAME ADDRESS");
		map_set(hosts, host->name, host);
	}
}

size_t client_raise_descriptor_limit(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur;
}

bool client_split(const char *url, const char *scheme, struct span *host, const char **target)
{
	size_t len = strlen(scheme);

	if (strncmp(url, scheme, len) != 0)
		return false;
	host->bytes = url + len;
	host->len = strcspn(host->bytes, "/");
	*target = host->bytes + host->len;
	return **target == '/';
}

double client_now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
