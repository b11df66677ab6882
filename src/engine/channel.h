/* SPDX-License-Identifier: ISC */
/* A channel: a device on the LAN side, one to eight paths on the other. */
#ifndef ENGINE_CHANNEL_H
#define ENGINE_CHANNEL_H

#include <event2/util.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/stats.h"
#include "config/config.h"
#include "engine/alarms.h"
#include "engine/guard.h"
#include "engine/lan_out.h"
#include "engine/path.h"
#include "engine/shared.h"
#include "os/slice.h"
#include "policy/order.h"
#include "policy/protection.h"

/** enum channel_state - What a channel is doing */
enum channel_state {
	CHANNEL_DOWN,		/* channel_reason() says why */
	CHANNEL_UP,		/* device open, a path up */
	CHANNEL_DISABLED,	/* by command */
	CHANNEL_STATE_NUM
};

/**
 * struct channel_room - The longest frames that two LANs take, octets
 * @ours:	Ours takes, and sends; 0: not known
 * @far:	The far end's takes; 0: not known
 */
struct channel_room {
	uint32_t ours, far;
};

/**
 * struct channel - One virtual wire
 * @cfg:	Its part of the configuration in force
 * @index:	Its index there
 * @flooded:	The last turn took all that it might, and had no super-frame
 * @pause:	When the next turn begins; the device is not listened to until
 *		then
 * @fd:		Device, or -1
 * @mtu:	Device's MTU; 0: not known yet
 * @link_up:	Device is set up (IFF_UP)
 * @port_down:	The port of the bridge that it watches has no carrier
 * @far_down:	The far end says that of its own
 * @reason:	Why the device is not open
 * @room:	As it was a second ago
 * @narrow:	That the far end's LAN takes shorter frames than ours, or ""
 * @active:	Path in use, or NULL
 * @selector:	Decides that
 * @senders:	Set of paths that frames take, by number
 * @stale:	Set of paths whose queues may have frames left in them
 * @doubled:	1+1: frames are numbered before they are given to paths
 * @moving:	A queue is being emptied
 * @wake:	For what time alone changes about all that
 * @dark:	When the last path died; MONO_NEVER: one is alive
 * @order:	1+1: puts what comes in order; else NULL
 * @order_wake:	For frames that it holds back
 * @order_of:	The far end's numbering, as last told; the one before
 * @carrier:	What the monitor was told last: 0, 1, or -1 for nothing yet
 * @retell:	It may not have heard it: tell it again
 * @lan:	The device for those who write to it
 * @offloads:	Of enum priv_flag: those that the device's kernel knows
 * @offloaded:	What the monitor was told last of them, as with @carrier
 * @no_joins:	Positive errno: why frames are not joined for the device
 * @alarms:	What is wrong with it; those of its paths are theirs
 * @guard:	Against storms and loops; NULL without a TAP
 * @sequence:	Next frame sequence number, by class
 * @numbering:	Random: tells these numbers from those of another time
 * @since:	When it got into its state, UTC, nanoseconds
 */
struct channel {
	const struct config_channel *cfg;
	uint16_t index;
	struct shared *shared;
	struct ask ask;
	struct event *readable;
	struct turn turn;
	bool flooded;
	struct wake pause;
	int fd;
	uint32_t mtu;
	bool link_up;
	bool port_down, far_down;
	bool disabled;
	bool retell;
	int carrier;
	struct lan_end lan;
	uint32_t offloads;
	int offloaded;
	int no_joins;
	char reason[ASK_REASON_MAX];
	struct channel_room room;
	char narrow[ASK_REASON_MAX];
	enum channel_state state;
	int64_t since;
	struct path *active;
	struct protection selector;
	uint8_t senders, stale;
	bool doubled, moving;
	struct wake wake;
	struct mono dark;
	struct order *order;
	struct wake order_wake;
	uint64_t order_of[2];
	struct path **paths;
	size_t npaths;
	struct alarm_set alarms;
	struct guard *guard;
	uint16_t sequence[PATH_CLASSES];
	uint32_t numbering;
	struct stats stats;
};

struct channel *channel_new(const struct config_channel *cfg, uint16_t index,
			    struct shared *shared);
void channel_free(struct channel *ch);
void channel_open(struct channel *ch);
void channel_device_gone(struct channel *ch);
int channel_adopt(struct channel *ch, const struct config_channel *cfg,
		  uint16_t index);
struct path *channel_find_path(const struct channel *ch, const char *name);
void channel_set_line(struct channel *ch, struct path *p, struct line *l);
void channel_link(struct channel *ch, uint32_t flags, uint32_t mtu,
		  const char *text);

void channel_tick(struct channel *ch, struct mono now);

/* channel_lan.c */
bool channel_take_lan(struct channel *ch, struct mono now);
void channel_lan_readable(evutil_socket_t fd, short what, void *arg);
void channel_from_line(struct path *p, const struct wire_header *h,
		       struct frame *f, struct mono now);
bool channel_from_path(struct path *p, struct frame *f,
		       const struct wire_header *h, struct mono now);
bool channel_to_lan(struct channel *ch, struct frame *f,
		    const struct wire_header *h, bool slow, bool may_join,
		    struct mono now);
void channel_set_end(struct channel *ch);

/* channel_flood.c */
int channel_flood_begin(struct channel *ch);
void channel_flood_end(struct channel *ch);
struct slice_use channel_turn_begins(const struct channel *ch);
void channel_turn_ends(struct channel *ch, bool more, struct mono begin,
		       struct slice_use before);

/* channel_order.c */
int channel_order_begin(struct channel *ch);
void channel_order_end(struct channel *ch);
int channel_set_order(struct channel *ch, const struct config_channel *cfg);
void channel_order_frame(struct path *p, const struct wire_header *h,
			 struct frame *f, struct mono now);
void channel_order_live(struct channel *ch, struct mono now);
void channel_order_begun(struct channel *ch,
			 const struct oam_information *theirs);

/* channel_watch.c */
bool channel_watch(struct channel *ch, struct mono now);

/* channel_room.c */
struct channel_room channel_room(const struct channel *ch);
void channel_watch_room(struct channel *ch);

/* channel_protect.c */
int channel_protect_begin(struct channel *ch);
void channel_protect_end(struct channel *ch);
void channel_set_selector(struct channel *ch,
			  const struct config_channel *cfg,
			  const struct protection *from,
			  const struct config_channel *former, bool kept);
void channel_select(struct channel *ch, struct mono now);
void channel_settle(struct channel *ch, struct mono now);
bool channel_is_live(const struct channel *ch);
bool channel_lacks_copies(const struct channel *ch);
bool channel_wants_carrier(struct channel *ch, struct mono now);
enum protection_refusal channel_command(struct channel *ch,
					enum protection_command command,
					const struct path *p);

/* channel_state.c */
void channel_refresh(struct channel *ch);
const char *channel_state_name(enum channel_state state);
const char *channel_reason(const struct channel *ch);
struct subject channel_about(const struct channel *ch, const struct path *p);
void channel_set_guard(struct channel *ch);

#endif
