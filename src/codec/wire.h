/* SPDX-License-Identifier: ISC */
/* The header before each frame: struct to octets and back. */
#ifndef CODEC_WIRE_H
#define CODEC_WIRE_H

#include <dccbridge/wire.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct wire_header - The header as the program sees it
 * @type:	enum wire_type
 * @class:	enum wire_class
 * @fragment:	F: a piece of a frame, and @index says which
 * @last:	L: the last piece; only with @fragment
 * @compressed:	C
 * @partial:	P: the receiver completes the inner transport checksum
 * @zeros:	Z: to be filled up to 60 octets again
 * @channel:	Channel id; WIRE_CHANNEL_LINE for the line itself
 * @sequence:	Frame sequence
 * @index:	Which piece; 0 in a whole frame
 */
struct wire_header {
	uint8_t type;
	uint8_t class;
	bool fragment;
	bool last;
	bool compressed;
	bool partial;
	bool zeros;
	uint16_t channel;
	uint16_t sequence;
	uint8_t index;
};

/**
 * enum wire_error - Why a datagram is malformed; each has its own counter
 * @WIRE_ESHORT:	ends inside its header
 * @WIRE_EVERSION:	the version bits are not 0b10
 * @WIRE_ETYPE:		a type that we do not know
 * @WIRE_ERESERVED:	a bit is set that must be zero
 * @WIRE_EFLAGS:	flags that contradict each other or the type
 * @WIRE_EINDEX:	the index is over 127, or 0 on a last fragment
 * @WIRE_ECHANNEL:	a frame on channel 0, which has no LAN side
 *
 * -error - 1 is an index into an array of WIRE_ERROR_NUM counters.
 */
enum wire_error {
	WIRE_ESHORT = -1,
	WIRE_EVERSION = -2,
	WIRE_ETYPE = -3,
	WIRE_ERESERVED = -4,
	WIRE_EFLAGS = -5,
	WIRE_EINDEX = -6,
	WIRE_ECHANNEL = -7,
	WIRE_ERROR_NUM = 7,
};

int wire_decode(struct wire_header *h, const uint8_t *data, size_t len);
size_t wire_encode(uint8_t out[WIRE_HEADER_MAX], const struct wire_header *h);
const char *wire_type_name(unsigned int type);
const char *wire_error_name(int error);

#endif
