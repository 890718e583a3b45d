#include "formats/timestamp.h"

#include <assert.h>
#include <stddef.h>

/* 9999-12-31T23:59:59.999Z */
#define TIME_MS_MAX INT64_C(253402300799999)

#define DAY_MS        INT64_C(86400000)
#define DAYS_400Y     146097 /* the calendar repeats after 400 years */
#define DAYS_TO_1970  719468 /* from 1 March of the year 0 */
#define MONTHS_5_DAYS 153    /* March to July; August to December; the pattern of month lengths */

static void put(char *text, size_t digits, uint32_t value)
{
	while (digits) {
		text[--digits] = (char)('0' + value % 10);
		value /= 10;
	}
}

/* Years are counted from 1 March, so that the leap day is the last day of its year and the days
 * before a month do not depend on the year. */
static void put_date(char *text, uint32_t days_since_1970)
{
	uint32_t days = days_since_1970 + DAYS_TO_1970;
	uint32_t day = days % DAYS_400Y;
	uint32_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	uint32_t day_of_year = day - (365 * year + year / 4 - year / 100);
	uint32_t month = (5 * day_of_year + 2) / MONTHS_5_DAYS;

	year += days / DAYS_400Y * 400;
	put(text, 4, month < 10 ? year : year + 1);
	put(text + 5, 2, month < 10 ? month + 3 : month - 9);
	put(text + 8, 2, day_of_year - (MONTHS_5_DAYS * month + 2) / 5 + 1);
}

void timestamp_put(char text[TIMESTAMP_BYTES], int64_t time_us)
{
	static const char zero[] = "0000-00-00T00:00:00.000Z";
	int64_t time_ms = time_us < 0 ? 0 : time_us / 1000;
	uint32_t ms;

	static_assert(sizeof(zero) == TIMESTAMP_BYTES + 1, "as long as promised");
	memcpy(text, zero, TIMESTAMP_BYTES);
	if (time_ms > TIME_MS_MAX)
		time_ms = TIME_MS_MAX;
	ms = (uint32_t)(time_ms % DAY_MS);
	put_date(text, (uint32_t)(time_ms / DAY_MS));
	put(text + 11, 2, ms / 3600000);
	put(text + 14, 2, ms / 60000 % 60);
	put(text + 17, 2, ms / 1000 % 60);
	put(text + 20, 3, ms % 1000);
}

void timestamp_add(struct buf *out, int64_t time_us)
{
	char text[TIMESTAMP_BYTES];

	timestamp_put(text, time_us);
	buf_add(out, text, sizeof(text));
}

/* Digits only; anything else gives a number that is written otherwise. */
static int64_t take(struct span text, size_t at, size_t digits)
{
	int64_t value = 0;

	while (digits--)
		value = value * 10 + (text.bytes[at++] - '0');
	return value;
}

/* Days from 1970 to a date, the other way round than put_date. */
static int64_t days_to(int64_t year, int64_t month, int64_t day)
{
	int64_t years = month > 2 ? year : year - 1;
	int64_t months = month > 2 ? month - 3 : month + 9;

	return years * 365 + years / 4 - years / 100 + years / 400 + (MONTHS_5_DAYS * months + 2) / 5 + day - 1 -
	       DAYS_TO_1970;
}

bool timestamp_parse(struct span text, int64_t *time_us)
{
	char again[TIMESTAMP_BYTES];
	int64_t days;

	if (text.len != TIMESTAMP_BYTES)
		return false;
	days = days_to(take(text, 0, 4), take(text, 5, 2), take(text, 8, 2));
	*time_us = (days * DAY_MS + take(text, 11, 2) * 3600000 + take(text, 14, 2) * 60000 + take(text, 17, 2) * 1000 +
		    take(text, 20, 3)) *
		   1000;
	timestamp_put(again, *time_us);
	return memcmp(again, text.bytes, sizeof(again)) == 0;
}
