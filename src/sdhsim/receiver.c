// SPDX-License-Identifier: ISC
// The receiving side of a section: STM-1 frames in, D octets out.
//
// Both parities are computed anew over all that arrived. Scrambling flips
// the same bits in each frame, so B2's parity is known from the scrambled
// frame, without descrambling what nobody reads.

#include "sdhsim/receiver.h"

/**
 * receiver_init() - Begin
 * @r:		The receiver
 * @dcc:	The channel
 * @sequence:	From scrambler_sequence(); kept, not copied
 */
void receiver_init(struct receiver *r, const struct stm1_dcc *dcc,
		   const uint8_t sequence[STM1_OCTETS])
{
	*r = (struct receiver){ .dcc = dcc, .sequence = sequence };
	r->scrambled = parity_of(sequence);
	parity_combine(&r->scrambled, parity_of_regenerator(sequence));
}

/**
 * receiver_forget() - The frame before the next one did not arrive
 * @r:	The receiver
 */
void receiver_forget(struct receiver *r)
{
	r->known = false;
}

static uint8_t plain(const struct receiver *r, const uint8_t *frame,
		     size_t place)
{
	return frame[place] ^ r->sequence[place];
}

/**
 * receiver_check() - Compare a frame's parities with the frame before
 * @r:		The receiver
 * @frame:	As it arrived
 *
 * Return: how many are wrong
 */
struct violations receiver_check(struct receiver *r,
				 const uint8_t frame[STM1_OCTETS])
{
	struct violations wrong = { 0 };
	struct parity p;

	if (r->known) {
		wrong.b1 = parity_violations(plain(r, frame, STM1_B1), r->b1);
		for (size_t i = 0; i < 3; i++)
			wrong.b2 += parity_violations(
				plain(r, frame, STM1_B2 + i), r->b2.lane[i]);
	}
	p = parity_of(frame);
	r->b1 = parity_bip8(p);
	parity_combine(&p, parity_of_regenerator(frame));
	parity_combine(&p, r->scrambled);
	r->b2 = p;
	r->known = true;
	return wrong;
}

/**
 * receiver_channel() - Take the channel out of a frame
 * @r:		The receiver
 * @frame:	As it arrived
 * @octets:	Gets as many octets as the channel has in a frame
 */
void receiver_channel(const struct receiver *r,
		      const uint8_t frame[STM1_OCTETS], uint8_t *octets)
{
	for (size_t i = 0; i < r->dcc->count; i++)
		octets[i] = plain(r, frame, stm1_dcc_place(r->dcc, i));
}
