/* SPDX-License-Identifier: ISC */
/* Frame alignment: loss of signal, out of frame, loss of frame. */
#ifndef SDHSIM_FRAMER_H
#define SDHSIM_FRAMER_H

#include <stdbool.h>

#include "sdhsim/stm1.h"

/** enum framer_alarm - What a receiver complains of; bits */
enum framer_alarm {
	ALARM_LOS = 1,		/* there is no signal */
	ALARM_OOF = 2,		/* frames are not where they were */
	ALARM_LOF = 4,		/* and have not been for a while */
	/* what fails the signal: the channel is dead, the carrier goes */
	ALARM_FAIL = ALARM_LOS | ALARM_LOF,
};

/** enum framer_limit - When the states change, in frames */
enum framer_limit {
	FRAMER_BAD = 5,		/* errored alignments in a row: OOF */
	FRAMER_GOOD = 2,	/* good ones in a row: in frame again */
	FRAMER_PERSIST = 3 * STM1_FRAMES_MS,	/* LOF comes and goes */
};

/**
 * struct framer - The state of a receiver; framer_init() begins it
 * @alarms:	enum framer_alarm, together
 * @good:	Alignments without error in a row
 * @bad:	Errored ones in a row
 * @out:	Frames spent out of frame; held while in frame for less than
 *		FRAMER_PERSIST
 * @in:		Frames spent in frame without a break
 */
struct framer {
	unsigned int alarms;
	unsigned int good;
	unsigned int bad;
	unsigned int out;
	unsigned int in;
};

void framer_init(struct framer *f);
unsigned int framer_step(struct framer *f, bool signal, bool aligned);

#endif
