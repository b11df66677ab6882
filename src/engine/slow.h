/* SPDX-License-Identifier: ISC */
/* A slow line's queue: its scheduler, its pacer and their clock. */
#ifndef ENGINE_SLOW_H
#define ENGINE_SLOW_H

#include <stdint.h>

#include "base/stats.h"
#include "codec/wire.h"
#include "engine/waker.h"
#include "policy/pacer.h"
#include "policy/sched.h"
#include "transport/transport.h"

/**
 * struct slow_user - Who has frames in the queue
 * @sequence:	Next frame sequence number, by class; NULL: its frames are
 *		numbered already
 * @oam_sequence: The same for its OAM messages
 * @stats:	Where what is sent and what is lost is counted
 */
struct slow_user {
	uint16_t *sequence;
	uint16_t *oam_sequence;
	struct stats *stats;
};

/**
 * struct slow_line - What the queue needs of its line
 * @send:	Send one packet now or never; returns the octets that it
 *		took on the line
 * @drop:	A frame is dropped, which has been counted
 * @packet:	Returns the largest packet that crosses, header included
 * @overhead:	Returns the octets that the line adds to each packet
 * @waiting:	Returns the octets that wait below us until the line is free
 * @lead:	How long before the line is free it wants its next packet; 0:
 *		when the last one begins
 * @arg:	First argument of all
 */
struct slow_line {
	uint64_t (*send)(void *arg, const struct packet *p,
			 struct stats *stats, struct mono now);
	void (*drop)(void *arg, enum stat_id reason,
		     const struct wire_header *h, const uint8_t *data,
		     size_t len);
	size_t (*packet)(void *arg);
	size_t (*overhead)(void *arg);
	size_t (*waiting)(void *arg);
	struct mono lead;
	void *arg;
};

/**
 * struct slow - The queue of one slow line
 * @rate:	bit/s
 * @delay:	Time that one piece may take
 * @told:	The line, as the scheduler was told of it
 * @running:	Pieces are being sent: frames must stay where they are
 */
struct slow {
	uint64_t rate;
	struct mono delay;
	struct slow_line line;
	struct sched_line told;
	struct sched *sched;
	struct pacer pacer;
	struct wake wake;
	struct waker *waker;
	bool running;
};

struct slow *slow_new(uint64_t rate, struct mono delay,
		      const struct slow_line *line, struct waker *waker);
void slow_free(struct slow *s);
struct sched_slot *slow_join(struct slow *s, struct slow_user *user);
void slow_run(struct slow *s, struct mono now);
size_t slow_useful(const struct slow *s, size_t largest);

#endif
