// SPDX-License-Identifier: ISC
// Counters messages: how much was sent and received, and when.

#include "codec/oam_counters.h"

#include <string.h>

#include "codec/big_endian.h"

/**
 * oam_counters_decode() - Read a counters message
 * @c:		Filled in; undefined on error
 * @data:	Payload; borrowed. What follows the fields is not looked at
 * @len:	Its octets
 *
 * Return: 0, or a negative enum oam_error
 */
int oam_counters_decode(struct oam_counters *c, const uint8_t *data,
			size_t len)
{
	if (len && data[WIRE_COUNTERS_KIND] != WIRE_OAM_COUNTERS)
		return OAM_EKIND;
	if (len < WIRE_COUNTERS_LEN)
		return OAM_ESHORT;
	if (data[WIRE_COUNTERS_FLAGS] & WIRE_COUNTERS_UNUSED)
		return OAM_ERESERVED;
	*c = (struct oam_counters){
		.session = (uint32_t)get_be(data + WIRE_COUNTERS_SESSION, 4),
		.run = (uint16_t)get_be(data + WIRE_COUNTERS_RUN, 2),
		.sent = (uint32_t)get_be(data + WIRE_COUNTERS_SENT, 4),
		.beats = (uint32_t)get_be(data + WIRE_COUNTERS_BEATS, 4),
		.timestamp = get_be(data + WIRE_COUNTERS_TIMESTAMP, 8),
		.heard = data[WIRE_COUNTERS_FLAGS] & WIRE_COUNTERS_HEARD,
		.yours = get_be(data + WIRE_COUNTERS_YOURS, 8),
		.received = (uint32_t)get_be(data + WIRE_COUNTERS_RECEIVED,
					     4),
		.beats_received = (uint32_t)
			get_be(data + WIRE_COUNTERS_BEATS_RECEIVED, 4),
		.hold_us = (uint32_t)get_be(data + WIRE_COUNTERS_HOLD, 4),
	};
	return 0;
}

/**
 * oam_counters_encode() - Write a counters message
 * @out:	Where to
 * @c:		What it says
 */
void oam_counters_encode(uint8_t out[WIRE_COUNTERS_LEN],
			 const struct oam_counters *c)
{
	memset(out, 0, WIRE_COUNTERS_LEN);
	out[WIRE_COUNTERS_KIND] = WIRE_OAM_COUNTERS;
	put_be(out + WIRE_COUNTERS_RUN, 2, c->run);
	put_be(out + WIRE_COUNTERS_SESSION, 4, c->session);
	put_be(out + WIRE_COUNTERS_SENT, 4, c->sent);
	put_be(out + WIRE_COUNTERS_BEATS, 4, c->beats);
	put_be(out + WIRE_COUNTERS_TIMESTAMP, 8, c->timestamp);
	if (!c->heard)
		return;
	out[WIRE_COUNTERS_FLAGS] = WIRE_COUNTERS_HEARD;
	put_be(out + WIRE_COUNTERS_YOURS, 8, c->yours);
	put_be(out + WIRE_COUNTERS_RECEIVED, 4, c->received);
	put_be(out + WIRE_COUNTERS_BEATS_RECEIVED, 4, c->beats_received);
	put_be(out + WIRE_COUNTERS_HOLD, 4, c->hold_us);
}
