// SPDX-License-Identifier: ISC
// A slow line's queue: its scheduler, its pacer and their clock.
//
// Theory of operation
// -------------------
// Frames for a slow line wait in its scheduler, which decides what goes
// next; the pacer decides when. slow_run() gives the line what may go now
// and sets the wake-up for the next piece; it is called whenever something
// was queued, and at each wake-up. A frame gets its number when its first
// piece leaves, so what a queue drops leaves no gap.
//
// A line that falls behind, as one over a device that nobody filled in time,
// tells of what waits below us. Beyond one piece, it is waited for.
//
// The sizes of pieces follow from the rate, but also from what the line adds
// to a packet and from the largest packet that it carries, which may change
// while it runs: they are looked at before each run.

#include "engine/slow.h"

#include <stdlib.h>

#include "base/util.h"
#include "policy/piece.h"

static const enum stat_id why_stats[SCHED_WHY_NUM] = {
	[SCHED_FULL] = DROP_QUEUE_FULL,
	[SCHED_LATE] = DROP_QUEUE_LATE,
	[SCHED_TOO_BIG] = DROP_TOO_BIG,
	[SCHED_NO_MEMORY] = DROP_NO_MEMORY,
	[SCHED_REMOVED] = DROP_REMOVED,
};

static void dropped(void *arg, enum sched_why why,
		    const struct sched_frame *frame)
{
	const struct slow_user *user = frame->owner;
	struct slow *s = arg;

	stats_inc(user->stats, why_stats[why]);
	s->line.drop(s->line.arg, why_stats[why], frame->header, frame->data,
		     frame->len);
}

static struct sched_line look(const struct slow *s)
{
	struct sched_line now = {
		.rate = s->rate,
		.largest = s->line.packet(s->line.arg),
		.overhead = s->line.overhead(s->line.arg),
		.frame = FRAME_MAX,
	};

	now.piece = piece_size(s->rate, s->delay, now.overhead, now.largest);
	return now;
}

static void look_again(struct slow *s, struct mono now)
{
	struct sched_line line = look(s);

	if (line.piece == s->told.piece && line.largest == s->told.largest &&
	    line.overhead == s->told.overhead)
		return;
	s->told = line;
	sched_set_line(s->sched, &line, now);
}

/* What numbers a frame; NULL: it is numbered already. */
static uint16_t *sequence_of(const struct slow_user *user,
			     const struct wire_header *h)
{
	if (h->type >= WIRE_OAM)
		return user->oam_sequence;
	return user->sequence ? &user->sequence[h->class] : NULL;
}

static void send_piece(struct slow *s, const struct sched_piece *piece,
		       struct mono now)
{
	const struct slow_user *user = piece->owner;
	struct wire_header *h = piece->header;
	uint16_t *sequence = sequence_of(user, h);
	struct packet p = { .data = piece->data, .len = piece->len };

	if (piece->first && sequence)
		h->sequence = (*sequence)++;
	if (piece->first && !piece->final)
		stats_inc(user->stats, STAT_FRAMES_CUT);
	p.head_len = wire_encode(p.head, h);
	pacer_sent(&s->pacer, s->line.send(s->line.arg, &p, user->stats, now),
		   now);
}

static void wake_up(struct wake *w, struct mono now)
{
	struct slow *s = container_of(w, struct slow, wake);

	slow_run(s, now);
}

/**
 * slow_new() - Make the queue of a slow line
 * @rate:	bit/s, more than 0
 * @delay:	Time that one piece may take
 * @line:	What it needs of the line; copied
 * @waker:	For its wake-ups; borrowed
 *
 * Return: the queue, owned by the caller, or NULL without memory
 */
struct slow *slow_new(uint64_t rate, struct mono delay,
		      const struct slow_line *line, struct waker *waker)
{
	struct slow *s = calloc(1, sizeof(*s));
	struct mono now = clock_mono();
	struct sched_config c = { .drop = dropped, .arg = s };

	if (!s)
		return NULL;
	s->rate = rate;
	s->delay = delay;
	s->line = *line;
	s->waker = waker;
	s->wake.called = wake_up;
	s->told = look(s);
	c.line = s->told;
	s->sched = sched_new(&c, now);
	if (!s->sched || wake_reserve(waker) < 0) {
		if (s->sched)
			sched_free(s->sched);
		free(s);
		return NULL;
	}
	pacer_init(&s->pacer, rate, line->lead, now);
	return s;
}

/**
 * slow_free() - Drop what waits and forget the queue
 * @s:	Queue; consumed
 */
void slow_free(struct slow *s)
{
	wake_cancel(s->waker, &s->wake);
	wake_release(s->waker);
	sched_free(s->sched);
	free(s);
}

/**
 * slow_join() - Somebody begins to use the line
 * @s:		Queue
 * @user:	Who; borrowed until sched_leave()
 *
 * Return: its slot, for sched_put() and sched_leave(); NULL without memory
 */
struct sched_slot *slow_join(struct slow *s, struct slow_user *user)
{
	return sched_join(s->sched, user, 1, !user->sequence);
}

/* May the line have its next piece? */
static bool is_due(struct slow *s, struct mono now)
{
	size_t below = s->line.waiting(s->line.arg);
	size_t usual = s->told.piece + s->told.overhead;

	if (below > usual)
		pacer_behind(&s->pacer, below - usual, now);
	return !mono_before(now, pacer_when(&s->pacer));
}

/**
 * slow_run() - Give the line what may go now
 * @s:		Queue, of a line that is open
 * @now:	Time
 */
void slow_run(struct slow *s, struct mono now)
{
	struct sched_piece piece;

	look_again(s, now);
	s->running = true;
	while (is_due(s, now) && sched_next(s->sched, now, &piece))
		send_piece(s, &piece, now);
	s->running = false;
	if (sched_is_empty(s->sched))
		wake_cancel(s->waker, &s->wake);
	else
		wake_at(s->waker, &s->wake, pacer_when(&s->pacer));
}

/**
 * slow_useful() - How large a packet is ever of use
 * @s:		Queue
 * @largest:	Largest that anybody would send if the line were fast, octets
 *
 * Return: octets, header included
 */
size_t slow_useful(const struct slow *s, size_t largest)
{
	return piece_size(s->rate, s->delay, s->line.overhead(s->line.arg),
			  largest);
}
