#include "crawler/admission.h"

#include "crawler/clock.h"

/* Failures that come together are one: many hops are begun before the first one is heard of. */
#define LOWER_EVERY_US (50 * US_PER_MS)

void admission_init(struct admission *admission, uint64_t limit_max)
{
	*admission = (struct admission){ .limit = limit_max, .limit_max = limit_max };
}

bool admission_failed(struct admission *admission, uint64_t under_way, int64_t now_us)
{
	uint64_t limit = under_way < admission->limit ? under_way : admission->limit;

	admission->successes = 0;
	if (admission->lowered_us && now_us - admission->lowered_us < LOWER_EVERY_US)
		return false;
	admission->lowered_us = now_us;
	limit = limit / 4 * 3 + limit % 4 * 3 / 4;
	admission->limit = limit ? limit : 1;
	return true;
}

void admission_succeeded(struct admission *admission)
{
	if (admission->limit == admission->limit_max || ++admission->successes < admission->limit)
		return;
	admission->limit++;
	admission->successes = 0;
}
