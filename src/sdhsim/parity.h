/* SPDX-License-Identifier: ISC */
/* Bit interleaved parity over a frame: BIP-24, and BIP-8 out of it. */
#ifndef SDHSIM_PARITY_H
#define SDHSIM_PARITY_H

#include "sdhsim/stm1.h"

/**
 * struct parity - The even parity of a frame
 * @lane:	BIP-24: octet i of the frame counts in lane i modulo 3
 */
struct parity {
	uint8_t lane[3];
};

struct parity parity_of(const uint8_t frame[STM1_OCTETS]);
struct parity parity_of_regenerator(const uint8_t frame[STM1_OCTETS]);
void parity_combine(struct parity *p, struct parity with);
uint8_t parity_bip8(struct parity p);
unsigned int parity_violations(uint8_t sent, uint8_t computed);

#endif
