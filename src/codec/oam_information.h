/* SPDX-License-Identifier: ISC */
/* Information messages: who is at the other end of a path. */
#ifndef CODEC_OAM_INFORMATION_H
#define CODEC_OAM_INFORMATION_H

#include "codec/oam.h"

/**
 * struct oam_information - What one end of a path tells about itself
 * @node:	Its node's name, never empty
 * @channel:	What it calls the channel, never empty
 * @version:	Of its software; "": not told
 * @session:	Random, of the sender's start
 * @yours:	The receiver's liveness discriminator: shows that the message
 *		belongs to the session that is up
 * @number:	Of this information; higher when anything in it is new
 * @heard:	Number of the receiver's information that the sender has; 0:
 *		none
 * @flags:	enum wire_info_flag
 * @largest:	Longest frame that its LAN takes, octets; 0: not told
 * @abilities:	enum wire_ability
 * @numbering:	Random, of the beginning of the channel's sequence numbers; 0:
 *		not told
 */
struct oam_information {
	char node[WIRE_INFO_NODE_MAX + 1];
	char channel[WIRE_INFO_CHANNEL_MAX + 1];
	char version[WIRE_INFO_VERSION_MAX + 1];
	uint32_t session;
	uint32_t yours;
	uint32_t number;
	uint32_t heard;
	uint8_t flags;
	uint32_t largest;
	uint32_t abilities;
	uint32_t numbering;
};

int oam_information_decode(struct oam_information *m, const uint8_t *data,
			   size_t len);
size_t oam_information_encode(uint8_t out[WIRE_INFO_LEN_MAX],
			      const struct oam_information *m);

#endif
