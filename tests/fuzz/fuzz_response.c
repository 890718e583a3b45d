/* A whole header, or several, as a server sends them, taken line by line as libcurl hands lines on.
 * Whatever stands in it, what is kept is within its limits, and the object is as new afterwards. */
#include "crawler/response.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/limits.h"
#include "formats/utf8.h"

static void check_hop(const struct response *response)
{
	struct hop hop = { .status = 0 };

	response_store(response, &hop);
	assert(hop.status <= 999 && hop.http_version <= 99);
	assert(hop.has_location == (hop.location_count > 0));
	assert(hop.has_location || (!hop.location.len && !hop.location_cut));
	assert(hop.location.len <= LOCATION_BYTES_MAX && hop.location_other.len <= LOCATION_BYTES_MAX);
	assert(!hop.location_other.bytes || (hop.location_count > 1 && !span_equal(hop.location, hop.location_other)));
	assert(!hop.location_cut || hop.location.len == LOCATION_BYTES_MAX);
	for (size_t i = 0; i < HEADER_COUNT; i++)
		assert(hop.header[i].len <= HEADER_VALUE_BYTES_MAX && utf8_is_valid(hop.header[i]));
	/* Names of cookies only: what follows the first "=" of a line is nobody's business. */
	assert(!hop.header[HEADER_SET_COOKIE].len ||
	       !memchr(hop.header[HEADER_SET_COOKIE].bytes, '=', hop.header[HEADER_SET_COOKIE].len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	unsigned completed = 0;
	struct response response;
	struct arena arena;

	arena_init(&arena);
	response_init(&response);
	response_begin(&response, &arena);
	for (size_t at = 0; at < size;) {
		const char *end = memchr(bytes + at, '\n', size - at);
		size_t len = end ? (size_t)(end - bytes) - at + 1 : size - at;
		enum response_state state = response_take_line(&response, bytes + at, len);

		at += len;
		assert((state == RESPONSE_TOO_LARGE) == (at > HEADER_BYTES_MAX));
		if (state == RESPONSE_COMPLETE) {
			completed++;
			assert(response.status >= 200 || response.status == 101);
			check_hop(&response);
		}
	}
	assert(completed <= 1 && (completed == 1) == response.complete);
	check_hop(&response);
	response_begin(&response, &arena);
	assert(response_take_line(&response, "HTTP/1.1 204 No Content\r\n", 25) == RESPONSE_MORE);
	assert(response_take_line(&response, "\r\n", 2) == RESPONSE_COMPLETE);
	check_hop(&response);
	assert(response.status == 204 && response.location_count == 0);
	response_release(&response);
	arena_release(&arena);
	return 0;
}
