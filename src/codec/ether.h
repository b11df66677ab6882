/* SPDX-License-Identifier: ISC */
/* Ethernet frames and IP packets: lengths, padding, versions. */
#ifndef CODEC_ETHER_H
#define CODEC_ETHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** enum ether_limit - Lengths of frames, without FCS, in octets */
enum ether_limit {
	ETHER_FRAME_MIN = 14,		/* addresses and type */
	ETHER_FRAME_PADDED = 60,	/* what short frames are padded to */
	ETHER_FRAME_EXTRA = 22,		/* beyond the MTU: 14, and two tags */
};

bool ether_length_ok(size_t len, size_t mtu);
size_t ether_strip(const uint8_t *frame, size_t len, bool *zeros);
size_t ether_restore(uint8_t *out, size_t room, const uint8_t *cut,
		     size_t len);
int ip_check(const uint8_t *packet, size_t len);

#endif
