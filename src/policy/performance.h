/* SPDX-License-Identifier: ISC */
/* Performance counters of a path, in the spirit of G.826 and G.784. */
#ifndef POLICY_PERFORMANCE_H
#define POLICY_PERFORMANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum performance_bound {
	PERFORMANCE_QUARTERS = 96,	/* that are kept, beside the current */
	PERFORMANCE_DAYS = 7,
	PERFORMANCE_WINDOW = 10,	/* seconds that decide availability */
};

/** enum performance_period - How long a bin is */
enum performance_period {
	PERIOD_QUARTER,		/* 15 minutes */
	PERIOD_DAY,		/* 24 hours, by UTC */
	PERIOD_NUM
};

/**
 * struct performance_second - What a second was like
 * @utc:	When, seconds since 1970-01-01 UTC
 * @up:		The path was up all the time
 * @errors:	Frames that were damaged or lost
 * @frames:	Frames that came as they were sent
 */
struct performance_second {
	int64_t utc;
	bool up;
	uint64_t errors, frames;
};

/**
 * struct performance_counts - A bin, as it is shown
 * @start:	When it began, seconds since 1970-01-01 UTC
 * @es:		Errored seconds, the severely errored ones too
 * @ses:	Severely errored seconds
 * @uas:	Unavailable seconds; the others are counted outside of these
 * @bbe:	Background block errors: frames hit in seconds that are not
 *		severely errored
 * @seconds:	How many were watched
 * @valid:	All of the bin was watched, but for ten seconds at most
 * @current:	It is not over
 */
struct performance_counts {
	int64_t start;
	uint32_t es, ses, uas, bbe, seconds;
	bool valid, current;
};

/**
 * struct performance - The counters of one path; private to performance.c
 * @quarters:	By the number of the quarter since 1970, in a ring; packed,
 *		for there may be thousands of paths
 * @days:	By the number of the day, in a ring
 * @quarter:	Number of the current one; 0: nothing was watched yet
 * @waiting:	The last seconds, of which it is not known whether they are
 *		unavailable; the newest first
 * @nwaiting:	How many those are
 * @unavailable: As it looks now
 */
struct performance {
	struct performance_bin {
		uint64_t es : 10, ses : 10, uas : 10, seconds : 10, bbe : 24;
	} quarters[PERFORMANCE_QUARTERS + 1];
	struct performance_day {
		uint32_t es, ses, uas, seconds, bbe;
	} days[PERFORMANCE_DAYS + 1];
	uint32_t quarter, day;
	struct performance_waiting {
		uint32_t utc, bbe;
		bool errored, severe, unavailable;
	} waiting[PERFORMANCE_WINDOW];
	uint8_t nwaiting;
	bool unavailable;
};

void performance_pass(struct performance *p,
		      const struct performance_second *s);
bool performance_get(const struct performance *p,
		     enum performance_period period, unsigned int back,
		     struct performance_counts *counts);
unsigned int performance_kept(enum performance_period period);
const char *performance_crossed(const struct performance *p,
				enum performance_period period,
				uint32_t *count, uint32_t *threshold);

#endif
