// SPDX-License-Identifier: ISC
// Signal degrade: does a path lose so much that another one is better?
//
// Losses are judged by the second, or by as long as it takes to learn of
// enough packets. More than the limit is bad, less than a part of it is
// good; what lies between ends a row of either but begins none. Some bad
// verdicts in a row make the path degraded, more good ones end that: so a
// burst does not, and a path that is on the edge does not come and go.

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

static void begin(struct degrade *d, uint64_t sent, uint64_t lost,
		  struct mono now)
{
	d->begun = true;
	d->sent = sent;
	d->lost = lost;
	d->since = now;
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

/**
 * degrade_look() - This is what was sent and lost so far
 * @d:		Direction
 * @limit:	Loss in a million above which the path is degraded; 0: none
 * @sent:	Packets, counted from whenever
 * @lost:	Of them, those that did not arrive
 * @now:	Time
 *
 * Counters that go back begin anew.
 *
 * Return: true if the path is degraded
 */
bool degrade_look(struct degrade *d, uint32_t limit, uint64_t sent,
		  uint64_t lost, struct mono now)
{
	uint64_t packets = sent - d->sent, missing = lost - d->lost;

	if (!limit) {
		degrade_restart(d);
		return false;
	}
	if (!d->begun || sent < d->sent || lost < d->lost) {
		begin(d, sent, lost, now);
		return d->degraded;
	}
	if (packets < DEGRADE_FRAMES ||
	    mono_before(now, mono_add(d->since, INTERVAL)))
		return d->degraded;
	missing = MIN(missing, packets);
	d->ppm = (uint32_t)((double)missing / (double)packets * MILLION);
	judge(d, limit);
	begin(d, sent, lost, now);
	return d->degraded;
}
