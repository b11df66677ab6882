// SPDX-License-Identifier: ISC
// What comes by the paths of a 1+1 channel: each frame once, and in order.
//
// policy/order decides; here are the frames that it holds back, as copies,
// for the memory in which they came is needed for the next ones. They leave
// when the frame came that was waited for, when a path's state shows that it
// will not, or at a wake-up.

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "engine/channel.h"

enum { GROWTH = 64 };	/* zeros that were cut off may come back */

/**
 * struct held - A frame that is held back
 * @slow:	It came over a slow line
 */
struct held {
	struct order_item item;
	struct wire_header h;
	bool slow;
	size_t len;
	uint8_t room[];
};

static void pass(struct channel *ch, struct order_item *item, struct mono now)
{
	struct held *held = container_of(item, struct held, item);
	struct frame f = {
		.data = held->room + FRAME_HEADROOM, .len = held->len,
	};

	channel_to_lan(ch, &f, &held->h, held->slow, false, now);
	free(held);
}

static void pass_due(struct channel *ch, struct mono now)
{
	struct order_item *item;
	struct mono when;

	while ((item = order_due(ch->order, now)))
		pass(ch, item, now);
	when = order_when(ch->order);
	if (when.ns == MONO_NEVER.ns)
		wake_cancel(&ch->shared->waker, &ch->order_wake);
	else
		wake_at(&ch->shared->waker, &ch->order_wake, when);
}

static void hold(struct path *p, const struct wire_header *h,
		 const struct frame *f, uint64_t index, struct mono now)
{
	size_t size = sizeof(struct held) + FRAME_HEADROOM + f->len + GROWTH;
	struct held *held = malloc(size);

	if (!held) {
		path_drop(p, DROP_NO_MEMORY, DUMP_IN, h, f->data, f->len);
		return;
	}
	*held = (struct held){
		.item = { .index = index, .came = now, .octets = size },
		.h = *h,
		.slow = path_is_slow(p),
		.len = f->len,
	};
	memcpy(held->room + FRAME_HEADROOM, f->data, f->len);
	order_hold(p->channel->order, h->class, &held->item);
}

/**
 * channel_order_frame() - A whole frame came by a path of a 1+1 channel
 * @p:		Path
 * @h:		Its header
 * @f:		Frame; may be changed
 * @now:	Time
 */
void channel_order_frame(struct path *p, const struct wire_header *h,
			 struct frame *f, struct mono now)
{
	struct channel *ch = p->channel;
	uint64_t index;

	switch (order_see(ch->order, h->class, p->number, h->sequence, now,
			  &index)) {
	case ORDER_PASS:
		channel_from_path(p, f, h, now);
		break;
	case ORDER_HOLD:
		pass_due(ch, now);
		hold(p, h, f, index, now);
		break;
	case ORDER_COPY:
		stats_inc(&p->stats, STAT_COPIES);
		break;
	case ORDER_LATE:
		path_drop(p, DROP_LATE, DUMP_IN, h, f->data, f->len);
		break;
	case ORDER_ROGUE:
		path_drop(p, DROP_NUMBER, DUMP_IN, h, f->data, f->len);
		break;
	}
	pass_due(ch, now);
}

/**
 * channel_order_live() - The states of paths may be others now
 * @ch:		Channel
 * @now:	Time
 */
void channel_order_live(struct channel *ch, struct mono now)
{
	uint8_t live = 0;

	if (!ch->order)
		return;
	for (unsigned int i = 0; i < ch->npaths; i++)
		if (ch->paths[i]->state == PATH_UP)
			live |= (uint8_t)(1u << i);
	order_live(ch->order, live);
	pass_due(ch, now);
}

/**
 * channel_order_begun() - The far end has told when its numbers began
 * @ch:		Channel
 * @theirs:	What it tells; another start or numbering than before: its
 *		numbers have begun anew
 *
 * Each path hears of it by itself, but numbers begin anew only once: at the
 * first. What is held passes before that. A path that lags may bring what
 * the far end said before; nobody goes back to that.
 */
void channel_order_begun(struct channel *ch,
			 const struct oam_information *theirs)
{
	uint64_t of = (uint64_t)theirs->session << 32 | theirs->numbering;

	if (of == ch->order_of[0] || of == ch->order_of[1])
		return;
	ch->order_of[1] = ch->order_of[0];
	ch->order_of[0] = of;
	if (ch->order)
		order_reset(ch->order);
}

static void woken(struct wake *w, struct mono now)
{
	struct channel *ch = container_of(w, struct channel, order_wake);

	if (ch->order)
		pass_due(ch, now);
}

static void end(struct channel *ch)
{
	struct order_item *item;

	while ((item = order_take(ch->order)))
		free(container_of(item, struct held, item));
	wake_cancel(&ch->shared->waker, &ch->order_wake);
	free(ch->order);
	ch->order = NULL;
}

static bool same_names(const struct config_channel *a,
		       const struct config_channel *b)
{
	if (a->npaths != b->npaths)
		return false;
	for (size_t i = 0; i < a->npaths; i++)
		if (strcmp(a->paths[i].name, b->paths[i].name))
			return false;
	return true;
}

/* Numbers of paths, or how long to wait, are others now: wait no longer. */
static void end_in_order(struct channel *ch)
{
	struct order_item *item;

	while ((item = order_due(ch->order, MONO_NEVER)))
		pass(ch, item, clock_mono());
	end(ch);
}

/**
 * channel_set_order() - Have what comes put in order, or not
 * @ch:		Channel; what it holds passes if it begins anew
 * @cfg:	Settings that are about to be its own
 *
 * Return: 0 or -ENOMEM
 */
int channel_set_order(struct channel *ch, const struct config_channel *cfg)
{
	const struct config_protection *is = &cfg->protection;
	const struct config_protection *was = &ch->cfg->protection;
	struct mono skew = { (int64_t)is->max_skew_ns };

	if (is->mode != PROTECT_1PLUS1) {
		if (ch->order)
			end_in_order(ch);
		return 0;
	}
	if (ch->order && same_names(ch->cfg, cfg) &&
	    is->max_skew_ns == was->max_skew_ns)
		return 0;
	if (ch->order)
		end_in_order(ch);
	ch->order = malloc(sizeof(*ch->order));
	if (!ch->order)
		return -ENOMEM;
	order_init(ch->order, skew, clock_mono());
	return 0;
}

/**
 * channel_order_begin() - Reserve what the order needs
 * @ch:	Channel, being made
 *
 * Return: 0 or -ENOMEM
 */
int channel_order_begin(struct channel *ch)
{
	ch->order_wake.called = woken;
	return wake_reserve(&ch->shared->waker);
}

/**
 * channel_order_end() - Give that back, and forget what is held
 * @ch:	Channel
 */
void channel_order_end(struct channel *ch)
{
	if (ch->order)
		end(ch);
	wake_release(&ch->shared->waker);
}
