/* SPDX-License-Identifier: ISC */
/* The control socket: what operators ask of the engine. */
#ifndef CONTROL_CONTROL_H
#define CONTROL_CONTROL_H

#include <sys/types.h>

#include "engine/engine.h"

struct control;

struct control *control_new(uid_t owner);
struct engine_hooks control_hooks(struct control *c);
int control_attach(struct control *c, struct engine *e);
void control_free(struct control *c);

#endif
