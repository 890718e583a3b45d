#include "formats/list_hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sysexits.h>

#include <cmocka.h>

#include "tests/formats/scratch.h"

static void hash_of(const struct scratch *scratch, const char *a, const char *b, char text[LIST_HASH_BYTES])
{
	const char *path[2];
	int code = 0;

	scratch_put(scratch, "a", a);
	scratch_put(scratch, "b", b);
	path[0] = scratch_path(scratch, "a");
	path[1] = scratch_path(scratch, "b");
	assert_true(list_hash_read(path, 2, text, stderr, &code));
	assert_int_equal(code, 0);
	assert_int_equal(strlen(text), LIST_HASH_BYTES - 1);
}

static void test_lists(void **state)
{
	/* Against "http://a/\nPOST http://b/\n" and "http://c/\n". */
	static const struct {
		const char *name, *a, *b;
		bool same;
	} cases[] = {
		{ "the same", "http://a/\nPOST http://b/\n", "http://c/\n", true },
		{ "in other files", "http://a/\n", "POST http://b/\nhttp://c/", true },
		{ "other line ends and blanks", " http://a/\r\nPOST http://b/\t\r\n", "http://c/", true },
		{ "a comment behind it", "http://a/\nPOST http://b/\n", "http://c/\n# end", true },
		{ "a comment in it", "http://a/\n#\nPOST http://b/\n", "http://c/\n", false },
		{ "another order", "POST http://b/\nhttp://a/\n", "http://c/\n", false },
		{ "another URL", "http://a/\nPOST http://b/\n", "http://d/\n", false },
		{ "another method", "http://a/\nPUT http://b/\n", "http://c/\n", false },
		{ "a line less", "http://a/\nPOST http://b/\n", "", false },
		{ "a line more", "http://a/\nPOST http://b/\n", "http://c/\nhttp://c/\n", false },
	};
	char plain[LIST_HASH_BYTES], text[LIST_HASH_BYTES];
	struct scratch scratch;

	(void)state;
	scratch_init(&scratch);
	hash_of(&scratch, "http://a/\nPOST http://b/\n", "http://c/\n", plain);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		hash_of(&scratch, cases[i].a, cases[i].b, text);
		if ((strcmp(plain, text) == 0) != cases[i].same)
			fail_msg("%s: %s, %s", cases[i].name, plain, text);
	}
	scratch_release(&scratch);
}

static void test_missing(void **state)
{
	const char *path[] = { "/nonexistent/list" };
	char text[LIST_HASH_BYTES], *said;
	size_t said_len;
	FILE *errors = open_memstream(&said, &said_len);
	int code = 0;

	(void)state;
	assert_false(list_hash_read(path, 1, text, errors, &code));
	fclose(errors);
	assert_int_equal(code, EX_NOINPUT);
	assert_non_null(strstr(said, "/nonexistent/list"));
	free(said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
