// SPDX-License-Identifier: ISC
// dccbridge enable and disable: put a channel or a path in or out of use.

#include "cli/cli.h"
#include "cli/client.h"

static int ask(struct cli *cli, const char *verb, char **argv)
{
	json_t *answer = client_once(cli,
			json_pack("{s:s, s:s, s:s*}", "command", verb,
				  "channel", argv[1], "path", argv[2]), 0);

	json_decref(answer);
	return answer ? CLI_OK : CLI_FAILED;
}

static int enable(struct cli *cli, int argc, char **argv)
{
	(void)argc;
	return ask(cli, "enable", argv);
}

static int disable(struct cli *cli, int argc, char **argv)
{
	(void)argc;
	return ask(cli, "disable", argv);
}

const struct cli_command cli_enable = {
	.name = "enable",
	.synopsis = "CHANNEL [PATH]",
	.help = "put it in use again",
	.options = "",
	.min_args = 1,
	.max_args = 2,
	.run = enable,
};

const struct cli_command cli_disable = {
	.name = "disable",
	.synopsis = "CHANNEL [PATH]",
	.help = "take it out of use until enabled",
	.options = "",
	.min_args = 1,
	.max_args = 2,
	.run = disable,
};
