/* SPDX-License-Identifier: ISC */
/* The hook programs of channels: run one at a time, for a limited time. */
#ifndef MONITOR_HOOKS_H
#define MONITOR_HOOKS_H

#include <event2/event.h>
#include <stdint.h>

#include "config/config.h"

enum hooks_bound {
	HOOKS_WAITING = 64,	/* orders that wait for their turn */
	HOOKS_SECONDS = 10,	/* that a program may take */
	HOOKS_LINES = 50,	/* of its output that are logged */
};

struct hooks;

struct hooks *hooks_new(struct event_base *base, unsigned int seconds);
void hooks_order(struct hooks *h, const struct config *config,
		 uint16_t channel, const struct config_path *path,
		 int16_t number);
void hooks_reap(struct hooks *h);
void hooks_free(struct hooks *h);

#endif
