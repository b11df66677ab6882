/* SPDX-License-Identifier: ISC */
/* A configuration file that was read, and its text for the engine. */
#ifndef MONITOR_LOADED_H
#define MONITOR_LOADED_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

/** struct loaded - What loaded_read() gave; fd is a sealed memfd, or -1 */
struct loaded {
	struct config *config;
	int fd;
};

int loaded_read(struct loaded *l, const char *file, bool seal, char **errors);
void loaded_free(struct loaded *l);

#endif
