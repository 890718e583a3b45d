/* --connect-to: sending requests to another server than the name says, with curl's syntax
 * HOST1:PORT1:HOST2:PORT2. An empty HOST1 or PORT1 matches every one; an empty HOST2 or PORT2 keeps
 * the URL's. The first entry that matches counts. The URL, the Host field and the name in the
 * certificate stay as they are. */
#ifndef CRAWLER_CONNECT_TO_H
#define CRAWLER_CONNECT_TO_H

#include <stdio.h>

#include "crawler/options.h"
#include "formats/url.h"

struct connect_to_entry {
	struct span host, target_host; /* pieces of the option's text; IPv6 with brackets */
	uint16_t port, target_port;    /* 0: empty */
};

struct connect_to {
	struct connect_to_entry *entry;
	size_t count;
};

/* False after a message on `errors`. The texts of `list` must outlive `out`. */
bool connect_to_init(struct connect_to *out, const struct option_list *list, FILE *errors);
void connect_to_release(struct connect_to *connect_to);

/* Where to connect to for `url`: its own host and port, or an entry's. */
void connect_to_find(const struct connect_to *connect_to, const struct url *url, struct span *host, uint16_t *port);

#endif
