// SPDX-License-Identifier: ISC
// check - load a configuration file and print it, or what is wrong with it
//
// It links config and base alone. What it prints depends on nothing but the
// file: the host is called "testhost".

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

static void print_unsupported(void *arg, const char *keypath)
{
	(void)arg;
	printf("# not acted upon: %s\n", keypath);
}

static int load(const char *name, struct config **config,
		struct config_errors *errors)
{
	char *text = NULL;
	size_t len = 0;
	int err;

	err = config_read_file(name, &text, &len, errors);
	if (!err)
		err = config_load(config, text, len, "testhost", errors);
	free(text);
	return err;
}

int main(int argc, char **argv)
{
	struct config_errors errors;
	struct config *config = NULL;
	const char *base;
	int err;

	if (argc != 2) {
		fprintf(stderr, "usage: check FILE\n");
		return 2;
	}
	base = strrchr(argv[1], '/');
	err = load(argv[1], &config, &errors);
	if (!err) {
		config_print(config, stdout);
		config_unsupported(config, print_unsupported, NULL);
	}
	config_errors_print(&errors, base ? base + 1 : argv[1], stdout);
	config_errors_free(&errors);
	config_free(config);
	return err ? 1 : 0;
}
