#include "formats/part.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/arena.h"
#include "formats/file.h"

void row_counts_add(struct row_counts *sum, const struct row_counts *counts)
{
	sum->rows += counts->rows;
	sum->bytes += counts->bytes;
	for (unsigned i = 0; i < OUTCOME_COUNT; i++)
		sum->outcome[i] += counts->outcome[i];
	sum->hops += counts->hops;
	for (unsigned i = 0; i <= SEVERITY_ERROR; i++)
		sum->findings[i] += counts->findings[i];
}

void part_name(unsigned number, char name[PART_NAME_BYTES_MAX])
{
	snprintf(name, PART_NAME_BYTES_MAX, "part-%05u.ndjson.zst", number);
}

bool part_number(const char *name, unsigned *number)
{
	char made[PART_NAME_BYTES_MAX];
	unsigned value;

	if (sscanf(name, "part-%9u", &value) != 1)
		return false;
	part_name(value, made);
	if (strcmp(name, made) != 0)
		return false;
	*number = value;
	return true;
}

/* As the file is called at present. */
static void file_name(const struct part *part, char name[PART_NAME_BYTES_MAX + 1])
{
	snprintf(name, PART_NAME_BYTES_MAX + 1, "%s%s", part->published ? "" : ".", part->name);
}

/* SHA-256 has no way to fail that is not a broken installation of OpenSSL. */
static void must(int done)
{
	assert(done == 1);
}

static struct part *open_file(int dir_fd, const char *published_name, bool published, int flags)
{
	struct part *part = memory_alloc(sizeof(*part));
	char name[PART_NAME_BYTES_MAX + 1];

	*part = (struct part){ .dir_fd = dir_fd, .published = published };
	snprintf(part->name, sizeof(part->name), "%s", published_name);
	file_name(part, name);
	part->fd = openat(dir_fd, name, flags | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (part->fd < 0) {
		free(part);
		return NULL;
	}
	part->digest = EVP_MD_CTX_new();
	assert(part->digest);
	must(EVP_DigestInit_ex(part->digest, EVP_sha256(), NULL));
	return part;
}

struct part *part_new(int dir_fd, unsigned number)
{
	char name[PART_NAME_BYTES_MAX];

	part_name(number, name);
	return open_file(dir_fd, name, false, O_WRONLY | O_CREAT | O_EXCL);
}

struct part *part_new_inventory(int dir_fd)
{
	return open_file(dir_fd, INVENTORY_NAME, false, O_WRONLY | O_CREAT | O_TRUNC);
}

struct part *part_open(int dir_fd, unsigned number, bool published)
{
	char name[PART_NAME_BYTES_MAX];

	part_name(number, name);
	return open_file(dir_fd, name, published, O_RDWR);
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

void part_keep(struct part *part, struct span frame, const struct row_counts *counts)
{
	must(EVP_DigestUpdate(part->digest, frame.bytes, frame.len));
	part->bytes += frame.len;
	part->frames++;
	row_counts_add(&part->counts, counts);
}

bool part_cut(struct part *part, uint64_t *dropped)
{
	struct stat status;

	*dropped = 0;
	if (fstat(part->fd, &status) != 0)
		return false;
	if ((uint64_t)status.st_size == part->bytes)
		return true;
	*dropped = (uint64_t)status.st_size - part->bytes;
	return ftruncate(part->fd, (off_t)part->bytes) == 0 && fsync(part->fd) == 0;
}

/* The file's name has to be on the disk too, once there is something in it. */
static bool sync_frame(const struct part *part)
{
	return fdatasync(part->fd) == 0 && (part->frames > 0 || fsync(part->dir_fd) == 0);
}

bool part_append(struct part *part, struct span frame, const struct row_counts *counts)
{
	if (!file_write(part->fd, frame) || !sync_frame(part)) {
		int error = errno;

		part->broken = ftruncate(part->fd, (off_t)part->bytes) != 0 ||
			       lseek(part->fd, (off_t)part->bytes, SEEK_SET) < 0;
		errno = error;
		return false;
	}
	part_keep(part, frame, counts);
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
	char name[PART_NAME_BYTES_MAX + 1];
	int fd = part->fd;

	assert(fd >= 0);
	file_name(part, name);
	if (part->broken) {
		errno = EIO;
		return false;
	}
	if (part->frames && fsync(fd) != 0)
		return false;
	part->fd = -1;
	if (close(fd) != 0)
		return false;
	if (part->frames == 0) {
		part->published = false;
		return unlinkat(part->dir_fd, name, 0) == 0;
	}
	if (!part->published && renameat(part->dir_fd, name, part->dir_fd, part->name) != 0)
		return false;
	finish_digest(part);
	part->published = true;
	return fsync(part->dir_fd) == 0;
}
