/* SPDX-License-Identifier: ISC */
/* What keeps a LAN's storms and loops off the line: one guard a channel. */
#ifndef ENGINE_GUARD_H
#define ENGINE_GUARD_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/frame.h"
#include "codec/flow.h"
#include "config/config.h"
#include "engine/alarms.h"
#include "engine/notice.h"
#include "policy/loop.h"
#include "policy/stations.h"
#include "policy/storm.h"

/**
 * struct guard - The guard of one channel with a TAP
 * @limited:	Broadcast, multicast or unknown frames have a limit
 * @stations:	Heard from the far side; NULL where nobody asks for them
 * @sink:	Who hears of storms and loops
 * @about:	The channel
 * @alarms:	Its alarms
 */
struct guard {
	struct storm storm;
	struct loop loop;
	bool limited;
	struct stations *stations;
	struct siphash_key key;
	const struct notice_sink *sink;
	struct subject about;
	struct alarm_set *alarms;
};

struct guard *guard_new(const struct config_channel *cfg,
			const struct notice_sink *sink,
			struct alarm_set *alarms);
void guard_free(struct guard *g);
void guard_set(struct guard *g, const struct config_channel *cfg,
	       uint64_t rate, struct mono now);

bool guard_looks(const struct guard *g, const struct frame *f, bool slow);
int guard_out(struct guard *g, const struct flow *flow, enum wire_class class,
	      const struct frame *f, struct mono now);
int guard_in(struct guard *g, const struct frame *f, bool slow,
	     struct mono now);
bool guard_tick(struct guard *g, struct mono now);
bool guard_blocks(const struct guard *g);

#endif
