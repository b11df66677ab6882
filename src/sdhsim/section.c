// SPDX-License-Identifier: ISC
// One direction of the section: D octets in, D octets out.
//
//   octets -> sender -> delay line -> bit errors -> receiver -> octets
//                                       |              |
//                            cut: no signal         framer: alarms
//
// Theory of operation
// -------------------
// A call is one frame time. What the sender made goes into the delay line;
// what comes out of it was sent so many frames ago. Of that the channel's
// octets are kept before the errors are put in, so that afterwards it is
// known which bits of the channel arrived wrong, and whose they were; it is
// known, too, which are the sender's own and which stand in for octets that
// it did not have in time. A fibre
// that is cut, and a receiver that has lost the frame (LOF), give all ones
// instead of the channel: then all bits count as wrong.
//
// Parities are not counted while the signal fails; and the first frame after
// it has none before it to be compared with.

#include "sdhsim/section.h"

#include <string.h>

/**
 * section_init() - Begin a direction, in the dark
 * @s:		The direction; section_free() ends it
 * @dcc:	Which octets carry the channel
 * @sequence:	From scrambler_sequence(); kept, not copied
 * @seed:	For the bit errors
 *
 * Return: 0 or -ENOMEM
 */
int section_init(struct section *s, const struct stm1_dcc *dcc,
		 const uint8_t sequence[STM1_OCTETS], uint64_t seed)
{
	memset(s, 0, sizeof(*s));
	s->dcc = dcc;
	sender_init(&s->sender, dcc, sequence);
	receiver_init(&s->receiver, dcc, sequence);
	errors_init(&s->errors, seed);
	framer_init(&s->framer);
	return delay_set(&s->delay, 0);
}

/* What a sender without traffic would have sent by now. */
static void fill(struct section *s)
{
	uint8_t flags[STM1_DCC_OCTETS];
	struct sender idle;

	memset(flags, 0x7e, sizeof(flags));
	sender_init(&idle, s->dcc, s->sender.sequence);
	for (size_t i = 0; i <= s->delay.depth; i++)
		delay_step(&s->delay, sender_step(&idle, flags),
			   s->dcc->count);
}

/**
 * section_delay() - Make the fibre longer or shorter
 * @s:		The direction
 * @frames:	Its length; 8 are a millisecond
 *
 * What was on its way is lost: the new fibre is full of frames with flags in
 * the channel.
 *
 * Return: 0 or a negative errno, as delay_set()
 */
int section_delay(struct section *s, size_t frames)
{
	int err = delay_set(&s->delay, frames);

	if (err)
		return err;
	fill(s);
	/* and the first that follows begins in the midst of something */
	s->spliced = frames + 1;
	return 0;
}

/* Counts what the framer complains of now and did not before. */
static void count_alarms(struct section *s, unsigned int before,
			 unsigned int now)
{
	unsigned int raised = now & ~before;

	s->stats.count[SDH_LOS] += !!(raised & ALARM_LOS);
	s->stats.count[SDH_OOF] += !!(raised & ALARM_OOF);
	s->stats.count[SDH_LOF] += !!(raised & ALARM_LOF);
}

/* The fibre: errors, or darkness. Returns whether there is a frame. */
static bool pass(struct section *s, uint8_t *frame)
{
	if (s->cut)
		return false;
	s->stats.count[SDH_BIT_ERRORS] +=
		errors_apply(&s->errors, frame, STM1_BITS);
	return true;
}

/* The receiver. Returns whether @out was received. */
static bool receive(struct section *s, const uint8_t *frame, bool signal,
		    uint8_t *out)
{
	unsigned int before = s->framer.alarms;
	unsigned int alarms = framer_step(&s->framer, signal,
					  stm1_aligned(frame));
	struct violations wrong;

	count_alarms(s, before, alarms);
	if (alarms & ALARM_FAIL) {
		receiver_forget(&s->receiver);
		memset(out, 0xff, s->dcc->count);
		return false;
	}
	wrong = receiver_check(&s->receiver, frame);
	s->stats.count[SDH_B1] += wrong.b1;
	s->stats.count[SDH_B2] += wrong.b2;
	receiver_channel(&s->receiver, frame, out);
	return true;
}

/* What became of the frames in the channel, whose first octets are @own. */
static void account(struct section *s, const uint8_t *sent, size_t own,
		    const uint8_t *out, bool received)
{
	uint8_t wrong[STM1_DCC_OCTETS];

	if (s->spliced) {
		s->spliced--;
		received = false;
	}
	for (size_t i = 0; i < s->dcc->count; i++) {
		wrong[i] = received ? sent[i] ^ out[i] : 0xff;
		s->stats.count[SDH_OCTETS_ERRORED] += wrong[i] != 0;
	}
	hits_step(&s->hits, sent, wrong, own);
	hits_fill(&s->hits, wrong + own, s->dcc->count - own);
	s->stats.count[SDH_HDLC_SENT] = s->hits.frames;
	s->stats.count[SDH_HDLC_HIT] = s->hits.frames_hit;
	s->stats.count[SDH_FRAMES]++;
	s->stats.count[SDH_FRAMES_LOST] += !received;
	s->stats.count[SDH_OCTETS] += s->dcc->count;
}

/**
 * section_step() - One frame time
 * @s:		The direction
 * @in:		Octets of the channel to send, as many as a frame has
 * @own:	So many of them are the sender's own; the rest are flags
 * @out:	Gets as many that arrived; all ones where nothing did
 *
 * Return: the receiver's alarms, enum framer_alarm together
 */
unsigned int section_step(struct section *s, const uint8_t *in, size_t own,
			  uint8_t *out)
{
	uint8_t sent[STM1_DCC_OCTETS];
	struct delay_frame *frame = delay_step(&s->delay,
					       sender_step(&s->sender, in),
					       own);
	bool signal, received;

	receiver_channel(&s->receiver, frame->octets, sent);
	signal = pass(s, frame->octets);
	received = receive(s, frame->octets, signal, out);
	account(s, sent, frame->own, out, received);
	return s->framer.alarms;
}

/**
 * section_free() - End a direction
 * @s:	The direction
 */
void section_free(struct section *s)
{
	delay_free(&s->delay);
}
