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
#include "engine/placement.h"
#include "engine/waker.h"
#include "policy/livelock.h"
#include "policy/vigil.h"

struct channel;

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
 * @lone:	The packet that is being received came by itself: there is
 *		nothing that its frame could be joined to, and nobody else's
 *		octets are before it
 * @vigil:	Whether answers come soon
 * @placement:	Which processor we stay off
 * @livelock:	Whether others want it when a LAN floods us
 * @run:	Path whose latest frame waits in @lan_out, so that the ones that
 *		come with it may follow it there unseen; NULL: go the whole way
 * @written:	Channel whose device was written to last, in this turn
 * @pool:	Memory for frames whose fragments are still coming
 * @capture:	Who dumps
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
	bool lone;
	struct vigil vigil;
	struct placement placement;
	struct livelock livelock;
	struct path *run;
	struct channel *written;
	struct capture capture;
};

#endif
