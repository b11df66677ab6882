// SPDX-License-Identifier: ISC
// The header before each frame: struct to octets and back.

#include "codec/wire.h"

#include <assert.h>

#include "base/util.h"

struct wire_kind {
	const char *name;
	uint8_t flags;		/* those that make sense with this type */
};

/*
 * Only a frame of the LAN may be cut in pieces or compressed. An HDLC frame
 * has no checksum that we know of, and only Ethernet is padded.
 */
static const struct wire_kind wire_kinds[] = {
	[WIRE_ETHERNET]	= { "ethernet", WIRE_F | WIRE_L | WIRE_C | WIRE_P |
					WIRE_Z },
	[WIRE_IP]	= { "ip",	WIRE_F | WIRE_L | WIRE_C | WIRE_P },
	[WIRE_HDLC]	= { "hdlc",	WIRE_F | WIRE_L | WIRE_C },
	[WIRE_OAM]	= { "oam",	0 },
	[WIRE_KEY]	= { "key",	0 },
};
static_assert(ARRAY_SIZE(wire_kinds) == WIRE_TYPE_NUM, "a row per type");

static const char *const error_names[] = {
	[-WIRE_ESHORT - 1]	= "short",
	[-WIRE_EVERSION - 1]	= "version",
	[-WIRE_ETYPE - 1]	= "type",
	[-WIRE_ERESERVED - 1]	= "reserved",
	[-WIRE_EFLAGS - 1]	= "flags",
	[-WIRE_EINDEX - 1]	= "index",
	[-WIRE_ECHANNEL - 1]	= "channel-zero",
};
static_assert(ARRAY_SIZE(error_names) == WIRE_ERROR_NUM, "a name per error");

static uint16_t get_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* Fragments alone have an index. One piece is no fragment but a frame. */
static int decode_index(struct wire_header *h, const uint8_t *data, size_t len)
{
	if (!h->fragment)
		return WIRE_HEADER_LEN;
	if (len < WIRE_HEADER_MAX)
		return WIRE_ESHORT;
	h->index = data[WIRE_OFF_INDEX];
	if (h->index > WIRE_INDEX_MAX || (h->last && !h->index))
		return WIRE_EINDEX;
	return WIRE_HEADER_MAX;
}

static int check_octets(uint8_t first, uint8_t flags)
{
	unsigned int type = first & WIRE_TYPE_MASK;

	if ((first & WIRE_VERSION_MASK) != WIRE_VERSION)
		return WIRE_EVERSION;
	if (type >= WIRE_TYPE_NUM)
		return WIRE_ETYPE;
	if (flags & WIRE_RESERVED)
		return WIRE_ERESERVED;
	if (flags & ~wire_kinds[type].flags & ~WIRE_CLASS_MASK)
		return WIRE_EFLAGS;
	if ((flags & (WIRE_F | WIRE_L)) == WIRE_L)
		return WIRE_EFLAGS;
	return 0;
}

/**
 * wire_decode() - Read the header of what came on a line
 * @h:		Filled in; undefined on error
 * @data:	A datagram, or an HDLC information field; borrowed
 * @len:	Its octets; all beyond the header is payload, perhaps none
 *
 * Return: octets of the header, WIRE_HEADER_LEN or WIRE_HEADER_MAX, or a
 * negative enum wire_error
 */
HOT int wire_decode(struct wire_header *h, const uint8_t *data, size_t len)
{
	uint8_t flags;
	int err;

	if (len < WIRE_HEADER_LEN)
		return WIRE_ESHORT;
	flags = data[WIRE_OFF_FLAGS];
	err = check_octets(data[WIRE_OFF_TYPE], flags);
	if (err)
		return err;
	*h = (struct wire_header){
		.type = data[WIRE_OFF_TYPE] & WIRE_TYPE_MASK,
		.class = (flags & WIRE_CLASS_MASK) >> WIRE_CLASS_SHIFT,
		.fragment = flags & WIRE_F,
		.last = flags & WIRE_L,
		.compressed = flags & WIRE_C,
		.partial = flags & WIRE_P,
		.zeros = flags & WIRE_Z,
		.channel = get_be16(data + WIRE_OFF_CHANNEL),
		.sequence = get_be16(data + WIRE_OFF_SEQUENCE),
	};
	if (h->channel == WIRE_CHANNEL_LINE && h->type < WIRE_OAM)
		return WIRE_ECHANNEL;
	return decode_index(h, data, len);
}

/**
 * wire_encode() - Write a header
 * @out:	Where to
 * @h:		What wire_decode() is to give at the far end; that it takes
 *		it is the caller's to see to
 *
 * Return: octets written, WIRE_HEADER_LEN or WIRE_HEADER_MAX
 */
HOT size_t wire_encode(uint8_t out[WIRE_HEADER_MAX],
		       const struct wire_header *h)
{
	out[WIRE_OFF_TYPE] = (uint8_t)(WIRE_VERSION |
				       (h->type & WIRE_TYPE_MASK));
	out[WIRE_OFF_FLAGS] = (uint8_t)((h->fragment ? WIRE_F : 0) |
					(h->last ? WIRE_L : 0) |
					(h->compressed ? WIRE_C : 0) |
					(h->partial ? WIRE_P : 0) |
					(h->zeros ? WIRE_Z : 0) |
					((h->class << WIRE_CLASS_SHIFT) &
					 WIRE_CLASS_MASK));
	put_be16(out + WIRE_OFF_CHANNEL, h->channel);
	put_be16(out + WIRE_OFF_SEQUENCE, h->sequence);
	if (!h->fragment)
		return WIRE_HEADER_LEN;
	out[WIRE_OFF_INDEX] = h->index & WIRE_INDEX_MAX;
	return WIRE_HEADER_MAX;
}

/**
 * wire_type_name() - What people call a type
 * @type:	enum wire_type, or any number
 *
 * Return: a word; "unknown" for what is none
 */
const char *wire_type_name(unsigned int type)
{
	return type < WIRE_TYPE_NUM ? wire_kinds[type].name : "unknown";
}

/**
 * wire_error_name() - The name of the counter of an error
 * @error:	What wire_decode() returned
 *
 * Return: a word; "unknown" for what is none
 */
const char *wire_error_name(int error)
{
	if (error >= 0 || error < -WIRE_ERROR_NUM)
		return "unknown";
	return error_names[-error - 1];
}
