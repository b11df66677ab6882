// SPDX-License-Identifier: ISC
// Frames cut into fragments, and fragments made frames again.
//
// Cutting. A frame is cut evenly, so that its pieces take the same time on a
// slow line and no runt follows a full datagram. All pieces but the last have
// one length, the unit: piece i lies at i * unit, and a receiver knows where
// to put a piece the moment it has any other but the last.
//
// Making whole. There is one struct reassembly for each class of each path;
// it is small, for there are thousands. The buffers are in a pool that all of
// an engine share: made when first needed, never more than its cap. A buffer
// holds one frame in the making (struct partial). Several frames of one class
// are in the making at once, because UDP changes the order. The last piece
// may come first, when its place is not known yet: it is kept at the end of
// the buffer, where no other piece can reach, and moved when all is there.
//
// A frame ends in one of these ways, each counted:
//	complete	handed out; its buffer is lent until the next call
//	mismatch	its pieces contradict each other
//	too long	it cannot fit the buffer
//	overtaken	its class is WIRE_WINDOW numbers on; on a line that
//			keeps the order (in_order), at the next number
//	timeout		no new piece came for the pool's timeout
//	evicted		the pool is empty, and it has waited longest for a piece
//
// The window are the last WIRE_WINDOW numbers of the class. Two bitmaps say
// which of them are in the making and which are finished with; so a late
// duplicate does not begin a frame that nobody will complete, and the frames
// to give up are looked for only when there are some. The window moves as in
// RFC 3550 appendix A.1: small steps forward at once; a number from far
// outside only when its successor follows, as when the far end has begun
// anew. The window alone decides nothing about a frame whose number is
// outside: such a frame is put together all the same.
//
// Each call takes bounded time: a class has at most WIRE_WINDOW frames in the
// making, and only frames that arrive out of order or not at all make it look
// at more than one.

#include "codec/fragment.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

enum {
	WINDOW_STEP_MAX = 3000,		/* RFC 3550's MAX_DROPOUT */
};
static_assert(WIRE_WINDOW == 64, "the bitmaps are 64 bits");
static_assert(WIRE_FRAGMENTS_MAX == 128, "partial.have are 128 bits");

/**
 * struct partial - A frame in the making, and its buffer
 * @link:	in reassembly.partials, or in pool.free
 * @age:	in pool.used
 * @owner:	where its pieces come from
 * @touched:	when the last new piece came
 * @have:	bitmap of the pieces that are there
 * @got:	how many those are
 * @top:	the highest index among those that are not the last
 * @unit:	octets of each piece but the last; 0: not known
 * @last_len:	octets of the last piece; 0: not there yet
 * @last_index:	its index
 * @header:	of the first piece that came
 * @data:	pool.size octets
 */
struct partial {
	LIST_ENTRY(partial) link;
	TAILQ_ENTRY(partial) age;
	struct reassembly *owner;
	struct mono touched;
	uint64_t have[WIRE_FRAGMENTS_MAX / 64];
	unsigned int got;
	unsigned int top;
	size_t unit;
	size_t last_len;
	unsigned int last_index;
	struct wire_header header;
	uint8_t data[];
};

/**
 * fragment_plan() - Decide how a frame is cut
 * @plan:	Filled in
 * @len:	Octets of the frame
 * @max:	Most octets of it that one fragment may carry
 *
 * As few pieces as can be, and those even. No piece is shorter than 1/128
 * of the frame, which a slightly smaller unit cures.
 *
 * Return: 0, or -EMSGSIZE if it would take more than WIRE_FRAGMENTS_MAX
 * pieces, or @len or @max is 0
 */
int fragment_plan(struct fragment_plan *plan, size_t len, size_t max)
{
	size_t count, unit;

	if (!len || !max || DIV_ROUND_UP(len, max) > WIRE_FRAGMENTS_MAX)
		return -EMSGSIZE;
	unit = DIV_ROUND_UP(len, DIV_ROUND_UP(len, max));
	for (; unit; unit--) {
		size_t last;

		count = DIV_ROUND_UP(len, unit);
		if (count > WIRE_FRAGMENTS_MAX)
			break;
		last = len - (count - 1) * unit;
		if (last * WIRE_FRAGMENTS_MAX < len)
			continue;
		*plan = (struct fragment_plan){ len, unit,
						(unsigned int)count };
		return 0;
	}
	return -EMSGSIZE;
}

/**
 * fragment_slice() - Which octets of the frame a piece carries
 * @plan:	From fragment_plan()
 * @index:	Which piece; less than @plan->count
 * @offset:	Set to where in the frame it begins
 * @length:	Set to its octets
 */
void fragment_slice(const struct fragment_plan *plan, unsigned int index,
		    size_t *offset, size_t *length)
{
	*offset = index * plan->unit;
	*length = MIN(plan->unit, plan->len - *offset);
}

/* How many numbers the class is on; up to 65535 for what is outside. */
static unsigned int age_of(const struct reassembly *r, uint16_t sequence)
{
	return (uint16_t)(r->newest - sequence);
}

static uint64_t window_bit(const struct reassembly *r, uint16_t sequence)
{
	unsigned int age = age_of(r, sequence);

	return age < WIRE_WINDOW ? UINT64_C(1) << age : 0;
}

static uint64_t shift(uint64_t bits, unsigned int step)
{
	return step < WIRE_WINDOW ? bits << step : 0;
}

/* Take a partial from its owner. It is on no list then. */
static void detach(struct partial *p)
{
	struct reassembly *r = p->owner;

	LIST_REMOVE(p, link);
	TAILQ_REMOVE(&r->pool->used, p, age);
	r->pending--;
	r->open &= ~window_bit(r, p->header.sequence);
	r->done |= window_bit(r, p->header.sequence);
}

static void give_up(struct partial *p, enum reassembly_count why)
{
	struct reassembly *r = p->owner;

	detach(p);
	LIST_INSERT_HEAD(&r->pool->free, p, link);
	r->count[why]++;
}

/* Give up what is more than @age numbers behind. */
static void give_up_older(struct reassembly *r, unsigned int age)
{
	struct partial *p, *next;

	for (p = LIST_FIRST(&r->partials); p; p = next) {
		next = LIST_NEXT(p, link);
		if (age_of(r, p->header.sequence) > age)
			give_up(p, REASSEMBLY_OVERTAKEN);
	}
}

static void give_up_all(struct reassembly *r)
{
	while (!LIST_EMPTY(&r->partials))
		give_up(LIST_FIRST(&r->partials), REASSEMBLY_OVERTAKEN);
}

/* Begin a new window at @sequence; what was begun inside it stays. */
static void window_begin(struct reassembly *r, uint16_t sequence)
{
	struct partial *p;

	r->newest = sequence;
	r->started = true;
	r->has_astray = false;
	r->done = 0;
	r->open = 0;
	give_up_older(r, r->in_order ? 0 : WIRE_WINDOW - 1);
	LIST_FOREACH(p, &r->partials, link)
		r->open |= window_bit(r, p->header.sequence);
}

static void window_advance(struct reassembly *r, unsigned int step)
{
	uint64_t stay = step < WIRE_WINDOW ? UINT64_MAX >> step : 0;
	bool lost = r->open & ~stay;

	r->newest = (uint16_t)(r->newest + step);
	r->open = shift(r->open, step);
	r->done = shift(r->done, step);
	if (lost)
		give_up_older(r, WIRE_WINDOW - 1);
}

/* The class is at this number now: move the window, or do not. */
static void window_note(struct reassembly *r, uint16_t sequence)
{
	uint16_t step = (uint16_t)(sequence - r->newest);

	if (r->started && !step)
		return;
	if (!r->started || r->in_order) {
		window_begin(r, sequence);
	} else if (step <= WINDOW_STEP_MAX) {
		window_advance(r, step);
	} else if (!window_bit(r, sequence)) {
		if (r->has_astray && sequence == (uint16_t)(r->astray + 1)) {
			window_begin(r, sequence);
			return;
		}
		r->astray = sequence;
		r->has_astray = true;
	}
}

static struct partial *find(const struct reassembly *r, uint16_t sequence)
{
	uint64_t bit = window_bit(r, sequence);
	struct partial *p;

	if (bit && !(r->open & bit))
		return NULL;
	LIST_FOREACH(p, &r->partials, link)
		if (p->header.sequence == sequence)
			return p;
	return NULL;
}

static struct partial *oldest_of(const struct reassembly *r)
{
	struct partial *p = LIST_FIRST(&r->partials);

	while (LIST_NEXT(p, link))
		p = LIST_NEXT(p, link);
	return p;
}

/* A free buffer; NULL only if there is none that could be given up. */
static struct partial *take_buffer(struct reassembly_pool *pool)
{
	struct partial *p = NULL;

	if (LIST_EMPTY(&pool->free) && pool->made < pool->cap)
		p = malloc(sizeof(*p) + pool->size);
	if (p) {
		pool->made++;
		return p;
	}
	if (LIST_EMPTY(&pool->free) && !TAILQ_EMPTY(&pool->used))
		give_up(TAILQ_FIRST(&pool->used), REASSEMBLY_EVICTED);
	p = LIST_FIRST(&pool->free);
	if (p)
		LIST_REMOVE(p, link);
	return p;
}

static struct partial *begin(struct reassembly *r, const struct wire_header *h)
{
	struct partial *p;

	if (r->pending >= WIRE_WINDOW)
		give_up(oldest_of(r), REASSEMBLY_EVICTED);
	p = take_buffer(r->pool);
	if (!p)
		return NULL;
	*p = (struct partial){ .owner = r, .header = *h };
	LIST_INSERT_HEAD(&r->partials, p, link);
	TAILQ_INSERT_TAIL(&r->pool->used, p, age);
	r->pending++;
	r->open |= window_bit(r, h->sequence);
	return p;
}

static bool same_flags(const struct wire_header *a, const struct wire_header *b)
{
	return a->type == b->type && a->compressed == b->compressed &&
	       a->partial == b->partial && a->zeros == b->zeros;
}

static bool have(const struct partial *p, unsigned int index)
{
	return p->have[index / 64] >> index % 64 & 1;
}

/* Does a piece contradict those that are there? */
static bool contradicts(const struct partial *p, const struct wire_header *h,
			size_t len)
{
	if (!same_flags(&p->header, h))
		return true;
	if (h->last)
		return p->last_len ? h->index != p->last_index ||
				     len != p->last_len :
				     p->unit && h->index <= p->top;
	return (p->unit && len != p->unit) ||
	       (p->last_len && h->index >= p->last_index);
}

/* The fewest octets that the frame can have, now that this piece is known */
static size_t least_length(const struct partial *p)
{
	size_t unit = p->unit ? p->unit : 1;

	if (p->last_len)
		return p->last_index * unit + p->last_len;
	return (p->top + 1) * unit + 1;
}

static void learn(struct partial *p, const struct wire_header *h, size_t len)
{
	if (h->last) {
		p->last_len = len;
		p->last_index = h->index;
	} else {
		p->unit = len;
		p->top = MAX(p->top, h->index);
	}
}

static void store(struct partial *p, const struct wire_header *h,
		  const uint8_t *data, size_t len, struct mono now)
{
	struct reassembly_pool *pool = p->owner->pool;
	size_t offset = h->last ? pool->size - len : h->index * len;

	memcpy(p->data + offset, data, len);
	p->have[h->index / 64] |= UINT64_C(1) << h->index % 64;
	p->got++;
	p->touched = now;
	TAILQ_REMOVE(&pool->used, p, age);
	TAILQ_INSERT_TAIL(&pool->used, p, age);
}

static int hand_out(struct partial *p, struct reassembled *out)
{
	struct reassembly_pool *pool = p->owner->pool;
	size_t head = p->last_index * p->unit;

	memmove(p->data + head, p->data + pool->size - p->last_len,
		p->last_len);
	*out = (struct reassembled){
		.data = p->data,
		.len = head + p->last_len,
		.type = p->header.type,
		.compressed = p->header.compressed,
		.partial = p->header.partial,
		.zeros = p->header.zeros,
		.sequence = p->header.sequence,
	};
	p->owner->count[REASSEMBLY_FRAMES]++;
	detach(p);
	pool->lent = p;
	return 1;
}

static int pass_whole(const struct wire_header *h, const uint8_t *data,
		      size_t len, struct reassembled *out)
{
	*out = (struct reassembled){
		.data = data,
		.len = len,
		.type = h->type,
		.compressed = h->compressed,
		.partial = h->partial,
		.zeros = h->zeros,
		.sequence = h->sequence,
	};
	return 1;
}

static int refuse(struct partial *p, enum reassembly_count why)
{
	give_up(p, why);
	return -(int)why;
}

static int ignore(struct reassembly *r, enum reassembly_count why)
{
	r->count[why]++;
	return -(int)why;
}

static void take_back(struct reassembly_pool *pool)
{
	if (pool->lent)
		LIST_INSERT_HEAD(&pool->free, pool->lent, link);
	pool->lent = NULL;
}

/**
 * reassembly_add() - Take what a datagram carries
 * @r:		Of its path and class
 * @now:	The time
 * @h:		Its header, as wire_decode() gave it; of a type that is counted
 *		by class, which OAM and key exchange are not
 * @data:	Its payload; borrowed
 * @len:	Octets of that
 * @out:	Filled in if there is a frame
 *
 * Whole frames are to be given too: they say how far the class is. They are
 * handed back at once, where they lie. A frame made of fragments lies in
 * the pool, and is valid until the next call for any user of that pool.
 *
 * Return: 1 if @out is a frame; 0 if more fragments are needed; or, for a
 * fragment that was dropped, a negative enum reassembly_count, which is
 * counted already
 */
int reassembly_add(struct reassembly *r, struct mono now,
		   const struct wire_header *h, const uint8_t *data,
		   size_t len, struct reassembled *out)
{
	struct partial *p;

	take_back(r->pool);
	window_note(r, h->sequence);
	if (!h->fragment)
		return pass_whole(h, data, len, out);
	if (r->done & window_bit(r, h->sequence))
		return ignore(r, REASSEMBLY_LATE);
	p = find(r, h->sequence);
	if (!p)
		p = begin(r, h);
	if (!p)
		return ignore(r, REASSEMBLY_NO_MEMORY);
	if (!len || contradicts(p, h, len))
		return refuse(p, REASSEMBLY_MISMATCH);
	if (have(p, h->index))
		return ignore(r, REASSEMBLY_DUPLICATE);
	learn(p, h, len);
	if (least_length(p) > r->pool->size)
		return refuse(p, REASSEMBLY_TOO_LONG);
	store(p, h, data, len, now);
	if (!p->last_len || p->got <= p->last_index)
		return 0;
	return hand_out(p, out);
}

/**
 * reassembly_init() - Begin to receive a class of a path
 * @r:		Filled in
 * @pool:	Where its frames are made; must outlive @r
 * @in_order:	The line never changes the order: a frame that is not
 *		complete when the next number comes never will be
 */
void reassembly_init(struct reassembly *r, struct reassembly_pool *pool,
		     bool in_order)
{
	*r = (struct reassembly){ .pool = pool, .in_order = in_order };
	LIST_INIT(&r->partials);
}

/**
 * reassembly_reset() - Forget what was received so far
 * @r:	Its frames in the making are given up; the counters stay
 *
 * For when the far end has begun anew, and before the owner frees @r.
 */
void reassembly_reset(struct reassembly *r)
{
	give_up_all(r);
	r->open = 0;
	r->done = 0;
	r->started = false;
	r->has_astray = false;
}

/**
 * reassembly_pool_init() - Make a pool, still without a buffer
 * @pool:	Filled in
 * @size:	The longest frame that can be put together, in octets
 * @cap:	Most buffers, of all users; each is a frame in the making
 * @timeout:	Span after which a frame is given up that got no new fragment
 */
void reassembly_pool_init(struct reassembly_pool *pool, size_t size,
			  unsigned int cap, struct mono timeout)
{
	*pool = (struct reassembly_pool){
		.size = size,
		.cap = cap,
		.timeout = timeout,
	};
	LIST_INIT(&pool->free);
	TAILQ_INIT(&pool->used);
}

/**
 * reassembly_pool_free() - Give the memory back
 * @pool:	All its users' frames are given up
 */
void reassembly_pool_free(struct reassembly_pool *pool)
{
	struct partial *p;

	take_back(pool);
	while ((p = TAILQ_FIRST(&pool->used)))
		give_up(p, REASSEMBLY_OVERTAKEN);
	while ((p = LIST_FIRST(&pool->free))) {
		LIST_REMOVE(p, link);
		free(p);
	}
	pool->made = 0;
}

/**
 * reassembly_pool_deadline() - When reassembly_pool_expire() is of use next
 * @pool:	Pool
 *
 * Return: a moment; MONO_NEVER if nothing is in the making
 */
struct mono reassembly_pool_deadline(const struct reassembly_pool *pool)
{
	const struct partial *p = TAILQ_FIRST(&pool->used);

	return p ? mono_add(p->touched, pool->timeout) : MONO_NEVER;
}

/**
 * reassembly_pool_expire() - Give up the frames that got nothing for long
 * @pool:	Pool; each frame is counted with its owner
 * @now:	The time
 *
 * Return: how many
 */
size_t reassembly_pool_expire(struct reassembly_pool *pool, struct mono now)
{
	size_t n = 0;

	while (!TAILQ_EMPTY(&pool->used) &&
	       !mono_before(now, reassembly_pool_deadline(pool))) {
		give_up(TAILQ_FIRST(&pool->used), REASSEMBLY_TIMEOUT);
		n++;
	}
	return n;
}
