#include "formats/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

bool file_write(int fd, struct span bytes)
{
	size_t at = 0;

	while (at < bytes.len) {
		ssize_t len = write(fd, bytes.bytes + at, bytes.len - at);

		if (len > 0) {
			at += (size_t)len;
		} else if (len == 0) {
			errno = EIO;
			return false;
		} else if (errno == EAGAIN) {
			struct pollfd writable = { .fd = fd, .events = POLLOUT };

			poll(&writable, 1, -1);
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

/* Closes `fd`, which may be -1 with errno set. */
static bool read_all(int fd, struct buf *out)
{
	char bytes[4096];
	ssize_t len = -1;
	int error;

	if (fd < 0)
		return false;
	while (!out->overflow && ((len = read(fd, bytes, sizeof(bytes))) > 0 || (len < 0 && errno == EINTR))) {
		if (len > 0)
			buf_add(out, bytes, (size_t)len);
	}
	error = out->overflow ? EFBIG : errno;
	close(fd);
	errno = error;
	return len == 0;
}

bool file_read(int dir_fd, const char *name, struct buf *out)
{
	return read_all(openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), out);
}

bool file_read_path(const char *path, struct buf *out)
{
	return read_all(open(path, O_RDONLY | O_CLOEXEC), out);
}

bool file_publish(int dir_fd, const char *name, struct span content)
{
	char hidden[NAME_MAX + 1];
	int len = snprintf(hidden, sizeof(hidden), ".%s", name);
	int fd = openat(dir_fd, hidden, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	bool done = false;
	int error;

	assert(len > 0 && (size_t)len < sizeof(hidden));
	if (fd < 0)
		return false;
	if (!file_write(fd, content) || fsync(fd) != 0 || renameat(dir_fd, hidden, dir_fd, name) != 0)
		goto out;
	done = fsync(dir_fd) == 0;
out:
	error = errno;
	if (!done)
		unlinkat(dir_fd, hidden, 0);
	close(fd);
	errno = error;
	return done;
}
