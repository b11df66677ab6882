// SPDX-License-Identifier: ISC
// The receiver of a 1+1 channel: each frame once, and in order.
//
// Theory of operation
// -------------------
// Each frame comes by every live path; the first copy is passed on, in the
// way of IEEE 802.1CB's vector recovery, and in the order of the numbers, as
// RFC 9550 describes. A frame whose predecessor has not come is held until
//
//	- the predecessor came,
//	- every live path has brought a later one, so that it will not come,
//	- or the skew is over that the paths may have.
//
// What is missing then is given up; if it comes later it is dropped, as it
// would be out of order.
//
// Numbers have 16 bits. They are made into indices of 64 by what the path
// brought just before: one that lags far behind the others so is not taken
// for one that is ahead. Where that does not fit, or is too old to be true,
// what is to be passed next helps. A number that fits to neither is a rogue;
// two of them in order are followed, as the far end has begun anew (RFC 3550,
// A.1), and so is one alone after a long silence. Indices only grow: a new
// beginning has a higher index than all that was before it.
//
// An order holds nothing of a frame but its place. The caller asks
// order_see(), does as it is told, and then has order_due() give back what
// may pass.
//
// Latent errors: a path that does not bring what others brought is silent;
// with it, the channel has less protection than it seems to have. Time is
// looked at in windows as long as the skew, WATCH at least: what one path
// brings in a window another one may bring as late as in the next.

#include "policy/order.h"

#include <string.h>

#include "base/util.h"

#define RESET	mono_ms(2000)	/* of silence: a rogue alone is followed */
#define WATCH	mono_ms(2000)

enum {
	FORWARD = 16384,	/* numbers that a path may be ahead of itself */
	BACKWARD = 1024,	/* or behind */
	LAG = 49152,		/* or behind the others */
	AROUND = 8192,		/* or away from what is to be passed next */
	WATCH_FRAMES = 10,	/* fewer prove no silence */
	NUMBERS = 65536,
};

/**
 * order_init() - Begin, with no path live
 * @o:		Filled in
 * @skew:	How much later a frame may come by one path than by another
 * @now:	Time
 */
void order_init(struct order *o, struct mono skew, struct mono now)
{
	memset(o, 0, sizeof(*o));
	o->skew = skew;
	o->watch.since = now;
	for (int i = 0; i < ORDER_CLASSES; i++) {
		struct order_class *c = &o->classes[i];

		TAILQ_INIT(&c->held);
		c->any = true;
		c->heard = now;
		c->restarted = mono_sub(now, skew);
		c->next = NUMBERS;
	}
}

/**
 * order_reset() - The far end has begun anew: follow whatever numbers come
 * @o:	Order
 */
void order_reset(struct order *o)
{
	for (int i = 0; i < ORDER_CLASSES; i++)
		o->classes[i].any = true;
}

static bool is_in(uint8_t set, unsigned int path)
{
	return set & 1u << path;
}

/* What every live path has passed; without one, what any has passed. */
static uint64_t floor_of(const struct order *o, const struct order_class *c)
{
	uint64_t least = UINT64_MAX, most = 0;

	for (unsigned int i = 0; i < ORDER_PATHS; i++) {
		bool seen = is_in(c->seen, i);

		if (seen)
			most = MAX(most, c->last[i]);
		if (is_in(o->live, i))
			least = MIN(least, seen ? c->last[i] : 0);
	}
	return o->live ? least : most;
}

static void give_up_below(struct order_class *c, uint64_t bound)
{
	c->bound = MAX(c->bound, bound);
}

/* Too many wait: what is missing below may still come, but is given up. */
static void give_up_early(struct order_class *c, uint64_t bound)
{
	if (bound > c->bound)
		c->crowded = bound;
	give_up_below(c, bound);
}

/* What is missing from the next on, until before @index, is given up. */
static void count_lost(struct order *o, const struct order_class *c,
		       uint64_t index)
{
	uint64_t early = MIN(index, c->crowded);

	o->lost += index - c->next;
	o->early += early > c->next ? early - c->next : 0;
}

/**
 * order_live() - Other paths are live now
 * @o:		Order; order_due() may have frames afterwards
 * @paths:	Set of them, by bits
 */
void order_live(struct order *o, uint8_t paths)
{
	if (o->live == paths)
		return;
	o->live = paths;
	o->watch.throughout &= paths;
	o->silent &= paths;
	for (int i = 0; i < ORDER_CLASSES; i++) {
		struct order_class *c = &o->classes[i];

		give_up_below(c, floor_of(o, c) + 1);
	}
}

static void remember(struct order_class *c, uint64_t index, bool passed)
{
	uint64_t bit = 1ull << index % 64;
	uint64_t *word = &c->passed[index % ORDER_HISTORY / 64];

	*word = passed ? *word | bit : *word & ~bit;
}

static bool has_passed(const struct order_class *c, uint64_t index)
{
	return c->next - index > ORDER_HISTORY ||
	       c->passed[index % ORDER_HISTORY / 64] >> index % 64 & 1;
}

static void pass(struct order_class *c)
{
	remember(c, c->next, true);
	c->next++;
}

/* Give up what is missing before @index; nothing is held. */
static void skip_to(struct order *o, struct order_class *c, uint64_t index)
{
	count_lost(o, c, index);
	if (index - c->next > ORDER_HISTORY)
		c->next = index - ORDER_HISTORY;
	while (c->next < index)
		remember(c, c->next++, false);
}

static bool fits(uint64_t around, uint16_t number, int back, int ahead,
		 uint64_t *index)
{
	int16_t delta = (int16_t)(uint16_t)(number - around);

	*index = around + (uint64_t)(int64_t)delta;
	return delta >= -back && delta <= ahead;
}

static bool find_index(const struct order_class *c, unsigned int path,
		       uint16_t number, uint64_t *index)
{
	if (is_in(c->seen, path) &&
	    fits(c->last[path], number, BACKWARD, FORWARD, index) &&
	    c->next < *index + LAG)
		return true;
	return fits(c->next, number, AROUND, AROUND, index);
}

/* The index of a number with which the far end begins anew. */
static uint64_t restart(struct order_class *c, uint16_t number,
			struct mono now)
{
	uint64_t top = c->next;
	const struct order_item *item;

	TAILQ_FOREACH(item, &c->held, entry)
		top = MAX(top, item->index + 1);
	top += (uint16_t)(number - top);
	c->any = false;
	c->seen = 0;
	c->rogues = 0;
	c->restarted = now;
	give_up_below(c, top);
	if (c->nheld)
		c->resume = top;
	else
		c->next = top;
	return top;
}

/* May a number that fits to nothing be followed? */
static bool may_follow(const struct order *o, const struct order_class *c,
		       unsigned int path, uint16_t number, struct mono now)
{
	if (!mono_before(now, mono_add(c->heard, RESET)))
		return true;
	return is_in(c->rogues, path) && c->rogue[path] == number &&
	       !mono_before(now, mono_add(c->restarted, o->skew));
}

static bool follow(struct order *o, struct order_class *c, unsigned int path,
		   uint16_t number, struct mono now, uint64_t *index)
{
	if (!c->any && find_index(c, path, number, index))
		return true;
	if (c->any || may_follow(o, c, path, number, now)) {
		*index = restart(c, number, now);
		return true;
	}
	c->rogue[path] = (uint16_t)(number + 1);
	c->rogues |= (uint8_t)(1u << path);
	return false;
}

/* Note what a path has brought. */
static void note(struct order *o, struct order_class *c, unsigned int path,
		 uint64_t index, struct mono now)
{
	uint8_t bit = (uint8_t)(1u << path);

	c->heard = now;
	c->rogues &= (uint8_t)~bit;
	if (!(c->seen & bit) || c->last[path] < index)
		c->last[path] = index;
	c->seen |= bit;
	o->watch.brought[path]++;
}

static bool is_held(const struct order_class *c, uint64_t index)
{
	const struct order_item *item = c->slots[index % ORDER_SLOTS];

	return item && item->index == index;
}

/* A frame that was not there before: whatever cannot come any more before it
 * is given up, but not the frame itself before it has its place. */
static enum order_verdict first_copy(struct order *o, struct order_class *c,
				     uint64_t index)
{
	o->watch.frames++;
	give_up_below(c, MIN(floor_of(o, c) + 1, index));
	if (index >= c->next + ORDER_SLOTS)
		give_up_early(c, index - ORDER_SLOTS + 1);
	if (!c->nheld && index <= c->bound)
		skip_to(o, c, index);
	if (index != c->next)
		return ORDER_HOLD;
	pass(c);
	return ORDER_PASS;
}

/**
 * order_see() - A whole frame came
 * @o:		Order
 * @class:	Its class
 * @path:	Number of the path that brought it
 * @number:	Its sequence number
 * @now:	Time
 * @index:	For ORDER_HOLD: what the item's index must be
 *
 * Whatever it says, order_due() may have frames to be passed on: before one
 * that is to be held, but after one that may pass.
 *
 * Return: what to do with it
 */
enum order_verdict order_see(struct order *o, unsigned int class,
			     unsigned int path, uint16_t number,
			     struct mono now, uint64_t *index)
{
	struct order_class *c = &o->classes[class];

	if (!follow(o, c, path, number, now, index))
		return ORDER_ROGUE;
	note(o, c, path, *index, now);
	if (*index >= c->next && !is_held(c, *index))
		return first_copy(o, c, *index);
	give_up_below(c, floor_of(o, c) + 1);
	return *index >= c->next || has_passed(c, *index) ? ORDER_COPY :
							    ORDER_LATE;
}

/**
 * order_hold() - Hold a frame back
 * @o:		Order; order_due() has nothing to give
 * @class:	Its class
 * @item:	Its place, index, arrival and size filled in; stays the
 *		caller's memory, until order_due() or order_take() gives it
 *		back
 */
void order_hold(struct order *o, unsigned int class, struct order_item *item)
{
	struct order_class *c = &o->classes[class];

	if (!c->nheld)
		skip_to(o, c, MAX(c->next, MIN(c->bound, item->index)));
	c->slots[item->index % ORDER_SLOTS] = item;
	TAILQ_INSERT_TAIL(&c->held, item, entry);
	c->nheld++;
	o->octets += item->octets;
	give_up_below(c, floor_of(o, c) + 1);
}

static void take_out(struct order *o, struct order_class *c,
		     struct order_item *item)
{
	c->slots[item->index % ORDER_SLOTS] = NULL;
	TAILQ_REMOVE(&c->held, item, entry);
	c->nheld--;
	o->octets -= item->octets;
}

/* The first that came has been held for too long, or all are too many. */
static void expire(struct order *o, struct order_class *c, struct mono now)
{
	const struct order_item *first = TAILQ_FIRST(&c->held);

	if (!mono_before(now, mono_add(first->came, o->skew)))
		give_up_below(c, first->index);
	else if (o->octets > ORDER_OCTETS)
		give_up_early(c, first->index);
}

static struct order_item *due(struct order *o, struct order_class *c,
			      struct mono now)
{
	struct order_item *item;

	if (c->nheld)
		expire(o, c, now);
	while (c->nheld) {
		item = c->slots[c->next % ORDER_SLOTS];
		if (item) {
			take_out(o, c, item);
			pass(c);
			return item;
		}
		if (c->next >= c->bound)
			return NULL;
		count_lost(o, c, c->next + 1);
		remember(c, c->next++, false);
	}
	c->next = MAX(c->next, c->resume);
	c->resume = 0;
	return NULL;
}

/**
 * order_due() - A frame that is held no longer
 * @o:		Order
 * @now:	Time
 *
 * Return: the next one to be passed on, the caller's again; NULL: no more
 */
struct order_item *order_due(struct order *o, struct mono now)
{
	struct order_item *item;

	for (int i = 0; i < ORDER_CLASSES; i++) {
		item = due(o, &o->classes[i], now);
		if (item)
			return item;
	}
	return NULL;
}

/**
 * order_take() - Take a frame back, whichever
 * @o:	Order, at its end
 *
 * Return: the frame, the caller's again; NULL: no more
 */
struct order_item *order_take(struct order *o)
{
	for (int i = 0; i < ORDER_CLASSES; i++) {
		struct order_item *item = TAILQ_FIRST(&o->classes[i].held);

		if (!item)
			continue;
		take_out(o, &o->classes[i], item);
		return item;
	}
	return NULL;
}

/**
 * order_when() - When will time alone let frames pass?
 * @o:	Order
 *
 * Return: when to call order_due() at the latest, or MONO_NEVER
 */
struct mono order_when(const struct order *o)
{
	struct mono when = MONO_NEVER;

	for (int i = 0; i < ORDER_CLASSES; i++) {
		const struct order_item *first;

		first = TAILQ_FIRST(&o->classes[i].held);
		if (first && mono_before(mono_add(first->came, o->skew), when))
			when = mono_add(first->came, o->skew);
	}
	return when;
}

static struct mono window(const struct order *o)
{
	return mono_before(o->skew, WATCH) ? WATCH : o->skew;
}

/**
 * order_tick() - Time has passed: which paths are silent?
 * @o:		Order; its @silent is the answer
 * @now:	Time
 */
void order_tick(struct order *o, struct mono now)
{
	struct order_watch *w = &o->watch;
	uint8_t idle = w->throughout;

	if (mono_before(now, mono_add(w->since, window(o))))
		return;
	for (unsigned int i = 0; i < ORDER_PATHS; i++) {
		uint8_t bit = (uint8_t)(1u << i);

		if (!w->brought[i])
			continue;
		o->silent &= (uint8_t)~bit;
		idle &= (uint8_t)~bit;
	}
	if (w->before >= WATCH_FRAMES)
		o->silent |= idle & w->idle;
	*w = (struct order_watch){
		.since = now, .throughout = o->live,
		.before = w->frames, .idle = idle,
	};
}
