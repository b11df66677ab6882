/* SPDX-License-Identifier: ISC */
/* A request: one JSON object, {"command": "status", "channel": "noc"}. */
#ifndef CONTROL_REQUEST_H
#define CONTROL_REQUEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { REQUEST_ERROR_MAX = 160 };

/** enum request_key - What a request may hold; bits of a set */
enum request_key {
	REQUEST_CHANNEL = 1,
	REQUEST_PATH = 2,
	REQUEST_FOLLOW = 4,
	REQUEST_ACTION = 8,
	REQUEST_COUNT = 16,
	REQUEST_INTERVAL = 32,
	REQUEST_SIZE = 64,
};

/**
 * struct request - A request, read
 * @json:	Owns the strings
 * @keys:	Which of enum request_key it holds
 * @command:	Never NULL
 * @channel:	NULL: not said
 * @path:	NULL: not said
 * @action:	What to do to them; NULL: not said
 * @follow:	Go on answering
 * @count:	How many; 0: not said
 * @interval_us: From one to the next, microseconds
 * @size:	Octets
 */
struct request {
	json_t *json;
	unsigned keys;
	const char *command, *channel, *path, *action;
	bool follow;
	json_int_t count, interval_us, size;
};

int request_parse(struct request *r, const char *line, size_t len,
		  char error[REQUEST_ERROR_MAX]);
const char *request_key_name(enum request_key key);
void request_free(struct request *r);

#endif
