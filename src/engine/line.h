/* SPDX-License-Identifier: ISC */
/* A line: a port and one far end; what an MTU and a session belong to. */
#ifndef ENGINE_LINE_H
#define ENGINE_LINE_H

#include <stdbool.h>
#include <sys/queue.h>

#include "codec/wire.h"
#include "config/config.h"
#include "engine/capture.h"
#include "engine/farewell.h"
#include "engine/notice.h"
#include "engine/port.h"
#include "engine/probe.h"
#include "engine/session.h"
#include "engine/slow.h"
#include "engine/stray.h"

/* What a packet needs at most where the LAN is an Ethernet of 1500 */
enum { LINE_USUAL_NEED = 1500 + 22 + WIRE_HEADER_LEN };

/**
 * struct line_user - A path's hold on a line
 * @id:		Channel id that tells it apart there
 * @owner:	What lookups of (far end, id) give
 * @need:	Largest packet that it will ever want to send, octets
 * @place:	What is said of its packets to who dumps; borrowed
 * @queue:	How its frames are numbered and counted on a slow line
 * @slot:	Its place in a slow line's queue; NULL on a fast line
 * @disabled:	Does not want the line to be up
 */
struct line_user {
	TAILQ_ENTRY(line_user) entry;
	uint16_t id;
	void *owner;
	size_t need;
	const struct tap_place *place;
	struct slow_user queue;
	struct sched_slot *slot;
	bool disabled;
};

enum { LINE_DAMAGES = 5 };	/* kinds of damage to a frame */

/**
 * struct line_damage - What a line did to frames; private to line_damage.c
 * @seen:	The port's counters at the last look
 * @sum:	Damaged frames since there was none for a while
 * @last:	When the last of them was seen
 */
struct line_damage {
	uint64_t seen[LINE_DAMAGES];
	uint64_t sum;
	struct mono last;
};

struct line;
struct oam_information;
struct pings;

/**
 * struct line_env - What a line needs of the engine
 * @pings:	Who waits for echo replies
 * @port_for:	A port to reach an address of @family; NULL without memory
 * @changed:	The line may have become usable, or no longer be: its port,
 *		its far end's address or its session is in another state
 * @left:	A line leaves its own socket, which is the engine's from now on
 * @arg:	First argument of all three
 */
struct line_env {
	struct asker *asker;
	struct waker *waker;
	const struct notice_sink *sink;
	struct capture *capture;
	struct pings *pings;
	struct port *(*port_for)(void *arg, const struct config_path *cfg,
				 int family);
	void (*changed)(void *arg, struct line *l);
	void (*left)(void *arg, struct port *direct);
	void *arg;
};

/**
 * struct line - One far end behind a port
 * @chained:	Private to line_table.c
 * @cfg:	Of any path that uses it: those agree
 * @port:	NULL until the far end's address is known
 * @direct:	Its own socket there, not necessarily open; or NULL
 * @far_end:	Where to send; no family while its name is unknown, or
 *		where there is only one
 * @reason:	Why the name is unknown
 * @slow:	Its queue; NULL: it is fast
 * @self:	Our own use of it, for OAM
 * @session:	Its liveness
 * @farewells:	Of paths that are gone
 * @stray:	A channel of the far end that we do not have
 * @refused:	Octets of a packet that the kernel has just refused, or 0
 * @heard:	When the far end was last heard
 * @asked:	When its name was last looked up
 * @damage:	What it did to frames
 * @off_rate:	It runs at another rate than it is said to
 * @no_trains:	Positive errno: why trains of packets are not sent
 * @trouble:	Positive errno of sending, 0 while it works
 */
struct line {
	TAILQ_ENTRY(line) entry;
	struct line *chained;
	const struct config_path *cfg;
	const struct line_env *env;
	struct subject about;
	struct port *port;
	struct port *direct;
	struct far_end far_end;
	struct ask resolve;
	char reason[ASK_REASON_MAX];
	struct slow *slow;
	struct line_user self;
	TAILQ_HEAD(, line_user) users;
	struct probe probe;
	struct session session;
	struct farewells farewells;
	struct stray stray;
	uint16_t oam_sequence;
	size_t refused;
	struct mono heard, asked, trouble_at;
	struct line_damage damage;
	bool off_rate;
	int trouble;
	int no_trains;
	struct stats stats;
};

TAILQ_HEAD(line_list, line);

struct line *line_new(const struct config_path *cfg, struct subject about,
		      const struct line_env *env, uint32_t seed);
void line_free(struct line *l);
bool line_key_eq(const struct config_path *a, const struct config_path *b);

void line_claim(struct line *l);
void line_join(struct line *l, struct line_user *u);
void line_leave(struct line *l, struct line_user *u);
void line_need(struct line *l, struct line_user *u, size_t need,
	       struct mono now);

bool line_is_open(const struct line *l);
const char *line_reason(const struct line *l);
size_t line_payload(const struct line *l);

void line_oam(struct line *l, const struct wire_header *h,
	      const uint8_t *data, size_t len, struct mono now);
void line_error(struct line *l, const struct transport_error *e,
		struct mono now);
void line_heard(struct line *l, struct mono now);
void line_renamed(struct line *l, const struct config_path *cfg,
		  struct subject about, uint16_t channel, uint16_t path);
void line_port_changed(struct line *l, struct mono now);
void line_tick(struct line *l, struct mono now);
/* line_damage.c */
void line_look_for_damage(struct line *l, struct mono now);
/* line_direct.c */
void line_direct_follow(struct line *l);
void line_direct_renamed(struct line *l);
void line_direct_leave(struct line *l);
void line_drain_errors(struct line *l, struct mono now);
bool line_empty(struct line *l, struct mono now);

/**
 * line_way() - The socket that is sent on
 * @l:	Line, which has a port
 *
 * Return: its own if that is open, else its port
 */
static inline struct port *line_way(const struct line *l)
{
	return l->direct && l->direct->state == PORT_OPEN ? l->direct :
							    l->port;
}

/* line_farewell.c */
void line_farewell(struct line *l, const struct farewell *words,
		   struct mono now);
void line_farewell_over(struct line *l, uint16_t id);
bool line_farewell_heard(struct line *l, uint16_t id,
			 const struct oam_information *m);
void line_farewell_tick(struct line *l, struct mono now);
void line_farewells_forget(struct line *l);
/* line_send.c */
unsigned int line_send(struct line *l, const struct packet *p, unsigned int n,
		       struct stats *stats, struct mono now);
void line_send_message(struct line *l, const struct wire_header *h,
		       const uint8_t *data, size_t len, struct stats *stats,
		       struct mono now);
void line_settle(struct line *l, struct mono now);
/* line_slow.c */
int line_make_slow(struct line *l);
uint64_t line_rate(const struct line *l);
void line_check_rate(struct line *l);
size_t line_overhead(const struct line *l);
size_t line_piece(const struct line *l);
void line_run(struct line *l, struct mono now);
bool line_is_running(const struct line *l);
void line_queue(struct line *l, const struct wire_header *h,
		const uint8_t *data, size_t len, struct mono now);
/* line_session.c */
int line_session_init(struct line *l, struct mono now);
void line_session_fini(struct line *l);
void line_session_follow(struct line *l, struct mono now);
void line_session_wanted(struct line *l, struct mono now);
void line_session_beat(struct line *l, bool early, struct mono now);
void line_session_revived(struct line *l, struct mono now);
void line_session_bye(struct line *l, struct mono now);
int line_session_take(struct line *l, const struct wire_header *h,
		      const uint8_t *data, size_t len, struct mono now);
void line_session_said(struct line *l, struct mono now);
void line_session_rouse(struct line *l, struct mono now);

/**
 * line_session_crossed() - Packets of data cross a line
 * @l:		Line
 * @n:		How many
 * @now:	Time
 */
static inline void line_session_crossed(struct line *l, unsigned int n,
					struct mono now)
{
	if (rest_crossed(&l->session.rest, n))
		line_session_rouse(l, now);
}

void line_session_tick(struct line *l, struct mono now);
const char *line_session_reason(const struct line *l);
bool line_is_up(const struct line *l);
bool line_is_looped(const struct line *l);
/* line_stray.c */
bool line_stray(struct line *l, const struct wire_header *h,
		const uint8_t *data, size_t len, struct mono now);
const struct peer_other *line_other(const struct line *l);
void line_stray_over(struct line *l, uint16_t id);
void line_stray_tick(struct line *l, struct mono now);
/* line_tap.c */
void line_tap(struct line *l, const struct tap_place *place, struct tap *t);
void line_tap_packets(struct line *l, const struct packet *p, unsigned int n,
		      enum dump_point point, const char *reason);

#endif
