/* SPDX-License-Identifier: ISC */
/* The frame-synchronous scrambler of a regenerator section. */
#ifndef SDHSIM_SCRAMBLER_H
#define SDHSIM_SCRAMBLER_H

#include "sdhsim/stm1.h"

void scrambler_sequence(uint8_t sequence[STM1_OCTETS]);

#endif
