// SPDX-License-Identifier: ISC
// The queue of one class of one channel, fair between its flows.
//
// RFC 8290: a flow's hash finds one of FAIRQ_FLOWS queues; those that have
// frames are served in turn, new ones first (drr.c), and each drops from its
// head what has waited too long (codel.c). When all together hold more than
// the cap, the fattest queue loses its oldest frames: so who floods the line
// pays, and nobody else.
//
// With one flow only, it is a queue like any other: that is what fifo is.

#include "policy/fairq.h"

#include <stdlib.h>

#include "base/util.h"

/* The queue of one flow, or of a few that the hash puts together */
struct fairq_flow {
	struct drr_entry entry;
	struct fairq_items items;
	size_t octets;
	struct codel codel;
};

/**
 * fairq_init() - Make an empty queue
 * @q:		Filled in
 * @fifo:	First in, first out
 */
void fairq_init(struct fairq *q, bool fifo)
{
	*q = (struct fairq){ .fifo = fifo };
	drr_init(&q->flows);
}

/**
 * fairq_free() - Free what a queue has made for itself
 * @q:	Queue; empty, see fairq_take()
 */
void fairq_free(struct fairq *q)
{
	for (size_t i = 0; i < FAIRQ_FLOWS; i++)
		free(q->queues[i]);
}

static struct fairq_flow *flow_for(struct fairq *q, uint64_t hash)
{
	struct fairq_flow **at = &q->queues[q->fifo ? 0 : hash % FAIRQ_FLOWS];

	if (*at)
		return *at;
	*at = calloc(1, sizeof(**at));
	if (*at)
		TAILQ_INIT(&(*at)->items);
	return *at;
}

static struct fairq_item *pop(struct fairq *q, struct fairq_flow *flow)
{
	struct fairq_item *item = TAILQ_FIRST(&flow->items);

	TAILQ_REMOVE(&flow->items, item, link);
	flow->octets -= item->cost;
	q->octets -= item->cost;
	q->frames--;
	return item;
}

static struct fairq_flow *fattest(const struct fairq *q)
{
	struct fairq_flow *fat = NULL;

	for (size_t i = 0; i < FAIRQ_FLOWS; i++) {
		struct fairq_flow *flow = q->queues[i];

		if (flow && (!fat || flow->octets > fat->octets))
			fat = flow;
	}
	return fat;
}

/**
 * fairq_put() - A frame comes to wait
 * @q:		Queue
 * @p:		Of the line
 * @item:	Frame; consumed
 */
void fairq_put(struct fairq *q, const struct fairq_params *p,
	       struct fairq_item *item)
{
	struct fairq_flow *flow = flow_for(q, item->hash);

	if (!flow) {
		p->drop(p->arg, item, FAIRQ_NO_MEMORY);
		return;
	}
	TAILQ_INSERT_TAIL(&flow->items, item, link);
	flow->octets += item->cost;
	q->octets += item->cost;
	q->frames++;
	flow->entry.quantum = p->quantum;
	drr_activate(&q->flows, &flow->entry);
	while (q->octets > p->cap)
		p->drop(p->arg, pop(q, fattest(q)), FAIRQ_FULL);
}

/* The frame to send of this flow; NULL: there is none, any more */
static struct fairq_item *get_of(struct fairq *q, struct fairq_flow *flow,
				 const struct fairq_params *p, struct mono now)
{
	while (!TAILQ_EMPTY(&flow->items)) {
		struct fairq_item *item = pop(q, flow);

		if (!codel_should_drop(&flow->codel, &p->codel, now,
				       mono_sub(now, item->queued),
				       flow->octets))
			return item;
		p->drop(p->arg, item, FAIRQ_LATE);
	}
	return NULL;
}

/**
 * fairq_get() - The frame that is to go next
 * @q:		Queue
 * @p:		Of the line
 * @now:	Time
 *
 * Drops what has waited too long.
 *
 * Return: the frame, the caller's now; NULL if the queue is empty
 */
struct fairq_item *fairq_get(struct fairq *q, const struct fairq_params *p,
			     struct mono now)
{
	struct drr_entry *e;

	while ((e = drr_pick(&q->flows))) {
		struct fairq_flow *flow = container_of(e, struct fairq_flow,
						       entry);
		struct fairq_item *item = get_of(q, flow, p, now);

		if (item) {
			drr_charge(e, item->cost);
			return item;
		}
		drr_empty(&q->flows, e);
	}
	return NULL;
}

/**
 * fairq_take() - Take frames out, to put them elsewhere
 * @q:	Queue
 *
 * Return: a frame, the caller's now, none of its flow before it; NULL if the
 * queue is empty
 */
struct fairq_item *fairq_take(struct fairq *q)
{
	struct drr_entry *e;

	while ((e = drr_pick(&q->flows))) {
		struct fairq_flow *flow = container_of(e, struct fairq_flow,
						       entry);

		if (!TAILQ_EMPTY(&flow->items)) {
			drr_charge(e, TAILQ_FIRST(&flow->items)->cost);
			return pop(q, flow);
		}
		drr_remove(&q->flows, e);
	}
	return NULL;
}
