// SPDX-License-Identifier: ISC
// What comes off a port: whose is it?
//
// A packet belongs to the path that its sender and its channel id name
// together. What belongs to nobody is counted where the cause is to be
// sought: at the port if the sender is a stranger, at the line if the far
// end is known but what it says is not. Nothing of it is ever answered.
//
// Most packets that come together are like the one before: a run. When the
// first of one has gone all the way to the device, and nobody had to look at
// it, the others are only held against it, and join it there.

#include "engine/receive.h"

#include <string.h>

#include "base/util.h"
#include "codec/wire.h"
#include "engine/channel.h"
#include "engine/line.h"
#include "engine/path.h"

/**
 * struct run - The packet that others may follow
 * @header:	Its header of ours
 * @from:	Who sent it
 */
struct run {
	const uint8_t *header;
	struct addr from;
};

static enum stat_id malformed(int error)
{
	switch (error) {
	case WIRE_ESHORT:
		return DROP_SHORT;
	case WIRE_EVERSION:
		return DROP_VERSION;
	case WIRE_ETYPE:
		return DROP_TYPE;
	case WIRE_ERESERVED:
		return DROP_RESERVED;
	case WIRE_EINDEX:
		return DROP_FRAGMENT;
	case WIRE_ECHANNEL:
		return DROP_CHANNEL;
	default:
		return DROP_FLAGS;
	}
}

static void count_received(struct stats *s, size_t packets, size_t octets)
{
	stats_add(s, STAT_LINE_RX_FRAMES, packets);
	stats_add(s, STAT_LINE_RX_OCTETS, octets);
}

static void drop(struct line *l, const struct frame *f, enum stat_id reason)
{
	stats_inc(&l->stats, reason);
	if (capture_wants(l->env->capture, DUMP_DROP))
		line_tap(l, NULL, &(struct tap){
			.point = DUMP_DROP, .direction = DUMP_IN,
			.reason = stat_name(reason),
			.data = f->data, .len = f->len,
		});
}

static void tap_arrival(struct line *l, const struct tap_place *place,
			const struct frame *f)
{
	line_tap(l, place, &(struct tap){
		.point = DUMP_LINE, .direction = DUMP_IN,
		.data = f->data, .len = f->len,
	});
}

static void drop_stranger(struct port *port, const struct reception *r,
			  struct capture *capture)
{
	stats_inc(&port->stats, DROP_STRANGER);
	if (capture_wants(capture, DUMP_DROP))
		capture_put(capture, &(struct tap){
			.point = DUMP_DROP, .direction = DUMP_IN,
			.flags = DUMP_F_LINE,
			.reason = stat_name(DROP_STRANGER),
			.place = { UINT32_MAX, 0, "", "", &port->key.local,
				   &r->from },
			.data = r->frame->data, .len = r->frame->len,
		});
}

/* The transport has counted it, and only one far end can have sent it. */
static void tap_damaged(struct port *port, const struct reception *r,
			struct capture *capture)
{
	struct line *l;

	if (!capture_wants(capture, DUMP_DROP))
		return;
	l = lookup_find(&port->lookup, &r->from, WIRE_CHANNEL_LINE);
	if (l)
		line_tap(l, NULL, &(struct tap){
			.point = DUMP_DROP, .direction = DUMP_IN,
			.reason = stat_name((enum stat_id)r->damage),
			.data = r->frame->data, .len = r->frame->len,
		});
}

/* The sender is known; what it sent is on channel id 0. */
static void to_line(struct line *l, const struct wire_header *h,
		    struct frame *f, size_t head_len, struct mono now)
{
	line_heard(l, now);
	if (h->type == WIRE_OAM)
		line_oam(l, h, f->data + head_len, f->len - head_len, now);
	else
		drop(l, f, DROP_UNSUPPORTED);
}

static void to_path(struct path *p, const struct wire_header *h,
		    struct frame *f, size_t octets, struct mono now)
{
	line_heard(p->line, now);
	count_received(&p->stats, 1, octets);
	channel_from_line(p, h, f, now);
}

static HOT void packet(struct port *port, struct reception *r,
		       struct capture *capture, struct mono now)
{
	struct line *l;
	struct path *p;
	struct wire_header h;
	struct frame *f = r->frame;
	size_t octets = f->len;
	int n = wire_decode(&h, f->data, f->len);

	addr_unmap(&r->from);
	if (n > 0 && !r->truncated && h.channel != WIRE_CHANNEL_LINE) {
		p = lookup_find(&port->lookup, &r->from, h.channel);
		if (p) {
			if (capture_wants(capture, DUMP_LINE))
				tap_arrival(p->line, &p->place, f);
			f->data += n;
			f->len -= (size_t)n;
			to_path(p, &h, f, octets, now);
			return;
		}
	}
	l = lookup_find(&port->lookup, &r->from, WIRE_CHANNEL_LINE);
	if (!l) {
		drop_stranger(port, r, capture);
		return;
	}
	if (capture_wants(capture, DUMP_LINE))
		tap_arrival(l, NULL, f);
	count_received(&l->stats, 1, octets);
	if (r->truncated) {
		drop(l, f, DROP_LONG);
	} else if (n < 0) {
		drop(l, f, malformed(n));
	} else if (h.channel != WIRE_CHANNEL_LINE) {
		if (!line_stray(l, &h, f->data + n, f->len - (size_t)n,
				now))
			drop(l, f, DROP_CHANNEL);
	} else {
		to_line(l, &h, f, (size_t)n, now);
	}
}

/* A packet that may grow beyond its end has others behind it: move it. */
static void make_room(struct frame *f, struct shared *shared)
{
	struct frame *spare = frame_batch_spare(&shared->line);

	lan_out_flush(&shared->lan_out);	/* may be in there */
	memcpy(spare->data, f->data, f->len);
	f->data = spare->data;
}

/* A fragment becomes a whole frame, zeros that were cut off come back. */
static bool may_grow(const struct frame *f)
{
	return f->len <= FRAME_SIZE && f->len > WIRE_OFF_FLAGS &&
	       f->data[WIRE_OFF_FLAGS] & (WIRE_F | WIRE_Z | WIRE_C);
}

/* How many packets have the same header of ours, but for the number? */
static HOT unsigned int alike(const struct run *run, const uint8_t *data,
			      size_t len, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++, data += len)
		if (memcmp(data, run->header, WIRE_OFF_SEQUENCE))
			break;
	return i;
}

/* How many packets of one length, in a row, say the same as one that has just
 * gone all the way to a device, seen by nobody? With the same header of ours,
 * and the same headers in the frame, but for what counts up, they go there. */
static HOT unsigned int follow(struct shared *shared, const struct run *run,
			       const struct reception *r, uint8_t *data,
			       size_t len, unsigned int n, struct mono now)
{
	struct path *p = shared->run;

	if (!p || r->truncated || len <= WIRE_HEADER_LEN ||
	    !lan_out_open(&shared->lan_out) ||
	    !addr_eq(&run->from, &r->from))
		return 0;
	n = lan_out_follow(&shared->lan_out, data + WIRE_HEADER_LEN,
			   len - WIRE_HEADER_LEN, len,
			   alike(run, data, len, n));
	if (!n)
		return 0;
	count_received(&p->stats, n, n * len);
	line_session_crossed(p->line, n, now);
	return n;
}

/* The whole way, and others may follow */
static void lead(struct port *port, struct reception *r, struct shared *shared,
		 struct run *run, struct mono now)
{
	run->header = r->frame->data;
	run->from = r->from;
	shared->run = NULL;
	packet(port, r, &shared->capture, now);
}

/* A train: each packet in its place */
static void train(struct port *port, const struct reception *r,
		  struct shared *shared, struct run *run, struct mono now)
{
	const struct frame *whole = r->frame;

	for (size_t at = 0; at < whole->len;) {
		size_t left = whole->len - at, len = MIN(r->segment, left);
		struct frame f = { .data = whole->data + at, .len = len };
		unsigned int n = follow(shared, run, r, f.data, len,
					(unsigned int)(left / len), now);
		struct reception one;

		at += n ? n * len : len;
		if (n)
			continue;
		if (left > len && may_grow(&f))
			make_room(&f, shared);
		one = *r;
		one.frame = &f;
		lead(port, &one, shared, run, now);
	}
}

/* Who got a frame mostly answers at once: look before going to sleep. Not so
 * in a stream, whose acknowledgements are better off together. */
static void take_answer(const struct shared *shared)
{
	struct channel *ch = shared->written;

	if (shared->lone && ch && ch->fd >= 0 && !wake_is_set(&ch->pause))
		channel_take_lan(ch, clock_mono());
}

/**
 * receive_packets() - Bring what came off a port to whom it belongs
 * @port:	Port
 * @r:		What came; used up
 * @n:		How many
 * @shared:	What all channels share
 * @now:	Time
 */
HOT void receive_packets(struct port *port, struct reception *r, unsigned int n,
			 struct shared *shared, struct mono now)
{
	struct run run;

	shared->run = NULL;
	shared->written = NULL;
	shared->lone = n == 1 && !reception_is_train(r);
	for (unsigned int i = 0; i < n; i++) {
		struct frame *f = r[i].frame;

		if (r[i].damage)
			tap_damaged(port, &r[i], &shared->capture);
		else if (reception_is_train(&r[i]))
			train(port, &r[i], shared, &run, now);
		else if (!follow(shared, &run, &r[i], f->data, f->len, 1, now))
			lead(port, &r[i], shared, &run, now);
	}
	lan_out_flush(&shared->lan_out);
	take_answer(shared);
}

/**
 * receive_error() - Bring what the network says to the line it concerns
 * @port:	Port
 * @e:		What it says
 * @now:	Time
 */
void receive_error(struct port *port, const struct transport_error *e,
		   struct mono now)
{
	struct line *l = port->sending;

	if (!e->local || !l)
		l = lookup_find(&port->lookup, &e->to, WIRE_CHANNEL_LINE);
	if (l)
		line_error(l, e, now);
}
