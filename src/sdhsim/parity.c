// SPDX-License-Identifier: ISC
// Bit interleaved parity over a frame: BIP-24, and BIP-8 out of it.
//
// A row has a multiple of 3 octets, and so have the overhead and the payload
// in it: an octet's place in the frame, modulo 3, is its lane of BIP-24, and
// leaving some rows of the overhead out does not move the others. The three
// lanes together are BIP-8, so that one walk through the frame gives both.

#include "sdhsim/parity.h"

#include <string.h>

enum {
	LANES = 3,
	STRIDE = LANES * sizeof(uint64_t),	/* all lanes return here */
};

/**
 * parity_of() - The parity of all octets of a frame
 * @frame:	The frame
 *
 * Return: the parity
 */
struct parity parity_of(const uint8_t frame[STM1_OCTETS])
{
	uint64_t sum[LANES] = { 0 }, word[LANES];
	uint8_t octets[STRIDE];
	struct parity p = { { 0 } };
	size_t i;

	for (i = 0; i + STRIDE <= STM1_OCTETS; i += STRIDE) {
		memcpy(word, frame + i, STRIDE);
		sum[0] ^= word[0];
		sum[1] ^= word[1];
		sum[2] ^= word[2];
	}
	memcpy(octets, sum, STRIDE);
	for (size_t k = 0; k < STRIDE; k++)
		p.lane[k % LANES] ^= octets[k];
	for (; i < STM1_OCTETS; i++)
		p.lane[i % LANES] ^= frame[i];
	return p;
}

/**
 * parity_of_regenerator() - The parity of the regenerator section overhead
 * @frame:	The frame
 *
 * These three rows of the overhead are what B2 does not cover: combined with
 * parity_of() it leaves what B2 does.
 *
 * Return: the parity
 */
struct parity parity_of_regenerator(const uint8_t frame[STM1_OCTETS])
{
	struct parity p = { { 0 } };

	for (size_t row = 0; row < STM1_REGENERATOR_ROWS; row++)
		for (size_t column = 0; column < STM1_OVERHEAD; column++)
			p.lane[column % LANES] ^=
				frame[row * STM1_COLUMNS + column];
	return p;
}

/**
 * parity_combine() - Add, or take away again, what another parity covers
 * @p:		The parity
 * @with:	The other
 */
void parity_combine(struct parity *p, struct parity with)
{
	for (size_t i = 0; i < LANES; i++)
		p->lane[i] ^= with.lane[i];
}

/**
 * parity_bip8() - BIP-8 of what a parity covers
 * @p:	The parity
 *
 * Return: the octet
 */
uint8_t parity_bip8(struct parity p)
{
	return p.lane[0] ^ p.lane[1] ^ p.lane[2];
}

/**
 * parity_violations() - How many of eight parities are wrong
 * @sent:	As the frame tells them
 * @computed:	As they are
 *
 * Return: 0 to 8
 */
unsigned int parity_violations(uint8_t sent, uint8_t computed)
{
	return (unsigned int)__builtin_popcount(sent ^ computed);
}
