// SPDX-License-Identifier: ISC
// Which HDLC frames the errors of a line have hit.
//
// Theory of operation
// -------------------
// The observer sees the bits as they were sent, and which of them arrived
// wrong. A frame reaches from the first bit of the flag that opens it to the
// last bit of the flag that closes it. Where one flag does both, an error in
// it belongs to both neighbours: neither can be received without it. Errors
// in flags that stand between others, and in idle ones, hit nobody.
//
// Where the sender had no octet in time, flags were filled in. Between frames
// they are flags like others. In the midst of one they cut it: it cannot be
// received, as if a bit were wrong. Within a flag they cut the frames to both
// sides of it, but for where they make good what they break: a flag may share
// its first or last zero with one of them, and before its first bit they end
// the frame as well as it would have.
//
// What a frame contains is not looked at: one with a wrong FCS is a frame
// too. One that the sender aborted (seven ones) is not.

#include "sdhsim/hits.h"

#define FLAG	0x7e

enum {
	FLAG_BITS = 8,
	SINCE_MOST = FLAG_BITS + 1,	/* what is cut is no flag */
};

/* A flag has just ended. */
static void flag(struct hits *h)
{
	bool before = h->cut && h->since > 1 && h->since != FLAG_BITS;
	bool behind = h->cut && h->since < FLAG_BITS - 1;

	if (h->open && h->bits >= HITS_SHORTEST + FLAG_BITS) {
		h->frames++;
		h->frames_hit += h->hit || before;
	}
	h->open = true;
	h->bits = 0;
	h->hit = h->errors || behind;
	h->cut = false;
}

static void step(struct hits *h, unsigned int bit, unsigned int error)
{
	h->window = (uint8_t)(h->window << 1 | bit);
	h->errors = (uint8_t)(h->errors << 1 | error);
	h->hit |= error;
	h->bits++;
	h->since += h->since < SINCE_MOST;
	h->ones = bit ? h->ones + (h->ones < 7) : 0;
	if (h->ones == 7)
		h->open = false;
	if (h->window == FLAG)
		flag(h);
}

/**
 * hits_step() - A piece of the line passes
 * @h:		The observer; all zero begins it
 * @sent:	Octets as they were sent, the high bit first
 * @errors:	Ones where a bit did not arrive, or arrived wrong
 * @len:	How many octets
 */
void hits_step(struct hits *h, const uint8_t *sent, const uint8_t *errors,
	       size_t len)
{
	for (size_t i = 0; i < len; i++)
		for (int bit = 7; bit >= 0; bit--)
			step(h, sent[i] >> bit & 1, errors[i] >> bit & 1);
}

/**
 * hits_fill() - Flags that the sender did not send pass
 * @h:		The observer
 * @errors:	Ones where a bit did not arrive, or arrived wrong
 * @len:	How many flags
 */
void hits_fill(struct hits *h, const uint8_t *errors, size_t len)
{
	if (!len)
		return;
	if (!h->bits) {
		h->hit = errors[len - 1] != 0;
		return;
	}
	/* cut twice: the first one was in the frame, not in its end */
	h->hit |= h->cut && h->since;
	h->cut = true;
	h->since = 0;
}
