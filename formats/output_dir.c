#include "formats/output_dir.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static int complain(FILE *errors, const char *path, const char *what)
{
	fprintf(errors, "detour: output directory %s: %s\n", path, what);
	return EX_CANTCREAT;
}

static bool parent_exists(const char *path)
{
	char *copy = strdup(path);
	bool exists = copy && access(dirname(copy), F_OK) == 0;

	free(copy);
	return exists;
}

static int make(const char *path, FILE *errors)
{
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return 0;
	if (errno == ENOENT && !parent_exists(path))
		return complain(errors, path, "the folder it should be in does not exist");
	return complain(errors, path, strerror(errno));
}

/* part-00000.ndjson.zst, as part_name makes it. */
static bool is_part_name(const char *name)
{
	const char *at = name + strlen("part-");

	if (strncmp(name, "part-", strlen("part-")) != 0 || !isdigit((unsigned char)*at))
		return false;
	while (isdigit((unsigned char)*at))
		at++;
	return strcmp(at, ".ndjson.zst") == 0;
}

/* A run's file, published or (with a dot before its name) in work. */
static bool is_of_a_run(const char *name)
{
	if (*name == '.')
		name++;
	return is_part_name(name) || strcmp(name, MANIFEST_NAME) == 0 || strcmp(name, SUCCESS_NAME) == 0;
}

/* Calls `each` for every entry but the lock until it returns false. True if it never did. */
static bool for_each_entry(const struct output_dir *dir, bool (*each)(int dir_fd, const char *name))
{
	int fd = openat(dir->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	bool all = list != NULL;
	struct dirent *entry;

	if (!list) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (all && (entry = readdir(list)) != NULL) {
		const char *name = entry->d_name;

		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, LOCK_NAME) != 0)
			all = each(dir->fd, name);
	}
	closedir(list);
	return all;
}

static bool no_entry(int dir_fd, const char *name)
{
	(void)dir_fd, (void)name;
	return false;
}

static bool entry_is_ours(int dir_fd, const char *name)
{
	struct stat status;

	return is_of_a_run(name) && fstatat(dir_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode);
}

static bool remove_entry(int dir_fd, const char *name)
{
	return unlinkat(dir_fd, name, 0) == 0;
}

/* The lock, if its file is there or `create` says so. Returns 0 with lock_fd -1 if it is not. */
static int take_lock(struct output_dir *dir, const char *path, bool create, FILE *errors)
{
	char pid[32] = "";
	ssize_t len;

	dir->lock_fd = openat(dir->fd, LOCK_NAME, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0), 0666);
	if (dir->lock_fd < 0)
		return errno == ENOENT && !create ? 0 : complain(errors, path, strerror(errno));
	if (flock(dir->lock_fd, LOCK_EX | LOCK_NB) == 0) {
		len = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
		/* Only for the message below, so a full disk is no reason to stop here. */
		if (ftruncate(dir->lock_fd, 0) != 0 || pwrite(dir->lock_fd, pid, (size_t)len, 0) != len)
			return 0;
		return 0;
	}
	if (errno != EWOULDBLOCK)
		return complain(errors, path, strerror(errno));
	len = pread(dir->lock_fd, pid, sizeof(pid) - 1, 0);
	pid[len > 0 ? strspn(pid, "0123456789") : 0] = '\0';
	fprintf(errors, "detour: output directory %s: locked by another run%s%s\n", path, *pid ? ", process " : "",
		pid);
	return EX_TEMPFAIL;
}

static int check_content(const struct output_dir *dir, const char *path, bool force, FILE *errors)
{
	if (for_each_entry(dir, no_entry))
		return 0;
	if (!for_each_entry(dir, entry_is_ours))
		return complain(errors, path, "not empty, and not all of it is of a run of detour; it is left alone");
	return force ? 0 : complain(errors, path, "holds a run already; --force replaces it");
}

/* The marks of a complete run go first: whenever this is interrupted, what is left does not look like one. */
static int empty(const struct output_dir *dir, const char *path, FILE *errors)
{
	if ((unlinkat(dir->fd, SUCCESS_NAME, 0) != 0 && errno != ENOENT) ||
	    (unlinkat(dir->fd, MANIFEST_NAME, 0) != 0 && errno != ENOENT) || !for_each_entry(dir, remove_entry))
		return complain(errors, path, strerror(errno));
	return 0;
}

int output_dir_open(struct output_dir *dir, const char *path, bool force, FILE *errors)
{
	int code;

	*dir = (struct output_dir){ .fd = -1, .lock_fd = -1 };
	code = make(path, errors);
	if (code)
		return code;
	dir->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir->fd < 0)
		return complain(errors, path, strerror(errno));

	/* A lock file is made only in a directory that may be used, and counts only with what is seen under it. */
	code = take_lock(dir, path, false, errors);
	if (!code)
		code = check_content(dir, path, force, errors);
	if (!code && dir->lock_fd < 0) {
		code = take_lock(dir, path, true, errors);
		if (!code)
			code = check_content(dir, path, force, errors);
	}
	if (!code)
		code = empty(dir, path, errors);
	if (code)
		output_dir_release(dir);
	return code;
}

void output_dir_release(struct output_dir *dir)
{
	if (dir->lock_fd >= 0)
		close(dir->lock_fd);
	if (dir->fd >= 0)
		close(dir->fd);
	*dir = (struct output_dir){ .fd = -1, .lock_fd = -1 };
}
