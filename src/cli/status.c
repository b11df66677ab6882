// SPDX-License-Identifier: ISC
// dccbridge status: one line a channel, or one channel in full.

#include <time.h>
#include <unistd.h>

#include "cli/chain.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/render.h"

static json_t *request(const char *channel)
{
	return json_pack("{s:s, s:s*}", "command", "status", "channel",
			 channel);
}

/* In full there are rates too, so it is asked twice, half a second apart. */
static int show_full(struct cli *cli, struct client *c, const char *channel)
{
	const struct timespec pause = { .tv_nsec = 500 * 1000 * 1000 };
	json_t *before, *answer = NULL;

	before = client_ask(c, request(channel));
	if (before) {
		nanosleep(&pause, NULL);
		answer = client_ask(c, request(channel));
	}
	if (answer) {
		chain_add(answer);
		render_full(&(struct render){ .answer = answer,
				.before = before, .out = cli->out,
				.width = cli->width });
	}
	json_decref(before);
	json_decref(answer);
	return answer ? CLI_OK : CLI_FAILED;
}

static void print_json(struct cli *cli, json_t *answer)
{
	chain_add(answer);
	json_dumpf(answer, cli->out, JSON_COMPACT);
	fputc('\n', cli->out);
}

static int show_lines(struct cli *cli, struct client *c, const char *channel)
{
	json_t *answer = client_ask(c, request(channel));

	if (!answer)
		return CLI_FAILED;
	if (cli->json)
		print_json(cli, answer);
	else
		render_lines(&(struct render){ .answer = answer,
				.out = cli->out, .width = cli->width });
	json_decref(answer);
	return CLI_OK;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct client c = { 0 };
	const char *channel;
	bool full = false;
	int status;

	while (getopt(argc, argv, cli_status.options) == 'v')
		full = true;
	channel = argv[optind];
	if (client_open(&c, cli) != CLI_OK)
		return CLI_FAILED;
	if (!cli->json && (full || channel))
		status = show_full(cli, &c, channel);
	else
		status = show_lines(cli, &c, channel);
	client_close(&c);
	return status;
}

const struct cli_command cli_status = {
	.name = "status",
	.synopsis = "[-v] [CHANNEL]",
	.help = "one line a channel, or in full",
	.options = "v",
	.max_args = 1,
	.run = run,
};
