// SPDX-License-Identifier: ISC
// A path: one channel's use of one line.
//
// Theory of operation
// -------------------
// On the way out a path cuts what is longer than its line carries, puts the
// header before each packet and collects the packets of one turn in an
// outbox, which goes to the line in as few calls as possible. No payload is
// copied. Frames for a slow line go into its queue instead, which cuts them
// when their turn has come.
//
// On the way in it puts fragments together, by class.
//
// A path is up when its line's session is, the far end has told who it is and
// has heard who we are, nothing is wrong about it, and nobody disabled it.
// Until the far end is known to be the right one, no frame of its is taken.

#include "engine/path.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/util.h"

enum { SIGN_MAX = 512 };	/* octets of a packet on the line */

static const char *const state_names[] = {
	[PATH_DOWN] = "down",
	[PATH_UP] = "up",
	[PATH_DISABLED] = "disabled",
};

static_assert(ARRAY_SIZE(state_names) == PATH_STATE_NUM,
	      "a state lacks its name");

/* What a struct reassembly counts, and where we count it. */
static const enum stat_id reassembly_stats[] = {
	[REASSEMBLY_FRAMES] = STAT_FRAMES_JOINED,
	[REASSEMBLY_DUPLICATE] = DROP_DUPLICATE,
	[REASSEMBLY_LATE] = DROP_DUPLICATE,
	[REASSEMBLY_MISMATCH] = DROP_FRAGMENT,
	[REASSEMBLY_TOO_LONG] = DROP_FRAGMENT,
	[REASSEMBLY_OVERTAKEN] = DROP_INCOMPLETE,
	[REASSEMBLY_TIMEOUT] = DROP_INCOMPLETE,
	[REASSEMBLY_EVICTED] = DROP_INCOMPLETE,
	[REASSEMBLY_NO_MEMORY] = DROP_INCOMPLETE,
};

static_assert(ARRAY_SIZE(reassembly_stats) == REASSEMBLY_COUNT_NUM,
	      "a count of the reassembly has no counter");

/**
 * path_state_name() - The word for a state
 * @state:	State
 *
 * Return: the word
 */
const char *path_state_name(enum path_state state)
{
	return state_names[state];
}

/**
 * path_new() - Make a path, with no line
 * @cfg:	Its settings; borrowed until they are replaced
 * @id:		Channel id
 * @ch:		Its channel; borrowed
 * @sequence:	The channel's next sequence numbers, by class; borrowed
 * @pool:	Where fragments wait; borrowed
 *
 * Return: the path, owned by the caller, or NULL without memory
 */
struct path *path_new(const struct config_path *cfg, uint16_t id,
		      struct channel *ch, uint16_t *sequence,
		      struct reassembly_pool *pool)
{
	struct path *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->cfg = cfg;
	p->channel = ch;
	p->user.id = id;
	p->user.owner = p;
	p->user.place = &p->place;
	p->user.queue = (struct slow_user){
		sequence, &p->oam_sequence, &p->stats
	};
	p->since = clock_utc_ns();
	for (int i = 0; i < PATH_CLASSES; i++)
		reassembly_init(&p->reassembly[i], pool,
				cfg->kind == TRANSPORT_DCC);
	return p;
}

/**
 * path_free() - Let go of the line and of half frames, forget the path
 * @p:	Path; consumed
 */
void path_free(struct path *p)
{
	for (int i = 0; i < PATH_CLASSES; i++)
		reassembly_reset(&p->reassembly[i]);
	if (p->line)
		line_leave(p->line, &p->user);
	alarm_set_clear(&p->alarms);
	free(p);
}

static bool same_name(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* Another DCC is another wire; what is said of a network is said of all. */
static bool same_wire(const struct config_path *a,
		      const struct config_path *b)
{
	if (a->kind != b->kind)
		return false;
	return a->kind != TRANSPORT_DCC ||
	       (same_name(a->dcc.interface, b->dcc.interface) &&
		same_name(a->dcc.device, b->dcc.device));
}

/**
 * path_succeed() - Take over what is known of a path of the same name
 * @p:		Path, just made
 * @former:	What it takes the place of
 *
 * To its operator it is one path, whose settings have changed: its history
 * goes on, unless it is over another DCC, or of another kind.
 */
void path_succeed(struct path *p, const struct path *former)
{
	if (same_wire(p->cfg, former->cfg))
		p->watch.performance = former->watch.performance;
}

static enum path_state find_state(const struct path *p)
{
	if (p->disabled)
		return PATH_DISABLED;
	return p->line && line_is_up(p->line) && p->fault == PEER_FINE ?
	       PATH_UP : PATH_DOWN;
}

/**
 * path_is_trusted() - May frames be taken from the far end?
 * @p:	Path
 *
 * It may be up already while we do not know that it has heard us.
 *
 * Return: true if so
 */
HOT bool path_is_trusted(const struct path *p)
{
	return p->fault == PEER_FINE || p->fault == PEER_UNSURE;
}

/**
 * path_restarted() - The far end has begun anew: so do its numbers
 * @p:	Path
 */
void path_restarted(struct path *p)
{
	for (int i = 0; i < PATH_CLASSES; i++)
		reassembly_reset(&p->reassembly[i]);
}

/**
 * path_refresh() - See which state the path is in now
 * @p:	Path
 *
 * Return: true if it is another than before
 */
bool path_refresh(struct path *p)
{
	enum path_state state;

	p->peer.other = p->line ? line_other(p->line) : NULL;
	p->fault = peer_fault(&p->peer, &p->us);
	peer_explain(&p->peer, &p->us, p->explained, sizeof(p->explained));
	state = find_state(p);
	if (p->state == state)
		return false;
	p->state = state;
	p->since = clock_utc_ns();
	return true;
}

/**
 * path_reason() - What keeps a path from working
 * @p:	Path
 *
 * Return: printable text, "" if nothing does; valid until the next change
 */
const char *path_reason(const struct path *p)
{
	const char *reason;

	if (p->disabled)
		return "disabled by command";
	if (!p->line)
		return "out of memory";
	reason = line_reason(p->line);
	if (*reason)
		return reason;
	if (p->state == PATH_UP && p->degraded)
		return "loses more packets than protection.degrade allows";
	return p->explained;
}

/**
 * path_far_lan_down() - Has the far end's LAN lost its carrier?
 * @p:	Path
 *
 * Return: true if the far end says so and the path is up
 */
bool path_far_lan_down(const struct path *p)
{
	return p->state == PATH_UP &&
	       (p->peer.theirs.flags & WIRE_INFO_LAN_DOWN);
}

/* @h: NULL if nothing is left of what was dropped */
static void tap_drop(struct path *p, enum stat_id reason,
		     enum dump_direction direction,
		     const struct wire_header *h, const uint8_t *data,
		     size_t len)
{
	uint8_t head[WIRE_HEADER_MAX];

	if (!p->line || !capture_wants(p->line->env->capture, DUMP_DROP))
		return;
	line_tap(p->line, &p->place, &(struct tap){
		.point = DUMP_DROP, .direction = direction,
		.reason = stat_name(reason),
		.head = head, .head_len = h ? wire_encode(head, h) : 0,
		.data = data, .len = h ? len : 0,
	});
}

/**
 * path_drop() - Count a packet that is lost here, and catch it
 * @p:		Path, with a line
 * @reason:	Why
 * @direction:	DUMP_IN or DUMP_OUT
 * @h:		Its header
 * @data:	What follows; borrowed
 * @len:	Its octets
 */
void path_drop(struct path *p, enum stat_id reason,
	       enum dump_direction direction, const struct wire_header *h,
	       const uint8_t *data, size_t len)
{
	stats_inc(&p->stats, reason);
	tap_drop(p, reason, direction, h, data, len);
}

/**
 * outbox_init() - Begin to collect packets
 * @box:	Outbox, on the caller's stack
 * @p:		Where they will go
 * @room:	What will be put in has FRAME_HEADROOM octets free before it
 * @now:	Time
 */
HOT void outbox_init(struct outbox *box, struct path *p, bool room,
		     struct mono now)
{
	box->path = p;
	box->n = 0;
	box->room = room;
	box->now = now;
}

/* One that is small: a path that loses large packets only must not seem cut.
 * And one that follows a frame of the far end's: that sends by paths only from
 * which it takes frames too. */
static bool is_sign(const struct path *p, const struct packet *packet)
{
	return p->answers && packet->head_len + packet->len <= SIGN_MAX;
}

static void send_fast(struct outbox *box)
{
	struct path *p = box->path;
	unsigned int n = line_send(p->line, box->packets, box->n, &p->stats,
				   box->now);

	if (n != box->n || !is_sign(p, &box->packets[n - 1]))
		return;
	p->answers = false;
	line_session_said(p->line, box->now);
}

/**
 * outbox_flush() - Send what has been collected
 * @box:	Outbox; empty afterwards
 */
HOT void outbox_flush(struct outbox *box)
{
	struct path *p = box->path;

	if (box->n && path_is_slow(p))
		line_run(p->line, box->now);
	else if (box->n)
		send_fast(box);
	line_session_crossed(p->line, box->n, box->now);
	box->n = 0;
}

/**
 * outbox_next() - Room for one more packet to a fast line
 * @box:	Outbox
 *
 * Return: the packet, to be filled in
 */
HOT struct packet *outbox_next(struct outbox *box)
{
	if (box->n == ARRAY_SIZE(box->packets))
		outbox_flush(box);
	return &box->packets[box->n++];
}

static void put_packet(struct outbox *box, const struct wire_header *h,
		       const uint8_t *data, size_t len, bool room)
{
	struct packet *p = outbox_next(box);

	p->head_len = wire_encode(p->head, h);
	p->data = data;
	p->len = len;
	p->room = room;
}

static void put_fragments(struct outbox *box, struct wire_header h,
			  const uint8_t *data, const struct fragment_plan *plan)
{
	size_t offset, len;

	stats_inc(&box->path->stats, STAT_FRAMES_CUT);
	h.fragment = true;
	for (unsigned int i = 0; i < plan->count; i++) {
		h.index = (uint8_t)i;
		h.last = i + 1 == plan->count;
		fragment_slice(plan, i, &offset, &len);
		put_packet(box, &h, data + offset, len, false);
	}
}

/**
 * path_is_slow() - Do its frames wait in a queue of ours?
 * @p:	Path, with a line
 *
 * Return: true if so
 */
HOT bool path_is_slow(const struct path *p)
{
	return p->user.slot;
}

/**
 * path_fragments() - Into how many packets is a frame cut?
 * @p:		Path, with a line
 * @len:	Octets of the frame
 *
 * Return: how many, 1 if it goes whole; 0 if that is not known, or it does
 * not go at all
 */
unsigned int path_fragments(const struct path *p, size_t len)
{
	size_t room = line_piece(p->line);
	struct fragment_plan plan;

	if (!len || room <= WIRE_HEADER_MAX)
		return 0;
	if (len + WIRE_HEADER_LEN <= room)
		return 1;
	if (fragment_plan(&plan, len, room - WIRE_HEADER_MAX) &&
	    fragment_plan(&plan, len, line_payload(p->line) -
				      WIRE_HEADER_MAX))
		return 0;
	return plan.count;
}

/* A fast line takes it now; borrowed until outbox_flush(). */
static void put_fast(struct outbox *box, struct wire_header *h,
		     const uint8_t *data, size_t len)
{
	uint16_t *sequence = box->path->user.queue.sequence;
	size_t room = line_payload(box->path->line);
	struct fragment_plan plan;

	if (sequence)
		h->sequence = sequence[h->class]++;
	if (len + WIRE_HEADER_LEN <= room)
		put_packet(box, h, data, len, box->room);
	else if (room > WIRE_HEADER_MAX &&
		 !fragment_plan(&plan, len, room - WIRE_HEADER_MAX))
		put_fragments(box, *h, data, &plan);
	else
		path_drop(box->path, DROP_TOO_BIG, DUMP_OUT, h, data, len);
}

/**
 * outbox_put() - Add a frame, in pieces if the line asks for it
 * @box:	Outbox
 * @h:		Header of the whole frame; its number is written here or,
 *		on a slow line, when it leaves the queue
 * @flow:	Hash of its flow
 * @data:	Frame; borrowed until outbox_flush()
 * @len:	Its length
 */
HOT void outbox_put(struct outbox *box, struct wire_header *h, uint64_t flow,
		    const uint8_t *data, size_t len)
{
	if (!path_is_slow(box->path)) {
		put_fast(box, h, data, len);
		return;
	}
	sched_put(box->path->user.slot, h, flow, data, len, box->now);
	box->n = 1;		/* there is something to run for */
}

/* @h, @frame: the fragment that was dropped, or NULL */
static void collect_counts(struct path *p, struct reassembly *r,
			   const struct wire_header *h,
			   const struct frame *frame)
{
	for (unsigned int i = 0; i < REASSEMBLY_COUNT_NUM; i++) {
		enum stat_id what = reassembly_stats[i];

		if (!r->count[i])
			continue;
		stats_add(&p->stats, what, r->count[i]);
		r->count[i] = 0;
		if (stat_is_drop(what))
			tap_drop(p, what, DUMP_IN, h,
				 frame ? frame->data : NULL,
				 frame ? frame->len : 0);
	}
}

/**
 * path_join() - A frame or a fragment came; is the frame complete?
 * @p:		Path
 * @h:		Its header
 * @frame:	Its octets; becomes the whole frame's when that is complete
 * @now:	Time
 *
 * Return: 1 if @frame is complete now, 0 if more must come, negative if the
 * fragment was dropped (and counted)
 */
HOT int path_join(struct path *p, const struct wire_header *h,
		  struct frame *frame, struct mono now)
{
	struct reassembly *r = &p->reassembly[h->class];
	struct reassembled out;
	int done;

	/* a whole frame matters to those that it may have overtaken only */
	if (!h->fragment && !r->pending)
		return 1;
	done = reassembly_add(r, now, h, frame->data, frame->len, &out);
	collect_counts(p, r, done < 0 ? h : NULL, frame);
	if (done <= 0)
		return done;
	if (out.data != frame->data)
		memcpy(frame->data, out.data, out.len);
	frame->len = out.len;
	return 1;
}

/**
 * path_tick() - A second has passed
 * @p:	Path
 */
void path_tick(struct path *p)
{
	for (int i = 0; i < PATH_CLASSES; i++)
		collect_counts(p, &p->reassembly[i], NULL, NULL);
}
