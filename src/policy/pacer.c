// SPDX-License-Identifier: ISC
// When a slow line may be given its next piece: a virtual line's clock.
//
// The virtual line sends what it is given one after the other, a little
// slower than the real one, so that nothing ever piles up in the real one.
// A piece may be given to it when the last one begins to go out: so the line
// always has the next piece when it is done with one, and never more than
// two are beyond our reach. When small pieces follow each other that would
// mean a wake-up each, so a millisecond's worth may always be ahead.
//
// Where the real line has something of its own to send meanwhile, such as what
// a terminal was given ahead of time, it wants the next piece a little before
// the last one ends and no sooner: what waits below us waits for all.
//
// After a late wake-up the line has run dry. The time is lost: two pieces may
// be given at once, as to any idle line, and no more.

#include "policy/pacer.h"

#include "base/util.h"

enum {
	NANO = 1000000000,
	LEAD_MS = 1,
};

/**
 * pacer_init() - Begin with an idle line
 * @p:		Filled in
 * @rate:	The line's, bit/s, more than 0
 * @lead:	How long before the end of a piece the next may be given; 0:
 *		when it begins
 * @now:	Time
 */
void pacer_init(struct pacer *p, uint64_t rate, struct mono lead,
		struct mono now)
{
	p->lead = lead;
	p->rate = MAX(rate / 100 * PACER_SHARE + rate % 100 * PACER_SHARE / 100,
		      1);
	p->begin = now;
	p->end = now;
}

/**
 * pacer_when() - When may the next piece be given?
 * @p:	Pacer
 *
 * Return: the moment; it may have passed
 */
struct mono pacer_when(const struct pacer *p)
{
	struct mono ahead = mono_sub(p->end, mono_ms(LEAD_MS));

	if (p->lead.ns)
		return mono_sub(p->end, p->lead);
	return mono_before(ahead, p->begin) ? ahead : p->begin;
}

static struct mono span(const struct pacer *p, uint64_t octets)
{
	return (struct mono){
		(int64_t)DIV_ROUND_UP(octets * 8 * NANO, p->rate)
	};
}

/**
 * pacer_sent() - A piece was given to the line
 * @p:		Pacer
 * @octets:	What it takes there: flags, FCS, stuffing, all of it; at most
 *		a million
 * @now:	Time
 *
 * What goes out without waiting for its turn is to be told, too.
 */
void pacer_sent(struct pacer *p, uint64_t octets, struct mono now)
{
	p->begin = mono_before(p->end, now) ? now : p->end;
	p->end = mono_add(p->begin, span(p, octets));
}

/**
 * pacer_behind() - The real line is later than the virtual one
 * @p:		Pacer
 * @octets:	That it still has to send before the last piece begins; at
 *		most a million
 * @now:	Time
 */
void pacer_behind(struct pacer *p, uint64_t octets, struct mono now)
{
	struct mono begin = mono_add(now, span(p, octets));

	if (!mono_before(p->begin, begin))
		return;
	p->end = mono_add(begin, mono_sub(p->end, p->begin));
	p->begin = begin;
}
