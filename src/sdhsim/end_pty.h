/* SPDX-License-Identifier: ISC */
/* An end that is a pseudo-terminal with the channel's raw octets. */
#ifndef SDHSIM_END_PTY_H
#define SDHSIM_END_PTY_H

#include "sdhsim/end.h"

extern const struct end_kind end_pty;

#endif
