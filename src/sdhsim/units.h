/* SPDX-License-Identifier: ISC */
/* The simulator's settings as text. */
#ifndef SDHSIM_UNITS_H
#define SDHSIM_UNITS_H

#include "base/clock.h"

int units_ber(const char *text, double *rate);
int units_delay(const char *text, struct mono *delay);

#endif
