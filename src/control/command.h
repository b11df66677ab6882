/* SPDX-License-Identifier: ISC */
/* The table of verbs: who may use them and what they take. */
#ifndef CONTROL_COMMAND_H
#define CONTROL_COMMAND_H

#include "control/state.h"

struct job *command_run(void *state, char *line, size_t len,
			enum access access, struct output *out);

#endif
