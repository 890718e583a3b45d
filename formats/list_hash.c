#include "formats/list_hash.h"

#include <assert.h>
#include <inttypes.h>
#include <xxhash.h>

void list_hash_init(struct list_hash *hash)
{
	hash->state = XXH3_createState();
	assert(hash->state);
	XXH3_128bits_reset(hash->state);
}

void list_hash_release(struct list_hash *hash)
{
	XXH3_freeState(hash->state);
	hash->state = NULL;
}

void list_hash_add(struct list_hash *hash, const struct input_line *line)
{
	/* The length keeps the ends of lines apart. A long text is given cut, and the error tells. */
	const uint64_t head[] = { line->seq, line->text.len, (uint64_t)line->error };

	XXH3_128bits_update(hash->state, head, sizeof(head));
	XXH3_128bits_update(hash->state, line->text.bytes, line->text.len);
}

void list_hash_text(const struct list_hash *hash, char text[LIST_HASH_BYTES])
{
	XXH128_hash_t sum = XXH3_128bits_digest(hash->state);

	snprintf(text, LIST_HASH_BYTES, "%016" PRIx64 "%016" PRIx64, sum.high64, sum.low64);
}

bool list_hash_read(const char *const *path, size_t count, char text[LIST_HASH_BYTES], FILE *errors, int *exit_code)
{
	struct input *input = input_new(path, count);
	struct list_hash hash;
	struct input_line line;
	enum input_status status;

	list_hash_init(&hash);
	while ((status = input_next(input, &line)) == INPUT_LINE)
		list_hash_add(&hash, &line);
	list_hash_text(&hash, text);
	list_hash_release(&hash);
	if (status == INPUT_ERROR) {
		fprintf(errors, "detour: %s\n", input_error(input)->message);
		*exit_code = input_error(input)->exit_code;
	}
	input_free(input);
	return status == INPUT_END;
}
