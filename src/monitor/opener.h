/* SPDX-License-Identifier: ISC */
/* UDP lines: the descriptor that a path of the configuration asks for. */
#ifndef MONITOR_OPENER_H
#define MONITOR_OPENER_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

int opener_open(const struct config_path *path, int family, bool second,
		char *reason, size_t size);
int opener_family(const struct config_path *path);

#endif
