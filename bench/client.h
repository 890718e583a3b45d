/* What the bench's bare clients share: the list, the names, the limits, the clock. Each of them is one
 * thread that lives for one list, so nothing is freed, and what is wrong ends the process. */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <netinet/in.h>

#include "formats/span.h"
#include "tests/origin/map.h"

/* Says what is wrong, with errno's words, and ends the process. */
_Noreturn void client_die(const char *what);

/* A file's bytes with a NUL behind them. */
char *client_read_file(const char *file);

struct client_host {
	struct in_addr address;
	struct span name;
	void *waiting; /* for the client's use; NULL at first */
};

/* Reads "name address" lines; the values are struct client_host. */
void client_load_hosts(struct map *hosts, const char *file);

/* Raises the soft limit of descriptors to the hard one, and returns it. */
size_t client_raise_descriptor_limit(void);

/* Host and target of a URL that begins with `scheme`, "http://" say. False: it does not, or has no path. */
bool client_split(const char *url, const char *scheme, struct span *host, const char **target);

double client_now_s(void);

#endif
