/* SPDX-License-Identifier: ISC */
/* OAM payloads: what the two ends of a line tell each other. */
#ifndef CODEC_OAM_H
#define CODEC_OAM_H

#include <dccbridge/wire.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * enum oam_error - Why an OAM payload is malformed
 * @OAM_ESHORT:		ends too early
 * @OAM_EKIND:		a kind that we do not know
 * @OAM_ERESERVED:	a bit is set that must be zero
 * @OAM_EVALUE:		a value that its field may not have
 *
 * -error - 1 is an index into an array of OAM_ERROR_NUM counters.
 */
enum oam_error {
	OAM_ESHORT = -1,
	OAM_EKIND = -2,
	OAM_ERESERVED = -3,
	OAM_EVALUE = -4,
	OAM_ERROR_NUM = 4,
};

/**
 * struct oam_echo - Echo request or reply
 * @kind:	WIRE_OAM_ECHO_REQUEST or WIRE_OAM_ECHO_REPLY
 * @brief:	To be answered without the padding
 * @identifier:	The requester's: which of its probes or pings this is
 * @sequence:	The requester's
 * @timestamp:	The requester's; the answerer only sends it back
 */
struct oam_echo {
	uint8_t kind;
	bool brief;
	uint16_t identifier;
	uint32_t sequence;
	uint64_t timestamp;
};

int oam_kind(const uint8_t *data, size_t len);
int oam_echo_decode(struct oam_echo *e, const uint8_t *data, size_t len);
int oam_echo_encode(uint8_t *out, size_t len, const struct oam_echo *e);
int oam_echo_reply(uint8_t *out, size_t room, const uint8_t *request,
		   size_t len);

#endif
