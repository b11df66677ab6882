// SPDX-License-Identifier: ISC
// dccbridge version: of the command, and of the daemon if it runs.

#include <string.h>

#include "cli/cli.h"
#include "cli/client.h"
#include "cli/text.h"

/* A daemon that does not run is no failure here; one that refuses is. */
static int ask(struct cli *cli, json_t **answer)
{
	struct client c = { .quiet = true };

	*answer = NULL;
	if (client_open(&c, cli) != CLI_OK)
		return CLI_OK;
	*answer = client_ask(&c, json_pack("{s:s}", "command", "version"));
	client_close(&c);
	return *answer ? CLI_OK : CLI_FAILED;
}

static void print_json(struct cli *cli, const json_t *answer)
{
	json_t *all = json_pack("{s:b, s:i, s:s, s:O*}", "ok", 1, "schema",
				CLI_SCHEMA, "version", PACKAGE_VERSION,
				"daemon", answer);

	json_dumpf(all, cli->out, JSON_COMPACT);
	fputc('\n', cli->out);
	json_decref(all);
}

static void print_text(struct cli *cli, const json_t *answer)
{
	const char *version = json_get_string(answer, "version");
	char time[TEXT_SHORT];

	fprintf(cli->out, "dccbridge   %s\ndccbridged  ", PACKAGE_VERSION);
	if (!answer) {
		fputs("not running\n", cli->out);
		return;
	}
	text_print(cli->out, version);
	fprintf(cli->out, ", running since %s",
		text_time(time, json_get_string(answer, "started")));
	if (version && strcmp(version, PACKAGE_VERSION))
		fputs("; restart it to run what is installed", cli->out);
	fputc('\n', cli->out);
}

static int run(struct cli *cli, int argc, char **argv)
{
	json_t *answer;
	int status = ask(cli, &answer);

	(void)argc;
	(void)argv;
	if (cli->json)
		print_json(cli, answer);
	else
		print_text(cli, answer);
	json_decref(answer);
	return status;
}

const struct cli_command cli_version = {
	.name = "version",
	.synopsis = "",
	.help = "of the command and of the daemon",
	.options = "",
	.run = run,
};
