/* SPDX-License-Identifier: ISC */
/* The simulator's command line. */
#ifndef SDHSIM_OPTIONS_H
#define SDHSIM_OPTIONS_H

#include <stdbool.h>

#include "sdhsim/sim.h"

/**
 * struct options - What the command line says
 * @socket:	Of the control; NULL: none
 * @json:	The client prints answers as they came
 * @verbose:	Tell more
 * @sim:	The rest
 */
struct options {
	const char *socket;
	bool json;
	bool verbose;
	struct sim_options sim;
};

/** enum options_verdict - What to do now */
enum options_verdict {
	OPTIONS_GO,	/* arguments begin at optind */
	OPTIONS_DONE,	/* help was asked for and given */
	OPTIONS_WRONG,	/* said so */
};

enum options_verdict options_parse(struct options *o, int argc, char **argv);
void options_usage(void);

#endif
