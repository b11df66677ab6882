// SPDX-License-Identifier: ISC
// The socket on which the operator's command speaks to the engine.
//
// Anybody may connect (mode 0666): who may do what is decided by the engine,
// from the credentials that the kernel vouches for, since two groups with
// different rights cannot be said in one file mode. Those without any right
// get a sentence that says so, and not a bare "permission denied". Until the
// socket listens its mode is 0600.
//
// A socket on which somebody answers belongs to a living daemon. One on which
// nobody does was left by one that was killed.

#include "monitor/control_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "monitor/identity.h"
#include "os/directory.h"

enum {
	BACKLOG = 128,
	/* An engine whose monitor was killed lives on for a moment. */
	TRIES_MAX = 20,
	PAUSE_MS = 50,
};

static int says(char *reason, size_t size, const char *path, const char *hint)
{
	int err = -errno;

	if (err == -EACCES && !*hint)
		hint = "; be root, or choose a place of your own "
		       "(\"control: {socket: ...}\")";
	snprintf(reason, size, "control socket %s: %s%s", path, strerror(-err),
		 hint);
	return err;
}

static bool answers(const struct sockaddr_un *un)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);
	int err;

	if (fd < 0)
		return false;
	err = connect(fd, (const struct sockaddr *)un, sizeof(*un)) ?
	      errno : 0;
	close(fd);
	/* EAGAIN: it listens, but has much to do */
	return !err || err == EAGAIN;
}

static void wait_a_little(void)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000000L };

	nanosleep(&pause, NULL);
}

static bool keeps_answering(const struct sockaddr_un *un)
{
	int i;

	for (i = 0; i < TRIES_MAX; i++) {
		if (!answers(un))
			return false;
		wait_a_little();
	}
	return true;
}

static int remove_stale(const struct sockaddr_un *un, char *reason,
			size_t size)
{
	struct stat st;

	if (lstat(un->sun_path, &st))
		return errno == ENOENT ? 0 :
		       says(reason, size, un->sun_path, "");
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return says(reason, size, un->sun_path, ", and it is no "
			    "socket: remove it, or choose another "
			    "\"control: {socket: ...}\"");
	}
	if (keeps_answering(un)) {
		errno = EADDRINUSE;
		return says(reason, size, un->sun_path, ": dccbridged is "
			    "already running; a second one needs a socket of "
			    "its own (\"control: {socket: ...}\")");
	}
	if (unlink(un->sun_path))
		return says(reason, size, un->sun_path, "");
	return 0;
}

static int listen_there(const struct sockaddr_un *un, char *reason,
			size_t size)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);
	mode_t mask = umask(0177);
	int err = 0;

	if (fd < 0 || bind(fd, (const struct sockaddr *)un, sizeof(*un)) ||
	    listen(fd, BACKLOG) || chmod(un->sun_path, 0666))
		err = says(reason, size, un->sun_path, "");
	umask(mask);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return err;
}

/*
 * Two that start at once would each take the other's socket for a stale one.
 * Anybody who may look into a directory may lock it, so it is not waited for
 * forever.
 */
static void lock(int dir)
{
	int i;

	for (i = 0; i < TRIES_MAX && flock(dir, LOCK_EX | LOCK_NB); i++)
		wait_a_little();
}

/* The socket's directory, made if it is not there; locked against others. */
static int open_directory(const char *path, char *reason, size_t size)
{
	char copy[sizeof(((struct sockaddr_un *)0)->sun_path)];
	const char *dir;
	int fd, err;

	snprintf(copy, sizeof(copy), "%s", path);
	dir = dirname(copy);
	err = directory_make(dir, 0755);
	if (err) {
		errno = -err;
		return says(reason, size, path, "; its directory cannot be "
			    "made");
	}
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return says(reason, size, path, "");
	lock(fd);
	return fd;
}

/**
 * control_socket_open() - Make it, in place of what a dead daemon left
 * @s:		Filled in; an earlier one in it is closed first on success
 * @path:	Where
 * @reason:	Filled in on failure: what failed, why, what to do
 * @size:	Room there
 *
 * Return: 0; -EADDRINUSE: a daemon runs already; or another negative errno
 */
int control_socket_open(struct control_socket *s, const char *path,
			char *reason, size_t size)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int dir, fd;

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	dir = open_directory(path, reason, size);
	if (dir < 0)
		return dir;
	fd = remove_stale(&un, reason, size);
	if (!fd)
		fd = listen_there(&un, reason, size);
	close(dir);
	if (fd < 0)
		return fd;
	control_socket_close(s);
	s->fd = fd;
	memcpy(s->path, un.sun_path, sizeof(s->path));
	return 0;
}

/**
 * control_socket_close() - Close it and remove its file
 * @s:	Socket; may be closed already
 */
void control_socket_close(struct control_socket *s)
{
	if (s->fd < 0)
		return;
	unlink(s->path);
	close(s->fd);
	s->fd = -1;
}

static int32_t find_group(const char *name, bool set, const char *key)
{
	gid_t gid;

	if (!name[0])
		return -1;
	if (!identity_group(name, &gid))
		return (int32_t)gid;
	if (set)
		log_warnx("control: %s: no group \"%s\" on this host: only "
			  "root has its rights", key, name);
	return -1;
}

/**
 * control_socket_groups() - Whose members may do what
 * @c:		Configuration
 * @gid:	Filled in: who may do all, who may look; -1 is nobody
 */
void control_socket_groups(const struct config_control *c, int32_t gid[2])
{
	gid[0] = find_group(c->group, c->group_set, "group");
	gid[1] = find_group(c->read_group, c->read_group_set, "read-group");
}
