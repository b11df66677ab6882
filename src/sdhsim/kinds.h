/* SPDX-License-Identifier: ISC */
/* The kinds of ends, and how one is named. */
#ifndef SDHSIM_KINDS_H
#define SDHSIM_KINDS_H

#include "sdhsim/end.h"

int kinds_parse(struct end *e, const char *text, char *reason);

#endif
