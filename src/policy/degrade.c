// SPDX-License-Identifier: ISC
// Signal degrade: does a path lose so much that another one is better?
//
// Losses are judged by the second, or by as long as it takes to learn of
// enough packets. More than the limit is bad, less than a part of it is
// good; what lies between ends a row of either but begins none. Some bad
// verdicts in a row make the path degraded, more good ones end that: so a
// burst does not, and a path that is on the edge does not come and go.
//
// A path that is not in use carries hardly a packet, but liveness messages of
// its line, some of them each second: these count where packets are too few.

#include "policy/degrade.h"

#include "base/util.h"

#define INTERVAL	mono_ms(1000)

enum { MILLION = 1000000 };

/**
 * degrade_restart() - The path is another one than before, or was away
 * @d:	Direction; all zero is new
 */
void degrade_restart(struct degrade *d)
{
	*d = (struct degrade){ .degraded = false };
}

static void begin(struct degrade *d, const struct degrade_seen *seen,
		  struct mono now)
{
	d->begun = true;
	d->from = *seen;
	d->since = now;
}

static bool went_back(const struct degrade_seen *a,
		      const struct degrade_seen *b)
{
	return b->sent < a->sent || b->lost < a->lost ||
	       b->beats_sent < a->beats_sent || b->beats_lost < a->beats_lost;
}

static void judge(struct degrade *d, uint32_t limit)
{
	bool bad = d->ppm > limit, good = d->ppm <= limit / DEGRADE_PART;

	d->bad = bad ? d->bad + 1 : 0;
	d->good = good ? d->good + 1 : 0;
	if (d->bad >= DEGRADE_BAD)
		d->degraded = true;
	else if (d->good >= DEGRADE_GOOD)
		d->degraded = false;
}

/* Return: false if too little has crossed to tell */
static bool find_ppm(struct degrade *d, const struct degrade_seen *seen)
{
	uint64_t packets = seen->sent - d->from.sent;
	uint64_t missing = seen->lost - d->from.lost;

	if (packets < DEGRADE_FRAMES) {
		packets += seen->beats_sent - d->from.beats_sent;
		missing += seen->beats_lost - d->from.beats_lost;
	}
	if (packets < DEGRADE_FRAMES)
		return false;
	missing = MIN(missing, packets);
	d->ppm = (uint32_t)((double)missing / (double)packets * MILLION);
	return true;
}

/**
 * degrade_look() - This is what was sent and lost so far
 * @d:		Direction
 * @limit:	Loss in a million above which the path is degraded; 0: none
 * @seen:	What crossed, and what did not
 * @now:	Time
 *
 * Counters that go back begin anew.
 *
 * Return: true if the path is degraded
 */
bool degrade_look(struct degrade *d, uint32_t limit,
		  const struct degrade_seen *seen, struct mono now)
{
	if (!limit) {
		degrade_restart(d);
		return false;
	}
	if (!d->begun || went_back(&d->from, seen)) {
		begin(d, seen, now);
		return d->degraded;
	}
	if (mono_before(now, mono_add(d->since, INTERVAL)) ||
	    !find_ppm(d, seen))
		return d->degraded;
	judge(d, limit);
	begin(d, seen, now);
	return d->degraded;
}
