/* SPDX-License-Identifier: ISC */
/* One direction of the section: D octets in, D octets out. */
#ifndef SDHSIM_SECTION_H
#define SDHSIM_SECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "sdhsim/delay.h"
#include "sdhsim/errors.h"
#include "sdhsim/framer.h"
#include "sdhsim/hits.h"
#include "sdhsim/receiver.h"
#include "sdhsim/sender.h"
#include "sdhsim/stats.h"

/**
 * struct section - A fibre with its equipment; section_init() begins it
 * @dcc:	The channel
 * @cut:	There is no light
 * @spliced:	Frames still to come that do not follow what was sent
 * @stats:	Its counters
 */
struct section {
	const struct stm1_dcc *dcc;
	bool cut;
	size_t spliced;
	struct sender sender;
	struct delay delay;
	struct errors errors;
	struct framer framer;
	struct receiver receiver;
	struct hits hits;
	struct sdh_stats stats;
};

int section_init(struct section *s, const struct stm1_dcc *dcc,
		 const uint8_t sequence[STM1_OCTETS], uint64_t seed);
int section_delay(struct section *s, size_t frames);
unsigned int section_step(struct section *s, const uint8_t *in, size_t own,
			  uint8_t *out);
void section_free(struct section *s);

#endif
