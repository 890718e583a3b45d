/* The inventory without a network: what a hop costs an auditor, and what the end of a run costs.
 *
 *     bench_inventory [--chains N] [--temp-dir DIR]
 *
 * Chains of four hops, http to https to www. to a moved page, on a host for each thousand of them; every tenth goes
 * through one of 100 hubs. Prints one line of JSON: CPU time per hop, wall and CPU time of the end, the highest memory,
 * and the size of the temporary files. */
#include <assert.h>
#include <getopt.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "audit/facts.h"
#include "audit/inventory.h"

#define HOPS 4

/* Chains made before they are added: making them is not measured. */
#define BATCH 64

static double now_s(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void parse(struct record *record, struct url *url, const char *format, uint64_t seq)
{
	char text[200];
	int len = snprintf(text, sizeof(text), format, (unsigned long long)seq / 1000, (unsigned long long)seq);

	assert(len > 0 && (size_t)len < sizeof(text));
	assert(url_parse(&record->arena, (struct span){ .bytes = text, .len = (size_t)len }, NULL, url) == URL_OK);
}

static struct record *make_chain(uint64_t seq)
{
	static const char *const urls[HOPS] = { "http://host%llu.example/shop/brass-cluster-lamp-%llu",
						"https://host%llu.example/shop/brass-cluster-lamp-%llu",
						"https://www.host%llu.example/shop/brass-cluster-lamp-%llu",
						"https://www.host%llu.example/lamps/brass-cluster-%llu" };
	struct record *record = record_new();
	struct chain *chain = &record->chain;

	record->seq = seq;
	for (uint32_t i = 0; i < HOPS; i++) {
		struct hop *hop = record_add_hop(record);

		if (i == 2 && seq % 10 == 0)
			parse(record, &hop->url, "https://hub%llu.example/%llu", seq / 10 % 100);
		else
			parse(record, &hop->url, urls[i], seq);
		hop->status = i + 1 < HOPS ? 301 : 200;
	}
	for (uint32_t i = 0; i + 1 < HOPS; i++)
		chain->hop[i].next = chain->hop[i + 1].url;
	chain->redirects = HOPS - 1;
	chain->outcome = OUTCOME_OK;
	chain->final_url = chain->hop[HOPS - 1].url.href;
	chain->final_status = 200;
	facts_derive(record);
	return record;
}

/* Returns CPU seconds. */
static double add_all(struct inventory_feed *feed, uint64_t chains)
{
	struct record *record[BATCH];
	double seconds = 0;

	for (uint64_t seq = 1; seq <= chains; seq += BATCH) {
		double before;

		for (uint64_t i = 0; i < BATCH; i++)
			record[i] = make_chain(seq + i);
		before = now_s(CLOCK_THREAD_CPUTIME_ID);
		for (uint64_t i = 0; i < BATCH; i++)
			inventory_add(feed, record[i]);
		seconds += now_s(CLOCK_THREAD_CPUTIME_ID) - before;
		for (uint64_t i = 0; i < BATCH; i++)
			record_free(record[i]);
	}
	return seconds;
}

static struct output *open_output(const char *directory, char path[200])
{
	struct output_config config = { .part_bytes = 1 << 20, .frame_age_us = 1000000, .run_id = "bench" };
	struct output *output;
	int exit_code;

	snprintf(path, 200, "%s/detour-bench-XXXXXX", directory);
	assert(mkdtemp(path));
	config.path = path;
	output = output_open(&config, stderr, &exit_code);
	assert(output);
	return output;
}

static void remove_output(const char *path)
{
	static const char *const names[] = { INVENTORY_NAME, "_manifest.json", "_SUCCESS", ".lock" };
	char name[300];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "%s/%s", path, names[i]);
		unlink(name);
	}
	rmdir(path);
}

static void measure(uint64_t chains, const char *directory)
{
	struct inventory_result result;
	struct rule_settings settings;
	struct inventory *inventory;
	struct output *output;
	struct rusage usage;
	char path[200];
	double add, end, end_cpu;

	rule_settings_init(&settings);
	output = open_output(directory, path);
	inventory = inventory_new(directory, &settings, 1);
	add = add_all(inventory_feed(inventory, 0), chains);
	end = now_s(CLOCK_MONOTONIC);
	end_cpu = now_s(CLOCK_PROCESS_CPUTIME_ID);
	assert(inventory_finish(inventory, output, &result, stderr));
	end = now_s(CLOCK_MONOTONIC) - end;
	end_cpu = now_s(CLOCK_PROCESS_CPUTIME_ID) - end_cpu;
	output_close(output, &(struct manifest_facts){ .tool_version = "bench" });
	inventory_free(inventory);
	remove_output(path);
	getrusage(RUSAGE_SELF, &usage);
	printf("{\"chains\":%llu,\"hops\":%llu,\"add_ns_per_hop\":%.0f,\"end_s\":%.1f,\"end_cpu_s\":%.1f,\"hops_per_cpu_s\":%.0f,"
	       "\"memory_mib\":%ld,\"temporary_mib\":%llu,\"findings\":%llu}\n",
	       (unsigned long long)chains, (unsigned long long)chains * HOPS, add * 1e9 / (double)(chains * HOPS), end,
	       end_cpu, (double)(chains * HOPS) / end_cpu, usage.ru_maxrss / 1024,
	       (unsigned long long)result.temporary_bytes >> 20,
	       (unsigned long long)(result.findings[SEVERITY_NOTICE] + result.findings[SEVERITY_WARNING] +
				    result.findings[SEVERITY_ERROR]));
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "chains", required_argument, NULL, 'c' },
						 { "temp-dir", required_argument, NULL, 't' },
						 { NULL, 0, NULL, 0 } };
	const char *directory = "/var/tmp";
	uint64_t chains = 1000000;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 'c')
			chains = strtoull(optarg, NULL, 10);
		else if (option == 't')
			directory = optarg;
		else
			return EX_USAGE;
	}
	chains = (chains + BATCH - 1) / BATCH * BATCH;
	measure(chains, directory);
	return 0;
}
