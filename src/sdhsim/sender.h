/* SPDX-License-Identifier: ISC */
/* The sending side of a section: D octets in, STM-1 frames out. */
#ifndef SDHSIM_SENDER_H
#define SDHSIM_SENDER_H

#include "sdhsim/parity.h"
#include "sdhsim/stm1.h"

/**
 * struct sender - The frame last sent; sender_init() begins it
 * @dcc:	The channel
 * @sequence:	Of the scrambler; the caller's, and outlives this
 * @frame:	As on the line, scrambled
 * @line:	Parity of all of @frame, for B1
 * @multiplex:	Parity of what B2 covers, before scrambling
 */
struct sender {
	const struct stm1_dcc *dcc;
	const uint8_t *sequence;
	uint8_t frame[STM1_OCTETS];
	struct parity line;
	struct parity multiplex;
};

void sender_init(struct sender *s, const struct stm1_dcc *dcc,
		 const uint8_t sequence[STM1_OCTETS]);
const uint8_t *sender_step(struct sender *s, const uint8_t *octets);

#endif
