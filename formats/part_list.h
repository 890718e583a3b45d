/* The part files that a directory holds. */
#ifndef FORMATS_PART_LIST_H
#define FORMATS_PART_LIST_H

#include "formats/output_dir.h"

struct part_entry {
	unsigned number;
	bool published; /* otherwise its name begins with a dot */
};

struct part_list {
	struct part_entry *entry; /* by number */
	size_t count;
};

/* False with errno set if the directory, of which `fd` only is looked at, cannot be read. part_list_release is needed
 * either way. */
bool part_list_read(struct part_list *list, const struct output_dir *dir) __attribute__((warn_unused_result));
void part_list_release(struct part_list *list);

/* The first entry whose number the one before it has as well; NULL if there is none. */
const struct part_entry *part_list_repeated(const struct part_list *list);

#endif
