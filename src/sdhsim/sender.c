// SPDX-License-Identifier: ISC
// The sending side of a section: D octets in, STM-1 frames out.
//
// Theory of operation
// -------------------
// From one frame to the next only the channel, B1 and B2 change: at most 16
// octets of 2430. So the frame is kept as it was sent, scrambled, and with it
// its parities; an octet that changes changes them by as much. What leaves is
// in each bit what a framer would send that computes everything anew.

#include "sdhsim/sender.h"

#include <stdbool.h>

/* B2 does not cover the overhead of the regenerator section. */
static bool is_regenerator(size_t place)
{
	return place / STM1_COLUMNS < STM1_REGENERATOR_ROWS &&
	       place % STM1_COLUMNS < STM1_OVERHEAD;
}

/* Set an octet of the frame, given as it is before scrambling. */
static void set(struct sender *s, size_t place, uint8_t octet)
{
	uint8_t change = s->frame[place] ^ s->sequence[place] ^ octet;

	s->frame[place] ^= change;
	s->line.lane[place % 3] ^= change;
	if (!is_regenerator(place))
		s->multiplex.lane[place % 3] ^= change;
}

/**
 * sender_init() - Begin with a frame of which nobody has received anything
 * @s:		The sender
 * @dcc:	The channel
 * @sequence:	From scrambler_sequence(); kept, not copied
 */
void sender_init(struct sender *s, const struct stm1_dcc *dcc,
		 const uint8_t sequence[STM1_OCTETS])
{
	s->dcc = dcc;
	s->sequence = sequence;
	stm1_template(s->frame);
	s->multiplex = parity_of(s->frame);
	parity_combine(&s->multiplex, parity_of_regenerator(s->frame));
	for (size_t i = 0; i < STM1_OCTETS; i++)
		s->frame[i] ^= sequence[i];
	s->line = parity_of(s->frame);
}

/**
 * sender_step() - Make the next frame
 * @s:		The sender
 * @octets:	Of the channel, as many as it has in a frame
 *
 * B1 is BIP-8 over the scrambled frame before, B2 BIP-24 over the frame
 * before without the first three rows of section overhead, unscrambled
 * (ITU-T G.707, the clauses on B1 and B2).
 *
 * Return: the frame as it is on the line, STM1_OCTETS; good until the next
 * call
 */
const uint8_t *sender_step(struct sender *s, const uint8_t *octets)
{
	uint8_t b1 = parity_bip8(s->line);
	struct parity b2 = s->multiplex;

	set(s, STM1_B1, b1);
	for (size_t i = 0; i < 3; i++)
		set(s, STM1_B2 + i, b2.lane[i]);
	for (size_t i = 0; i < s->dcc->count; i++)
		set(s, stm1_dcc_place(s->dcc, i), octets[i]);
	return s->frame;
}
