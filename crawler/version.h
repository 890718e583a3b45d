/* What this program is and what it runs with. */
#ifndef CRAWLER_VERSION_H
#define CRAWLER_VERSION_H

#include <stddef.h>
#include <stdio.h>

struct library {
	const char *name, *version; /* of the library that is linked at run time */
};

/* All libraries; the array is static. Not for several threads at once. */
const struct library *version_libraries(size_t *count);

/* What `detour --version` prints. */
void version_print(FILE *out);

/* Warns of versions of libcurl that are known not to do. */
void version_check(FILE *errors);

#endif
