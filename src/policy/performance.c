// SPDX-License-Identifier: ISC
// Performance counters of a path, in the spirit of G.826 and G.784.
//
// Theory of operation
// -------------------
// Each second is judged by itself. It is errored if a frame was hit or the
// path was down in it, and severely errored if the path was down or 30 % of
// the frames were hit. Ten severely errored seconds in a row begin a time of
// unavailability, and belong to it; ten others in a row end it, and do not.
// Errors are counted while the path is available, and unavailable seconds
// while it is not.
//
// So what a second counts as is known ten seconds later at the latest. Until
// then it waits; then it goes into its bin of 15 minutes and its bin of a
// day, which are those of the UTC clock. A clock that is set forward leaves
// bins empty; one that is set back empties those that have not happened yet.
// Either way the bin in which it was set has too few or too many seconds, as
// has that in which we began: it is not valid.
//
// Sources. The ITU's own texts were not at hand; this was held against what
// others write by them. SES: not less than 30 % of the blocks (Huawei's
// performance events, RSSES; the ATIS glossary has more than 30 %), a block
// being a frame here. BBE: what is hit outside of an SES (Cisco's help for
// SDH thresholds). Unavailability begins and ends at the onset of ten seconds
// (RFC 4706); these ten are included at its beginning, excluded at its end,
// and ES and SES are not counted in it (RAD's E1 statistics). A threshold
// report is over at the end of a quarter that has no more than a lower, reset,
// threshold and no unavailable time (RTR15 in VeEX's SDH testers).

#include "policy/performance.h"

#include <string.h>

#include "base/util.h"

enum {
	QUARTER = 900,
	DAY = 86400,
	SLACK = 10,		/* seconds that a valid bin may lack */
	SEVERE_PERCENT = 30,
	BIN_MAX = (1 << 10) - 1,
	BIN_BBE_MAX = (1 << 24) - 1,
};

struct threshold {
	uint32_t es, ses, uas;
};

/*
 * When a bin is worth an alarm, and the most that is well again. ES and SES of
 * a quarter are the defaults of equipment that counts by G.826 (Lanex TM-77 and
 * MD-76; others begin lower, or are off). 1 % and 0.1 % of a day are less than
 * G.826 grants a whole path of up to 5 Mbit/s (4 % and 0.2 %, the default
 * ratios of Aviat's MDR2400). Those for unavailable seconds, and what is well
 * again, are our own choice.
 */
static const struct {
	struct threshold set, reset;
} thresholds[PERIOD_NUM] = {
	[PERIOD_QUARTER] = { { 120, 15, 60 }, { 12, 1, 0 } },
	[PERIOD_DAY] = { { 864, 86, 864 }, { 863, 85, 863 } },
};

static struct performance_bin *quarter_at(struct performance *p, uint32_t n)
{
	return &p->quarters[n % ARRAY_SIZE(p->quarters)];
}

static struct performance_day *day_at(struct performance *p, uint32_t n)
{
	return &p->days[n % ARRAY_SIZE(p->days)];
}

/* The numbers after @low up to @high are empty, as far as the ring goes. */
static void empty_quarters(struct performance *p, uint32_t low, uint32_t high)
{
	if (high - low > ARRAY_SIZE(p->quarters))
		low = high - ARRAY_SIZE(p->quarters);
	while (low < high)
		*quarter_at(p, ++low) = (struct performance_bin){ 0 };
}

static void empty_days(struct performance *p, uint32_t low, uint32_t high)
{
	if (high - low > ARRAY_SIZE(p->days))
		low = high - ARRAY_SIZE(p->days);
	while (low < high)
		*day_at(p, ++low) = (struct performance_day){ 0 };
}

/* Make the bins of a second the current ones. */
static void move_to(struct performance *p, uint32_t utc)
{
	uint32_t quarter = utc / QUARTER, day = utc / DAY;

	empty_quarters(p, MIN(p->quarter, quarter), MAX(p->quarter, quarter));
	empty_days(p, MIN(p->day, day), MAX(p->day, day));
	p->quarter = quarter;
	p->day = day;
}

static void keep_quarter(struct performance_bin *q,
			 const struct performance_day *one)
{
	/* no more than this was ever in it, so that nothing overflows */
	if (q->seconds == BIN_MAX)
		return;
	q->es += one->es & 1;
	q->ses += one->ses & 1;
	q->uas += one->uas & 1;
	q->seconds++;
	q->bbe = MIN(q->bbe + one->bbe, BIN_BBE_MAX) & BIN_BBE_MAX;
}

static void keep_day(struct performance_day *d,
		     const struct performance_day *one)
{
	d->es += one->es;
	d->ses += one->ses;
	d->uas += one->uas;
	d->seconds++;
	d->bbe = MIN(d->bbe, UINT32_MAX - one->bbe) + one->bbe;
}

static void keep(struct performance *p, const struct performance_waiting *w)
{
	bool available = !w->unavailable;
	const struct performance_day one = {
		.es = available && w->errored,
		.ses = available && w->severe,
		.uas = w->unavailable,
		.bbe = available && !w->severe ? w->bbe : 0,
	};

	if (w->utc / QUARTER != p->quarter)
		move_to(p, w->utc);
	keep_quarter(quarter_at(p, p->quarter), &one);
	keep_day(day_at(p, p->day), &one);
}

/* The whole window is of the other kind: it was so from its beginning. */
static void turn(struct performance *p)
{
	for (int i = 0; i < PERFORMANCE_WINDOW; i++)
		if (p->waiting[i].severe == p->unavailable)
			return;
	p->unavailable = !p->unavailable;
	for (int i = 0; i < PERFORMANCE_WINDOW; i++)
		p->waiting[i].unavailable = p->unavailable;
}

static struct performance_waiting judge(const struct performance_second *s)
{
	uint64_t all = s->errors + s->frames;
	bool severe = !s->up || (s->errors && s->errors * 100 / all >=
				 SEVERE_PERCENT);

	return (struct performance_waiting){
		.utc = (uint32_t)s->utc,
		.bbe = (uint32_t)MIN(s->errors, (uint64_t)BIN_BBE_MAX),
		.errored = severe || s->errors,
		.severe = severe,
	};
}

/**
 * performance_pass() - A second has passed
 * @p:	Counters; all zero at first
 * @s:	What it was like
 *
 * A second that is not told of was not watched.
 */
void performance_pass(struct performance *p,
		      const struct performance_second *s)
{
	struct performance_waiting *w = p->waiting;

	if (p->nwaiting == PERFORMANCE_WINDOW)
		keep(p, &w[PERFORMANCE_WINDOW - 1]);
	else
		p->nwaiting++;
	memmove(w + 1, w, (PERFORMANCE_WINDOW - 1) * sizeof(*w));
	w[0] = judge(s);
	w[0].unavailable = p->unavailable;
	if (p->nwaiting == PERFORMANCE_WINDOW)
		turn(p);
}

/**
 * performance_kept() - How many bins are kept beside the current one
 * @period:	Period
 *
 * Return: the number
 */
unsigned int performance_kept(enum performance_period period)
{
	return period == PERIOD_DAY ? PERFORMANCE_DAYS : PERFORMANCE_QUARTERS;
}

static void show_day(const struct performance *p, uint32_t n,
		     struct performance_counts *c)
{
	const struct performance_day *d = &p->days[n % ARRAY_SIZE(p->days)];

	*c = (struct performance_counts){
		.start = (int64_t)n * DAY, .es = d->es, .ses = d->ses,
		.uas = d->uas, .bbe = d->bbe, .seconds = d->seconds,
	};
}

static void show_quarter(const struct performance *p, uint32_t n,
			 struct performance_counts *c)
{
	const struct performance_bin *q;

	q = &p->quarters[n % ARRAY_SIZE(p->quarters)];
	*c = (struct performance_counts){
		.start = (int64_t)n * QUARTER, .es = q->es, .ses = q->ses,
		.uas = q->uas, .bbe = q->bbe, .seconds = q->seconds,
	};
}

/**
 * performance_get() - Look at a bin
 * @p:		Counters
 * @period:	Its period
 * @back:	0 is the current one, 1 the one before, up to
 *		performance_kept()
 * @c:		Filled in
 *
 * Return: true; false if nothing was watched in it
 */
bool performance_get(const struct performance *p,
		     enum performance_period period, unsigned int back,
		     struct performance_counts *c)
{
	bool day = period == PERIOD_DAY;
	uint32_t now = day ? p->day : p->quarter;
	uint32_t length = day ? DAY : QUARTER;

	if (back > performance_kept(period) || back > now)
		return false;
	if (day)
		show_day(p, now - back, c);
	else
		show_quarter(p, now - back, c);
	c->current = !back;
	c->valid = back && c->seconds + SLACK >= length &&
		   c->seconds <= length + SLACK;
	return c->seconds;
}

static const char *crosses(const struct performance_counts *c,
			   const struct threshold *t, uint32_t *count,
			   uint32_t *threshold)
{
	const struct {
		const char *name;
		uint32_t count, threshold;
	} all[] = {
		{ "unavailable", c->uas, t->uas },
		{ "severely errored", c->ses, t->ses },
		{ "errored", c->es, t->es },
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		if (all[i].count < all[i].threshold)
			continue;
		*count = all[i].count;
		*threshold = all[i].threshold;
		return all[i].name;
	}
	return NULL;
}

static bool is_well(const struct performance_counts *c,
		    const struct threshold *reset)
{
	return c->es <= reset->es && c->ses <= reset->ses &&
	       c->uas <= reset->uas;
}

/**
 * performance_crossed() - Is a bin worth an alarm?
 * @p:		Counters
 * @period:	Its period
 * @count:	Gets the count
 * @threshold:	... that has come to this
 *
 * One that was is so until a whole bin has passed that is well again, or in
 * which nothing was watched.
 *
 * Return: "errored" or the like, for the seconds that were counted; NULL if
 * all is well
 */
const char *performance_crossed(const struct performance *p,
				enum performance_period period,
				uint32_t *count, uint32_t *threshold)
{
	struct performance_counts c;
	const char *name;

	for (unsigned int back = 0; back <= performance_kept(period); back++) {
		bool watched = performance_get(p, period, back, &c);

		name = watched ? crosses(&c, &thresholds[period].set, count,
					 threshold) : NULL;
		if (name)
			return name;
		if (back && (!watched ||
			     is_well(&c, &thresholds[period].reset)))
			break;
	}
	return NULL;
}
