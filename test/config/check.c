// SPDX-License-Identifier: ISC
// check - load a configuration file and print it, or what is wrong with it
//
//	check FILE	the configuration with every default
//	check -q FILE	only the errors, and the count of channels
//	check -k	all keys there are
//
// The configuration that is printed must load to one that prints the same.
// What is printed depends on nothing but the file: the host is "testhost".

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/schema.h"

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

static char *printed(const struct config *config, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	if (!out)
		exit(2);
	config_print(config, out);
	fclose(out);
	return text;
}

/* Loads what was printed, and prints that: is it the same? */
static int fixed_point(const struct config *config)
{
	struct config_errors errors;
	struct config *again = NULL;
	char *first, *second = NULL;
	size_t len, len2 = 0, i;
	int bad = 1;

	first = printed(config, &len);
	if (!config_load(&again, first, len, "otherhost", &errors)) {
		second = printed(again, &len2);
		bad = len != len2 || memcmp(first, second, len);
		for (i = 0; !bad && i < config->nchannels; i++)
			bad = config_channel_diff(NULL, 0, &config->channels[i],
						  &again->channels[i]) != 0;
	}
	if (bad)
		printf("# printed, it is not the same any more:\n%s",
		       second ? second : "");
	config_errors_print(&errors, "printed", stdout);
	config_errors_free(&errors);
	config_free(again);
	free(first);
	free(second);
	return bad;
}

static int show(const struct config *config, int quiet)
{
	if (quiet) {
		printf("%zu channels\n", config->nchannels);
		return 0;
	}
	config_print(config, stdout);
	return fixed_point(config);
}

static void print_keys(const struct config_map *map)
{
	const struct config_row *row;

	for (row = map->rows; row->key; row++) {
		puts(row->key);
		if (row->map && row->map != &schema_channel)
			print_keys(row->map);
	}
	if (map == &schema_file)
		print_keys(&schema_channel);
}

int main(int argc, char **argv)
{
	int quiet = argc == 3 && !strcmp(argv[1], "-q");
	struct config_errors errors;
	struct config *config = NULL;
	const char *base, *name;
	int err;

	if (argc == 2 && !strcmp(argv[1], "-k")) {
		print_keys(&schema_file);
		return 0;
	}
	if (argc != 2 + quiet) {
		fprintf(stderr, "usage: check [-q] FILE | -k\n");
		return 2;
	}
	name = argv[1 + quiet];
	base = strrchr(name, '/');
	err = load(name, &config, &errors);
	if (!err)
		err = show(config, quiet);
	config_errors_print(&errors, base ? base + 1 : name, stdout);
	config_errors_free(&errors);
	config_free(config);
	return err ? 1 : 0;
}
