/* SPDX-License-Identifier: ISC */
/* Talk with the daemon: a request a line, an answer a line. */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "cli/cli.h"

/**
 * struct client - A connection to the daemon
 * @socket:	Its path, for messages
 * @stream:	The connection; NULL: none
 * @line:	The last answer as it came, with its line end
 * @room:	Octets allocated for @line
 * @quiet:	Say nothing when the daemon cannot be reached
 */
struct client {
	const char *socket;
	FILE *stream;
	char *line;
	size_t room;
	bool quiet;
};

int client_open(struct client *c, const struct cli *cli);
void client_close(struct client *c);
void client_patience(struct client *c, unsigned seconds);
json_t *client_ask(struct client *c, json_t *request);
json_t *client_next(struct client *c);
json_t *client_once(const struct cli *cli, json_t *request, unsigned seconds);

const char *json_get_string(const json_t *object, const char *key);
json_int_t json_get_integer(const json_t *object, const char *key);

#endif
