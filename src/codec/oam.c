// SPDX-License-Identifier: ISC
// OAM payloads: what the two ends of a line tell each other.
//
// The first octet is the kind. Kinds that this end does not know are told
// apart from broken ones: they may come from a newer far end.

#include "codec/oam.h"

#include <string.h>

#include "base/util.h"
#include "codec/big_endian.h"

/**
 * oam_kind() - What an OAM payload says it is
 * @data:	Payload; borrowed
 * @len:	Its octets
 *
 * Return: enum wire_oam of a kind that this end knows, or a negative
 * enum oam_error
 */
int oam_kind(const uint8_t *data, size_t len)
{
	if (!len)
		return OAM_ESHORT;
	switch (data[0]) {
	case WIRE_OAM_LIVENESS:
	case WIRE_OAM_INFORMATION:
	case WIRE_OAM_ECHO_REQUEST:
	case WIRE_OAM_ECHO_REPLY:
	case WIRE_OAM_COUNTERS:
		return data[0];
	default:
		return OAM_EKIND;
	}
}

/**
 * oam_echo_decode() - Read an echo request or reply
 * @e:		Filled in; undefined on error
 * @data:	Payload, with or without padding; borrowed
 * @len:	Its octets
 *
 * Return: 0, or a negative enum oam_error
 */
int oam_echo_decode(struct oam_echo *e, const uint8_t *data, size_t len)
{
	int kind = oam_kind(data, len);

	if (kind < 0)
		return kind;
	if (kind != WIRE_OAM_ECHO_REQUEST && kind != WIRE_OAM_ECHO_REPLY)
		return OAM_EKIND;
	if (len < WIRE_ECHO_LEN)
		return OAM_ESHORT;
	if (data[WIRE_ECHO_FLAGS] & WIRE_ECHO_RESERVED)
		return OAM_ERESERVED;
	*e = (struct oam_echo){
		.kind = (uint8_t)kind,
		.brief = data[WIRE_ECHO_FLAGS] & WIRE_ECHO_SHORT,
		.identifier =
			(uint16_t)get_be(data + WIRE_ECHO_IDENTIFIER, 2),
		.sequence = (uint32_t)get_be(data + WIRE_ECHO_SEQUENCE, 4),
		.timestamp = get_be(data + WIRE_ECHO_TIMESTAMP, 8),
	};
	return 0;
}

/**
 * oam_echo_encode() - Write an echo request or reply
 * @out:	Where to
 * @len:	Octets that the payload shall have; what @e does not fill is
 *		zeros
 * @e:		What to write
 *
 * Return: @len, or OAM_ESHORT if @len is less than WIRE_ECHO_LEN
 */
int oam_echo_encode(uint8_t *out, size_t len, const struct oam_echo *e)
{
	if (len < WIRE_ECHO_LEN)
		return OAM_ESHORT;
	out[WIRE_ECHO_KIND] = e->kind;
	out[WIRE_ECHO_FLAGS] = e->brief ? WIRE_ECHO_SHORT : 0;
	put_be(out + WIRE_ECHO_IDENTIFIER, 2, e->identifier);
	put_be(out + WIRE_ECHO_SEQUENCE, 4, e->sequence);
	put_be(out + WIRE_ECHO_TIMESTAMP, 8, e->timestamp);
	memset(out + WIRE_ECHO_LEN, 0, len - WIRE_ECHO_LEN);
	return (int)len;
}

/**
 * oam_echo_reply() - Make the answer to an echo request
 * @out:	Where to; may be @request itself
 * @room:	Octets at @out; padding that has no room is left out
 * @request:	Payload that came; borrowed
 * @len:	Its octets
 *
 * The answer is never longer than the question, so that nobody can use us
 * to amplify, and a reply is never answered, so that two ends cannot keep
 * each other busy.
 *
 * Return: octets at @out, or a negative enum oam_error: OAM_EKIND if it is
 * no request, OAM_ESHORT also if @room is less than WIRE_ECHO_LEN
 */
int oam_echo_reply(uint8_t *out, size_t room, const uint8_t *request,
		   size_t len)
{
	struct oam_echo e;
	int err = oam_echo_decode(&e, request, len);

	if (err < 0)
		return err;
	if (e.kind != WIRE_OAM_ECHO_REQUEST)
		return OAM_EKIND;
	if (room < WIRE_ECHO_LEN)
		return OAM_ESHORT;
	len = e.brief ? WIRE_ECHO_LEN : MIN(len, room);
	memmove(out, request, len);
	out[WIRE_ECHO_KIND] = WIRE_OAM_ECHO_REPLY;
	return (int)len;
}
