/* SPDX-License-Identifier: ISC */
/* The engine's process: how it begins. */
#ifndef MONITOR_SPAWN_H
#define MONITOR_SPAWN_H

#include <sys/types.h>

#include "os/sandbox.h"

enum { SPAWN_SOCKET = 3 };	/* the engine's end of the pair */

#define SPAWN_ROLE	"engine"

/** struct spawned - A process of ours and our end of the way to it */
struct spawned {
	pid_t pid;
	int sock;
};

int spawn_engine(struct spawned *s, const struct sandbox *sandbox,
		 int verbose);
int spawn_parse(int argc, char **argv, struct sandbox *sandbox, int *verbose);

#endif
