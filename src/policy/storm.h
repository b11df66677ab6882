/* SPDX-License-Identifier: ISC */
/* Storm control: how much of what goes to all may cross a channel. */
#ifndef POLICY_STORM_H
#define POLICY_STORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "policy/bucket.h"

/** struct storm_limit - A limit in one of three units, or off */
struct storm_limit {
	enum { STORM_OFF, STORM_PERCENT, STORM_FRAMES, STORM_BITS } unit;
	uint64_t value;		/* per second, where not per cent */
};

/** struct storm_limits - A channel's */
struct storm_limits {
	struct storm_limit broadcast, multicast, unknown;
};

/**
 * enum storm_kind - What is limited by itself
 * @STORM_BROADCAST:	to all
 * @STORM_MULTICAST:	to a group
 * @STORM_UNKNOWN:	to a station that was never heard
 * @STORM_CONTROL:	to all or to a group, but of class 0
 */
enum storm_kind {
	STORM_BROADCAST,
	STORM_MULTICAST,
	STORM_UNKNOWN,
	STORM_CONTROL,
	STORM_KINDS,
};

/**
 * struct storm_event - What there is to tell
 * @kind:	Of which kind
 * @begins:	A storm begins; else it is over
 * @dropped:	Frames that it has cost so far
 * @lasted:	For how long
 */
struct storm_event {
	enum storm_kind kind;
	bool begins;
	uint64_t dropped;
	struct mono lasted;
};

/** struct storm - The limits of one channel at work; private to storm.c */
struct storm {
	struct storm_meter {
		struct storm_limit limit;
		struct bucket bucket;
		bool limited;
		bool dropping;		/* there were drops just now */
		bool raging;		/* and it has been told */
		uint64_t dropped;	/* since @first */
		struct mono first;	/* drop */
		struct mono last;	/* drop */
	} meters[STORM_KINDS];
};

void storm_init(struct storm *s, const struct storm_limits *limits,
		uint64_t rate, struct mono now);
void storm_set_rate(struct storm *s, uint64_t rate, struct mono now);
bool storm_is_limited(const struct storm *s, enum storm_kind kind);
bool storm_pass(struct storm *s, enum storm_kind kind, size_t octets,
		struct mono now);
bool storm_next_event(struct storm *s, struct mono now,
		      struct storm_event *e);
bool storm_is_raging(const struct storm *s, enum storm_kind kind);
const char *storm_kind_name(enum storm_kind kind);

#endif
