// SPDX-License-Identifier: ISC
// dccbridge ping: echo requests through a channel, and what came back.
//
// The daemon sends them and tells of each, with the totals so far: whenever
// this ends, the last line that came has all that is to be told.

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/client.h"
#include "cli/text.h"
#include "config/number.h"

/* how long a request may stay without an answer, and a little more */
enum { PATIENCE_S = 10, INTERVAL_MAX_S = 3600 };

/** struct ping_options - What the command line asks for; 0: not said */
struct ping_options {
	const char *channel, *path;
	uint64_t count, interval_ns, size;
};

static volatile sig_atomic_t interrupted;

/* It also interrupts the wait for a line: that call fails then. */
static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/* A second signal ends us at once. */
static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal,
				.sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

static double milli(const json_t *answer, const char *key)
{
	return (double)json_get_integer(answer, key) / 1000;
}

static void print_line(struct cli *cli, const char *channel,
		       const json_t *answer)
{
	long long number = (long long)json_get_integer(answer, "sequence");
	char *path = text_safe(json_get_string(answer, "path"));

	if (json_is_integer(json_object_get(answer, "rtt_us")))
		fprintf(cli->out, "%lld octets from %s: seq=%lld path=%s "
			"time=%.3f ms\n",
			(long long)json_get_integer(answer, "octets"),
			channel, number, path, milli(answer, "rtt_us"));
	else
		fprintf(cli->out, "no answer from %s: seq=%lld path=%s\n",
			channel, number, path);
	free(path);
}

static void print_totals(struct cli *cli, const char *channel,
			 const json_t *answer)
{
	long long received = (long long)json_get_integer(answer, "received");
	long long lost = (long long)json_get_integer(answer, "lost");
	long long known = received + lost;

	fprintf(cli->out, "\n--- %s ping statistics ---\n", channel);
	fprintf(cli->out, "%lld packets transmitted, %lld received, "
		"%.4g%% packet loss\n", known, received,
		known ? (double)lost * 100 / (double)known : 0.0);
	if (received)
		fprintf(cli->out, "rtt min/avg/max/p99 = "
			"%.3f/%.3f/%.3f/%.3f ms\n",
			milli(answer, "rtt_least_us"),
			milli(answer, "rtt_average_us"),
			milli(answer, "rtt_most_us"),
			milli(answer, "rtt_p99_us"));
}

static void show(struct cli *cli, const struct client *c,
		 const char *channel, const json_t *answer)
{
	if (cli->json)
		fputs(c->line, cli->out);
	else if (json_object_get(answer, "sequence"))
		print_line(cli, channel, answer);
	fflush(cli->out);
}

/* Returns the last line of the daemon's, or NULL if there was none. */
static json_t *follow(struct cli *cli, struct client *c,
		      const struct ping_options *o, const char *channel)
{
	json_t *last = NULL, *answer;

	answer = client_ask(c, json_pack("{s:s, s:s, s:s*, s:o*, s:o*, s:o*}",
		"command", "ping", "channel", o->channel, "path", o->path,
		"count", o->count ? json_integer((json_int_t)o->count) : NULL,
		"interval_us", o->interval_ns ? json_integer((json_int_t)
			(o->interval_ns / 1000)) : NULL,
		"size", o->size ? json_integer((json_int_t)o->size) : NULL));
	while (answer) {
		json_decref(last);
		last = answer;
		show(cli, c, channel, answer);
		if (json_is_true(json_object_get(answer, "done")) ||
		    interrupted || ferror(cli->out))
			break;
		answer = client_next(c);
	}
	return last;
}

static int ping(struct cli *cli, const struct ping_options *o)
{
	unsigned interval_s = (unsigned)(o->interval_ns / 1000000000);
	struct client c = { 0 };
	json_t *last;
	char *channel;
	int status;

	if (client_open(&c, cli) != CLI_OK)
		return CLI_FAILED;
	client_patience(&c, PATIENCE_S + interval_s);
	channel = text_safe(o->channel);
	catch_signals();
	last = follow(cli, &c, o, channel);
	if (last && !cli->json)
		print_totals(cli, channel, last);
	status = json_get_integer(last, "received") ? CLI_OK : CLI_FAILED;
	json_decref(last);
	free(channel);
	client_close(&c);
	return status;
}

static int wrong(int option, const char *value, const char *why)
{
	cli_error("ping: -%c %s: %s", option, value, why);
	return CLI_USAGE;
}

static int take_option(struct ping_options *o, int option, const char *value)
{
	char why[ROW_WHY_MAX];
	int err = 0;

	switch (option) {
	case 'c':
		err = number_read(value, UNIT_NONE, &o->count, why);
		if (!err && (!o->count || o->count > UINT32_MAX))
			return wrong(option, value, "not a number of requests");
		break;
	case 'i':
		err = number_read(value, UNIT_TIME, &o->interval_ns, why);
		if (!err && (o->interval_ns < 10000000 ||
			     o->interval_ns / 1000000000 > INTERVAL_MAX_S))
			return wrong(option, value, "must be 10ms to 1h");
		break;
	case 's':
		err = number_read(value, UNIT_OCTETS, &o->size, why);
		if (!err && (!o->size || o->size > UINT16_MAX))
			return wrong(option, value, "must be 16 octets or "
				     "more, and fit into one packet");
		break;
	case 'p':
		o->path = value;
		break;
	default:
		return CLI_USAGE;
	}
	return err ? wrong(option, value, why) : CLI_OK;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct ping_options o = { 0 };
	int option, status;

	while ((option = getopt(argc, argv, cli_ping.options)) != -1) {
		status = take_option(&o, option, optarg);
		if (status != CLI_OK)
			return status;
	}
	o.channel = argv[optind];
	return ping(cli, &o);
}

const struct cli_command cli_ping = {
	.name = "ping",
	.synopsis = "CHANNEL [-c COUNT] [-i TIME] [-s SIZE] [-p PATH]",
	.brief = "CHANNEL [OPTION ...]",
	.help = "round trips through a channel, without its LAN",
	.options = "c:i:s:p:",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
