// SPDX-License-Identifier: ISC
// One class of one channel: its queue, and the frame that goes in pieces.
//
// At most one frame is under way: the wire format forbids that the pieces of
// two of them mix. It is cut when its first piece is asked for, to what the
// line carries then.

#include "policy/strand.h"

#include <errno.h>

#include "base/util.h"

/**
 * strand_init() - Make an empty strand
 * @t:		Filled in, but for its entry's quantum
 * @fifo:	First in, first out
 */
void strand_init(struct strand *t, bool fifo)
{
	*t = (struct strand){ .index = 0 };
	fairq_init(&t->queue, fifo);
}

/**
 * strand_free() - Free what a strand has made for itself
 * @t:	Strand; empty, see strand_take()
 */
void strand_free(struct strand *t)
{
	fairq_free(&t->queue);
}

static bool cut(struct fragment_plan *plan, size_t len, size_t packet)
{
	return packet > WIRE_HEADER_MAX &&
	       !fragment_plan(plan, len, packet - WIRE_HEADER_MAX);
}

static bool plan_for(const struct strand_sizes *sizes,
		     const struct fairq_item *item, struct fragment_plan *plan)
{
	bool can_cut = item->header.type <= WIRE_HDLC;
	size_t least = DIV_ROUND_UP(item->len, WIRE_FRAGMENTS_MAX);
	size_t most = MIN(sizes->piece, sizes->largest);

	if (!can_cut)
		most = sizes->largest;
	if (item->len + WIRE_HEADER_LEN <= most) {
		*plan = (struct fragment_plan){ item->len, item->len, 1 };
		return true;
	}
	most = MAX(most, least + WIRE_HEADER_MAX);
	for (; can_cut && most < sizes->largest; most++)
		if (cut(plan, item->len, most))
			return true;
	return can_cut && cut(plan, item->len, sizes->largest);
}

/**
 * strand_begin() - See that there is a frame under way
 * @t:		Strand
 * @p:		Of the line
 * @sizes:	To cut by
 * @now:	Time
 *
 * Return: 1 if so; 0 if nothing waits; -EMSGSIZE if the frame that is up
 * next cannot be cut small enough: take it out
 */
int strand_begin(struct strand *t, const struct fairq_params *p,
		 const struct strand_sizes *sizes, struct mono now)
{
	if (!t->current)
		t->current = fairq_get(&t->queue, p, now);
	if (!t->current)
		return 0;
	if (!t->index && !plan_for(sizes, t->current, &t->plan))
		return -EMSGSIZE;
	return 1;
}

/**
 * strand_advance() - A piece was sent
 * @t:	Strand; strand_begin() has just said 1
 *
 * Return: the frame if that was its last piece, the caller's now; else NULL
 */
struct fairq_item *strand_advance(struct strand *t)
{
	struct fairq_item *item = t->current;

	if (++t->index < t->plan.count)
		return NULL;
	t->current = NULL;
	t->index = 0;
	return item;
}

/**
 * strand_restart() - Send the frame that is under way from its start again
 * @t:	Strand
 */
void strand_restart(struct strand *t)
{
	t->index = 0;
	if (!t->current)
		return;
	t->current->header.fragment = false;
	t->current->header.last = false;
	t->current->header.index = 0;
}

/**
 * strand_take() - Take a frame out, the one that is under way first
 * @t:	Strand
 *
 * Return: the frame, whole again, the caller's now; NULL if there is none
 */
struct fairq_item *strand_take(struct strand *t)
{
	struct fairq_item *item = t->current;

	strand_restart(t);
	t->current = NULL;
	return item ? item : fairq_take(&t->queue);
}
