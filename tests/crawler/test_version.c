#include "crawler/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <curl/curl.h>

static const char *version_of(const char *name)
{
	size_t count;
	const struct library *library = version_libraries(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(library[i].name, name) == 0)
			return library[i].version;
	}
	fail_msg("%s is missing", name);
	return NULL;
}

static void every_library_has_a_version(void **state)
{
	size_t count;
	const struct library *library = version_libraries(&count);

	(void)state;
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		/* Without jemalloc, as in these tests, the allocator has none. */
		bool missing = strcmp(library[i].version, "none") == 0 && strcmp(library[i].name, "jemalloc") == 0;

		if (!missing && !strpbrk(library[i].version, "0123456789"))
			fail_msg("%s %s", library[i].name, library[i].version);
		for (size_t other = 0; other < i; other++)
			assert_string_not_equal(library[i].name, library[other].name);
	}
}

static void it_is_the_library_at_run_time(void **state)
{
	(void)state;
	assert_string_equal(version_of("libcurl"), curl_version_info(CURLVERSION_NOW)->version);
}

static void the_versions_are_printed(void **state)
{
	char *text = NULL, *second;
	size_t size, count;
	FILE *out = open_memstream(&text, &size);
	const struct library *library = version_libraries(&count);

	(void)state;
	version_print(out);
	fclose(out);
	assert_int_equal(
		strncmp(text, "detour " DETOUR_VERSION "\nwith ", sizeof("detour " DETOUR_VERSION "\nwith ") - 1), 0);
	second = strchr(text, '\n') + 1;
	assert_ptr_equal(strchr(second, '\n'), text + size - 1);
	for (size_t i = 0; i < count; i++) {
		char wanted[200];

		snprintf(wanted, sizeof(wanted), "%s %s%s", library[i].name, library[i].version,
			 i + 1 < count ? ", " : "\n");
		assert_non_null(strstr(second, wanted));
	}
	free(text);
}

/* Nothing, or a line that names the version. */
static void bad_releases_are_told(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *errors = open_memstream(&text, &size);
	unsigned version = curl_version_info(CURLVERSION_NOW)->version_num;

	(void)state;
	version_check(errors);
	fclose(errors);
	if (version == 0x080900 || version == 0x081500)
		assert_int_equal(strncmp(text, "detour: warning: libcurl 8.", 27), 0);
	else
		assert_string_equal(text, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_library_has_a_version),
		cmocka_unit_test(it_is_the_library_at_run_time),
		cmocka_unit_test(the_versions_are_printed),
		cmocka_unit_test(bad_releases_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
