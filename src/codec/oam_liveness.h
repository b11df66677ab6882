/* SPDX-License-Identifier: ISC */
/* Liveness messages: the control packet of RFC 5880. */
#ifndef CODEC_OAM_LIVENESS_H
#define CODEC_OAM_LIVENESS_H

#include "codec/oam.h"

/**
 * struct oam_liveness - A liveness message
 * @state:	enum wire_session of the sender
 * @diagnostic:	enum wire_diagnostic, or another number of RFC 5880
 * @poll:	The sender wants an answer with @final
 * @final:	That is the answer
 * @multiplier:	Not 0
 * @mine:	The sender's discriminator, not 0
 * @yours:	The receiver's as the sender knows it; 0: it does not, and is
 *		down
 * @tx_us:	The sender would like to send so often
 * @rx_us:	and can receive so often; 0: not at all
 */
struct oam_liveness {
	uint8_t state;
	uint8_t diagnostic;
	bool poll;
	bool final;
	uint8_t multiplier;
	uint32_t mine;
	uint32_t yours;
	uint32_t tx_us;
	uint32_t rx_us;
};

int oam_liveness_decode(struct oam_liveness *m, const uint8_t *data,
			size_t len);
void oam_liveness_encode(uint8_t out[WIRE_LIVENESS_LEN],
			 const struct oam_liveness *m);

#endif
