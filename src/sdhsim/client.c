// SPDX-License-Identifier: ISC
// The client's half of the control socket: asks one thing, prints the answer.

#include "sdhsim/client.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"
#include "sdhsim/report.h"

enum {
	PATIENCE = 10,		/* seconds */
};

/**
 * struct command - What the client knows
 * @argument:	Name of its argument, in requests and for people; or NULL
 * @figures:	The answer is what was asked for
 */
static const struct command {
	const char *name;
	const char *argument;
	bool figures;
} commands[] = {
	{ "cut", NULL, false },
	{ "restore", NULL, false },
	{ "ber", "rate", false },
	{ "delay", "time", false },
	{ "stats", NULL, true },
};

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/**
 * client_is_command() - Does a word ask for the client?
 * @word:	First argument of the program
 *
 * Return: true if it is a command
 */
bool client_is_command(const char *word)
{
	return find(word);
}

static int connect_to(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	const struct timeval patience = { .tv_sec = PATIENCE };
	int fd, err;

	if (strlen(path) >= sizeof(sun.sun_path))
		return -ENAMETOOLONG;
	memcpy(sun.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (!connect(fd, (struct sockaddr *)&sun, sizeof(sun)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* Returns the line that came back, for the caller to free, or NULL. */
static char *exchange(FILE *stream, const struct command *c,
		      const char *argument)
{
	json_t *request = json_pack("{s:s}", "command", c->name);
	char *line = NULL;
	size_t room = 0;
	int bad;

	if (c->argument)
		json_object_set_new(request, c->argument,
				    json_string(argument));
	bad = json_dumpf(request, stream, JSON_COMPACT) ||
	      fputc('\n', stream) == EOF || fflush(stream) ||
	      getline(&line, &room, stream) <= 0;
	json_decref(request);
	if (!bad)
		return line;
	free(line);
	return NULL;
}

static int print(const struct command *c, const json_t *answer,
		 const char *line, bool json)
{
	const json_t *error = json_object_get(answer, "error");
	bool ok = json_is_true(json_object_get(answer, "ok"));

	if (json)
		fputs(line, stdout);
	if (!ok) {
		log_warnx("%s", json_is_string(error) ?
			  json_string_value(error) : "no answer that we know");
		return CLIENT_FAILED;
	}
	if (!json && c->figures)
		report_text(stdout, answer);
	if (fflush(stdout)) {
		log_warn("standard output");
		return CLIENT_FAILED;
	}
	return CLIENT_OK;
}

static int ask(const char *path, bool json, const struct command *c,
	       const char *argument)
{
	int fd = connect_to(path), status;
	FILE *stream;
	json_t *answer;
	char *line;

	stream = fd < 0 ? NULL : fdopen(fd, "r+");
	if (!stream) {
		log_warnx("%s: %s; is the simulator running, and was it "
			  "started with -c %s?", path,
			  strerror(fd < 0 ? -fd : errno), path);
		return CLIENT_FAILED;
	}
	line = exchange(stream, c, argument);
	answer = line ? json_loads(line, JSON_REJECT_DUPLICATES, NULL) : NULL;
	status = print(c, answer, line ? line : "", json);
	json_decref(answer);
	free(line);
	fclose(stream);
	return status;
}

/**
 * client_run() - Do a command
 * @socket:	Of the simulator; NULL: none was named
 * @json:	Print the answer as it came
 * @argc:	Number of @argv
 * @argv:	The command and its argument
 *
 * Return: enum client_status, after telling what went wrong
 */
int client_run(const char *socket, bool json, int argc, char **argv)
{
	const struct command *c = find(argv[0]);

	if (!socket) {
		log_warnx("%s: name the simulator's socket with -c", c->name);
		return CLIENT_USAGE;
	}
	if (argc != (c->argument ? 2 : 1)) {
		log_warnx("usage: sdhsim -c SOCKET %s%s%s", c->name,
			  c->argument ? " " : "",
			  c->argument ? c->argument : "");
		return CLIENT_USAGE;
	}
	return ask(socket, json, c, argv[1]);
}
