#include "formats/output_dir.h"

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

#include "formats/part.h"
#include "formats/stamp.h"

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

/* A run's file, published or (with a dot before its name) in work. */
static bool is_of_a_run(const char *name)
{
	unsigned number;

	if (strcmp(name, STAMP_NAME) == 0)
		return true;
	if (*name == '.')
		name++;
	return part_number(name, &number) || strcmp(name, INVENTORY_NAME) == 0 || strcmp(name, STAMP_NAME) == 0 ||
	       strcmp(name, MANIFEST_NAME) == 0 || strcmp(name, SUCCESS_NAME) == 0;
}

bool output_dir_each(const struct output_dir *dir, bool (*each)(void *context, int dir_fd, const char *name),
		     void *context)
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
			all = each(context, dir->fd, name);
	}
	closedir(list);
	return all;
}

static bool no_entry(void *context, int dir_fd, const char *name)
{
	(void)context, (void)dir_fd, (void)name;
	return false;
}

static bool entry_is_ours(void *context, int dir_fd, const char *name)
{
	struct stat status;

	(void)context;
	return is_of_a_run(name) && fstatat(dir_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode);
}

static bool remove_entry(void *context, int dir_fd, const char *name)
{
	(void)context;
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

static int check_content(const struct output_dir *dir, const char *path, enum output_dir_mode mode, FILE *errors)
{
	if (output_dir_each(dir, no_entry, NULL))
		return 0;
	if (!output_dir_each(dir, entry_is_ours, NULL))
		return complain(errors, path, "not empty, and not all of it is of a run of detour; it is left alone");
	if (mode != OUTPUT_DIR_NEW)
		return 0;
	return complain(errors, path, "holds a run already; --resume goes on with it, --force replaces it");
}

/* The marks of a complete run go first: whenever this is interrupted, what is left does not look like one. */
int output_dir_empty(const struct output_dir *dir, const char *path, FILE *errors)
{
	if ((unlinkat(dir->fd, SUCCESS_NAME, 0) != 0 && errno != ENOENT) ||
	    (unlinkat(dir->fd, MANIFEST_NAME, 0) != 0 && errno != ENOENT) || !output_dir_each(dir, remove_entry, NULL))
		return complain(errors, path, strerror(errno));
	return 0;
}

/* The stamp goes before all else: whenever this is interrupted, what is left of the run cannot be resumed. */
static int replace(const struct output_dir *dir, const char *path, FILE *errors)
{
	if (unlinkat(dir->fd, STAMP_NAME, 0) != 0 && errno != ENOENT)
		return complain(errors, path, strerror(errno));
	return output_dir_empty(dir, path, errors);
}

int output_dir_open(struct output_dir *dir, const char *path, enum output_dir_mode mode, FILE *errors)
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
		code = check_content(dir, path, mode, errors);
	if (!code && dir->lock_fd < 0) {
		code = take_lock(dir, path, true, errors);
		if (!code)
			code = check_content(dir, path, mode, errors);
	}
	if (!code && mode == OUTPUT_DIR_REPLACE)
		code = replace(dir, path, errors);
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
