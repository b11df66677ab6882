/* SPDX-License-Identifier: ISC */
/* The scheduler of a slow line: which piece of which frame goes next. */
#ifndef POLICY_SCHED_H
#define POLICY_SCHED_H

#include <dccbridge/wire.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "codec/wire.h"

struct sched;
struct sched_slot;

/**
 * enum sched_why - Why a frame was dropped
 * @SCHED_FULL:		its channel's class has more than half a second waiting
 * @SCHED_LATE:		its flow makes a queue stand (CoDel)
 * @SCHED_TOO_BIG:	it cannot be cut to what the line carries
 * @SCHED_NO_MEMORY:	there is no memory
 * @SCHED_REMOVED:	its slot was removed or flushed
 */
enum sched_why {
	SCHED_FULL,
	SCHED_LATE,
	SCHED_TOO_BIG,
	SCHED_NO_MEMORY,
	SCHED_REMOVED,
	SCHED_WHY_NUM,
};

/**
 * struct sched_frame - A frame that is dropped or taken out, borrowed
 * @owner:	Of its slot
 * @header:	As it was given
 * @data:	Its octets
 * @len:	How many
 */
struct sched_frame {
	void *owner;
	const struct wire_header *header;
	const uint8_t *data;
	size_t len;
};

/**
 * struct sched_line - What the scheduler must know of the line
 * @rate:	bit/s, more than 0
 * @piece:	Most octets of a packet, header included, as time asks (see
 *		piece_size()); a frame that needs more is cut
 * @largest:	The same, as the line's MTU asks; a frame that needs more
 *		than 128 pieces of @piece gets pieces up to this size
 * @overhead:	Octets that the line adds to each packet
 * @frame:	The longest frame that is taken, in octets
 */
struct sched_line {
	uint64_t rate;
	size_t piece;
	size_t largest;
	size_t overhead;
	size_t frame;
};

/**
 * struct sched_config - What a scheduler is made with
 * @line:	See there; may change later
 * @drop:	Called for each frame that is dropped, before it is freed; must
 *		not call the scheduler
 * @arg:	Its first argument
 */
struct sched_config {
	struct sched_line line;
	void (*drop)(void *arg, enum sched_why why,
		     const struct sched_frame *frame);
	void *arg;
};

/**
 * struct sched_piece - A piece to be sent now; valid until the next call
 * @owner:	Of its slot
 * @header:	Of this piece: fragment, last and index are set. A sequence
 *		that is written here on the first piece is that of all of them
 * @data:	Its octets, without the header
 * @len:	How many
 * @first:	The frame's first
 * @final:	The frame's last: after it, the frame has been sent
 * @frame_len:	Octets of the whole frame
 * @queued:	When the frame was given
 */
struct sched_piece {
	void *owner;
	struct wire_header *header;
	const uint8_t *data;
	size_t len;
	bool first;
	bool final;
	size_t frame_len;
	struct mono queued;
};

/**
 * struct sched_level - What waits
 * @frames:	Frames, one that is being sent included
 * @octets:	Octets of them, overhead included
 */
struct sched_level {
	size_t frames;
	size_t octets;
};

struct sched *sched_new(const struct sched_config *config, struct mono now);
void sched_free(struct sched *s);
void sched_set_line(struct sched *s, const struct sched_line *line,
		    struct mono now);

struct sched_slot *sched_join(struct sched *s, void *owner,
			      unsigned int weight, bool fifo);
void sched_leave(struct sched_slot *slot);

int sched_put(struct sched_slot *slot, const struct wire_header *header,
	      uint64_t hash, const uint8_t *data, size_t len,
	      struct mono now);
int sched_put_oam(struct sched_slot *slot, const struct wire_header *header,
		  const uint8_t *data, size_t len, struct mono now);
bool sched_oam_waits(const struct sched_slot *slot);
bool sched_next(struct sched *s, struct mono now, struct sched_piece *piece);
bool sched_is_empty(const struct sched *s);
struct sched_level sched_level(const struct sched_slot *slot, uint8_t class);

void sched_restart(struct sched_slot *slot);
void sched_move(struct sched_slot *from, struct sched_slot *to,
		struct mono now);
bool sched_take(struct sched_slot *slot, struct sched_frame *frame);
void sched_flush(struct sched_slot *slot);

#endif
