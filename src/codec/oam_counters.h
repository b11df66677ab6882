/* SPDX-License-Identifier: ISC */
/* Counters messages: how much was sent and received, and when. */
#ifndef CODEC_OAM_COUNTERS_H
#define CODEC_OAM_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/oam.h"

/**
 * struct oam_counters - Counters message
 * @session:	The sender's discriminator of the line's session
 * @run:	Another one after each start of its counting
 * @sent:	Packets that it has sent on the path, this one included
 * @beats:	Liveness messages that it has sent on the line
 * @timestamp:	When it sent this, by its own clock, nanoseconds
 * @heard:	The rest is about the last such message that it got
 * @yours:	That one's timestamp
 * @received:	Packets that it had got on the path then, that one included
 * @beats_received: Liveness messages of this session, the same
 * @hold_us:	How long ago that was
 */
struct oam_counters {
	uint32_t session;
	uint16_t run;
	uint32_t sent;
	uint32_t beats;
	uint64_t timestamp;
	bool heard;
	uint64_t yours;
	uint32_t received;
	uint32_t beats_received;
	uint32_t hold_us;
};

int oam_counters_decode(struct oam_counters *c, const uint8_t *data,
			size_t len);
void oam_counters_encode(uint8_t out[WIRE_COUNTERS_LEN],
			 const struct oam_counters *c);

#endif
