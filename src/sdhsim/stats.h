/* SPDX-License-Identifier: ISC */
/* What the simulator counts, in each direction. */
#ifndef SDHSIM_STATS_H
#define SDHSIM_STATS_H

#include <stdint.h>

/** enum sdh_stat - What is counted; the order of the table in stats.c */
enum sdh_stat {
	/* the section */
	SDH_FRAMES,
	SDH_FRAMES_LOST,
	SDH_BIT_ERRORS,
	SDH_B1,
	SDH_B2,
	SDH_LOS,
	SDH_OOF,
	SDH_LOF,
	/* the channel in it */
	SDH_OCTETS,
	SDH_OCTETS_ERRORED,
	SDH_HDLC_SENT,
	SDH_HDLC_HIT,
	SDH_HDLC_RECEIVED,
	SDH_FCS,
	SDH_ABORTS,
	SDH_RUNTS,
	SDH_GIANTS,
	SDH_UNALIGNED,
	/* the end that sends */
	SDH_TAKEN,
	SDH_TAKEN_BAD,
	SDH_RING_MOST,
	SDH_UNDERRUN,
	/* the end that receives */
	SDH_DELIVERED,
	SDH_REFUSED,
	SDH_OVERRUN,
	SDH_STAT_NUM
};

/** struct sdh_stats - The counters of one direction; begins as zero */
struct sdh_stats {
	uint64_t count[SDH_STAT_NUM];
};

const char *sdh_stat_name(enum sdh_stat what);

#endif
