#include "crawler/crawler.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "crawler/capacity.h"
#include "crawler/help.h"
#include "crawler/loop.h"
#include "crawler/tls.h"

#define HOSTS_FILE "/etc/hosts"

struct crawler {
	struct crawl crawl;
	struct arena scratch; /* of crawler_add; emptied with each line */
	uint64_t lines_invalid;
	bool started;
};

/* As many walks as --concurrency says, or as there are descriptors for. */
static void fit_walks(struct crawl *crawl, FILE *errors)
{
	const struct capacity_machine machine = capacity_machine();
	const struct capacity capacity = capacity_fit(crawl->options, &machine);

	if (capacity.walks_max < crawl->options->concurrency)
		fprintf(errors, "detour: the limit of %" PRIu64 " descriptors allows %" PRIu32 " walks in flight%s\n",
			machine.descriptors, capacity.walks_max,
			machine.own_tables ? "" : ", as no loop can have a table of its own here");
	crawl->loops = capacity.loops;
	crawl->walks_max = capacity.walks_max;
	crawl->hops_max = capacity.hops_max;
	crawl->own_tables = capacity.own_tables;
	crawl->shards = capacity.shards;
	crawl->connections_max = capacity.connections_max;
}

static bool read_policy(struct address_policy *policy, const struct option_list *list, FILE *errors)
{
	const char *bad = address_policy_init(policy, list->text, list->count);

	if (bad)
		fprintf(errors, "detour: --allow-address: \"%s\" is not an address or a CIDR range\n", bad);
	return !bad;
}

static void watch_nothing(void *context, int fd, uint32_t events)
{
	(void)context;
	(void)fd;
	(void)events;
}

/* Each loop makes a resolver in its own thread; here it only shows that the options will do. */
static bool check_resolver(const struct options *options, FILE *errors)
{
	const struct resolver_config config = { .options = options, .loops = 1, .watch = watch_nothing };
	struct resolver *resolver = resolver_new(&config, errors);

	resolver_free(resolver);
	return resolver != NULL;
}

static bool make_loops(struct crawl *crawl, FILE *errors)
{
	crawl->loop = memory_alloc(crawl->loops * sizeof(struct loop *));
	memset(crawl->loop, 0, crawl->loops * sizeof(struct loop *));
	for (unsigned i = 0; i < crawl->loops; i++) {
		crawl->loop[i] = loop_new(crawl, i, errors);
		if (!crawl->loop[i])
			return false;
	}
	return true;
}

struct crawler *crawler_new(const struct crawler_config *config, FILE *errors, int *exit_code)
{
	const struct options *options = config->options;
	struct crawler *crawler = memory_alloc(sizeof(*crawler));
	struct crawl *crawl = &crawler->crawl;

	memset(crawler, 0, sizeof(*crawler));
	arena_init(&crawler->scratch);
	crawl->options = options;
	crawl->done = config->done;
	crawl->context = config->context;
	memory_budget_init(&crawl->memory, options->memory_mib);
	fit_walks(crawl, errors);
	crawl->spread_hosts = crawl->loops > 1 && options->per_host >= SPREAD_PER_HOST_MIN &&
			      (options->rate == 0 || options->rate >= crawl->loops);
	crawl->ended_fd = eventfd(0, EFD_CLOEXEC);
	*exit_code = EXIT_USAGE;
	if (!read_policy(&crawl->policy, &options->allow_address, errors) ||
	    !connect_to_init(&crawl->connect_to, &options->connect_to, errors) || !check_resolver(options, errors))
		goto fail;
	*exit_code = EX_NOINPUT;
	crawl->store = tls_store_new(options->ca_file, errors);
	if (!crawl->store)
		goto fail;
	if (!options->dns_server.count)
		crawl->hosts_file = hosts_file_read(HOSTS_FILE);
	*exit_code = EX_OSERR;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		goto fail;
	return crawler;
fail:
	crawler_free(crawler);
	return NULL;
}

void crawler_free(struct crawler *crawler)
{
	struct crawl *crawl;

	if (!crawler)
		return;
	crawl = &crawler->crawl;
	for (unsigned i = 0; crawl->loop && i < crawl->loops; i++)
		loop_free(crawl->loop[i]);
	free(crawl->loop);
	frontier_free(crawl->frontier);
	hosts_file_free(crawl->hosts_file);
	X509_STORE_free(crawl->store);
	connect_to_release(&crawl->connect_to);
	address_policy_release(&crawl->policy);
	memory_budget_release(&crawl->memory);
	if (crawl->ended_fd >= 0)
		close(crawl->ended_fd);
	arena_release(&crawler->scratch);
	free(crawler);
}

bool crawler_open(struct crawler *crawler, const char *temporary_directory, FILE *errors)
{
	struct crawl *crawl = &crawler->crawl;

	crawl->frontier = frontier_new(temporary_directory, crawl->loops, errors);
	return crawl->frontier && make_loops(crawl, errors);
}

static void refuse_line(struct crawler *crawler, const struct input_line *line, enum hop_error error)
{
	struct crawl *crawl = &crawler->crawl;
	struct record *record = record_new();

	record->seq = line->seq;
	record->method = line->method;
	record->input_url = arena_copy(&record->arena, error == HOP_ERROR_INPUT_METHOD ? line->text : line->url);
	record->chain.outcome = OUTCOME_INVALID_INPUT;
	record->chain.error = error;
	crawler->lines_invalid++;
	/* Auditors are at work, so there will be room. */
	while (!crawl->done(crawl->context, record))
		poll(NULL, 0, 1);
}

bool crawler_add(struct crawler *crawler, const struct input_line *line, FILE *errors)
{
	struct crawl *crawl = &crawler->crawl;
	struct url url;
	enum hop_error error = line->error;

	arena_release(&crawler->scratch);
	if (error == HOP_OK)
		error = hop_error_of_url(url_parse(&crawler->scratch, line->url, NULL, &url));
	if (error == HOP_OK && !url_is_web(&url))
		error = HOP_ERROR_INPUT_SCHEME;
	if (error != HOP_OK) {
		refuse_line(crawler, line, error);
		return true;
	}
	const struct frontier_entry entry = { .seq = line->seq, .method = line->method, .text = line->url };

	if (frontier_add(crawl->frontier, crawl_owner(crawl, &url), url.host, &entry))
		return true;
	fprintf(errors, "detour: cannot write the temporary file of the URL list: %s\n",
		frontier_error(crawl->frontier));
	return false;
}

bool crawler_start(struct crawler *crawler, FILE *errors)
{
	struct crawl *crawl = &crawler->crawl;

	if (!frontier_seal(crawl->frontier)) {
		fprintf(errors, "detour: cannot write the temporary file of the URL list: %s\n",
			frontier_error(crawl->frontier));
		return false;
	}
	atomic_store(&crawl->walks_left, frontier_lines(crawl->frontier));
	atomic_store(&crawl->pass, 1);
	atomic_store(&crawl->running, crawl->loops);
	crawler->started = true;
	for (unsigned i = 0; i < crawl->loops; i++) {
		if (!loop_start(crawl->loop[i])) {
			fprintf(errors, "detour: cannot start a thread: %s\n", strerror(errno));
			exit(EX_OSERR);
		}
	}
	return true;
}

int crawler_ended_fd(const struct crawler *crawler)
{
	return crawler->crawl.ended_fd;
}

void crawler_stop(struct crawler *crawler)
{
	atomic_store(&crawler->crawl.stopping, true);
	crawl_wake(&crawler->crawl);
}

void crawler_abort(struct crawler *crawler)
{
	atomic_store(&crawler->crawl.stopping, true);
	atomic_store(&crawler->crawl.aborting, true);
	crawl_wake(&crawler->crawl);
}

void crawler_join(struct crawler *crawler)
{
	for (unsigned i = 0; crawler->started && i < crawler->crawl.loops; i++)
		pthread_join(crawler->crawl.loop[i]->thread, NULL);
	crawler->started = false;
}

void crawler_count(const struct crawler *crawler, struct crawler_counters *out)
{
	const struct crawl *crawl = &crawler->crawl;

	*out = (struct crawler_counters){ .lines = frontier_lines(crawl->frontier) + crawler->lines_invalid,
					  .lines_done = crawler->lines_invalid,
					  .walks_live = atomic_load(&crawl->walks_live),
					  .walks_deferred = atomic_load(&crawl->walks_deferred) };
	for (unsigned i = 0; i < crawl->loops; i++) {
		const struct loop_counters *counters = &crawl->loop[i]->counters;

		out->lines_done += counter_read(&counters->lines_done);
		out->requests += counter_read(&counters->requests);
		out->requests_live += counter_read(&counters->requests_live);
		out->recalled += counter_read(&counters->recalled);
		out->failures += counter_read(&counters->failures);
		out->held_back += counter_read(&counters->held_back);
		out->handed_over += counter_read(&counters->handed_over);
		out->hosts_set_aside += counter_read(&counters->hosts_set_aside);
		out->robots_fetched += counter_read(&counters->robots_fetched);
	}
	out->temporary_bytes = frontier_bytes(crawl->frontier);
}

void crawler_each_set_aside(const struct crawler *crawler, void (*each)(void *context, const char *host), void *context)
{
	for (unsigned i = 0; i < crawler->crawl.loops; i++) {
		const struct loop *loop = crawler->crawl.loop[i];

		for (unsigned n = 0; n < loop->set_aside_count; n++)
			each(context, loop->set_aside[n]);
	}
}
