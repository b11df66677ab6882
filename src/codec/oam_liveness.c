// SPDX-License-Identifier: ISC
// Liveness messages: the control packet of RFC 5880.
//
// What section 6.8.6 has a receiver check without knowing the session is
// checked here. Authentication, demand mode and multipoint are not in use,
// and Poll and Final exclude each other.

#include "codec/oam_liveness.h"

#include "codec/big_endian.h"

enum { STATE_SHIFT = 6, DIAGNOSTIC_MASK = 0x1f };

/* Octets of the control packet itself, without our kind before it */
enum { PACKET_LEN = WIRE_LIVENESS_LEN - 1 };

static int check(const uint8_t *data, size_t len)
{
	uint8_t flags = data[WIRE_LIVENESS_STATE];
	size_t packet = data[WIRE_LIVENESS_LENGTH];

	if (data[WIRE_LIVENESS_KIND] != WIRE_OAM_LIVENESS)
		return OAM_EKIND;
	if (packet < PACKET_LEN || packet >= len)
		return OAM_ESHORT;
	if ((data[WIRE_LIVENESS_DIAGNOSTIC] & ~DIAGNOSTIC_MASK) !=
	    WIRE_LIVENESS_VERSION)
		return OAM_EVALUE;
	if ((flags & WIRE_LIVENESS_UNUSED) ||
	    ((flags & WIRE_LIVENESS_POLL) && (flags & WIRE_LIVENESS_FINAL)))
		return OAM_ERESERVED;
	return 0;
}

/**
 * oam_liveness_decode() - Read a liveness message
 * @m:		Filled in; undefined on error
 * @data:	Payload; borrowed
 * @len:	Its octets
 *
 * Return: 0, or a negative enum oam_error
 */
int oam_liveness_decode(struct oam_liveness *m, const uint8_t *data,
			size_t len)
{
	uint8_t flags;
	int err;

	if (len < WIRE_LIVENESS_LEN)
		return OAM_ESHORT;
	err = check(data, len);
	if (err)
		return err;
	flags = data[WIRE_LIVENESS_STATE];
	*m = (struct oam_liveness){
		.state = flags >> STATE_SHIFT,
		.diagnostic = data[WIRE_LIVENESS_DIAGNOSTIC] & DIAGNOSTIC_MASK,
		.poll = flags & WIRE_LIVENESS_POLL,
		.final = flags & WIRE_LIVENESS_FINAL,
		.multiplier = data[WIRE_LIVENESS_MULTIPLIER],
		.mine = (uint32_t)get_be(data + WIRE_LIVENESS_MINE, 4),
		.yours = (uint32_t)get_be(data + WIRE_LIVENESS_YOURS, 4),
		.tx_us = (uint32_t)get_be(data + WIRE_LIVENESS_TX, 4),
		.rx_us = (uint32_t)get_be(data + WIRE_LIVENESS_RX, 4),
	};
	if (!m->multiplier || !m->mine || (!m->yours && m->state > WIRE_DOWN))
		return OAM_EVALUE;
	return 0;
}

/**
 * oam_liveness_encode() - Write a liveness message
 * @out:	Where to
 * @m:		Message
 */
void oam_liveness_encode(uint8_t out[WIRE_LIVENESS_LEN],
			 const struct oam_liveness *m)
{
	out[WIRE_LIVENESS_KIND] = WIRE_OAM_LIVENESS;
	out[WIRE_LIVENESS_DIAGNOSTIC] = WIRE_LIVENESS_VERSION | m->diagnostic;
	out[WIRE_LIVENESS_STATE] = (uint8_t)(m->state << STATE_SHIFT |
		(m->poll ? WIRE_LIVENESS_POLL : 0) |
		(m->final ? WIRE_LIVENESS_FINAL : 0));
	out[WIRE_LIVENESS_MULTIPLIER] = m->multiplier;
	out[WIRE_LIVENESS_LENGTH] = PACKET_LEN;
	put_be(out + WIRE_LIVENESS_MINE, 4, m->mine);
	put_be(out + WIRE_LIVENESS_YOURS, 4, m->yours);
	put_be(out + WIRE_LIVENESS_TX, 4, m->tx_us);
	put_be(out + WIRE_LIVENESS_RX, 4, m->rx_us);
	put_be(out + WIRE_LIVENESS_ECHO, 4, 0);
}
