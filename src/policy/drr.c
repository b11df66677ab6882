// SPDX-License-Identifier: ISC
// Deficit round robin: who is served next, and for how many octets.
//
// Entries share in proportion to their quanta (Shreedhar and Varghese), in
// the way of RFC 8290, section 4.2: an entry that becomes active goes to the
// list of the new ones, which are served before the old ones until they have
// used up one quantum. So what sends little never waits for what sends much.
// An entry that has nothing left in its first round passes through the old
// list before it may be new again, else it could be new for ever. Of the new
// ones, those with the larger quantum go first.

#include "policy/drr.h"

#include <stddef.h>

static void put(struct drr_list *list, struct drr_entry *e,
		enum drr_place place)
{
	TAILQ_INSERT_TAIL(list, e, link);
	e->place = place;
}

static struct drr_list *list_of(struct drr *d, const struct drr_entry *e)
{
	return e->place == DRR_NEW ? &d->fresh : &d->old;
}

/**
 * drr_init() - Make an empty set
 * @d:	Filled in
 */
void drr_init(struct drr *d)
{
	TAILQ_INIT(&d->fresh);
	TAILQ_INIT(&d->old);
}

/**
 * drr_activate() - An entry has something to send
 * @d:	Set
 * @e:	Entry, perhaps in the set already; must stay until it is out again
 */
void drr_activate(struct drr *d, struct drr_entry *e)
{
	struct drr_entry *before;

	if (e->place != DRR_IDLE)
		return;
	e->deficit = e->quantum;
	e->place = DRR_NEW;
	TAILQ_FOREACH_REVERSE(before, &d->fresh, drr_list, link)
		if (before->quantum >= e->quantum)
			break;
	if (before)
		TAILQ_INSERT_AFTER(&d->fresh, before, e, link);
	else
		TAILQ_INSERT_HEAD(&d->fresh, e, link);
}

/**
 * drr_pick() - Whose turn is it?
 * @d:	Set
 *
 * The same entry again and again, until it is charged, found empty or
 * removed. Takes a few steps at most where no charge is much larger than a
 * quantum.
 *
 * Return: the entry, which may have nothing to send (see drr_empty()); NULL
 * if the set is empty
 */
struct drr_entry *drr_pick(struct drr *d)
{
	for (;;) {
		struct drr_entry *e = TAILQ_FIRST(&d->fresh);

		if (!e)
			e = TAILQ_FIRST(&d->old);
		if (!e || e->deficit > 0)
			return e;
		TAILQ_REMOVE(list_of(d, e), e, link);
		e->deficit += e->quantum;
		put(&d->old, e, DRR_OLD);
	}
}

/**
 * drr_charge() - An entry has sent
 * @e:		Entry
 * @octets:	How many; what is beyond its share it waits for later
 */
void drr_charge(struct drr_entry *e, uint32_t octets)
{
	e->deficit -= octets;
}

/**
 * drr_empty() - An entry was picked, and has nothing to send
 * @d:	Set
 * @e:	Entry
 */
void drr_empty(struct drr *d, struct drr_entry *e)
{
	if (e->place == DRR_NEW && !TAILQ_EMPTY(&d->old)) {
		TAILQ_REMOVE(&d->fresh, e, link);
		put(&d->old, e, DRR_OLD);
	} else {
		drr_remove(d, e);
	}
}

/**
 * drr_remove() - Take an entry out
 * @d:	Set
 * @e:	Entry, perhaps not in it; idle afterwards
 */
void drr_remove(struct drr *d, struct drr_entry *e)
{
	if (e->place != DRR_IDLE)
		TAILQ_REMOVE(list_of(d, e), e, link);
	e->place = DRR_IDLE;
}
