/* SPDX-License-Identifier: ISC */
/* The receiver of a 1+1 channel: each frame once, and in order. */
#ifndef POLICY_ORDER_H
#define POLICY_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/clock.h"

enum order_bound {
	ORDER_CLASSES = 4,
	ORDER_PATHS = 8,
	ORDER_SLOTS = 2048,		/* frames of a class that are held */
	ORDER_OCTETS = 4 << 20,		/* of all that are held */
	ORDER_HISTORY = 4096,		/* numbers whose fate is remembered */
};

/**
 * enum order_verdict - What is to be done with a frame
 * @ORDER_PASS:		pass it on now
 * @ORDER_HOLD:		hold it back, see order_hold()
 * @ORDER_COPY:		drop it: it is held already, or has passed
 * @ORDER_LATE:		drop it: it was given up and others have passed it
 * @ORDER_ROGUE:	drop it: its number fits to nothing
 */
enum order_verdict {
	ORDER_PASS,
	ORDER_HOLD,
	ORDER_COPY,
	ORDER_LATE,
	ORDER_ROGUE,
};

/**
 * struct order_item - A frame that is held back; the caller's, embedded
 * @index:	Its number, made long enough to be the only one
 * @came:	When
 * @octets:	What it takes of the memory
 */
struct order_item {
	TAILQ_ENTRY(order_item) entry;
	uint64_t index;
	struct mono came;
	size_t octets;
};

TAILQ_HEAD(order_items, order_item);

/**
 * struct order - The receiver of one channel; private to order.c but for
 * @lost, @early and @silent, which may be read
 * @lost:	Frames that were given up
 * @early:	Those of them that others had no room to wait for
 * @silent:	Set of live paths that bring nothing while others do
 */
struct order {
	struct mono skew;
	uint64_t lost, early;
	uint8_t silent;
	uint8_t live;			/* set of paths */
	size_t octets;
	struct order_class {
		uint64_t next;		/* to pass */
		uint64_t bound;		/* what is missing below is given up */
		uint64_t crowded;	/* the same, but for lack of room */
		uint64_t resume;	/* next once nothing is held, or 0 */
		bool any;		/* any number is followed */
		struct mono heard;	/* last number that fitted */
		struct mono restarted;
		uint64_t last[ORDER_PATHS];	/* highest that came by it */
		uint8_t seen;			/* set of paths with a last */
		uint16_t rogue[ORDER_PATHS];	/* number that would follow */
		uint8_t rogues;			/* set of paths with a rogue */
		struct order_items held;	/* in order of arrival */
		size_t nheld;
		struct order_item *slots[ORDER_SLOTS];
		uint64_t passed[ORDER_HISTORY / 64];
	} classes[ORDER_CLASSES];
	struct order_watch {
		struct mono since;
		uint8_t throughout;	/* set of paths, live all the time */
		uint64_t frames;	/* that came first, by whatever path */
		uint64_t brought[ORDER_PATHS];	/* copies as well */
		uint64_t before;	/* frames of the window before */
		uint8_t idle;		/* paths that brought none in it */
	} watch;
};

void order_init(struct order *o, struct mono skew, struct mono now);
void order_reset(struct order *o);
void order_live(struct order *o, uint8_t paths);
enum order_verdict order_see(struct order *o, unsigned int class,
			     unsigned int path, uint16_t number,
			     struct mono now, uint64_t *index);
void order_hold(struct order *o, unsigned int class, struct order_item *item);
struct order_item *order_due(struct order *o, struct mono now);
struct order_item *order_take(struct order *o);
struct mono order_when(const struct order *o);
void order_tick(struct order *o, struct mono now);

#endif
