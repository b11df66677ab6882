/* SPDX-License-Identifier: ISC */
/* The simulator's figures as JSON, and that as text. */
#ifndef SDHSIM_REPORT_H
#define SDHSIM_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "sdhsim/sim.h"

json_t *report_json(const struct sim *s, struct mono now);
void report_text(FILE *out, const json_t *report);

#endif
