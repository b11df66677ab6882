// SPDX-License-Identifier: ISC
// dccbridge check: what is wrong with a file, without a daemon.

#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/load.h"
#include "config/config.h"

static size_t count_paths(const struct config *config)
{
	size_t n = 0;

	for (size_t i = 0; i < config->nchannels; i++)
		n += config->channels[i].npaths;
	return n;
}

static void print_json(struct cli *cli, const char *file,
		       const struct config_errors *errors)
{
	json_t *list = json_array();
	json_t *all = json_pack("{s:b, s:i, s:s, s:i, s:o}", "ok",
				!errors->count, "schema", CLI_SCHEMA,
				"file", file, "more", (int)errors->more,
				"errors", list);

	for (size_t i = 0; i < errors->count; i++) {
		const struct config_error *e = &errors->list[i];

		json_array_append_new(list, json_pack("{s:i, s:i, s:s}",
				"line", (int)e->line, "column",
				(int)e->column, "text", e->text));
	}
	json_dumpf(all, cli->out, JSON_COMPACT);
	fputc('\n', cli->out);
	json_decref(all);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void print_good(struct cli *cli, const char *file,
		       const struct config *config)
{
	size_t channels = config->nchannels, paths = count_paths(config);

	fprintf(cli->out, "%s: good, %zu channel%s, %zu path%s\n", file,
		channels, plural(channels), paths, plural(paths));
}

static int run(struct cli *cli, int argc, char **argv)
{
	const char *file = argc > 1 ? argv[1] : DCC_CONFIG_FILE;
	struct config_errors errors = { 0 };
	struct config *config = load_config(file, &errors);

	if (cli->json)
		print_json(cli, file, &errors);
	else if (!config)
		config_errors_print(&errors, file, stderr);
	else
		print_good(cli, file, config);
	config_errors_free(&errors);
	if (!config)
		return CLI_FAILED;
	config_free(config);
	return CLI_OK;
}

const struct cli_command cli_check = {
	.name = "check",
	.synopsis = "[FILE]",
	.help = "check a file without a daemon",
	.options = "",
	.max_args = 1,
	.run = run,
};
