/* SPDX-License-Identifier: ISC */
/* A path: one channel's use of one line. */
#ifndef ENGINE_PATH_H
#define ENGINE_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/stats.h"
#include "codec/fragment.h"
#include "codec/wire.h"
#include "config/config.h"
#include "engine/alarms.h"
#include "engine/line.h"
#include "policy/bucket.h"
#include "policy/degrade.h"
#include "policy/meter.h"
#include "policy/peer.h"
#include "policy/performance.h"

enum { PATH_CLASSES = 4 };

struct channel;

/** enum path_side - From which side a path's losses are known */
enum path_side {
	PATH_NEAR,	/* from the far end to us */
	PATH_FAR,	/* from us to the far end */
	PATH_DAMAGE,	/* line frames whose check fails */
	PATH_SIDES
};

/** enum path_state - What a path is doing */
enum path_state {
	PATH_DOWN,	/* path_reason() says why */
	PATH_UP,	/* both ends hear and know each other */
	PATH_DISABLED,	/* by command */
	PATH_STATE_NUM
};

/**
 * struct path_watched - What a path was like
 * @begun:	It was looked at once; what was counted before is not its own
 * @fault:	It was not up for some of this second
 * @errors:	Count of what was damaged or lost, when last looked at
 * @frames:	... of what came
 * @hits:	Interface: what its driver had counted then
 * @came:	... frames that had come on its line
 * @known:	... hits that the far end's counters will tell of again
 * @overflows:	... of what its queue had no room for
 */
struct path_watched {
	struct performance performance;
	bool begun, fault;
	uint64_t errors, frames, overflows;
	uint64_t hits, came, known;
};

/**
 * struct path - One channel's use of one line
 * @channel:	Whose it is
 * @line:	NULL only without memory
 * @place:	What is said of its packets to who dumps
 * @number:	Which of the channel's paths it is, from 0
 * @doubled:	1+1: frames have their numbers before they come here
 * @degraded:	It is up, but loses too much
 * @losses:	What that follows from, by side
 * @oam_sequence: Next sequence number of its OAM messages
 * @echoes:	Limits the echo replies that the far end can ask for
 * @alarms:	What is wrong with it
 * @meter:	Measures loss and delay; meter_report() tells
 * @meter_due:	When its next message goes out
 * @meter_early: How many more go out each second at first
 * @us:	Who we are
 * @peer:	Who is at the far end
 * @answers:	Its far end has sent a frame since one of ours was a sign of
 *		life
 * @of:		Our discriminator of the session to which @peer belongs
 * @told:	Hash of what we told last
 * @lan_down:	Our LAN has lost its carrier, which the far end is to know
 * @largest:	Longest frame that our LAN takes, octets; 0: not known
 * @fault:	What is wrong with the far end
 * @explained:	The same for people, or ""
 * @news:	The far end told something: to be looked at anew
 * @asked:	and wants to hear from us
 * @since:	When it got into its state, UTC, nanoseconds
 * @watch:	What it was like, second by second
 */
struct path {
	const struct config_path *cfg;
	struct channel *channel;
	struct line *line;
	struct line_user user;
	struct tap_place place;
	struct reassembly reassembly[PATH_CLASSES];
	uint16_t oam_sequence;
	struct bucket echoes;
	struct meter meter;
	struct mono meter_due;
	uint8_t meter_early;
	struct peer_self us;
	struct peer peer;
	uint32_t of;
	uint64_t told;
	uint32_t largest;
	enum peer_fault fault;
	char explained[ASK_REASON_MAX];
	bool news, asked, answers, lan_down;
	struct stats stats;
	struct alarm_set alarms;
	struct path_watched watch;
	enum path_state state;
	int64_t since;
	uint8_t number;
	bool disabled;
	bool doubled;
	bool degraded;
	struct degrade losses[PATH_SIDES];
};

struct path *path_new(const struct config_path *cfg, uint16_t id,
		      struct channel *ch, uint16_t *sequence,
		      struct reassembly_pool *pool);
bool path_is_slow(const struct path *p);
void path_free(struct path *p);
void path_succeed(struct path *p, const struct path *former);
bool path_refresh(struct path *p);
const char *path_state_name(enum path_state state);
const char *path_reason(const struct path *p);
bool path_far_lan_down(const struct path *p);
bool path_is_trusted(const struct path *p);
void path_restarted(struct path *p);

unsigned int path_fragments(const struct path *p, size_t len);

/**
 * struct outbox - Packets of one turn on their way to one path
 * @path:	Where they go
 * @n:		How many wait
 * @room:	What is put in has FRAME_HEADROOM octets free before it
 * @now:	Time of the turn
 */
struct outbox {
	struct path *path;
	unsigned int n;
	bool room;
	struct mono now;
	struct packet packets[TRANSPORT_BATCH];
};

void outbox_init(struct outbox *box, struct path *p, bool room,
		 struct mono now);
void outbox_put(struct outbox *box, struct wire_header *h, uint64_t flow,
		const uint8_t *data, size_t len);
void outbox_flush(struct outbox *box);
struct packet *outbox_next(struct outbox *box);

int path_join(struct path *p, const struct wire_header *h,
	      struct frame *frame, struct mono now);
void path_drop(struct path *p, enum stat_id reason,
	       enum dump_direction direction, const struct wire_header *h,
	       const uint8_t *data, size_t len);
void path_tick(struct path *p);

#endif
