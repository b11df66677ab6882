/* SPDX-License-Identifier: ISC */
/* One class of one channel: its queue, and the frame that goes in pieces. */
#ifndef POLICY_STRAND_H
#define POLICY_STRAND_H

#include <stdbool.h>
#include <stddef.h>

#include "codec/fragment.h"
#include "policy/drr.h"
#include "policy/fairq.h"

/**
 * struct strand_sizes - How frames are cut
 * @piece:	Most octets of a packet, header included, if that can be
 * @largest:	The same, in any case
 */
struct strand_sizes {
	size_t piece;
	size_t largest;
};

/**
 * struct strand - One class of one channel
 * @entry:	Among the strands of its class
 * @queue:	What waits
 * @current:	The frame that goes in pieces, or NULL
 * @plan:	How it is cut
 * @index:	Of its next piece
 */
struct strand {
	struct drr_entry entry;
	struct fairq queue;
	struct fairq_item *current;
	struct fragment_plan plan;
	unsigned int index;
};

void strand_init(struct strand *t, bool fifo);
void strand_free(struct strand *t);
int strand_begin(struct strand *t, const struct fairq_params *p,
		 const struct strand_sizes *sizes, struct mono now);
struct fairq_item *strand_advance(struct strand *t);
void strand_restart(struct strand *t);
struct fairq_item *strand_take(struct strand *t);

#endif
