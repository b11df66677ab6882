// SPDX-License-Identifier: ISC
// Frame alignment: loss of signal, out of frame, loss of frame.
//
// Theory of operation
// -------------------
// A receiver hears once a frame whether there was a signal and whether the
// alignment signal stood where the last one told to expect it.
//
//   LOS  raised when there is no signal, cleared by two alignments without
//        error in a row.
//   OOF  raised by five errored alignments in a row, cleared by two without
//        error. Until LOF the receiver goes on where it believed the frames
//        to be, so that errors in the alignment alone lose nothing.
//   LOF  raised when out of frame for 3 ms, which need not be in one piece:
//        only 3 ms in frame without a break put that clock back, and only
//        they clear LOF.
//
// The states and times are aligned with ITU-T G.783 (frame alignment of the
// regenerator section, and the loss of frame defect) and G.806.

#include "sdhsim/framer.h"

/**
 * framer_init() - Begin as equipment does that was just switched on
 * @f:	The state
 */
void framer_init(struct framer *f)
{
	*f = (struct framer){
		.alarms = ALARM_LOS | ALARM_OOF | ALARM_LOF,
		.bad = FRAMER_BAD,
		.out = FRAMER_PERSIST,
	};
}

static void count(struct framer *f, bool good)
{
	if (good) {
		f->good++;
		f->bad = 0;
	} else {
		f->bad++;
		f->good = 0;
	}
}

/* LOF follows OOF with its two clocks. */
static void persist(struct framer *f)
{
	if (f->alarms & ALARM_OOF) {
		f->in = 0;
		if (f->out < FRAMER_PERSIST)
			f->out++;
		if (f->out == FRAMER_PERSIST)
			f->alarms |= ALARM_LOF;
		return;
	}
	if (f->in < FRAMER_PERSIST)
		f->in++;
	if (f->in == FRAMER_PERSIST) {
		f->out = 0;
		f->alarms &= ~(unsigned int)ALARM_LOF;
	}
}

/**
 * framer_step() - One frame time has passed
 * @f:		The state
 * @signal:	There was light
 * @aligned:	The alignment signal was without error; without signal it
 *		never is
 *
 * Return: the alarms after this frame, enum framer_alarm together
 */
unsigned int framer_step(struct framer *f, bool signal, bool aligned)
{
	count(f, signal && aligned);
	if (!signal)
		f->alarms |= ALARM_LOS;
	if (f->bad >= FRAMER_BAD)
		f->alarms |= ALARM_OOF;
	if (f->good >= FRAMER_GOOD)
		f->alarms &= ~(unsigned int)(ALARM_LOS | ALARM_OOF);
	persist(f);
	return f->alarms;
}
