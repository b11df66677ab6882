/* SPDX-License-Identifier: ISC */
/* What a kind of line can do: one constant table of functions each. */
#ifndef TRANSPORT_TRANSPORT_H
#define TRANSPORT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/frame.h"

enum transport_limit {
	TRANSPORT_HEAD_MAX = 8,
	TRANSPORT_BATCH = 64,	/* packets that one send call takes */
};

/**
 * struct packet - One datagram or line frame to send
 * @head:	Our header
 * @head_len:	Its length
 * @data:	What follows it; borrowed until send() returns
 * @len:	Its length
 */
struct packet {
	uint8_t head[TRANSPORT_HEAD_MAX];
	size_t head_len;
	const uint8_t *data;
	size_t len;
};

/**
 * struct far_end - Where and how to send
 * @addr:	Far end's address; unused where a line has only one
 * @dscp:	0..63
 */
struct far_end {
	struct addr addr;
	uint8_t dscp;
};

/**
 * struct reception - One datagram or line frame that came
 * @frame:	Its octets; memory is the caller's
 * @from:	Who sent it
 * @truncated:	It was longer than the memory
 */
struct reception {
	struct frame *frame;
	struct addr from;
	bool truncated;
};

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
 * struct transport - A kind of line
 * @name:	As in the configuration
 * @send:	Send up to @n packets, at most TRANSPORT_BATCH. Returns how
 *		many were taken, from the first on, or the negative errno of
 *		the first if none was
 * @receive:	Take up to @n that have come; sets frame, from, truncated.
 *		@r[i].frame is set by the caller. Returns how many or a
 *		negative errno; -EAGAIN: nothing there
 * @error:	Take one message off the error queue. Returns 0, or
 *		-EAGAIN if there is none
 */
struct transport {
	const char *name;
	int (*send)(int fd, const struct far_end *to, const struct packet *p,
		    unsigned int n);
	int (*receive)(int fd, struct reception *r, unsigned int n);
	int (*error)(int fd, struct transport_error *e);
};

#endif
