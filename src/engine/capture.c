// SPDX-License-Identifier: ISC
// The taps: copies of frames at fixed points, for those who dump.
//
// lan-in and lan-out are in channel.c, line-in in receive.c, line-out in
// line.c; a drop is caught where it is counted. Each asks capture_wants()
// first, one test of a word that does not change while nobody dumps.

#include "engine/capture.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

static void changed(void *arg, struct dumper *d)
{
	struct capture *c = arg;

	(void)d;
	c->points = 0;
	TAILQ_FOREACH(d, &c->dumpers, entry)
		if (d->state == DUMPER_RUNNING)
			c->points |= 1U << d->point;
}

static void ended(void *arg, struct dumper *d)
{
	struct capture *c = arg;

	TAILQ_REMOVE(&c->dumpers, d, entry);
	c->n--;
	dumper_free(d);
	changed(c, NULL);
}

/**
 * capture_init() - Begin, with nobody who dumps
 * @c:		Taps
 * @base:	Event loop; borrowed
 */
void capture_init(struct capture *c, struct event_base *base)
{
	*c = (struct capture){
		.base = base, .user = { changed, ended, c },
	};
	TAILQ_INIT(&c->dumpers);
}

/**
 * capture_open() - Make place for one more who dumps
 * @c:		Taps
 * @channel:	Name of the only channel to be seen, or NULL
 *
 * Return: the client's end of its socket, the caller's to hand over; -EBUSY
 * if there are too many, or another negative errno
 */
int capture_open(struct capture *c, const char *channel)
{
	struct dumper *d;
	int pair[2];

	if (c->n >= CAPTURE_DUMPERS)
		return -EBUSY;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	d = dumper_new(c->base, pair[0], channel, &c->user);
	if (!d) {
		close(pair[0]);
		close(pair[1]);
		return -ENOMEM;
	}
	TAILQ_INSERT_TAIL(&c->dumpers, d, entry);
	c->n++;
	return pair[1];
}

/**
 * capture_put() - Give a frame to all who want it
 * @c:	Taps
 * @t:	Frame
 */
void capture_put(struct capture *c, const struct tap *t)
{
	int64_t now = clock_utc_ns();
	struct dumper *d;

	TAILQ_FOREACH(d, &c->dumpers, entry)
		dumper_take(d, t, now);
}

/**
 * capture_renamed() - Channels and paths may have other names now
 * @c:	Taps
 */
void capture_renamed(struct capture *c)
{
	struct dumper *d;

	TAILQ_FOREACH(d, &c->dumpers, entry)
		dumper_forget_places(d);
}

/**
 * capture_fini() - End all who dump
 * @c:	Taps; all zero will do
 */
void capture_fini(struct capture *c)
{
	struct dumper *d;

	while (c->n && (d = TAILQ_FIRST(&c->dumpers)))
		ended(c, d);
}
