#include "crawler/memory.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "crawler/clock.h"

/* Of the memory that is available, in percent, without --memory: the rest is for the kernel's socket
 * buffers, which are charged to the control group, and for the other programs of the machine. */
#define SHARE_PCT 80

/* Of the budget, in percent. Below the first there may be more walks by and by; from the second on there are
 * no more than there were, as those that were let in still grow; from the third on there are fewer. */
#define AMPLE_PCT 75
#define SHORT_PCT 90
#define OVER_PCT  97

/* What a walk will take, plain HTTP: 18.7 KiB measured with 50,000 that wait for their answers, and 23 KiB with
 * the answers. Most of it is taken when its request begins, long after it was let in if names are slow. So
 * there are no more walks at first than fit into half of the budget; the other half is for the memo, the rows
 * and the libraries. */
#define WALK_BYTES 24576

/* How often the kernel is asked: a microsecond each time. A hundred thousand walks a second, more than a
 * loop begins, take 20 MiB in this time. */
#define READ_EVERY_US (10 * US_PER_MS)

/* While the resident set is small, the walks that there may be grow by one part in so many each time that it is
 * read: twofold in seven seconds, in which it shows what they take. */
#define GROW_PART 1024

/* How often the allocator is asked to give back pages that hold nothing. It does so by itself after some
 * seconds, and to ask the kernel for them again is dear. */
#define PURGE_EVERY_US (1 * US_PER_S)

/* jemalloc's, when it is linked: sanitizer builds bring an allocator of their own. */
extern int mallctl(const char *name, void *old, size_t *old_len, void *value, size_t value_len) __attribute__((weak));

/* 4096 stands for all arenas (MALLCTL_ARENAS_ALL). */
#define ALL_ARENAS_PURGE "arena.4096.purge"

/* Reads a number, or the word "max"; UINT64_MAX if there is none. */
static uint64_t read_limit(const char *path)
{
	FILE *in = fopen(path, "re");
	uint64_t value = UINT64_MAX;

	if (!in)
		return UINT64_MAX;
	if (fscanf(in, "%" SCNu64, &value) != 1)
		value = UINT64_MAX;
	fclose(in);
	return value;
}

/* The least of the group's limits and of those above it; the end of `path` is cut off. */
static uint64_t least_limit(const char *mount, char *path)
{
	static const char *const names[] = { "memory.max", "memory.high", "memory.limit_in_bytes" };
	uint64_t least = UINT64_MAX;

	for (;;) {
		char *slash;

		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			char file[1024];
			uint64_t limit;

			snprintf(file, sizeof(file), "%s%s/%s", mount, path, names[i]);
			limit = read_limit(file);
			least = limit < least ? limit : least;
		}
		slash = strrchr(path, '/');
		if (!slash)
			return least;
		*slash = '\0';
	}
}

/* What a line of /proc/self/cgroup stands for: "0::/group" or "5:memory:/group". */
static uint64_t limit_of_line(const char *root, char *line)
{
	char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;
	char mount[512];

	if (!path)
		return UINT64_MAX;
	controllers++;
	*path++ = '\0';
	path[strcspn(path, "\n")] = '\0';
	if (*controllers && strcmp(controllers, "memory") != 0)
		return UINT64_MAX;
	snprintf(mount, sizeof(mount), "%s/sys/fs/cgroup%s%s", root, *controllers ? "/" : "", controllers);
	return least_limit(mount, path);
}

uint64_t memory_available_bytes(const char *root)
{
	uint64_t least = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
	char line[512];
	FILE *in;

	snprintf(line, sizeof(line), "%s/proc/self/cgroup", root);
	in = fopen(line, "re");
	while (in && fgets(line, sizeof(line), in)) {
		uint64_t limit = limit_of_line(root, line);

		least = limit < least ? limit : least;
	}
	if (in)
		fclose(in);
	return least;
}

/* 0 if the kernel does not tell. */
static uint64_t resident_bytes(const struct memory_budget *budget)
{
	char text[128];
	ssize_t len = pread(budget->statm, text, sizeof(text) - 1, 0);
	uint64_t pages = 0;

	if (len <= 0)
		return 0;
	text[len] = '\0';
	if (sscanf(text, "%*u %" SCNu64, &pages) != 1)
		return 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void memory_budget_init(struct memory_budget *budget, uint32_t budget_mib)
{
	budget->bytes = budget_mib ? (uint64_t)budget_mib << 20 : memory_available_bytes("") / 100 * SHARE_PCT;
	budget->statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	atomic_init(&budget->again_us, 0);
	atomic_init(&budget->walks, budget->bytes / 2 / WALK_BYTES);
	budget->most = 1;
	budget->purge_us = 0;
}

void memory_budget_release(struct memory_budget *budget)
{
	if (budget->statm >= 0)
		close(budget->statm);
	budget->statm = -1;
}

static uint64_t fit_walks(struct memory_budget *budget, uint64_t walks, uint64_t live, int64_t now_us)
{
	uint64_t bytes = resident_bytes(budget);

	if (bytes < budget->bytes / 100 * SHORT_PCT) {
		budget->most = live > budget->most ? live : budget->most;
		return live >= walks && bytes < budget->bytes / 100 * AMPLE_PCT ? walks + walks / GROW_PART + 1 : walks;
	}
	if (now_us >= budget->purge_us) {
		budget->purge_us = now_us + PURGE_EVERY_US;
		if (mallctl)
			mallctl(ALL_ARENAS_PURGE, NULL, NULL, NULL, 0);
		/* Still, after the last purge and with those gone that were too many then. */
		if (bytes >= budget->bytes / 100 * OVER_PCT && live <= budget->most)
			budget->most = live > 8 ? live - live / 8 : 1;
	}
	return walks < budget->most ? walks : budget->most;
}

bool memory_is_short(struct memory_budget *budget, uint64_t live, int64_t now_us)
{
	int64_t again_us = atomic_load_explicit(&budget->again_us, memory_order_relaxed);
	uint64_t walks = atomic_load_explicit(&budget->walks, memory_order_relaxed);

	/* Who moves the time reads, and has the other members for itself until the time has come again: the
	 * release pairs with the next reader's acquire. */
	if (now_us >= again_us && atomic_compare_exchange_strong_explicit(&budget->again_us, &again_us, INT64_MAX,
									  memory_order_acquire, memory_order_relaxed)) {
		walks = fit_walks(budget, atomic_load_explicit(&budget->walks, memory_order_relaxed), live, now_us);
		atomic_store_explicit(&budget->walks, walks, memory_order_relaxed);
		atomic_store_explicit(&budget->again_us, now_us + READ_EVERY_US, memory_order_release);
	}
	return live >= walks;
}

uint64_t memory_peak_bytes(void)
{
	FILE *in = fopen("/proc/self/status", "re");
	char line[256];
	uint64_t kib = 0;
	struct rusage usage;

	/* The kernel's other figure, ru_maxrss, is at least what the program had that started this one. */
	while (in && fgets(line, sizeof(line), in)) {
		if (sscanf(line, "VmHWM: %" SCNu64 " kB", &kib) == 1)
			break;
	}
	if (in)
		fclose(in);
	if (!kib && getrusage(RUSAGE_SELF, &usage) == 0)
		kib = (uint64_t)usage.ru_maxrss;
	return kib * 1024;
}
