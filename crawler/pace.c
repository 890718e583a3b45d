#include "crawler/pace.h"

#define NS_PER_US INT64_C(1000)
#define NS_PER_S  INT64_C(1000000000)

void pace_init(struct pace *pace, uint32_t per_s, uint32_t parts)
{
	*pace = (struct pace){ .interval_ns = per_s ? NS_PER_S * parts / per_s : 0 };
}

int64_t pace_ready_us(const struct pace *pace)
{
	return pace->next_ns / NS_PER_US;
}

void pace_count(struct pace *pace, int64_t now_us)
{
	int64_t earliest_ns = (now_us - PACE_BURST_US) * NS_PER_US;

	if (pace->interval_ns == 0)
		return;
	if (pace->next_ns < earliest_ns)
		pace->next_ns = earliest_ns;
	pace->next_ns += pace->interval_ns;
}
