/* SPDX-License-Identifier: ISC */
/* The receiving side of a section: STM-1 frames in, D octets out. */
#ifndef SDHSIM_RECEIVER_H
#define SDHSIM_RECEIVER_H

#include <stdbool.h>

#include "sdhsim/parity.h"
#include "sdhsim/stm1.h"

/**
 * struct receiver - What the next frame is compared with
 * @dcc:	The channel
 * @sequence:	Of the scrambler; the caller's, and outlives this
 * @scrambled:	What scrambling does to the parity that B2 is
 * @known:	There was a frame before, so that the rest holds
 * @b1:		What the next B1 should be
 * @b2:		What the next B2 should be
 */
struct receiver {
	const struct stm1_dcc *dcc;
	const uint8_t *sequence;
	struct parity scrambled;
	bool known;
	uint8_t b1;
	struct parity b2;
};

/** struct violations - Wrong parities of one frame */
struct violations {
	unsigned int b1;	/* 0 to 8 */
	unsigned int b2;	/* 0 to 24 */
};

void receiver_init(struct receiver *r, const struct stm1_dcc *dcc,
		   const uint8_t sequence[STM1_OCTETS]);
void receiver_forget(struct receiver *r);
struct violations receiver_check(struct receiver *r,
				 const uint8_t frame[STM1_OCTETS]);
void receiver_channel(const struct receiver *r,
		      const uint8_t frame[STM1_OCTETS], uint8_t *octets);

#endif
