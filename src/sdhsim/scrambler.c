// SPDX-License-Identifier: ISC
// The frame-synchronous scrambler of a regenerator section.

#include "sdhsim/scrambler.h"

#include <string.h>

/* The shift register, bits 0 to 6 its stages; gives the next 8 bits, the
 * first of them in the high bit. */
static uint8_t next_octet(unsigned int *stages)
{
	unsigned int octet = 0;

	for (int i = 0; i < 8; i++) {
		unsigned int out = *stages >> 6 & 1;
		unsigned int fed = out ^ (*stages >> 5 & 1);

		octet = octet << 1 | out;
		*stages = (*stages << 1 | fed) & 0x7f;
	}
	return (uint8_t)octet;
}

/**
 * scrambler_sequence() - What a frame is combined with, bit by bit
 * @sequence:	Gets it; zero over the first row of the section overhead,
 *		which is not scrambled
 *
 * The generator is x^7 + x^6 + 1. It is set to all ones at the first bit
 * after the last octet of the first row of the section overhead and runs on
 * to the end of the frame. Scrambling and descrambling are the same. Source:
 * ITU-T G.707, the clause on scrambling.
 */
void scrambler_sequence(uint8_t sequence[STM1_OCTETS])
{
	unsigned int stages = 0x7f;

	memset(sequence, 0, STM1_OVERHEAD);
	for (size_t i = STM1_OVERHEAD; i < STM1_OCTETS; i++)
		sequence[i] = next_octet(&stages);
}
