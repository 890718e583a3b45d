/* The static host table, /etc/hosts (hosts(5)): read once at start, then shared by all loops. */
#ifndef CRAWLER_HOSTS_FILE_H
#define CRAWLER_HOSTS_FILE_H

#include "crawler/address.h"
#include "formats/limits.h"

struct hosts_file;

/* NULL if the file cannot be read, which is no error: it is as good as empty. */
struct hosts_file *hosts_file_read(const char *path);
void hosts_file_free(struct hosts_file *hosts);

/* The addresses of `name` (any case), at most ADDRESSES_MAX, into `out`. Returns how many; 0 if the
 * file does not have the name or `hosts` is NULL. Any thread. */
size_t hosts_file_find(const struct hosts_file *hosts, struct span name, struct address out[ADDRESSES_MAX]);

#endif
