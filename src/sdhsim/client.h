/* SPDX-License-Identifier: ISC */
/* The client's half of the control socket. */
#ifndef SDHSIM_CLIENT_H
#define SDHSIM_CLIENT_H

#include <stdbool.h>

/** enum client_status - What the program exits with */
enum client_status {
	CLIENT_OK = 0,
	CLIENT_FAILED = 1,
	CLIENT_USAGE = 2,
};

bool client_is_command(const char *word);
int client_run(const char *socket, bool json, int argc, char **argv);

#endif
