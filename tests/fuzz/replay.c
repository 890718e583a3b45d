/* Runs a fuzz target over its corpus as a plain test: replay [FOLDER|FILE]... Without arguments it
 * takes tests/fuzz/NAME.in, where its own name is NAME.replay. Prints TAP; a crash is a failure.
 *
 * The input's end lies against a page that can't be read, so that reading on behind it crashes in
 * a build without sanitizers too. */
#include "tests/fuzz/target.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static unsigned case_count;

static void die(const char *path)
{
	fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
	exit(1);
}

static void run_guarded(const char *path, const uint8_t *data, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = (size + page - 1) / page * page;
	uint8_t *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED || mprotect(map + room, page, PROT_NONE))
		die(path);
	uint8_t *input = map + room - size;
	memcpy(input, data, size);
	/* Said beforehand: after a crash it is the last line. */
	printf("# %s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(input, size);
	printf("ok %u - %s\n", ++case_count, path);
	munmap(map, room + page);
}

static void run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		die(path);
	static uint8_t data[1 << 20];
	size_t size = fread(data, 1, sizeof data, file);
	if (ferror(file))
		die(path);
	fclose(file);
	run_guarded(path, data, size);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void run_folder(const char *path)
{
	struct dirent **entry;
	int count = scandir(path, &entry, is_visible, alphasort);
	if (count < 0 && errno == ENOTDIR) {
		run_file(path);
		return;
	}
	if (count <= 0)
		die(path);
	for (int i = 0; i < count; i++) {
		char name[4096];
		snprintf(name, sizeof name, "%s/%s", path, entry[i]->d_name);
		run_file(name);
		free(entry[i]);
	}
	free(entry);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		for (int i = 1; i < argc; i++)
			run_folder(argv[i]);
	} else {
		const char *slash = strrchr(argv[0], '/');
		const char *name = slash ? slash + 1 : argv[0];
		char folder[4096];
		snprintf(folder, sizeof folder, "tests/fuzz/%.*s.in", (int)strcspn(name, "."), name);
		run_folder(folder);
	}
	printf("1..%u\n", case_count);
	return 0;
}
