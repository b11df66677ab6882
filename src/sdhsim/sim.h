/* SPDX-License-Identifier: ISC */
/* The simulator as a whole: two ends, and a section each way. */
#ifndef SDHSIM_SIM_H
#define SDHSIM_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "codec/hdlc.h"
#include "sdhsim/end.h"
#include "sdhsim/pace.h"
#include "sdhsim/section.h"

/**
 * struct sim_options - What the command line says
 * @ends:	As text
 * @dcc:	Which octets carry the channel
 * @fcs:	What protects frames
 * @ber:	Bit error rate
 * @delay:	Of each direction
 * @seed:	For the bit errors
 */
struct sim_options {
	const char *ends[2];
	const struct stm1_dcc *dcc;
	const struct fcs *fcs;
	double ber;
	struct mono delay;
	uint64_t seed;
};

/**
 * struct direction - One way through the simulator
 * @from:	Sends
 * @to:		Receives
 * @decoder:	Looks at what arrives
 * @frame:	Its buffer
 * @alarms:	Of the receiver, as last told
 * @carrier:	As last told to @to
 */
struct direction {
	struct section section;
	struct end *from;
	struct end *to;
	struct hdlc_decoder decoder;
	uint8_t frame[END_MRU + FCS_SIZE_MAX];
	unsigned int alarms;
	bool carrier;
};

/** struct sim - All there is; sim_open() begins it */
struct sim {
	struct sim_options options;
	struct mono start;
	struct pace pace;
	uint8_t sequence[STM1_OCTETS];
	struct end ends[2];
	struct direction ways[2];	/* [0] is from ends[0] to ends[1] */
};

int sim_open(struct sim *s, const struct sim_options *options,
	     struct mono now);
int sim_turn(struct sim *s, struct mono now);
void sim_cut(struct sim *s, bool cut);
int sim_ber(struct sim *s, double rate);
int sim_delay(struct sim *s, struct mono delay);
void sim_close(struct sim *s);

#endif
