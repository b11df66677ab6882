// SPDX-License-Identifier: ISC
// Terminals and character devices as lines want them: raw, and ours alone.
//
// A terminal passes every octet as it is, in both directions, at any speed
// that its driver can do (struct termios2 has room for all of them; the C
// library's has not, and the two cannot be seen in one file). What had come
// before is thrown away. Hardware flow control stays as it was set.

#include "os/serial.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void make_raw(struct termios2 *t, uint32_t speed)
{
	t->c_iflag = IGNBRK | IGNPAR;
	t->c_oflag = 0;
	t->c_lflag = 0;
	t->c_cflag &= ~(tcflag_t)(CSIZE | PARENB | CSTOPB);
	t->c_cflag |= CS8 | CREAD | CLOCAL;
	t->c_cc[VMIN] = 1;
	t->c_cc[VTIME] = 0;
	if (!speed)
		return;
	t->c_cflag &= ~(tcflag_t)(CBAUD | CBAUD << IBSHIFT);
	t->c_cflag |= BOTHER | BOTHER << IBSHIFT;
	t->c_ispeed = t->c_ospeed = speed;
}

/* Return: NULL, or what could not be done, with errno set. */
static const char *set_up_terminal(int fd, uint32_t speed)
{
	struct termios2 t;

	if (ioctl(fd, TIOCEXCL))
		return "exclusive use";
	if (ioctl(fd, TCGETS2, &t))
		return "reading its settings";
	make_raw(&t, speed);
	if (ioctl(fd, TCSETS2, &t))
		return speed ? "raw mode and \"speed\"" : "raw mode";
	ioctl(fd, TCFLSH, TCIOFLUSH);
	return NULL;
}

static const char *hint(int err)
{
	switch (err) {
	case ENOENT:
		return "; is it plugged in, its driver loaded, its name "
		       "right? It is taken into use as soon as it is there";
	case EBUSY:
	case EWOULDBLOCK:
		return "; another program has it: see \"fuser -v\"";
	case EACCES:
	case EPERM:
		return "; the service's unit must allow the device, see "
		       "DeviceAllow in systemd.resource-control(5)";
	default:
		return "";
	}
}

static int fail(int fd, const char *path, const char *what, char *reason,
		size_t size)
{
	int err = errno;

	snprintf(reason, size, "%.200s: %s%s%s%s", path, what,
		 *what ? ": " : "", err == EWOULDBLOCK ? "in use" :
		 strerror(err), hint(err));
	if (fd >= 0)
		close(fd);
	return -err;
}

static int check_kind(int fd, const char *path, uint32_t speed, char *reason,
		      size_t size)
{
	const char *what = NULL;
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISCHR(st.st_mode) && !S_ISFIFO(st.st_mode))
		what = "is no tty, pty, FIFO or character device";
	else if (speed && !isatty(fd))
		what = "is no terminal; leave out \"speed\"";
	if (!what)
		return 0;
	snprintf(reason, size, "%.200s: %s", path, what);
	return -ENOTTY;
}

/**
 * serial_open() - Open a terminal, FIFO or character device for a line
 * @path:	Where
 * @speed:	bit/s of a terminal; 0: leave it as it is
 * @reason:	Filled in on failure: what failed, why, what to do
 * @size:	Room there
 *
 * Return: a descriptor that does not block and is closed on exec, locked
 * against other programs; or a negative errno
 */
int serial_open(const char *path, uint32_t speed, char *reason, size_t size)
{
	int fd = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), err;
	const char *what;

	if (fd < 0)
		return fail(fd, path, "", reason, size);
	err = check_kind(fd, path, speed, reason, size);
	if (err) {
		close(fd);
		return err;
	}
	if (flock(fd, LOCK_EX | LOCK_NB))
		return fail(fd, path, "lock", reason, size);
	what = isatty(fd) ? set_up_terminal(fd, speed) : NULL;
	return what ? fail(fd, path, what, reason, size) : fd;
}
