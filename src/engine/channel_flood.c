// SPDX-License-Identifier: ISC
// Floods: a LAN that has more than one turn takes may have to wait.
//
// When, policy/livelock.c says. The device is not listened to then: frames stay
// in its queue, which drops what is too much for it, and all else is served.

#include "engine/channel.h"

#include <event2/event.h>

#include "base/util.h"

#define RETRY	mono_ms(1)

static void pause_lan(struct channel *ch, struct mono until)
{
	event_del(ch->readable);
	wake_at(&ch->shared->waker, &ch->pause, until);
	stats_inc(&ch->stats, STAT_LAN_PAUSES);
}

/* Listen again where a turn does not end in a pause. */
static HOT void pause_over(struct wake *w, struct mono now)
{
	struct channel *ch = container_of(w, struct channel, pause);

	now = clock_mono();	/* wake-ups before us took their time */
	turn_over(&ch->turn, now);
	channel_take_lan(ch, now);
	if (!ch->readable || wake_is_set(w))
		return;
	if (event_add(ch->readable, NULL) < 0)
		wake_at(&ch->shared->waker, w, mono_add(now, RETRY));
}

/**
 * channel_flood_begin() - Reserve what pauses need
 * @ch:	Channel, being made
 *
 * Return: 0 or -ENOMEM
 */
int channel_flood_begin(struct channel *ch)
{
	ch->pause.called = pause_over;
	return wake_reserve(&ch->shared->waker);
}

/**
 * channel_flood_end() - Give that back
 * @ch:	Channel, whose device is closed
 */
void channel_flood_end(struct channel *ch)
{
	wake_release(&ch->shared->waker);
}

/**
 * channel_turn_begins() - Frames of the LAN are going to be taken
 * @ch:	Channel
 *
 * Return: what channel_turn_ends() has to be given
 */
HOT struct slice_use channel_turn_begins(const struct channel *ch)
{
	return ch->flooded ? slice_used() : (struct slice_use){ MONO_ZERO, 0 };
}

/* How long did others run in a turn that took so long? */
static struct mono waited(struct slice_use before, struct mono took)
{
	struct slice_use use = slice_used();
	struct mono ran = mono_sub(use.ran, before.ran);

	if (use.ended == before.ended || mono_before(took, ran))
		return MONO_ZERO;
	return mono_sub(took, ran);
}

/**
 * channel_turn_ends() - They are taken: let others run, now or for a while
 * @ch:		Channel
 * @more:	All that one turn may take were there, none of them a
 *		super-frame, whose sender slows down; and there may be more
 * @begin:	When the turn began
 * @before:	What channel_turn_begins() has returned
 */
HOT void channel_turn_ends(struct channel *ch, bool more, struct mono begin,
			   struct slice_use before)
{
	struct livelock *l = &ch->shared->livelock;
	bool flood = more && ch->flooded;
	struct mono now = begin, next = begin;

	ch->flooded = more;
	if (flood) {
		now = clock_mono();
		next = livelock_next(l, begin, now);
	}
	if (mono_before(now, next)) {
		pause_lan(ch, next);
		return;
	}
	if (more)
		slice_end();
	if (!flood)
		return;
	now = clock_mono();
	livelock_turn(l, begin, now, waited(before, mono_sub(now, begin)));
}
