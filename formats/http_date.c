#include "formats/http_date.h"

#define SECONDS_PER_DAY (24 * 60 * 60)
#define DAYS_PER_YEAR   365.2425

/* What is left to read. A step that does not fit clears `ok`, and all later steps do nothing. */
struct cursor {
	const char *at;
	const char *end;
	bool ok;
};

struct moment {
	int year, month, day; /* month 1 to 12 */
	int hour, minute, second;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool skip_char(struct cursor *cursor, char c)
{
	if (!cursor->ok || cursor->at == cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

static void take_char(struct cursor *cursor, char c)
{
	cursor->ok = skip_char(cursor, c);
}

static int take_number(struct cursor *cursor, int digits_min, int digits_max)
{
	int value = 0, digits = 0;

	while (cursor->ok && cursor->at < cursor->end && is_digit(*cursor->at) && digits < digits_max) {
		value = value * 10 + (*cursor->at++ - '0');
		digits++;
	}
	cursor->ok = cursor->ok && digits >= digits_min;
	return value;
}

static struct span take_letters(struct cursor *cursor)
{
	const char *from = cursor->at;

	while (cursor->ok && cursor->at < cursor->end &&
	       ((*cursor->at >= 'A' && *cursor->at <= 'Z') || (*cursor->at >= 'a' && *cursor->at <= 'z')))
		cursor->at++;
	cursor->ok = cursor->ok && cursor->at > from;
	return (struct span){ .bytes = from, .len = (size_t)(cursor->at - from) };
}

static void take_word(struct cursor *cursor, struct span word)
{
	cursor->ok = span_equal_nocase(take_letters(cursor), word) && cursor->ok;
}

static int take_month(struct cursor *cursor)
{
	static const struct span names[] = { SPAN("Jan"), SPAN("Feb"), SPAN("Mar"), SPAN("Apr"),
					     SPAN("May"), SPAN("Jun"), SPAN("Jul"), SPAN("Aug"),
					     SPAN("Sep"), SPAN("Oct"), SPAN("Nov"), SPAN("Dec") };
	struct span name = take_letters(cursor);

	for (int i = 0; cursor->ok && i < 12; i++)
		if (span_equal_nocase(name, names[i]))
			return i + 1;
	cursor->ok = false;
	return 1;
}

static void take_time(struct cursor *cursor, struct moment *moment)
{
	moment->hour = take_number(cursor, 2, 2);
	take_char(cursor, ':');
	moment->minute = take_number(cursor, 2, 2);
	take_char(cursor, ':');
	moment->second = take_number(cursor, 2, 2);
}

/* "06 Nov 1994 08:49:37 GMT" */
static void take_fixdate(struct cursor *cursor, struct moment *moment)
{
	moment->day = take_number(cursor, 1, 2);
	take_char(cursor, ' ');
	moment->month = take_month(cursor);
	take_char(cursor, ' ');
	moment->year = take_number(cursor, 4, 4);
	take_char(cursor, ' ');
	take_time(cursor, moment);
	take_char(cursor, ' ');
	take_word(cursor, SPAN("GMT"));
}

/* "06-Nov-94 08:49:37 GMT" */
static void take_rfc850(struct cursor *cursor, int64_t now_s, struct moment *moment)
{
	int year_now = 1970 + (int)((double)now_s / SECONDS_PER_DAY / DAYS_PER_YEAR);

	moment->day = take_number(cursor, 2, 2);
	take_char(cursor, '-');
	moment->month = take_month(cursor);
	take_char(cursor, '-');
	moment->year = year_now / 100 * 100 + take_number(cursor, 2, 2);
	take_char(cursor, ' ');
	take_time(cursor, moment);
	take_char(cursor, ' ');
	take_word(cursor, SPAN("GMT"));

	/* RFC 9110 section 5.6.7: more than 50 years ahead means the most recent such year. */
	if (moment->year > year_now + 50)
		moment->year -= 100;
}

/* "Nov  6 08:49:37 1994" */
static void take_asctime(struct cursor *cursor, struct moment *moment)
{
	moment->month = take_month(cursor);
	take_char(cursor, ' ');
	skip_char(cursor, ' ');
	moment->day = take_number(cursor, 1, 2);
	take_char(cursor, ' ');
	take_time(cursor, moment);
	take_char(cursor, ' ');
	moment->year = take_number(cursor, 4, 4);
}

static bool is_leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool is_real(const struct moment *moment)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int days_max = days[moment->month - 1] + (moment->month == 2 && is_leap_year(moment->year));

	/* A second of 60 is a leap second. */
	return moment->year >= 1 && moment->day >= 1 && moment->day <= days_max && moment->hour <= 23 &&
	       moment->minute <= 59 && moment->second <= 60;
}

static int64_t seconds_since_1970(const struct moment *moment)
{
	/* Years that begin in March have the leap day at their end. */
	int64_t year = moment->year - (moment->month <= 2);
	int64_t month = (moment->month + 9) % 12;
	int64_t days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + moment->day - 1;
	int64_t days_to_1970 = 719468;

	return (days - days_to_1970) * SECONDS_PER_DAY + moment->hour * 3600 + moment->minute * 60 + moment->second;
}

bool http_date_parse(struct span text, int64_t now_s, int64_t *seconds)
{
	struct span date = span_trim(text);
	struct cursor cursor = { .at = date.bytes, .ok = true };
	struct moment moment = { .month = 1 };
	bool comma;

	if (date.len == 0)
		return false;
	cursor.end = date.bytes + date.len;
	take_letters(&cursor);
	comma = skip_char(&cursor, ',');
	take_char(&cursor, ' ');
	if (!comma)
		take_asctime(&cursor, &moment);
	else if (cursor.end - cursor.at > 2 && cursor.at[2] == '-')
		take_rfc850(&cursor, now_s, &moment);
	else
		take_fixdate(&cursor, &moment);

	if (!cursor.ok || cursor.at != cursor.end || !is_real(&moment))
		return false;
	*seconds = seconds_since_1970(&moment);
	return true;
}

bool retry_after_parse(struct span value, int64_t now_s, uint32_t *seconds)
{
	struct span text = span_trim(value);
	uint64_t delay_s = 0;
	int64_t date_s;
	size_t digits = 0;

	while (digits < text.len && is_digit(text.bytes[digits])) {
		delay_s = delay_s * 10 + (uint64_t)(text.bytes[digits++] - '0');
		if (delay_s > UINT32_MAX)
			delay_s = UINT32_MAX;
	}
	if (digits > 0 && (digits == text.len || text.bytes[digits] == ',')) {
		*seconds = (uint32_t)delay_s;
		return true;
	}
	if (!http_date_parse(text, now_s, &date_s))
		return false;
	if (date_s <= now_s)
		*seconds = 0;
	else
		*seconds = date_s - now_s < UINT32_MAX ? (uint32_t)(date_s - now_s) : UINT32_MAX;
	return true;
}
