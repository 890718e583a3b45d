#include "formats/part_list.h"

#include <stdlib.h>

#include "formats/arena.h"
#include "formats/part.h"

static bool add_if_part(void *context, int dir_fd, const char *name)
{
	struct part_list *list = context;
	bool published = name[0] != '.';
	unsigned number;

	(void)dir_fd;
	if (part_number(published ? name : name + 1, &number)) {
		list->entry = memory_resize(list->entry, (list->count + 1) * sizeof(*list->entry));
		list->entry[list->count++] = (struct part_entry){ .number = number, .published = published };
	}
	return true;
}

static int by_number(const void *left, const void *right)
{
	const struct part_entry *a = left, *b = right;

	return a->number < b->number ? -1 : a->number > b->number;
}

bool part_list_read(struct part_list *list, const struct output_dir *dir)
{
	*list = (struct part_list){ .count = 0 };
	if (!output_dir_each(dir, add_if_part, list))
		return false;
	if (list->count)
		qsort(list->entry, list->count, sizeof(*list->entry), by_number);
	return true;
}

void part_list_release(struct part_list *list)
{
	free(list->entry);
	*list = (struct part_list){ .count = 0 };
}

const struct part_entry *part_list_repeated(const struct part_list *list)
{
	for (size_t i = 1; i < list->count; i++) {
		if (list->entry[i].number == list->entry[i - 1].number)
			return &list->entry[i];
	}
	return NULL;
}
