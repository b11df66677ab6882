/* SPDX-License-Identifier: ISC */
/* Liveness of a line and a far end: one session of RFC 5880. */
#ifndef POLICY_LIVENESS_H
#define POLICY_LIVENESS_H

#include <dccbridge/wire.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "codec/oam_liveness.h"

/**
 * enum liveness_verdict - What became of a message
 * @LIVENESS_TAKEN:	it is the far end's
 * @LIVENESS_WAITS:	it may be the far end's, begun anew: believed only if
 *			the one that we know falls silent
 * @LIVENESS_STRAY:	of no session of ours: forged, replayed or belated
 * @LIVENESS_OWN:	our own, come back
 */
enum liveness_verdict {
	LIVENESS_TAKEN,
	LIVENESS_WAITS,
	LIVENESS_STRAY,
	LIVENESS_OWN,
};

/**
 * struct liveness_pace - How often to be heard
 * @interval:	Between two messages while up, 1 us to an hour
 * @multiplier:	So many intervals of silence are an end
 * @jitter:	Most by which an interval is shortened, in thousandths; at
 *		least 100 with a multiplier of 1
 */
struct liveness_pace {
	struct mono interval;
	uint8_t multiplier;
	unsigned int jitter;
};

/**
 * struct liveness_config - What a session is made with
 * @pace:	See there; may change later
 * @random:	Returns random bits that nobody can guess
 * @arg:	Its argument
 */
struct liveness_config {
	struct liveness_pace pace;
	uint32_t (*random)(void *arg);
	void *arg;
};

/**
 * struct liveness - One session
 * @state:	enum wire_session
 * @diagnostic:	enum wire_diagnostic: why it went down last
 * @far:	The far end's last message; multiplier 0: none yet
 * @answered:	Something of this session came since it went down last
 * @looped:	When one of our own messages came back; 0: never, or a far
 *		end was heard since
 *
 * The rest is private to liveness.c.
 */
struct liveness {
	uint8_t state;
	uint8_t diagnostic;
	struct oam_liveness far;
	bool answered;
	struct mono looped;

	struct liveness_config config;
	bool usable;		/* the line can be sent on */
	uint32_t jitter;	/* of a generator for what anybody may guess */
	uint32_t mine;		/* our discriminator */
	uint32_t former;	/* the one before, or 0 */
	uint32_t remote;	/* the far end's; 0: not known */
	unsigned int farewells;	/* messages until remote is forgotten */
	uint16_t sequence;	/* of the far end's last message */
	struct oam_liveness suitor;	/* see LIVENESS_WAITS */
	struct mono suitor_at;
	struct mono tx, rx;	/* intervals in force, see RFC 6.8.3 */
	bool polling, answer;	/* send Poll; send Final */
	struct mono heard;	/* last sign of life */
	struct mono sent, next;
	struct mono spoke;	/* a frame of ours that counts as a message */
	bool urgent;		/* what is to be sent next cannot be put off */
};

void liveness_init(struct liveness *s, const struct liveness_config *c,
		   struct mono now);
void liveness_set_pace(struct liveness *s, const struct liveness_pace *pace,
		       struct mono now);
void liveness_set_line(struct liveness *s, bool usable, struct mono now);
void liveness_set_admin(struct liveness *s, bool down, struct mono now);

enum liveness_verdict liveness_receive(struct liveness *s,
				       const struct oam_liveness *m,
				       uint16_t sequence, struct mono now);
bool liveness_is_silent(const struct liveness *s, struct mono now);
void liveness_excuse(struct liveness *s, struct mono span, struct mono now);
void liveness_heard(struct liveness *s, struct mono at);
void liveness_spoke(struct liveness *s, struct mono at);
void liveness_hurry(struct liveness *s, struct mono least, struct mono now);
struct mono liveness_deadline(const struct liveness *s);
bool liveness_send(struct liveness *s, struct mono now,
		   struct oam_liveness *out);
bool liveness_tick(struct liveness *s, struct mono now,
		   struct oam_liveness *out);

struct mono liveness_interval(const struct liveness *s);
struct mono liveness_detection(const struct liveness *s);
const char *liveness_state_name(uint8_t state);
/* liveness_pace.c */
void liveness_stretch(struct liveness_pace *pace, uint64_t rate,
		      size_t octets, unsigned int thousandths);

#endif
