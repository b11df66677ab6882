// SPDX-License-Identifier: ISC
// dccbridge, the operator's command: a table of subcommands
//
// main() reads the options that stand before the command, finds the command
// in the table, checks the number of its arguments and hands over. Whatever
// goes wrong is told on stderr as "dccbridge: what: why", by whoever notices.

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/suggest.h"
#include "base/util.h"
#include "cli/cli.h"

static const struct cli_command *const commands[] = {
	&cli_status, &cli_watch, &cli_stats, &cli_events, &cli_alarms,
	&cli_history, &cli_reload, &cli_enable, &cli_disable, &cli_switch,
	&cli_dump, &cli_ping, &cli_check, &cli_doctor, &cli_version,
};

/**
 * cli_error() - Tell on stderr what went wrong
 * @fmt:	"what: why", without a line end
 *
 * Return: CLI_FAILED, for the caller to return
 */
int cli_error(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("dccbridge: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return CLI_FAILED;
}

/**
 * cli_finish() - Make sure that what was printed has been written
 * @cli:	The command
 * @status:	What it would return
 *
 * A full disk or a closed pipe is no success.
 *
 * Return: @status, or CLI_FAILED
 */
int cli_finish(struct cli *cli, int status)
{
	if (!fflush(cli->out) && !ferror(cli->out))
		return status;
	if (errno == EPIPE)
		return CLI_FAILED;
	return cli_error("standard output: %s", strerror(errno));
}

static void print_help(FILE *out)
{
	fputs("usage: dccbridge [-s SOCKET] [-j] COMMAND [ARGUMENT ...]\n\n",
	      out);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct cli_command *c = commands[i];
		const char *what = c->brief ? c->brief : c->synopsis;
		int n = fprintf(out, "  %s%s%s", c->name, *what ? " " : "",
				what);

		fprintf(out, "%*s  %s\n", n < 28 ? 28 - n : 0, "", c->help);
	}
	fputs("\n  -j  print JSON      -s  socket of the daemon ("
	      CONTROL_SOCKET ")\nThe manual page dccbridge(8) says more.\n",
	      out);
}

static void print_usage(FILE *out, const struct cli_command *c)
{
	fprintf(out, "usage: dccbridge [-s SOCKET] [-j] %s%s%s\n", c->name,
		*c->synopsis ? " " : "", c->synopsis);
}

static int usage(const struct cli_command *c)
{
	print_usage(stderr, c);
	return CLI_USAGE;
}

/* Somebody who knows no command yet tries these two after any of them. */
static bool wants_help(int argc, char **argv)
{
	return argc == 2 &&
	       (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"));
}

static int help(struct cli *cli, const struct cli_command *c)
{
	print_usage(cli->out, c);
	fprintf(cli->out, "%s\n", c->help);
	return cli_finish(cli, CLI_OK);
}

static const struct cli_command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int unknown_command(const char *name)
{
	const char *names[ARRAY_SIZE(commands)];
	const char *near;
	char safe[128];

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		names[i] = commands[i]->name;
	near = suggest(name, names, ARRAY_SIZE(names));
	escape(safe, sizeof(safe), name, strlen(name));
	if (near)
		cli_error("%s: unknown command; did you mean \"%s\"?", safe,
			  near);
	else
		cli_error("%s: unknown command; \"dccbridge -h\" lists them",
			  safe);
	return CLI_USAGE;
}

/* Options and number of arguments, before the command sees them; getopt(3)
 * sorts the options to the front. */
static int check_arguments(const struct cli_command *c, int argc, char **argv)
{
	static const struct option none[] = { { 0 } };
	int opt, args;

	opterr = 0;
	optind = 0;
	while ((opt = getopt_long(argc, argv, c->options,
				  c->longs ? c->longs : none, NULL)) != -1) {
		if (opt != '?')
			continue;
		if (optopt && strchr(c->options, optopt))
			cli_error("%s: -%c wants a value", c->name, optopt);
		else
			cli_error("%s: unknown option %s", c->name,
				  argv[optind - 1]);
		return usage(c);
	}
	args = argc - optind;
	if (args > c->max_args)
		cli_error("%s: too many arguments", c->name);
	else if (args < c->min_args)
		cli_error("%s: an argument is missing", c->name);
	optind = 0;
	return args > c->max_args || args < c->min_args ? usage(c) : CLI_OK;
}

/* A terminal tells its width; elsewhere COLUMNS may; else there is none. */
static void find_width(struct cli *cli)
{
	const char *columns = getenv("COLUMNS");
	struct winsize ws;

	cli->tty = isatty(STDOUT_FILENO);
	if (cli->tty && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws))
		cli->width = ws.ws_col;
	else if (columns)
		cli->width = (unsigned)strtoul(columns, NULL, 10);
	if (cli->width && cli->width < 40)
		cli->width = 40;
}

static int parse_options(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 }
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "+hjs:V", longs, NULL)) != -1) {
		switch (opt) {
		case 'h':
			print_help(stdout);
			exit(cli_finish(cli, CLI_OK));
		case 'j':
			cli->json = true;
			break;
		case 's':
			cli->socket = optarg;
			break;
		case 'V':
			puts(PACKAGE_STRING);
			exit(cli_finish(cli, CLI_OK));
		default:
			return CLI_USAGE;
		}
	}
	return CLI_OK;
}

int main(int argc, char **argv)
{
	struct cli cli = { .socket = CONTROL_SOCKET, .out = stdout };
	const struct cli_command *c;

	signal(SIGPIPE, SIG_IGN);
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
	if (parse_options(&cli, argc, argv) != CLI_OK || optind == argc) {
		print_help(stderr);
		return CLI_USAGE;
	}
	find_width(&cli);
	argc -= optind;
	argv += optind;
	c = find_command(argv[0]);
	if (!c)
		return unknown_command(argv[0]);
	if (wants_help(argc, argv))
		return help(&cli, c);
	if (check_arguments(c, argc, argv) != CLI_OK)
		return CLI_USAGE;
	return cli_finish(&cli, c->run(&cli, argc, argv));
}
