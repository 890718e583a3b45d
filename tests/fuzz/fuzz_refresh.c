/* Any bytes as the value of a Refresh header. */
#include "formats/refresh.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span value = { .bytes = (const char *)data, .len = size };
	struct refresh refresh;

	if (!refresh_parse(value, &refresh)) {
		assert(refresh.url.len == 0);
		return 0;
	}
	assert(size > 0 && refresh.url.len < size);
	if (refresh.url.len)
		assert(refresh.url.bytes > value.bytes && refresh.url.bytes + refresh.url.len <= value.bytes + size);
	return 0;
}
