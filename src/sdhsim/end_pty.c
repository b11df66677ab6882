// SPDX-License-Identifier: ISC
// An end that is a pseudo-terminal with the channel's raw octets.
//
// Theory of operation
// -------------------
// The hardware's clock rules: each turn takes exactly as many octets as the
// frames of that turn carry, no more, so that whoever writes ahead of the
// clock is held up by the terminal's own buffer. Where too few are there,
// flags are sent, as hardware does that has no other octet; that cuts a frame
// which is under way, and the section counts it as hit (hits.c). What arrives
// goes the other way; what the reader does not take in time is lost.
//
// While nobody has the terminal open, flags are sent and what arrives is
// thrown away: otherwise whoever opens it would read the past first. The
// symbolic link is ours as long as it leads to our terminal.

#include "sdhsim/end_pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define FLAG	0x7e

enum {
	DRAIN_READS = 64,	/* more than the kernel keeps */
};

/**
 * struct pty - A pseudo-terminal
 * @master:	Our side; does not block
 * @present:	Somebody has the other side open
 * @path:	Of the other side
 */
struct pty {
	int master;
	bool present;
	char path[64];
};

static int fail(char *reason, const char *what, const char *name,
		const char *remedy)
{
	int err = -errno;

	snprintf(reason, END_REASON_MAX, "%s %.160s: %s%s", what, name,
		 strerror(-err), remedy);
	return err;
}

/* A terminal without any processing; its settings stay when we close it. */
static int make_raw(const char *path)
{
	struct termios t;
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -1;
	if (tcgetattr(fd, &t)) {
		err = -1;
	} else {
		cfmakeraw(&t);
		err = tcsetattr(fd, TCSANOW, &t);
	}
	close(fd);
	return err;
}

/* A link of an earlier run is replaced, anything else is not. */
static int make_link(const char *path, const char *link, char *reason)
{
	struct stat st;

	if (!lstat(link, &st) && S_ISLNK(st.st_mode))
		unlink(link);
	if (!symlink(path, link))
		return 0;
	return fail(reason, "symlink", link, errno == EEXIST ?
		    "; it is no link: remove it, or name another" : "");
}

static int open_master(struct pty *p, char *reason)
{
	p->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (p->master < 0)
		return fail(reason, "open", "/dev/ptmx",
			    "; is devpts mounted?");
	if (grantpt(p->master) || unlockpt(p->master) ||
	    ptsname_r(p->master, p->path, sizeof(p->path)))
		return fail(reason, "terminal of", "/dev/ptmx", "");
	if (make_raw(p->path))
		return fail(reason, "settings of", p->path, "");
	return 0;
}

static int pty_open(struct end *e, char *reason)
{
	struct pty *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return fail(reason, "memory for", e->name, "");
	err = open_master(p, reason);
	if (!err)
		err = make_link(p->path, e->name, reason);
	if (!err) {
		e->state = p;
		return 0;
	}
	if (p->master >= 0)
		close(p->master);
	free(p);
	return err;
}

/* What nobody has read would be the first that the next one reads. */
static void drain(const struct pty *p)
{
	int fd = open(p->path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	uint8_t past[4096];

	if (fd < 0)
		return;
	for (int i = 0; i < DRAIN_READS; i++)
		if (read(fd, past, sizeof(past)) <= 0)
			break;
	close(fd);
}

static void set_present(struct pty *p, bool present)
{
	if (p->present && !present)
		drain(p);
	p->present = present;
}

static int pty_send(struct end *e, uint8_t *octets, size_t len)
{
	struct pty *p = e->state;
	size_t done = 0;
	ssize_t n;

	do {
		n = read(p->master, octets + done, len - done);
		if (n > 0)
			done += (size_t)n;
	} while ((n > 0 && done < len) || (n < 0 && errno == EINTR));
	/* EIO: the other side is closed, and all that it wrote was read */
	set_present(p, n > 0 || errno == EAGAIN);
	if (p->present)
		e->sent->count[SDH_UNDERRUN] += len - done;
	memset(octets + done, FLAG, len - done);
	return (int)done;
}

static void pty_octets(struct end *e, const uint8_t *octets, size_t len)
{
	struct pty *p = e->state;
	ssize_t n;

	if (!p->present)
		return;
	do
		n = write(p->master, octets, len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		n = 0;
	e->received->count[SDH_OVERRUN] += len - (size_t)n;
}

static void pty_close(struct end *e)
{
	struct pty *p = e->state;
	char target[sizeof(p->path)];
	ssize_t n = readlink(e->name, target, sizeof(target));

	if (n > 0 && (size_t)n == strlen(p->path) &&
	    !memcmp(target, p->path, (size_t)n))
		unlink(e->name);
	close(p->master);
	free(p);
	e->state = NULL;
}

const struct end_kind end_pty = {
	.scheme = "pty",
	.gentle = true,
	.open = pty_open,
	.send = pty_send,
	.octets = pty_octets,
	.close = pty_close,
};
