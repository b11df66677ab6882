/* SPDX-License-Identifier: ISC */
/* What the files of the scheduler share, and nobody else sees. */
#ifndef POLICY_SCHED_STATE_H
#define POLICY_SCHED_STATE_H

#include <sys/queue.h>

#include "policy/bucket.h"
#include "policy/drr.h"
#include "policy/fairq.h"
#include "policy/sched.h"
#include "policy/strand.h"

/** struct sched_slot - A channel's place on the line */
struct sched_slot {
	LIST_ENTRY(sched_slot) link;
	struct sched *sched;
	void *owner;
	unsigned int weight;
	struct strand strands[WIRE_CLASSES];
};

/** struct class - A class of the line: the strands that have something */
struct class {
	struct drr_entry entry;
	struct drr strands;
};

/**
 * struct sched - A scheduler
 * @lent:	Frame that was handed out to its end: freed next time
 */
struct sched {
	struct sched_config config;
	struct fairq_params params;
	struct class classes[WIRE_CLASSES];
	struct drr share;		/* the classes */
	uint32_t quantum;		/* of a slot of weight 1 */
	size_t longest;			/* frame so far, or the usual one */
	struct bucket control, own;
	struct fairq_items oam;
	size_t oam_octets;
	struct fairq_item *lent;
	LIST_HEAD(, sched_slot) slots;
	size_t frames;			/* of all, OAM included */
};

void sched_drop(struct sched *s, struct fairq_item *item, enum sched_why why);
void sched_enqueue(struct sched_slot *slot, struct fairq_item *item,
		   struct mono now);

#endif
