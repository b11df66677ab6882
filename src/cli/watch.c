// SPDX-License-Identifier: ISC
// dccbridge watch: the status with rates, redrawn until interrupted.

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/client.h"
#include "cli/render.h"

/**
 * struct watch - One run
 * @interval:	Seconds between two pictures
 * @count:	How many pictures; 0: no end
 * @before:	The answer behind the last picture, or NULL
 */
struct watch {
	struct cli *cli;
	struct client client;
	double interval;
	unsigned long count;
	json_t *before;
};

static void rest(double seconds)
{
	struct timespec ts = {
		.tv_sec = (time_t)seconds,
		.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9),
	};

	nanosleep(&ts, NULL);
}

/* Over the last picture on a terminal, below it elsewhere. */
static void draw(struct watch *w, const json_t *answer)
{
	struct cli *cli = w->cli;

	if (cli->json) {
		fputs(w->client.line, cli->out);
	} else {
		if (cli->tty)
			fputs("\033[H\033[J", cli->out);
		render_lines(&(struct render){ .answer = answer,
				.before = w->before, .out = cli->out,
				.width = cli->width });
		if (!cli->tty)
			fputc('\n', cli->out);
	}
	fflush(cli->out);
}

static int picture(struct watch *w)
{
	json_t *answer = client_ask(&w->client, json_pack("{s:s}", "command",
							  "status"));

	if (!answer)
		return CLI_FAILED;
	draw(w, answer);
	json_decref(w->before);
	w->before = answer;
	return CLI_OK;
}

/* On a terminal somebody watches, who wants to see the daemon come back. */
static bool is_patient(const struct watch *w)
{
	return w->cli->tty && !w->cli->json && !w->count;
}

/* The message that tells of the failure stands where the picture was. */
static int begin_again(struct watch *w)
{
	client_close(&w->client);
	rest(w->interval);
	fputs("\033[H\033[J", w->cli->out);
	fflush(w->cli->out);
	return client_open(&w->client, w->cli);
}

static int watch(struct watch *w)
{
	int status = client_open(&w->client, w->cli);
	bool patient = status == CLI_OK && is_patient(w);
	unsigned long n = 0;

	while (status == CLI_OK || patient) {
		status = status == CLI_OK ? picture(w) : begin_again(w);
		if ((w->count && ++n == w->count) || ferror(w->cli->out))
			break;
		if (status == CLI_OK)
			rest(w->interval);
	}
	json_decref(w->before);
	client_close(&w->client);
	return status;
}

static int wrong_value(int opt, const char *value)
{
	cli_error("watch: -%c %s: not a number that makes sense here", opt,
		  value);
	return CLI_USAGE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct watch w = { .cli = cli, .interval = 1 };
	char *end;
	int opt;

	while ((opt = getopt(argc, argv, cli_watch.options)) != -1) {
		if (opt == 'c')
			w.count = strtoul(optarg, &end, 10);
		else
			w.interval = strtod(optarg, &end);
		if (*end || end == optarg || *optarg == '-' ||
		    !(w.interval >= 0.1 && w.interval <= 86400))
			return wrong_value(opt, optarg);
	}
	return watch(&w);
}

const struct cli_command cli_watch = {
	.name = "watch",
	.synopsis = "[-c COUNT] [-i SECONDS]",
	.help = "the same with rates, redrawn",
	.options = "c:i:",
	.run = run,
};
