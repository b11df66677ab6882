// SPDX-License-Identifier: ISC
// Talk with the daemon: a request a line, an answer a line.
//
// Every failure is told here, with what to do about it; who calls only
// returns CLI_FAILED.

#include "cli/client.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/text.h"

enum { PATIENCE = 10 };		/* seconds for an answer */

static void no_permission(const char *path)
{
	const struct group *group;
	struct stat st;

	group = stat(path, &st) ? NULL : getgrgid(st.st_gid);
	if (group && group->gr_gid)
		cli_error("%s: permission denied; be root or a member of "
			  "group %s (\"adduser USER %s\", then log in again)",
			  path, group->gr_name, group->gr_name);
	else
		cli_error("%s: permission denied; be root, or a member of the "
			  "group that \"control\" names in %s", path,
			  DCC_CONFIG_FILE);
}

static void cannot_connect(const char *path, int error)
{
	switch (error) {
	case ENOENT:
	case ECONNREFUSED:
		cli_error("%s: the daemon is not running; start it with "
			  "\"systemctl start dccbridged\" or \"dccbridged\", "
			  "or name its socket with -s", path);
		return;
	case EACCES:
	case EPERM:
		no_permission(path);
		return;
	default:
		cli_error("%s: cannot connect: %s", path, strerror(error));
	}
}

/* Returns a connected socket or a negative errno. */
static int connect_to(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd, error;

	if (strlcpy(sun.sun_path, path, sizeof(sun.sun_path)) >=
	    sizeof(sun.sun_path))
		return -ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!connect(fd, (struct sockaddr *)&sun, sizeof(sun)))
		return fd;
	error = errno;
	close(fd);
	return -error;
}

/**
 * client_open() - Connect to the daemon
 * @c:		Gets the connection; client_close() ends it. Its @quiet is
 *		taken as it is
 * @cli:	Says where the daemon listens
 *
 * Return: CLI_OK, or CLI_FAILED after telling why
 */
int client_open(struct client *c, const struct cli *cli)
{
	int fd = connect_to(cli->socket);

	c->socket = cli->socket;
	c->stream = NULL;
	c->line = NULL;
	c->room = 0;
	if (fd < 0) {
		if (!c->quiet)
			cannot_connect(cli->socket, -fd);
		return CLI_FAILED;
	}
	c->stream = fdopen(fd, "r+");
	if (!c->stream) {
		close(fd);
		return cli_error("%s: %s", c->socket, strerror(errno));
	}
	client_patience(c, PATIENCE);
	return CLI_OK;
}

/**
 * client_close() - End a connection
 * @c:	The connection; may be closed already
 */
void client_close(struct client *c)
{
	if (c->stream)
		fclose(c->stream);
	free(c->line);
	c->stream = NULL;
	c->line = NULL;
}

/**
 * client_patience() - Say how long to wait for each answer
 * @c:		The connection
 * @seconds:	0: for ever
 */
void client_patience(struct client *c, unsigned seconds)
{
	struct timeval tv = { .tv_sec = (time_t)seconds };

	setsockopt(fileno(c->stream), SOL_SOCKET, SO_RCVTIMEO, &tv,
		   sizeof(tv));
	setsockopt(fileno(c->stream), SOL_SOCKET, SO_SNDTIMEO, &tv,
		   sizeof(tv));
}

/* Who was interrupted knows it. */
static json_t *no_answer(const struct client *c)
{
	if (errno == EINTR && !feof(c->stream))
		return NULL;
	if (feof(c->stream) || errno == ECONNRESET || errno == EPIPE)
		cli_error("%s: the daemon closed the connection; its log "
			  "may say why", c->socket);
	else if (errno == EAGAIN)
		cli_error("%s: no answer from the daemon; see whether it is "
			  "stopped or overloaded", c->socket);
	else
		cli_error("%s: %s", c->socket, strerror(errno));
	return NULL;
}

/* An error of the daemon's, and what belongs to it line by line. */
static void tell_error(const json_t *answer)
{
	const json_t *details = json_object_get(answer, "details");
	const char *error = json_get_string(answer, "error");
	const json_t *detail;
	char *safe;
	size_t i;

	safe = text_safe(error ? error : "the daemon refused without a word");
	cli_error("%s", safe);
	free(safe);
	json_array_foreach(details, i, detail) {
		text_print(stderr, json_string_value(detail));
		fputc('\n', stderr);
	}
}

/**
 * client_next() - Wait for an answer
 * @c:	The connection; its @line keeps the answer as it came
 *
 * Return: the answer, for the caller to free; NULL after telling why not
 */
json_t *client_next(struct client *c)
{
	json_error_t error;
	json_t *answer;

	errno = 0;
	if (getline(&c->line, &c->room, c->stream) <= 0)
		return no_answer(c);
	answer = json_loads(c->line, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(answer)) {
		json_decref(answer);
		cli_error("%s: what answers is not the daemon", c->socket);
		return NULL;
	}
	if (json_is_true(json_object_get(answer, "ok")))
		return answer;
	tell_error(answer);
	json_decref(answer);
	return NULL;
}

/**
 * client_ask() - Send a request and wait for its answer
 * @c:		The connection
 * @request:	A JSON object; the reference is stolen
 *
 * Return: as client_next()
 */
json_t *client_ask(struct client *c, json_t *request)
{
	int error = json_dumpf(request, c->stream, JSON_COMPACT);

	json_decref(request);
	if (error) {
		cli_error("%s: cannot send the request", c->socket);
		return NULL;
	}
	/* a daemon that refuses closes its end, but its word came before */
	fputc('\n', c->stream);
	fflush(c->stream);
	clearerr(c->stream);
	return client_next(c);
}

/**
 * client_once() - Connect, ask one thing, and print it if JSON is wanted
 * @cli:	The command
 * @request:	A JSON object; the reference is stolen
 * @seconds:	Patience; 0: the usual
 *
 * Return: the answer, for the caller to free; NULL after telling why not
 */
json_t *client_once(const struct cli *cli, json_t *request, unsigned seconds)
{
	struct client c = { 0 };
	json_t *answer;

	if (client_open(&c, cli) != CLI_OK) {
		json_decref(request);
		return NULL;
	}
	if (seconds)
		client_patience(&c, seconds);
	answer = client_ask(&c, request);
	if (answer && cli->json)
		fputs(c.line, cli->out);
	client_close(&c);
	return answer;
}

/**
 * json_get_string() - A string in an object
 * @object:	The object, or NULL
 * @key:	Its key
 *
 * Return: the string, owned by @object; NULL if there is none
 */
const char *json_get_string(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/**
 * json_get_integer() - An integer in an object
 * @object:	The object, or NULL
 * @key:	Its key
 *
 * Return: the integer; 0 if there is none
 */
json_int_t json_get_integer(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}
