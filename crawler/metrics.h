/* --metrics-file: a run's figures in Prometheus' text format, for the textfile collector of
 * node_exporter. The file is renamed into place, so that the collector never reads half of it. */
#ifndef CRAWLER_METRICS_H
#define CRAWLER_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct metric {
	const char *name; /* without the "detour_" in front; samples of one name stand together */
	const char *help;
	const char *label;       /* NULL: none */
	const char *label_value; /* a name of ours: needs no escaping */
	uint64_t value;
};

/* Writes the samples, and what the allocator and the kernel say of this process's memory and time.
 * False after a message on `errors`. */
bool metrics_write(const char *path, const struct metric *metric, size_t count, FILE *errors);

/* The last value of a sample without labels in an earlier file; 0 if there is none. */
uint64_t metrics_read(const char *path, const char *name);

#endif
