// SPDX-License-Identifier: ISC
// CoDel: drop what makes a queue stand (RFC 8289).
//
// A queue that was never shorter than the target for a whole interval is a
// standing one: frames are dropped from its head, more and more often, until
// the wait is below the target once.
//
// The usual target of 5 ms is less than one frame on a slow line, where
// every queue would be a standing one. So the target is at least the time of
// one and a half frames, and the interval, which is to cover the round trip
// of what waits here, grows with it. What remains after a drop is at least one
// full frame, so that a sender who has but a few on their way still hears of
// a loss by what follows it.

#include "policy/codel.h"

#include "base/util.h"

enum {
	NANO = 1000000000,
	TARGET_MS = 5,
	INTERVAL_MS = 100,
	INTERVAL_TARGETS = 3,	/* that come on top of INTERVAL_MS */
	COUNT_MAX = 10000,
	RECENT = 16,		/* intervals for which the count is kept */
};

/**
 * codel_params_init() - What suits a line of this rate
 * @p:		Filled in
 * @rate:	bit/s, more than 0
 * @full:	Octets that the longest frame takes on the line
 */
void codel_params_init(struct codel_params *p, uint64_t rate, size_t full)
{
	struct mono frame = {
		(int64_t)((uint64_t)full * 8 * NANO / rate * 3 / 2)
	};

	p->target = mono_ms(TARGET_MS);
	if (mono_before(p->target, frame))
		p->target = frame;
	p->interval = mono_ms(INTERVAL_MS);
	if (p->target.ns > mono_ms(TARGET_MS).ns)
		p->interval.ns += INTERVAL_TARGETS * p->target.ns;
	p->backlog = full;
}

/* Newton's square root, for integers */
static uint32_t root(uint32_t n)
{
	uint32_t r = n, next = (n + 1) / 2;

	while (next < r) {
		r = next;
		next = (r + n / r) / 2;
	}
	return r;
}

/* Section 3.3: the interval over the square root of the count */
static struct mono control_law(const struct codel *c,
			       const struct codel_params *p, struct mono from)
{
	return mono_add(from, (struct mono){
		p->interval.ns * 256 / root(c->count << 16)
	});
}

/* Has the wait been too long for an interval? */
static bool is_standing(struct codel *c, const struct codel_params *p,
			struct mono now, struct mono waited, size_t backlog)
{
	if (mono_before(waited, p->target) || backlog <= p->backlog) {
		c->above = MONO_ZERO;
		return false;
	}
	if (!c->above.ns) {
		c->above = mono_add(now, p->interval);
		return false;
	}
	return !mono_before(now, c->above);
}

static void begin(struct codel *c, const struct codel_params *p,
		  struct mono now)
{
	uint32_t more = c->count - c->last_count;
	bool recent = mono_sub(now, c->next).ns < RECENT * p->interval.ns;

	c->dropping = true;
	c->count = more > 1 && recent ? more : 1;
	c->last_count = c->count;
	c->next = control_law(c, p, now);
}

/**
 * codel_should_drop() - A frame comes to the head: drop it, or send it?
 * @c:		Of its queue
 * @p:		Of the line
 * @now:	Time, more than 0
 * @waited:	How long the frame has waited
 * @backlog:	Octets that are behind it in its queue
 *
 * If it is dropped, the question is to be asked again for the next.
 *
 * Return: true to drop
 */
bool codel_should_drop(struct codel *c, const struct codel_params *p,
		       struct mono now, struct mono waited, size_t backlog)
{
	bool standing = is_standing(c, p, now, waited, backlog);

	if (!standing) {
		c->dropping = false;
		return false;
	}
	if (!c->dropping) {
		begin(c, p, now);
		return true;
	}
	if (mono_before(now, c->next))
		return false;
	c->count += c->count < COUNT_MAX;
	c->next = control_law(c, p, c->next);
	return true;
}
