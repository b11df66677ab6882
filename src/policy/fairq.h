/* SPDX-License-Identifier: ISC */
/* The queue of one class of one channel, fair between its flows. */
#ifndef POLICY_FAIRQ_H
#define POLICY_FAIRQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "codec/wire.h"
#include "policy/codel.h"
#include "policy/drr.h"

struct sched_slot;
struct fairq_flow;

enum { FAIRQ_FLOWS = 64 };

/** enum fairq_why - Why a frame was dropped */
enum fairq_why { FAIRQ_FULL, FAIRQ_LATE, FAIRQ_NO_MEMORY };

/**
 * struct fairq_item - A frame that waits
 * @queued:	Since when
 * @hash:	Of its flow
 * @cost:	Octets that it takes on the line, about
 * @slot:	Whose it is; not used here
 * @header:	To be sent before it
 * @len:	Octets of @data
 */
struct fairq_item {
	TAILQ_ENTRY(fairq_item) link;
	struct mono queued;
	uint64_t hash;
	uint32_t cost;
	uint32_t len;
	struct sched_slot *slot;
	struct wire_header header;
	uint8_t data[];
};

TAILQ_HEAD(fairq_items, fairq_item);

/**
 * struct fairq_params - What all queues of a line have in common
 * @codel:	When to drop
 * @cap:	Most octets that wait in one queue
 * @quantum:	Octets that a flow may send in a round
 * @drop:	Takes what is dropped, and owns it then
 * @arg:	Its first argument
 */
struct fairq_params {
	struct codel_params codel;
	size_t cap;
	uint32_t quantum;
	void (*drop)(void *arg, struct fairq_item *item, enum fairq_why why);
	void *arg;
};

/**
 * struct fairq - A queue; private to fairq.c but for the levels
 * @flows:	Those that have something to send
 * @queues:	By hash; made when first needed
 * @fifo:	First in, first out, whatever the flow
 * @frames:	How many wait
 * @octets:	What they cost
 */
struct fairq {
	struct drr flows;
	struct fairq_flow *queues[FAIRQ_FLOWS];
	bool fifo;
	size_t frames;
	size_t octets;
};

void fairq_init(struct fairq *q, bool fifo);
void fairq_free(struct fairq *q);
void fairq_put(struct fairq *q, const struct fairq_params *p,
	       struct fairq_item *item);
struct fairq_item *fairq_get(struct fairq *q, const struct fairq_params *p,
			     struct mono now);
struct fairq_item *fairq_take(struct fairq *q);

#endif
