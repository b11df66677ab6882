/* SPDX-License-Identifier: ISC */
/* The liveness session of a line: what line_session.c keeps. */
#ifndef ENGINE_SESSION_H
#define ENGINE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/waker.h"
#include "policy/liveness.h"
#include "policy/rest.h"

/**
 * struct session - The session of one line with its far end
 * @live:	What is decided
 * @rest:	Whether it is to be heard of less often
 * @wake:	Set for the next deadline
 * @told:	State that others know of
 * @looped:	Others know that our own messages come back
 * @sequence:	Number of our next liveness message
 * @beats:	Liveness messages sent; and of those of the session that came
 * @number:	Of the latest information that a path told, see policy/peer
 * @proven:	When a path last took something that only its far end sends:
 *		that is a sign of life
 * @said:	When a path last sent what is one to its far end
 */
struct session {
	struct liveness live;
	struct rest rest;
	struct wake wake;
	uint8_t told;
	bool looped;
	uint16_t sequence;
	uint32_t beats, beats_received;
	uint32_t number;
	struct mono proven, said;
};

#endif
