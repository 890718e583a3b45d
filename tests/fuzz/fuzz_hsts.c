/* A Strict-Transport-Security field. Any bytes are taken; what the parser says must hold together, and more lines
 * behind the first change nothing. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "formats/hsts.h"

static bool same(struct hsts a, struct hsts b)
{
	return a.valid == b.valid && a.max_age_s == b.max_age_s && a.include_subdomains == b.include_subdomains &&
	       a.preload == b.preload;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct span more = SPAN(", max-age=7; includeSubDomains; preload");
	struct hsts hsts = hsts_parse((struct span){ .bytes = (const char *)data, .len = size });
	char *longer = malloc(size + more.len);

	if (!longer)
		abort();
	if (size)
		memcpy(longer, data, size);
	memcpy(longer + size, more.bytes, more.len);
	assert(hsts.valid || same(hsts, (struct hsts){ .valid = false }));
	if (hsts.valid)
		assert(same(hsts, hsts_parse((struct span){ .bytes = longer, .len = size + more.len })));
	free(longer);
	return 0;
}
