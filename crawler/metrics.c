#include "crawler/metrics.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "crawler/memory.h"

/* jemalloc's, when it is linked: sanitizer builds bring an allocator of their own. */
extern int mallctl(const char *name, void *old, size_t *old_len, void *value, size_t value_len) __attribute__((weak));

static const struct {
	const char *statistic, *help;
} allocator_metrics[] = {
	{ "allocated", "Bytes that the program has asked for." },
	{ "active", "Bytes in pages that hold allocations." },
	{ "metadata", "Bytes that the allocator uses for itself." },
	{ "resident", "Bytes of physical memory that the allocator holds." },
	{ "mapped", "Bytes of address space that the allocator holds." },
};

static void print_metric(FILE *out, const struct metric *metric, bool first)
{
	if (first)
		fprintf(out, "# HELP detour_%s %s\n# TYPE detour_%s gauge\n", metric->name, metric->help, metric->name);
	fprintf(out, "detour_%s", metric->name);
	if (metric->label)
		fprintf(out, "{%s=\"%s\"}", metric->label, metric->label_value);
	fprintf(out, " %" PRIu64 "\n", metric->value);
}

static void print_allocator(FILE *out)
{
	uint64_t epoch = 1;
	size_t len = sizeof(epoch);

	if (!mallctl || mallctl("epoch", &epoch, &len, &epoch, len) != 0)
		return;
	for (size_t i = 0; i < sizeof(allocator_metrics) / sizeof(allocator_metrics[0]); i++) {
		char path[64], name[64];
		size_t value = 0, size = sizeof(value);

		snprintf(path, sizeof(path), "stats.%s", allocator_metrics[i].statistic);
		snprintf(name, sizeof(name), "allocator_%s_bytes", allocator_metrics[i].statistic);
		const struct metric metric = { .name = name, .help = allocator_metrics[i].help };

		if (mallctl(path, &value, &size, NULL, 0) != 0)
			continue;
		print_metric(out, &(struct metric){ .name = metric.name, .help = metric.help, .value = value }, true);
	}
}

static uint64_t microseconds(struct timeval time)
{
	return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

static void print_process(FILE *out)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	const struct metric metric[] = {
		{ .name = "cpu_user_us", .help = "CPU time of the program.", .value = microseconds(usage.ru_utime) },
		{ .name = "cpu_system_us", .help = "CPU time of the kernel.", .value = microseconds(usage.ru_stime) },
		{ .name = "resident_max_bytes",
		  .help = "The most physical memory that was used.",
		  .value = memory_peak_bytes() },
	};

	for (size_t i = 0; i < sizeof(metric) / sizeof(metric[0]); i++)
		print_metric(out, &metric[i], true);
}

bool metrics_write(const char *path, const struct metric *metric, size_t count, FILE *errors)
{
	char *temporary = NULL;
	FILE *out = NULL;
	bool good = false;

	if (asprintf(&temporary, "%s.%ld", path, (long)getpid()) < 0)
		abort();
	out = fopen(temporary, "we");
	if (!out)
		goto out;
	for (size_t i = 0; i < count; i++)
		print_metric(out, &metric[i], i == 0 || strcmp(metric[i].name, metric[i - 1].name) != 0);
	print_allocator(out);
	print_process(out);
	good = fflush(out) == 0 && fsync(fileno(out)) == 0;
out:
	if (out && fclose(out) != 0)
		good = false;
	if (!good || rename(temporary, path) != 0) {
		fprintf(errors, "detour: cannot write %s: %s\n", path, strerror(errno));
		unlink(temporary);
		good = false;
	}
	free(temporary);
	return good;
}

uint64_t metrics_read(const char *path, const char *name)
{
	FILE *in = fopen(path, "re");
	char line[512];
	uint64_t value = 0;
	size_t len = strlen(name);

	if (!in)
		return 0;
	while (fgets(line, sizeof(line), in)) {
		if (strncmp(line, "detour_", 7) == 0 && strncmp(line + 7, name, len) == 0 && line[7 + len] == ' ')
			value = strtoull(line + 7 + len, NULL, 10);
	}
	fclose(in);
	return value;
}
