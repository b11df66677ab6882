/* SPDX-License-Identifier: ISC */
/* What a kind of line can do: one constant table of functions each. */
#ifndef TRANSPORT_TRANSPORT_H
#define TRANSPORT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/clock.h"
#include "base/frame.h"
#include "base/stats.h"
#include "config/config.h"

enum transport_limit {
	TRANSPORT_HEAD_MAX = 8,
	TRANSPORT_HEAD_ROOM = 256,	/* and a super-frame's headers */
	TRANSPORT_BATCH = 64,	/* packets that one send call takes */
};

/**
 * struct packet - One datagram or line frame to send
 * @head:	Our header; of a frame cut out of a super-frame, its own
 *		headers follow
 * @head_len:	Octets of that
 * @data:	What follows it; borrowed until send() returns
 * @len:	Its length
 * @room:	As many octets before it are free, and may be written, as our
 *		header has
 */
struct packet {
	uint8_t head[TRANSPORT_HEAD_ROOM];
	size_t head_len;
	const uint8_t *data;
	size_t len;
	bool room;
};

/**
 * struct far_end - Where and how to send
 * @addr:	Far end's address; unused where a line has only one
 * @dscp:	0..63
 * @trains:	Packets of one length may go as one train
 */
struct far_end {
	struct addr addr;
	uint8_t dscp;
	bool trains;
};

/**
 * struct reception - One datagram or line frame that came, or a train of them
 * @frame:	Its octets; memory is the caller's
 * @segment:	Octets of each packet in a train, but the last; 0: is one
 * @from:	Who sent it
 * @truncated:	It was longer than the memory
 * @damage:	An enum stat_id that the transport has counted: it is no
 *		packet, and @frame what is left of it. 0: it is one
 */
struct reception {
	struct frame *frame;
	size_t segment;
	struct addr from;
	bool truncated;
	uint8_t damage;
};

/**
 * reception_is_train() - Is it more than one packet?
 * @r:	What came
 *
 * Return: true if so
 */
static inline bool reception_is_train(const struct reception *r)
{
	return r->segment && r->segment < r->frame->len;
}

/**
 * struct transport_error - What the network says about an earlier packet
 * @err:	Positive errno
 * @mtu:	Largest packet that would fit, IP header included; 0: not said
 * @local:	Said by this host, so it may be believed
 * @to:		Where the packet went
 */
struct transport_error {
	int err;
	uint32_t mtu;
	bool local;
	struct addr to;
};

/**
 * struct line_end - Our end of a line: an open fd and what its kind keeps
 * @fd:		The monitor's gift; closed by the port
 * @mtu:	Largest packet that fits, octets; 0: the line does not say.
 *		Before @open it is the device's own, or 0
 * @state:	The transport's own, or NULL
 * @stats:	Where the transport counts frames that the line damaged; the
 *		port's
 * @due:	When @clock wants to be called; MONO_NEVER: not at all.
 *		MONO_ZERO: as soon as may be
 * @polled:	The line is never waited for: each time before @clock is
 *		called, @receive takes what has come
 * @pending:	@receive had no room for all that has come: call it again,
 *		even if nothing new comes
 * @revived:	The far end is on the line again after a while, as far as
 *		the line itself tells. Who reads it clears it
 * @measured:	bit/s that the line really runs at; 0: not known
 * @connected:	It has one far end, whatever @send is told
 * @trains:	Packets may come as trains: @receive wants frames with
 *		FRAME_SUPER octets of room
 * @no_trains:	Positive errno: why they do not, though they were asked for
 * @refusals:	Trains that were refused so far; the transport's own
 * @refused:	Positive errno: @send could not send a train, but the same
 *		packets one by one. Who reads it clears it
 */
struct line_end {
	int fd;
	uint32_t mtu;
	void *state;
	struct stats *stats;
	struct mono due;
	bool polled;
	bool revived;
	uint64_t measured;
	bool pending;
	bool connected;
	bool trains;
	int no_trains;
	unsigned int refusals;
	int refused;
};

/**
 * struct transport - A kind of line
 * @name:	As in the configuration
 * @addressed:	One end has many far ends, told apart by address, and the
 *		largest packet has to be found out
 * @in_order:	What was sent first comes first
 * @open:	Make @state for an end whose fd is open, and set the rest of
 *		@end but fd and stats; may be NULL. Returns 0 or a negative
 *		errno, and then has left nothing behind
 * @share:	Let another end be opened beside one that is open, or no more;
 *		NULL: there never is one
 * @connect:	Have one far end from now on, which @send then need not find
 *		each time, and of which @receive then hears. Returns 0 or a
 *		negative errno; NULL as @share
 * @close:	Free @state; may be NULL
 * @send:	Send up to @n packets, at most TRANSPORT_BATCH. Returns how
 *		many were taken, from the first on, or the negative errno of
 *		the first if none was
 * @receive:	Take up to @n that have come; sets frame, from, truncated, and
 *		what else is not zero. @r[i].frame is set by the caller.
 *		Returns how many or a negative errno; -EAGAIN: nothing there
 * @error:	Take one message off the error queue. Returns 0, or
 *		-EAGAIN if there is none; may be NULL
 * @clock:	@end->due has come: do what has to be done now and then, and
 *		set @end->due anew. Returns 0 or a negative errno that says
 *		that the end is of no use any more; NULL if due is never set
 * @waiting:	Octets that were taken but wait yet, by us, for the line to be
 *		free; NULL if none ever do
 * @lead:	How long before the line is free it wants its next packet; 0:
 *		when the last one begins to go out. NULL: always 0
 * @overhead:	Octets that the line adds to each packet: flags, FCS, prefix,
 *		or the headers below UDP. What is stuffed in is left out
 * @cost:	Octets of the line that a packet really takes, all counted.
 *		These three need no open end
 */
struct transport {
	const char *name;
	bool addressed;
	bool in_order;
	int (*open)(struct line_end *end, const struct config_path *cfg);
	void (*share)(struct line_end *end, bool on);
	int (*connect)(struct line_end *end, const struct far_end *to);
	void (*close)(struct line_end *end);
	int (*send)(struct line_end *end, const struct far_end *to,
		    const struct packet *p, unsigned int n);
	int (*receive)(struct line_end *end, struct reception *r,
		       unsigned int n);
	int (*error)(struct line_end *end, struct transport_error *e);
	int (*clock)(struct line_end *end, struct mono now);
	size_t (*waiting)(const struct line_end *end);
	struct mono (*lead)(const struct config_path *cfg);
	size_t (*overhead)(const struct config_path *cfg,
			   const struct far_end *to);
	size_t (*cost)(const struct config_path *cfg,
		       const struct far_end *to, const struct packet *p);
};

#endif
