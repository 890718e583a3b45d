/* An inventory of example lists (see `bad` in rule.h), and the rows that come of it. */
#ifndef TESTS_AUDIT_INVENTORY_BED_H
#define TESTS_AUDIT_INVENTORY_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/example.h"
#include "audit/inventory.h"
#include "formats/buf.h"
#include "tests/formats/scratch.h"
#include "tests/formats/unpack.h"

struct bed {
	struct scratch scratch;
	struct rule_settings settings;
	struct output *output;
	struct inventory *inventory;
	unsigned feeds;
	uint64_t lines;
};

static inline void bed_init(struct bed *bed, unsigned feeds)
{
	struct output_config config = { .part_bytes = 1 << 20, .frame_age_us = 1000000, .run_id = "test" };
	int exit_code;

	*bed = (struct bed){ .feeds = feeds };
	scratch_init(&bed->scratch);
	config.path = scratch_path(&bed->scratch, "out");
	rule_settings_init(&bed->settings);
	bed->output = output_open(&config, stderr, &exit_code);
	assert_non_null(bed->output);
	bed->inventory = inventory_new(bed->scratch.path, &bed->settings, feeds);
}

/* The chain as the line that comes next. Consecutive lines go to different feeds. */
static inline void bed_add(struct bed *bed, const char *chain)
{
	struct example example;
	uint32_t error_line;

	if (!example_parse(&example, chain, &error_line))
		fail_msg("line %u of this chain is wrong:\n%s", error_line, chain);
	example.record->seq = ++bed->lines;
	audit_record(example.record, &bed->settings);
	inventory_add(inventory_feed(bed->inventory, (unsigned)bed->lines % bed->feeds), example.record);
	example_release(&example);
}

/* The number in letters: "a", "b" ... "z", "ba". */
static inline void bed_letters(struct buf *text, unsigned number)
{
	if (number > 25)
		bed_letters(text, number / 26);
	buf_add_char(text, (char)('a' + number % 26));
}

/* Adds "[1-50]" chains, with the number in place of each "#" and "@". */
static inline void bed_add_times(struct bed *bed, unsigned times, struct span chain)
{
	for (unsigned i = 1; i <= times; i++) {
		struct buf text;

		buf_init(&text, 1 << 16);
		for (size_t at = 0; at < chain.len; at++) {
			if (chain.bytes[at] == '#')
				buf_add_uint(&text, i);
			else if (chain.bytes[at] == '@')
				bed_letters(&text, i);
			else
				buf_add_char(&text, chain.bytes[at]);
		}
		buf_add_char(&text, '\0');
		bed_add(bed, text.bytes);
		buf_release(&text);
	}
}

/* Adds the chains of a list; returns what it says that comes of it: its lines with "! ". */
static inline const char *bed_add_list(struct bed *bed, const char *list)
{
	while (*list && *list != '!') {
		const char *end = strstr(list, "\n\n"), *wanted = strstr(list, "\n! ");
		unsigned times = 1;

		if (wanted && (!end || wanted < end))
			end = wanted;
		if (!end)
			end = list + strlen(list) - 1;
		if (sscanf(list, "[1-%u]\n", &times) == 1)
			list = strchr(list, '\n') + 1;
		bed_add_times(bed, times, (struct span){ .bytes = list, .len = (size_t)(end - list) + 1 });
		list = end + 1;
		list += *list == '\n';
	}
	return list;
}

static inline struct inventory_result bed_finish(struct bed *bed)
{
	const struct manifest_facts facts = { .tool_version = "test" };
	struct inventory_result result;

	assert_true(inventory_finish(bed->inventory, bed->output, &result, stderr));
	assert_int_equal(result.chains, bed->lines);
	assert_int_equal(output_close(bed->output, &facts), 0);
	return result;
}

/* The rows, with a NUL; "" if there is no file. To be freed. */
static inline char *bed_rows(const struct bed *bed)
{
	if (!scratch_has(&bed->scratch, "out/" INVENTORY_NAME))
		return strdup("");
	return unpack(&bed->scratch, "out/" INVENTORY_NAME);
}

static inline void bed_release(struct bed *bed)
{
	inventory_free(bed->inventory);
	scratch_release(&bed->scratch);
}

#endif
