/* robots_decide AGENT URL... <ROBOTS.TXT: whether each URL may be asked for, "allowed" or "disallowed", the latter with
 * the rule's line. The URLs are taken as they are, not parsed: the cases of tests/conformance/run.py want it so. */
#include <stdio.h>
#include <sysexits.h>

#include "formats/robots.h"

/* What stands behind scheme and host, without the fragment. */
static struct span path_of(const char *url)
{
	const char *scheme_end = strstr(url, "://");
	const char *path = strpbrk(scheme_end ? scheme_end + 3 : url, "/#");

	return path ? (struct span){ .bytes = path, .len = strcspn(path, "#") } : SPAN("/");
}

int main(int argc, char **argv)
{
	static char file[ROBOTS_BYTES_MAX + 1];
	size_t len = fread(file, 1, sizeof(file), stdin);
	struct robots *robots;

	if (argc < 2)
		return EX_USAGE;
	robots = robots_new(ROBOTS_FILE_FOUND, (struct span){ .bytes = file, .len = len }, span_of(argv[1]));
	for (int i = 2; i < argc; i++) {
		struct robots_decision decision = robots_check(robots, path_of(argv[i]));

		if (decision.allowed)
			puts("allowed");
		else
			printf("disallowed %u %.*s\n", decision.line, (int)decision.pattern.len,
			       decision.pattern.bytes);
	}
	robots_free(robots);
	return EX_OK;
}
