/* Any bytes as a script of a page. */
#include "formats/script_target.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span script = { .bytes = (const char *)data, .len = size };
	struct span target = script_target(script);

	if (target.len == 0)
		return 0;
	assert(target.bytes > script.bytes && target.bytes + target.len < script.bytes + size);
	assert(!memchr(target.bytes, target.bytes[-1], target.len) || memchr(target.bytes, '\\', target.len));
	return 0;
}
