// SPDX-License-Identifier: ISC
// The scheduler of a slow line: which piece of which frame goes next.
//
//	line --+-- our own OAM, first in, first out, before all else
//	       +-- class 0 --+-- strand of channel A --- flows
//	       |             +-- strand of channel B --- flows
//	       +-- classes 1 to 3, likewise
//
// A strand is one class of one channel; its frames wait in a fair queue
// (fairq.c). On each level those that have something to send share by deficit
// round robin (drr.c): classes and channels by weight, flows evenly.
//
// Each piece is chosen anew, from the top: so a piece of a better class goes
// between any two pieces of a worse one, and one of a channel that was quiet
// between those of one that is not. A strand ends the frame that it has begun
// before it begins another, as the wire format demands. What a class or a
// channel may send in a round is about a piece, as others wait for it.
//
// Our own OAM goes before all that while it takes no more than a tenth of the
// line, class 0 with a quarter. What class 0 has beyond that shares by weight,
// and what OAM has beyond waits for all else: no flood starves the line.
//
// Memory: what waits in a strand is bounded by half a second of the line's
// rate, or two of the longest frames so far if that is more.

#include "policy/sched_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "codec/fragment.h"

enum {
	CAP_MS = 500,		/* most that waits in a strand */
	CAP_FRAMES = 2,		/* but so many of the longest fit */
	CONTROL_SHARE = 25,	/* per cent of the rate before all others */
	OAM_SHARE = 10,		/* the same for our own OAM */
	BURST_MS = 250,		/* of both at once */
	WEIGHT_MAX = 256,
	USUAL_FRAME = 1522,
	PIECE_WEIGHT = 4,	/* weight that sends a piece a round */
};

/* What the classes get of the line if all want it */
static const uint8_t weights[WIRE_CLASSES] = {
	[WIRE_CONTROL] = 4,	/* of what is beyond CONTROL_SHARE */
	[WIRE_INTERACTIVE] = 8,
	[WIRE_NORMAL] = 4,
	[WIRE_BULK] = 1,
};

/**
 * sched_drop() - Drop a frame that is in no queue any more
 * @s:		Scheduler
 * @item:	Frame; consumed
 * @why:	Told
 */
void sched_drop(struct sched *s, struct fairq_item *item, enum sched_why why)
{
	struct sched_frame frame = {
		item->slot->owner, &item->header, item->data, item->len,
	};

	s->frames--;
	s->config.drop(s->config.arg, why, &frame);
	free(item);
}

static void drop_queued(void *arg, struct fairq_item *item, enum fairq_why why)
{
	static const enum sched_why reasons[] = {
		[FAIRQ_FULL] = SCHED_FULL,
		[FAIRQ_LATE] = SCHED_LATE,
		[FAIRQ_NO_MEMORY] = SCHED_NO_MEMORY,
	};

	sched_drop(arg, item, reasons[why]);
}

static uint32_t cost_of(const struct sched *s, size_t len)
{
	return (uint32_t)(len + s->config.line.overhead + WIRE_HEADER_LEN);
}

/* All that follows from the line's rate, and the frames that it is used for */
static void derive(struct sched *s, struct mono now)
{
	const struct sched_line *line = &s->config.line;
	size_t full = cost_of(s, s->longest);
	size_t piece = cost_of(s, MIN(line->piece, s->longest));

	codel_params_init(&s->params.codel, line->rate, full);
	s->params.cap = MAX(line->rate / 8 * CAP_MS / 1000, CAP_FRAMES * full);
	s->params.quantum = (uint32_t)full;
	s->quantum = (uint32_t)piece;
	for (int i = 0; i < WIRE_CLASSES; i++)
		s->classes[i].entry.quantum =
			(uint32_t)(piece * weights[i] / PIECE_WEIGHT);
	bucket_init(&s->control, line->rate / 8 * CONTROL_SHARE / 100,
		    mono_ms(BURST_MS), now);
	bucket_init(&s->own, line->rate / 8 * OAM_SHARE / 100,
		    mono_ms(BURST_MS), now);
}

/**
 * sched_new() - Make the scheduler of a line
 * @config:	What it needs to know; copied
 * @now:	Time; more than 0, here and everywhere
 *
 * Return: the scheduler, the caller's; NULL without memory
 */
struct sched *sched_new(const struct sched_config *config, struct mono now)
{
	struct sched *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->config = *config;
	s->params = (struct fairq_params){ .drop = drop_queued, .arg = s };
	TAILQ_INIT(&s->oam);
	drr_init(&s->share);
	for (int i = 0; i < WIRE_CLASSES; i++)
		drr_init(&s->classes[i].strands);
	s->longest = MIN(config->line.frame, USUAL_FRAME);
	derive(s, now);
	return s;
}

/**
 * sched_free() - Remove all slots, and the scheduler
 * @s:	Scheduler; consumed
 */
void sched_free(struct sched *s)
{
	while (!LIST_EMPTY(&s->slots))
		sched_leave(LIST_FIRST(&s->slots));
	free(s->lent);
	free(s);
}

/**
 * sched_set_line() - The line's rate or sizes have changed
 * @s:		Scheduler
 * @line:	How they are now; copied
 * @now:	Time
 *
 * Frames whose pieces are too large now begin again.
 */
void sched_set_line(struct sched *s, const struct sched_line *line,
		    struct mono now)
{
	struct sched_slot *slot;

	s->config.line = *line;
	derive(s, now);
	LIST_FOREACH(slot, &s->slots, link) {
		for (int i = 0; i < WIRE_CLASSES; i++) {
			struct strand *t = &slot->strands[i];

			if (t->index &&
			    t->plan.unit + WIRE_HEADER_MAX > line->largest)
				strand_restart(t);
		}
	}
}

/**
 * sched_join() - A channel begins to use the line
 * @s:		Scheduler
 * @owner:	Told with each of its pieces
 * @weight:	Its share; 1 is usual, 256 the most
 * @fifo:	Its frames are numbered already: in a class, first in is first
 *		out (1+1)
 *
 * Return: its slot, the scheduler's, until sched_leave(); NULL without memory
 */
struct sched_slot *sched_join(struct sched *s, void *owner,
			      unsigned int weight, bool fifo)
{
	struct sched_slot *slot = calloc(1, sizeof(*slot));

	if (!slot)
		return NULL;
	slot->sched = s;
	slot->owner = owner;
	slot->weight = MIN(MAX(weight, 1), WEIGHT_MAX);
	for (int i = 0; i < WIRE_CLASSES; i++)
		strand_init(&slot->strands[i], fifo);
	LIST_INSERT_HEAD(&s->slots, slot, link);
	return slot;
}

/**
 * sched_leave() - A channel no longer uses the line
 * @slot:	Its slot; consumed, and all that waits in it is dropped
 */
void sched_leave(struct sched_slot *slot)
{
	sched_flush(slot);
	for (int i = 0; i < WIRE_CLASSES; i++)
		strand_free(&slot->strands[i]);
	LIST_REMOVE(slot, link);
	free(slot);
}

/**
 * sched_enqueue() - Put a frame to those of a slot
 * @slot:	Slot
 * @item:	Frame; consumed
 * @now:	Time
 */
void sched_enqueue(struct sched_slot *slot, struct fairq_item *item,
		   struct mono now)
{
	uint8_t class = item->header.class & (WIRE_CLASSES - 1);
	struct sched *s = slot->sched;
	struct strand *t = &slot->strands[class];

	if (item->len > s->longest) {
		s->longest = item->len;
		derive(s, now);
	}
	t->entry.quantum = s->quantum * slot->weight;
	item->slot = slot;
	item->queued = now;
	item->cost = cost_of(s, item->len);
	s->frames++;
	fairq_put(&t->queue, &s->params, item);
	if (!t->queue.frames)
		return;
	drr_activate(&s->classes[class].strands, &t->entry);
	drr_activate(&s->share, &s->classes[class].entry);
}

static int refuse(const struct sched_slot *slot,
		  const struct wire_header *header, const uint8_t *data,
		  size_t len, enum sched_why why)
{
	const struct sched_config *c = &slot->sched->config;
	struct sched_frame frame = { slot->owner, header, data, len };

	c->drop(c->arg, why, &frame);
	return -(int)why - 1;
}

/* Return: 0, or as refuse() */
static int item_new(struct fairq_item **item, struct sched_slot *slot,
		    const struct wire_header *header, const uint8_t *data,
		    size_t len)
{
	if (!len || len > slot->sched->config.line.frame)
		return refuse(slot, header, data, len, SCHED_TOO_BIG);
	*item = malloc(sizeof(**item) + len);
	if (!*item)
		return refuse(slot, header, data, len, SCHED_NO_MEMORY);
	**item = (struct fairq_item){
		.slot = slot, .header = *header, .len = (uint32_t)len,
	};
	memcpy((*item)->data, data, len);
	return 0;
}

/**
 * sched_put() - A frame comes to wait
 * @slot:	Of its channel
 * @header:	Of the whole frame; its class is the queue. Copied
 * @hash:	Of its flow
 * @data:	Frame; copied
 * @len:	Octets, at least one
 * @now:	Time
 *
 * To make room, this frame or others of the slot and class may be dropped.
 * A frame of a type that has no fragments is never cut.
 *
 * Return: 0; if the frame never got in, a negative number, and the drop has
 * been told
 */
int sched_put(struct sched_slot *slot, const struct wire_header *header,
	      uint64_t hash, const uint8_t *data, size_t len, struct mono now)
{
	struct fairq_item *item;
	int err = item_new(&item, slot, header, data, len);

	if (err)
		return err;
	item->hash = hash;
	sched_enqueue(slot, item, now);
	return 0;
}

/**
 * sched_put_oam() - A message of ours that must go before all else
 * @slot:	Whose it is
 * @header:	Copied
 * @data:	Message; copied. Never cut
 * @len:	Octets
 * @now:	Time
 *
 * For what liveness needs. What a stranger can ask for, such as echo
 * replies, belongs into a class, by sched_put().
 *
 * Return: as of sched_put()
 */
int sched_put_oam(struct sched_slot *slot, const struct wire_header *header,
		  const uint8_t *data, size_t len, struct mono now)
{
	struct sched *s = slot->sched;
	struct fairq_item *item;
	uint32_t cost = cost_of(s, len);
	int err;

	if (s->oam_octets + cost > s->params.cap)
		return refuse(slot, header, data, len, SCHED_FULL);
	err = item_new(&item, slot, header, data, len);
	if (err)
		return err;
	item->queued = now;
	item->cost = cost;
	s->frames++;
	s->oam_octets += cost;
	TAILQ_INSERT_TAIL(&s->oam, item, link);
	return 0;
}

/**
 * sched_oam_waits() - Does a message that goes before all else still wait?
 * @slot:	Of anybody on the line
 *
 * Return: true if so
 */
bool sched_oam_waits(const struct sched_slot *slot)
{
	return !TAILQ_EMPTY(&slot->sched->oam);
}

/* Say what a piece is; the frame's header becomes the piece's. */
static void describe(struct sched_piece *piece, struct fairq_item *item,
		     const struct fragment_plan *plan, unsigned int index)
{
	size_t offset, len;

	fragment_slice(plan, index, &offset, &len);
	item->header.fragment = plan->count > 1;
	item->header.index = (uint8_t)index;
	item->header.last = plan->count > 1 && index + 1 == plan->count;
	*piece = (struct sched_piece){
		.owner = item->slot->owner,
		.header = &item->header,
		.data = item->data + offset,
		.len = len,
		.first = !index,
		.final = index + 1 == plan->count,
		.frame_len = item->len,
		.queued = item->queued,
	};
}

/* Nothing more of this frame will be asked for. */
static void lend(struct sched *s, struct fairq_item *item)
{
	s->lent = item;
	s->frames--;
}

static bool next_oam(struct sched *s, struct sched_piece *piece)
{
	struct fairq_item *item = TAILQ_FIRST(&s->oam);
	struct fragment_plan whole = { .count = 1 };

	if (!item)
		return false;
	whole.unit = whole.len = item->len;
	TAILQ_REMOVE(&s->oam, item, link);
	s->oam_octets -= item->cost;
	bucket_take(&s->own, item->cost);
	describe(piece, item, &whole, 0);
	lend(s, item);
	return true;
}

/* See that a strand has a frame under way; false: it has none any more */
static bool begin_frame(struct sched *s, struct strand *t, struct mono now)
{
	const struct sched_line *line = &s->config.line;
	struct strand_sizes sizes = { line->piece, line->largest };
	int r;

	while ((r = strand_begin(t, &s->params, &sizes, now)) < 0)
		sched_drop(s, strand_take(t), SCHED_TOO_BIG);
	return r;
}

/* The strand of a class whose turn it is; NULL: the class has nothing */
static struct strand *next_strand(struct sched *s, struct class *c,
				  struct mono now)
{
	struct drr_entry *e;

	while ((e = drr_pick(&c->strands))) {
		struct strand *t = container_of(e, struct strand, entry);

		if (begin_frame(s, t, now))
			return t;
		drr_empty(&c->strands, e);
	}
	return NULL;
}

/* Return: octets that the piece takes on the line */
static uint32_t next_piece(struct sched *s, struct strand *t,
			   struct sched_piece *piece)
{
	struct fairq_item *done;
	uint32_t cost;

	describe(piece, t->current, &t->plan, t->index);
	cost = cost_of(s, piece->len);
	drr_charge(&t->entry, cost);
	done = strand_advance(t);
	if (done)
		lend(s, done);
	return cost;
}

static bool next_of_class(struct sched *s, struct class *c, struct mono now,
			  struct sched_piece *piece, uint32_t *cost)
{
	struct strand *t = next_strand(s, c, now);

	if (t)
		*cost = next_piece(s, t, piece);
	return t;
}

static bool next_control(struct sched *s, struct mono now,
			 struct sched_piece *piece)
{
	uint32_t cost;

	if (!bucket_ready(&s->control, now) ||
	    !next_of_class(s, &s->classes[WIRE_CONTROL], now, piece, &cost))
		return false;
	bucket_take(&s->control, cost);
	return true;
}

static bool next_shared(struct sched *s, struct mono now,
			struct sched_piece *piece)
{
	struct drr_entry *e;
	uint32_t cost;

	while ((e = drr_pick(&s->share))) {
		struct class *c = container_of(e, struct class, entry);

		if (next_of_class(s, c, now, piece, &cost)) {
			drr_charge(e, cost);
			return true;
		}
		drr_empty(&s->share, e);
	}
	return false;
}

/**
 * sched_next() - The piece that is to be sent now
 * @s:		Scheduler
 * @now:	Time
 * @piece:	Filled in; what it points to stays until the next call of this
 *		function, or one that takes its frame away (sched_restart(),
 *		sched_move(), sched_flush(), sched_leave())
 *
 * Whoever calls must send the piece. If that cannot be, sched_restart() has
 * its frame sent from the start again, unless the piece was the final one.
 *
 * Return: false if there is nothing to send
 */
bool sched_next(struct sched *s, struct mono now, struct sched_piece *piece)
{
	free(s->lent);
	s->lent = NULL;
	return (bucket_ready(&s->own, now) && next_oam(s, piece)) ||
	       next_control(s, now, piece) || next_shared(s, now, piece) ||
	       next_oam(s, piece);
}

/**
 * sched_is_empty() - Is there nothing to send?
 * @s:	Scheduler
 *
 * Return: true if so. If not, sched_next() may still find that all that
 * waits is to be dropped
 */
bool sched_is_empty(const struct sched *s)
{
	return !s->frames;
}

/**
 * sched_level() - What a slot has waiting
 * @slot:	Slot
 * @class:	Class
 *
 * Return: that
 */
struct sched_level sched_level(const struct sched_slot *slot, uint8_t class)
{
	const struct strand *t = &slot->strands[class & (WIRE_CLASSES - 1)];
	struct sched_level level = { t->queue.frames, t->queue.octets };

	if (t->current) {
		level.frames++;
		level.octets += t->current->cost;
	}
	return level;
}
