#include "audit/auditor.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "formats/arena.h"

/* How often an idle auditor looks whether its rows have waited long enough. */
#define IDLE_MS 250

struct auditor {
	pthread_t thread;
	struct queue *queue;
	const struct rule_settings *settings;
	struct output_writer *writer;
	struct inventory_feed *inventory; /* NULL: none is made */
	struct tally tally;
};

struct auditors {
	unsigned count;
	struct auditor auditor[];
};

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* False once writing has failed. */
static bool audit_one(struct auditor *auditor, struct record *record, bool writing)
{
	audit_record(record, auditor->settings);
	if (writing)
		writing = output_write(auditor->writer, record);
	if (writing)
		tally_add(&auditor->tally, record);
	if (writing && auditor->inventory)
		inventory_add(auditor->inventory, record);
	record_free(record);
	return writing;
}

static void *run(void *data)
{
	struct auditor *auditor = data;
	struct record *record;
	bool writing = true;

	/* For those who look at threads: ps, top -H, the bench. */
	pthread_setname_np(pthread_self(), "auditor");
	for (;;) {
		enum queue_result result = queue_pop(auditor->queue, IDLE_MS, &record);

		if (result == QUEUE_END)
			break;
		if (result == QUEUE_RECORD)
			writing = audit_one(auditor, record, writing);
		if (writing)
			writing = output_flush_if_due(auditor->writer, now_us());
	}
	if (writing)
		/* A failure here is output_close's to tell. */
		(void)!output_finish_writer(auditor->writer);
	return NULL;
}

struct auditors *auditors_start(unsigned count, struct queue *queue, const struct rule_settings *settings,
				struct output *output, struct inventory *inventory, FILE *errors)
{
	struct auditors *auditors = memory_alloc(sizeof(*auditors) + count * sizeof(auditors->auditor[0]));

	auditors->count = count;
	for (unsigned i = 0; i < count; i++) {
		struct auditor *auditor = &auditors->auditor[i];

		*auditor = (struct auditor){ .queue = queue,
					     .settings = settings,
					     .writer = output_writer_new(output),
					     .inventory = inventory ? inventory_feed(inventory, i) : NULL };
		tally_init(&auditor->tally);
		if (pthread_create(&auditor->thread, NULL, run, auditor) != 0) {
			fprintf(errors, "detour: cannot start a thread\n");
			exit(EXIT_FAILURE);
		}
	}
	return auditors;
}

void auditors_join(struct auditors *auditors, struct tally *tally)
{
	for (unsigned i = 0; i < auditors->count; i++) {
		struct auditor *auditor = &auditors->auditor[i];

		pthread_join(auditor->thread, NULL);
		tally_merge(tally, &auditor->tally);
		tally_release(&auditor->tally);
		output_writer_free(auditor->writer);
	}
	free(auditors);
}
