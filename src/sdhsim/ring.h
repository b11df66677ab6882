/* SPDX-License-Identifier: ISC */
/* The transmit ring of a driver: frames that wait for the line. */
#ifndef SDHSIM_RING_H
#define SDHSIM_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/hdlc.h"
#include "sdhsim/stats.h"

enum ring_limit {
	RING_FRAMES = 16,
	RING_MTU = 1500,	/* the longest frame of an HDLC device */
	RING_INFORMATION = 14,	/* octets before a frame of the device's */
};

/**
 * struct ring - Frames, the first of which is on the line; zeroed is empty
 * @first:	Index of the oldest
 * @count:	How many there are
 * @sending:	The oldest is the encoder's
 * @slot:	The frames, with what tun.c has the device put before them
 */
struct ring {
	size_t first;
	size_t count;
	bool sending;
	struct {
		size_t len;
		uint8_t data[RING_INFORMATION + RING_MTU];
	} slot[RING_FRAMES];
};

int ring_refill(struct ring *r, int tun, struct sdh_stats *stats);
void ring_send(struct ring *r, struct hdlc_encoder *encoder, uint8_t *octets,
	       size_t len, struct sdh_stats *stats);

#endif
