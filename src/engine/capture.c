// SPDX-License-Identifier: ISC
// The taps: copies of frames at fixed points, for those who dump.
//
// lan-in and lan-out are in channel_lan.c, line-in in receive.c, line-out in
// line_send.c; a drop is caught where it is counted. Each asks
// capture_wants() first, one test of a word that does not change while nobody
// dumps.
//
// A frame goes its way in the same form whether somebody dumps or not: what is
// cut, and completed, is the copy.

#include "engine/capture.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "codec/gso.h"
#include "codec/wire.h"

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

/* A copy in one piece; false if there is no room for it, as for what has no
 * checksum to be completed either. */
static bool gather(struct capture *c, const struct tap *t, struct tap *out)
{
	if (t->nrest || t->head_len + t->len > sizeof(c->copy))
		return false;
	memcpy(c->copy, t->head, t->head_len);
	memcpy(c->copy + t->head_len, t->data, t->len);
	*out = *t;
	out->data = c->copy;
	out->len += t->head_len;
	out->head_len = 0;
	return true;
}

/* What our header says that the far end has to complete. Of a fragment
 * nobody could. */
static bool complete_packet(struct capture *c, const struct tap *t,
			    struct tap *out)
{
	struct wire_header h;
	struct frame f;
	int n = wire_decode(&h, t->head_len ? t->head : t->data,
			    t->head_len ? t->head_len : t->len);

	if (n < 0 || !h.partial || h.fragment || !gather(c, t, out))
		return false;
	f = (struct frame){ .data = c->copy + n, .len = out->len - (size_t)n };
	if (gso_take_partial(&f, h.type == WIRE_ETHERNET))
		return false;
	gso_complete(&f);
	h.partial = false;
	wire_encode(c->copy, &h);
	return true;
}

static bool complete_frame(struct capture *c, const struct tap *t,
			   struct tap *out)
{
	struct frame f;

	if (!t->offload.partial || t->offload.gso || !gather(c, t, out))
		return false;
	f = (struct frame){ c->copy, out->len, t->offload };
	gso_complete(&f);
	return true;
}

/* The frame as those want it who want no raw ones. The frame itself is not
 * touched: nobody's looking may change what is sent. */
static const struct tap *complete(struct capture *c, const struct tap *t,
				  struct tap *out)
{
	bool done = t->flags & DUMP_F_LINE ? complete_packet(c, t, out) :
					     complete_frame(c, t, out);

	return done ? out : t;
}

/**
 * capture_put() - Give a frame to all who want it
 * @c:	Taps
 * @t:	Frame, no super-frame
 */
void capture_put(struct capture *c, const struct tap *t)
{
	int64_t now = clock_utc_ns();
	const struct tap *whole = NULL;
	struct tap room;
	struct dumper *d;

	TAILQ_FOREACH(d, &c->dumpers, entry) {
		if (!dumper_wants(d, t))
			continue;
		if (dumper_is_full(d, t->head_len + t->len)) {
			dumper_lose(d, 1);
			continue;
		}
		if (!whole && !d->raw)
			whole = complete(c, t, &room);
		dumper_take(d, d->raw ? t : whole, now);
	}
}

/* Serves those who take a super-frame as it is. Of the others those that
 * have room are chosen; returns how many. */
static unsigned int choose(struct capture *c, const struct tap *t,
			   const struct gso_cut *cut, int64_t now)
{
	unsigned int n = 0;
	struct dumper *d;

	TAILQ_FOREACH(d, &c->dumpers, entry) {
		d->chosen = false;
		if (!dumper_wants(d, t))
			continue;
		if (d->raw) {
			dumper_take(d, t, now);
		} else if (dumper_is_full(d, cut->at.payload + cut->size)) {
			dumper_lose(d, cut->count);
		} else {
			d->chosen = true;
			n++;
		}
	}
	return n;
}

/* The payload of frame @i: in the piece of its own, or where the cut says. */
static const uint8_t *payload_of(const struct tap *t, unsigned int i,
				 const struct gso_segment *s)
{
	if (i && t->nrest)
		return t->rest[i - 1].iov_base;
	return t->data + s->offset;
}

static void put_segment(struct capture *c, const struct tap *t,
			const struct gso_cut *cut, unsigned int i, int64_t now)
{
	uint8_t head[GSO_HEADER_MAX];
	struct tap one = *t;
	bool made = false;
	struct gso_segment s;
	struct dumper *d;

	gso_cut_next(cut, i, head, &s);
	one.head = head;
	one.head_len = s.head;
	one.data = payload_of(t, i, &s);
	one.len = s.length;
	one.nrest = 0;
	TAILQ_FOREACH(d, &c->dumpers, entry) {
		if (!d->chosen)
			continue;
		if (dumper_is_full(d, s.head + s.length)) {
			dumper_lose(d, 1);
			continue;
		}
		if (!made)
			gso_cut_complete(cut, head, one.data, one.len);
		made = true;
		dumper_take(d, &one, now);
	}
}

/**
 * capture_super() - Give a super-frame to all who want it
 * @c:	Taps
 * @t:	The super-frame; may be in pieces
 *
 * Most want the frames that it is made of. They are made only for those that
 * have room for them, since to make them is what costs most.
 */
void capture_super(struct capture *c, const struct tap *t)
{
	struct frame f = { (uint8_t *)(uintptr_t)t->data, t->len, t->offload };
	int64_t now = clock_utc_ns();
	struct gso_cut cut;

	for (unsigned int i = 0; i < t->nrest; i++)
		f.len += t->rest[i].iov_len;
	if (gso_cut_begin(&cut, &f, f.len)) {
		capture_put(c, t);
		return;
	}
	if (!choose(c, t, &cut, now))
		return;
	for (unsigned int i = 0; i < cut.count; i++)
		put_segment(c, t, &cut, i, now);
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
