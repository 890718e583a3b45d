#include "formats/part.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "formats/arena.h"
#include "formats/file.h"

void row_counts_add(struct row_counts *sum, const struct row_counts *counts)
{
	sum->rows += counts->rows;
	sum->bytes += counts->bytes;
	for (unsigned i = 0; i < OUTCOME_COUNT; i++)
		sum->outcome[i] += counts->outcome[i];
}

void part_name(unsigned number, char name[PART_NAME_BYTES_MAX])
{
	snprintf(name, PART_NAME_BYTES_MAX, "part-%05u.ndjson.zst", number);
}

static void hidden_name(const struct part *part, char name[PART_NAME_BYTES_MAX + 1])
{
	snprintf(name, PART_NAME_BYTES_MAX + 1, ".%s", part->name);
}

/* SHA-256 has no way to fail that is not a broken installation of OpenSSL. */
static void must(int done)
{
	assert(done == 1);
}

struct part *part_new(int dir_fd, unsigned number)
{
	struct part *part = memory_alloc(sizeof(*part));
	char hidden[PART_NAME_BYTES_MAX + 1];

	*part = (struct part){ .dir_fd = dir_fd };
	part_name(number, part->name);
	hidden_name(part, hidden);
	part->fd = openat(dir_fd, hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (part->fd < 0) {
		free(part);
		return NULL;
	}
	part->digest = EVP_MD_CTX_new();
	assert(part->digest);
	must(EVP_DigestInit_ex(part->digest, EVP_sha256(), NULL));
	return part;
}

void part_free(struct part *part)
{
	if (!part)
		return;
	if (part->fd >= 0)
		close(part->fd);
	EVP_MD_CTX_free(part->digest);
	free(part);
}

bool part_append(struct part *part, struct span frame, const struct row_counts *counts)
{
	if (!file_write(part->fd, frame)) {
		int error = errno;

		part->broken = ftruncate(part->fd, (off_t)part->bytes) != 0 ||
			       lseek(part->fd, (off_t)part->bytes, SEEK_SET) < 0;
		errno = error;
		return false;
	}
	must(EVP_DigestUpdate(part->digest, frame.bytes, frame.len));
	part->bytes += frame.len;
	part->frames++;
	row_counts_add(&part->counts, counts);
	return true;
}

static void finish_digest(struct part *part)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len;

	must(EVP_DigestFinal_ex(part->digest, digest, &len));
	assert(2 * len + 1 == PART_SHA256_BYTES);
	for (unsigned i = 0; i < len; i++)
		snprintf(part->sha256 + 2 * i, 3, "%02x", digest[i]);
}

bool part_publish(struct part *part)
{
	char hidden[PART_NAME_BYTES_MAX + 1];
	int fd = part->fd;

	assert(fd >= 0);
	hidden_name(part, hidden);
	if (part->broken) {
		errno = EIO;
		return false;
	}
	if (part->frames && fsync(fd) != 0)
		return false;
	part->fd = -1;
	if (close(fd) != 0)
		return false;
	if (part->frames == 0)
		return unlinkat(part->dir_fd, hidden, 0) == 0;
	if (renameat(part->dir_fd, hidden, part->dir_fd, part->name) != 0)
		return false;
	finish_digest(part);
	part->published = true;
	return fsync(part->dir_fd) == 0;
}
