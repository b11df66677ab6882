// SPDX-License-Identifier: ISC
// Load a configuration as the daemon does, to look at it.

#include "cli/load.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/**
 * load_config() - Read and check a file
 * @file:	Its path
 * @errors:	Gets what is wrong with it; config_errors_free() ends it
 *
 * Return: the configuration, for config_free(); NULL if there are errors
 */
struct config *load_config(const char *file, struct config_errors *errors)
{
	char host[HOST_NAME_MAX + 1] = "localhost";
	struct config *config = NULL;
	char *text = NULL;
	size_t len;

	gethostname(host, sizeof(host) - 1);
	if (!config_read_file(file, &text, &len, errors) &&
	    config_load(&config, text, len, host, errors))
		config = NULL;
	free(text);
	return config;
}
