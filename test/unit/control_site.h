/* SPDX-License-Identifier: ISC */
/* A control room with an engine of two channels, but without a monitor. */
#ifndef TEST_CONTROL_SITE_H
#define TEST_CONTROL_SITE_H

#include "control/command.h"

/**
 * struct control_site - All that a verb works on
 * @pair:	The engine's end of the socket pair, and the monitor's
 */
struct control_site {
	int pair[2];
	struct engine *engine;
	struct control_state state;
};

int control_site_init(struct control_site *site);
void control_site_run(struct control_site *site, char *line, size_t len,
		      enum access access, struct output *out);
void control_site_free(struct control_site *site);

#endif
