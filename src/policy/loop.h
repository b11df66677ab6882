/* SPDX-License-Identifier: ISC */
/* The guard against our own frames coming back. */
#ifndef POLICY_LOOP_H
#define POLICY_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/siphash.h"

/** enum loop_way - Which way a frame crosses the channel */
enum loop_way { LOOP_OUT, LOOP_IN };

/**
 * enum loop_state - What the guard thinks
 * @LOOP_CLEAR:		nothing comes back
 * @LOOP_BLOCKED:	there is a loop: nothing may cross the channel
 * @LOOP_TRIAL:		open again, but one that returns is blocked for longer
 */
enum loop_state { LOOP_CLEAR, LOOP_BLOCKED, LOOP_TRIAL, LOOP_STATE_NUM };

/** enum loop_event - What there is to tell */
enum loop_event { LOOP_NOTHING, LOOP_FOUND, LOOP_RETRY, LOOP_OVER };

enum loop_bound {
	LOOP_SLOTS = 512,	/* frames that are remembered */
	LOOP_TURNS = 8,		/* within a second, they are a loop */
};

/** struct loop - The guard of one channel; private to loop.c */
struct loop {
	struct siphash_key key;
	enum loop_state state;
	struct mono until;	/* when it leaves this state */
	struct mono penalty;	/* how long the last block was */
	uint64_t found;		/* loops so far */
	struct mono turns[LOOP_TURNS];	/* the last, in a ring */
	unsigned int nturns;
	struct loop_slot {
		uint64_t hash;
		struct mono seen;
		enum loop_way way;
		bool used;
	} slots[LOOP_SLOTS];
};

void loop_init(struct loop *l, const struct siphash_key *key);
enum loop_event loop_saw(struct loop *l, enum loop_way way,
			 const uint8_t *frame, size_t len, struct mono now);
enum loop_event loop_tick(struct loop *l, struct mono now);
enum loop_state loop_state(const struct loop *l);
struct mono loop_deadline(const struct loop *l);
const char *loop_state_name(enum loop_state state);

#endif
