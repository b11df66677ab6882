/* SPDX-License-Identifier: ISC */
/* The operator's command: what its subcommands share. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

/* The exit status; scripts rely on it. */
enum cli_status {
	CLI_OK = 0,
	CLI_FAILED = 1,		/* asked rightly, but it did not work out */
	CLI_USAGE = 2,		/* asked wrongly */
};

struct option;

/* What our own JSON (check, doctor, version) bears as "schema"; the answers
 * of the daemon bear the daemon's. */
#define CLI_SCHEMA	1

#define CONTROL_SOCKET	DCC_RUN_DIR "/control"

/**
 * struct cli - What the options before the command said
 * @socket:	Path of the control socket
 * @json:	Print JSON instead of text
 * @out:	Where the result goes
 * @width:	Columns of the terminal; 0: as wide as it wants to be
 * @tty:	@out is a terminal
 */
struct cli {
	const char *socket;
	bool json;
	FILE *out;
	unsigned width;
	bool tty;
};

/**
 * struct cli_command - One subcommand
 * @name:	As typed
 * @synopsis:	What may follow the name; "" if nothing may
 * @help:	What it does, in a few words
 * @options:	For getopt(3); "" if it has none
 * @longs:	For getopt_long(3), or NULL
 * @brief:	What help shows instead of @synopsis, or NULL
 * @max_args:	How many arguments it takes at most, options aside
 * @min_args:	... and at least
 * @run:	Gets the options through getopt(3), as main() would; returns
 *		enum cli_status
 */
struct cli_command {
	const char *name;
	const char *synopsis;
	const char *help;
	const char *options;
	const struct option *longs;
	const char *brief;
	int min_args, max_args;
	int (*run)(struct cli *cli, int argc, char **argv);
};

extern const struct cli_command cli_status, cli_watch, cli_stats, cli_events,
				cli_alarms, cli_history, cli_reload,
				cli_enable, cli_disable, cli_switch,
				cli_check, cli_doctor, cli_dump, cli_ping,
				cli_version;

int cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int cli_finish(struct cli *cli, int status);

#endif
