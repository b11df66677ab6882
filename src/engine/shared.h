/* SPDX-License-Identifier: ISC */
/* What all channels of one engine share. */
#ifndef ENGINE_SHARED_H
#define ENGINE_SHARED_H

#include "base/frame.h"
#include "base/siphash.h"
#include "codec/fragment.h"
#include "engine/alarms.h"
#include "engine/ask.h"
#include "engine/capture.h"
#include "engine/lan_out.h"
#include "engine/notice.h"
#include "engine/path.h"
#include "engine/waker.h"
#include "policy/give_way.h"

/**
 * struct shared - Lent to every channel and port of an engine
 * @base:	Event loop
 * @asker:	Way to the monitor
 * @waker:	Exact wake-ups
 * @sink:	Who follows what happens
 * @alarms:	What is wrong
 * @lan:	Memory for frames off a LAN
 * @line:	Memory for packets off a line
 * @node:	Our node's name; borrowed from the settings in force
 * @session:	Random: tells this start from others
 * @flows:	Key of the flows' hash, random
 * @boxes:	Packets of the turn of one LAN, for each path that gets them
 * @lan_out:	Frames for a device, until the end of a turn
 * @pool:	Memory for frames whose fragments are still coming
 * @capture:	Who dumps
 * @give_way:	When others get the processor, in the midst of a stream
 */
struct shared {
	struct event_base *base;
	struct asker asker;
	struct waker waker;
	struct notice_sink sink;
	struct alarms alarms;
	struct frame_batch lan, line;
	struct outbox boxes[CONFIG_PATHS_MAX];
	const char *node;
	uint32_t session;
	struct siphash_key flows;
	struct reassembly_pool pool;
	struct lan_out lan_out;
	struct capture capture;
	struct give_way give_way;
};

/* shared.c */
void shared_turn_ends(struct shared *s, const struct turn *t, struct mono now);

#endif
