/* A folder for one test's files, removed with all in it. */
#ifndef TESTS_FORMATS_SCRATCH_H
#define TESTS_FORMATS_SCRATCH_H

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
	char path[256];
};

static inline void scratch_init(struct scratch *scratch)
{
	const char *where = getenv("TMPDIR");

	snprintf(scratch->path, sizeof(scratch->path), "%s/detour-test-XXXXXX", where ? where : "/tmp");
	if (!mkdtemp(scratch->path))
		abort();
}

static inline int scratch_remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status, (void)type, (void)ftw;
	return remove(path);
}

static inline void scratch_release(struct scratch *scratch)
{
	nftw(scratch->path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* "NAME" in the folder; the text is good until the fourth call after this one. */
static inline const char *scratch_path(const struct scratch *scratch, const char *name)
{
	static char text[4][512];
	static unsigned at;

	at = (at + 1) % 4;
	snprintf(text[at], sizeof(text[at]), "%s/%s", scratch->path, name);
	return text[at];
}

static inline void scratch_put(const struct scratch *scratch, const char *name, const char *content)
{
	FILE *file = fopen(scratch_path(scratch, name), "w");

	if (!file || fputs(content, file) < 0 || fclose(file) != 0)
		abort();
}

static inline bool scratch_has(const struct scratch *scratch, const char *name)
{
	struct stat status;

	return lstat(scratch_path(scratch, name), &status) == 0;
}

/* The whole file, to be freed; NUL-terminated, `len` may be NULL. Ends the test if there is none. */
static inline char *scratch_get(const struct scratch *scratch, const char *name, size_t *len)
{
	int fd = open(scratch_path(scratch, name), O_RDONLY);
	struct stat status;
	char *content;

	if (fd < 0 || fstat(fd, &status) != 0)
		abort();
	content = malloc((size_t)status.st_size + 1);
	if (!content || read(fd, content, (size_t)status.st_size) != status.st_size)
		abort();
	close(fd);
	content[status.st_size] = '\0';
	if (len)
		*len = (size_t)status.st_size;
	return content;
}

static inline size_t scratch_entries(const struct scratch *scratch, const char *name)
{
	DIR *list = opendir(scratch_path(scratch, name));
	size_t count = 0;

	if (!list)
		abort();
	while (readdir(list))
		count++;
	closedir(list);
	return count - 2;
}

#endif
