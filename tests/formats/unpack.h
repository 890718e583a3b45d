/* The content of a compressed file, for tests. */
#ifndef TESTS_FORMATS_UNPACK_H
#define TESTS_FORMATS_UNPACK_H

#include <assert.h>
#include <zstd.h>

#include "tests/formats/scratch.h"

/* With a NUL behind it. To be freed. */
static inline char *unpack(const struct scratch *scratch, const char *name)
{
	size_t packed_size, room = (size_t)64 << 20, at = 0;
	char *packed = scratch_get(scratch, name, &packed_size), *text = malloc(room);
	ZSTD_DCtx *context = ZSTD_createDCtx();
	ZSTD_inBuffer in = { packed, packed_size, 0 };

	assert(text && context);
	while (in.pos < in.size) {
		ZSTD_outBuffer out = { text, room - 1, at };
		size_t left = ZSTD_decompressStream(context, &out, &in);

		assert(!ZSTD_isError(left) && out.pos < out.size);
		at = out.pos;
	}
	text[at] = '\0';
	ZSTD_freeDCtx(context);
	free(packed);
	return text;
}

#endif
