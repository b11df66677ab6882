// SPDX-License-Identifier: ISC
// What waits in the scheduler of a slow line is sent anew, moved or dropped.

#include <stdlib.h>

#include "policy/sched_state.h"

static void flush_oam(struct sched_slot *slot)
{
	struct sched *s = slot->sched;
	struct fairq_item *item, *next;

	for (item = TAILQ_FIRST(&s->oam); item; item = next) {
		next = TAILQ_NEXT(item, link);
		if (item->slot != slot)
			continue;
		TAILQ_REMOVE(&s->oam, item, link);
		s->oam_octets -= item->cost;
		sched_drop(s, item, SCHED_REMOVED);
	}
}

/**
 * sched_flush() - Drop all that a slot has waiting
 * @slot:	Slot
 */
void sched_flush(struct sched_slot *slot)
{
	struct sched *s = slot->sched;
	struct fairq_item *item;

	flush_oam(slot);
	for (int i = 0; i < WIRE_CLASSES; i++) {
		struct strand *t = &slot->strands[i];

		while ((item = strand_take(t)))
			sched_drop(s, item, SCHED_REMOVED);
		drr_remove(&s->classes[i].strands, &t->entry);
	}
}

/**
 * sched_restart() - Send what was sent in part from the start again
 * @slot:	Slot, whose far end has lost the pieces so far
 *
 * The first piece of such a frame says so, and is to be numbered anew.
 */
void sched_restart(struct sched_slot *slot)
{
	for (int i = 0; i < WIRE_CLASSES; i++)
		strand_restart(&slot->strands[i]);
}

/* A message of ours is about the line that it waits for. */
static bool may_move(const struct fairq_item *item)
{
	return item->header.type <= WIRE_HDLC;
}

/* Take the next frame out; messages of ours before it are dropped. */
static struct fairq_item *take_frame(struct sched_slot *slot)
{
	struct fairq_item *item;

	flush_oam(slot);
	for (int i = 0; i < WIRE_CLASSES; i++) {
		struct strand *t = &slot->strands[i];

		while ((item = strand_take(t))) {
			if (may_move(item)) {
				slot->sched->frames--;
				return item;
			}
			sched_drop(slot->sched, item, SCHED_REMOVED);
		}
		drr_remove(&slot->sched->classes[i].strands, &t->entry);
	}
	return NULL;
}

/**
 * sched_move() - Let all frames that a slot has waiting go another way
 * @from:	Slot; empty afterwards. Its OAM messages are dropped
 * @to:		Another slot, of this line or of another
 * @now:	Time; what has waited so far is forgiven
 *
 * A frame that was sent in part goes first, as a whole.
 */
void sched_move(struct sched_slot *from, struct sched_slot *to,
		struct mono now)
{
	struct fairq_item *item;

	while ((item = take_frame(from)))
		sched_enqueue(to, item, now);
}

/**
 * sched_take() - Take a frame out, to go where there is no queue
 * @slot:	Slot. Its OAM messages are dropped
 * @frame:	Filled in; what it points to stays until the next call of this
 *		function or of sched_next()
 *
 * As with sched_move(), one that was sent in part comes first, as a whole.
 *
 * Return: false if there is none
 */
bool sched_take(struct sched_slot *slot, struct sched_frame *frame)
{
	struct sched *s = slot->sched;
	struct fairq_item *item = take_frame(slot);

	free(s->lent);
	s->lent = item;
	if (!item)
		return false;
	*frame = (struct sched_frame){
		slot->owner, &item->header, item->data, item->len,
	};
	return true;
}
