/* SPDX-License-Identifier: ISC */
/* The simulator's control socket: one JSON object a line, both ways. */
#ifndef SDHSIM_CONTROL_H
#define SDHSIM_CONTROL_H

#include "sdhsim/sim.h"

struct control;
struct event_base;

struct control *control_open(struct event_base *base, struct sim *sim,
			     const char *path);
void control_close(struct control *c);

#endif
