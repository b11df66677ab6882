// SPDX-License-Identifier: ISC
// What a path was like, second by second: performance and its alarms.
//
// Errors of a DCC whose HDLC is done here are the line's own: each frame that
// it damaged, whosever that was. On all other lines somebody else drops what
// is damaged, and what counts is what the far end sent and we did not get;
// this is known when its next counters come, for the time since the last.
//
// An interface is between the two. Its driver may count what it dropped, and
// that is known at once; not all do, nor all that is lost. So both count, but
// what the far end misses only as far as the driver did not explain it.

#include "engine/path_watch.h"

#include <inttypes.h>

#include "base/util.h"

/** struct crossed - What came, and what was hit or lost, since ever */
struct crossed {
	uint64_t frames, errors;
};

static bool counts_errors(const struct path *p)
{
	return p->cfg->kind == TRANSPORT_DCC && p->cfg->dcc.device &&
	       p->line && p->line->port;
}

static uint64_t line_errors(const struct path *p)
{
	static const enum stat_id errors[] = {
		DROP_FCS, DROP_ABORT, DROP_LINE_RUNT, DROP_GIANT, DROP_ALIGN,
	};
	const struct stats *s = &p->line->port->stats;
	uint64_t sum = 0;

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		sum += s->count[errors[i]];
	return sum;
}

/* What came on the line, for all that use it. */
static uint64_t line_frames(const struct path *p)
{
	uint64_t sum = p->line->stats.count[STAT_LINE_RX_FRAMES];
	const struct line_user *u;

	TAILQ_FOREACH(u, &p->line->users, entry)
		sum += u->queue.stats->count[STAT_LINE_RX_FRAMES];
	return sum;
}

static bool has_driver(const struct path *p)
{
	return p->cfg->kind == TRANSPORT_DCC && !p->cfg->dcc.device &&
	       p->line && p->line->port;
}

static struct crossed crossed(const struct path *p)
{
	struct meter_report r;

	if (counts_errors(p))
		return (struct crossed){ line_frames(p), line_errors(p) };
	meter_report(&p->meter, &r);
	return (struct crossed){ r.near.sent - MIN(r.near.lost, r.near.sent),
				 r.near.lost };
}

/* What a counter has grown by; one that has begun anew has not. */
static uint64_t growth(uint64_t *was, uint64_t is)
{
	uint64_t n = is >= *was ? is - *was : 0;

	*was = is;
	return n;
}

/* Add what the driver of an interface has dropped. */
static void add_hits(struct path *p, struct performance_second *s)
{
	struct path_watched *w = &p->watch;
	uint64_t hits = growth(&w->hits, line_errors(p));
	uint64_t came = growth(&w->came, line_frames(p));

	w->known += hits;
	if (s->errors || s->frames) {	/* the far end has told */
		s->errors -= MIN(s->errors, w->known);
		w->known = 0;
	}
	if (!hits)
		return;
	s->errors += hits;
	s->frames = MAX(s->frames, came);
}

static void report_threshold(struct path *p, enum alarm_kind kind,
			     enum performance_period period, struct mono now)
{
	uint32_t count = 0, threshold = 0;
	const char *what = performance_crossed(&p->watch.performance, period,
					       &count, &threshold);

	alarm_report(&p->alarms, kind, what, now, "%" PRIu32 " %s seconds in "
		     "a period of %s; %" PRIu32 " are too many", count, what,
		     period == PERIOD_DAY ? "24 hours" : "15 minutes",
		     threshold);
}

static void report_overflow(struct path *p, struct mono now)
{
	uint64_t n = growth(&p->watch.overflows,
			    p->stats.count[DROP_QUEUE_FULL] +
			    p->stats.count[DROP_NO_MEMORY]);

	alarm_report(&p->alarms, ALARM_QUEUE_OVERFLOW, n, now,
		     "the queue is full: %" PRIu64 " frames were dropped in "
		     "a second", n);
}

/**
 * path_watch() - A second has passed: what was the path like?
 * @p:		Path
 * @watched:	It is meant to work: nobody disabled it, or its channel
 * @now:	Time
 */
void path_watch(struct path *p, bool watched, struct mono now)
{
	struct path_watched *w = &p->watch;
	const struct crossed c = crossed(p);
	struct performance_second s = {
		.utc = clock_utc_ns() / 1000000000,
		.up = !w->fault && p->state == PATH_UP,
		.errors = growth(&w->errors, c.errors),
		.frames = growth(&w->frames, c.frames),
	};

	if (has_driver(p))
		add_hits(p, &s);
	report_overflow(p, now);
	if (watched && w->begun)
		performance_pass(&w->performance, &s);
	w->fault = false;
	w->begun = true;
	report_threshold(p, ALARM_THRESHOLD_15M, PERIOD_QUARTER, now);
	report_threshold(p, ALARM_THRESHOLD_24H, PERIOD_DAY, now);
}
