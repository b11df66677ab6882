/* SPDX-License-Identifier: ISC */
/* The last step to a device: frames that came in a row leave as one. */
#ifndef ENGINE_LAN_OUT_H
#define ENGINE_LAN_OUT_H

#include "codec/gso.h"

/**
 * struct lan_end - A device, as those see it who write to it
 * @fd:		Device
 * @vnet:	A header for offloads stands before each frame
 * @udp:	It takes joined datagrams
 * @written:	Frames were written, or not: @n is as of tap_write(), @octets
 *		those of all of them, and @join what they became
 * @refused:	Joined frames are refused with this positive errno, and go
 *		one by one
 * @arg:	First argument of both
 */
struct lan_end {
	int fd;
	bool vnet;
	bool udp;
	void (*written)(void *arg, const struct gso_join *join, size_t octets,
			ssize_t n);
	void (*refused)(void *arg, int err);
	void *arg;
};

/**
 * struct lan_out - What waits for the end of the turn, for one device
 * @end:	Device; NULL: nothing waits
 * @octets:	Of the frames, before they were joined
 */
struct lan_out {
	const struct lan_end *end;
	size_t octets;
	struct gso_join join;
};

void lan_out_put(struct lan_out *o, const struct lan_end *end,
		 const struct frame *f);
bool lan_out_open(const struct lan_out *o);
unsigned int lan_out_follow(struct lan_out *o, uint8_t *data, size_t len,
			    size_t stride, unsigned int n);
void lan_out_flush(struct lan_out *o);
ssize_t lan_out_write(const struct lan_end *end, const struct frame *f,
		      bool room);

#endif
