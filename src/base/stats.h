/* SPDX-License-Identifier: ISC */
/* Counters: one enumeration, one table of names, one array an object. */
#ifndef BASE_STATS_H
#define BASE_STATS_H

#include <stdbool.h>
#include <stdint.h>

/** enum stat_id - What is counted; the order of the table in stats.c */
enum stat_id {
	/* traffic */
	STAT_LAN_RX_FRAMES,
	STAT_LAN_RX_OCTETS,
	STAT_LAN_TX_FRAMES,
	STAT_LAN_TX_OCTETS,
	STAT_LAN_PAUSES,
	STAT_LINE_RX_FRAMES,
	STAT_LINE_RX_OCTETS,
	STAT_LINE_TX_FRAMES,
	STAT_LINE_TX_OCTETS,
	STAT_FRAMES_CUT,
	STAT_FRAMES_JOINED,
	STAT_COPIES,
	STAT_OAM_RX,
	STAT_OAM_TX,
	STAT_LINE_FAILURES,
	STAT_LINE_WARNINGS,
	STAT_LINE_UNDERRUNS,
	STAT_HOOKS_LOST,
	/* drops, from the LAN to the line */
	DROP_RUNT,
	DROP_OVERSIZE,
	DROP_TRUNCATED,
	DROP_PROTOCOL,
	DROP_NO_PATH,
	DROP_TOO_BIG,
	DROP_OFFLOAD,
	DROP_LINE_FULL,
	DROP_LINE_ERROR,
	DROP_QUEUE_FULL,
	DROP_QUEUE_LATE,
	DROP_REMOVED,
	DROP_NO_MEMORY,
	DROP_STORM_BROADCAST,
	DROP_STORM_MULTICAST,
	DROP_STORM_UNKNOWN,
	DROP_STORM_CONTROL,
	DROP_LOOP,
	/* drops, from the line to the LAN */
	DROP_FCS,
	DROP_ABORT,
	DROP_LINE_RUNT,
	DROP_GIANT,
	DROP_ALIGN,
	DROP_FOREIGN,
	DROP_STRANGER,
	DROP_SHORT,
	DROP_VERSION,
	DROP_TYPE,
	DROP_RESERVED,
	DROP_FLAGS,
	DROP_LONG,
	DROP_CHANNEL,
	DROP_DISABLED,
	DROP_KIND,
	DROP_UNSUPPORTED,
	DROP_OAM,
	DROP_SESSION,
	DROP_REFLECTED,
	DROP_PEER,
	DROP_ECHO,
	DROP_PARTIAL,
	DROP_FRAGMENT,
	DROP_DUPLICATE,
	DROP_INCOMPLETE,
	DROP_LATE,
	DROP_NUMBER,
	DROP_DEVICE_DOWN,
	DROP_DEVICE_FULL,
	DROP_DEVICE_ERROR,
	STAT_NUM
};

/** struct stats - The counters of one object; zeroed when it is made */
struct stats {
	uint64_t count[STAT_NUM];
};

static inline void stats_add(struct stats *s, enum stat_id what, uint64_t n)
{
	s->count[what] += n;
}

static inline void stats_inc(struct stats *s, enum stat_id what)
{
	s->count[what]++;
}

const char *stat_name(enum stat_id what);
const char *stat_help(enum stat_id what);
bool stat_is_drop(enum stat_id what);
void stats_sum(struct stats *to, const struct stats *from);
uint64_t stats_drops(const struct stats *s);

#endif
