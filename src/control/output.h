/* SPDX-License-Identifier: ISC */
/* What waits to be sent to a client, and JSON to fill it with. */
#ifndef CONTROL_OUTPUT_H
#define CONTROL_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

/* Goes up when a key changes its meaning or goes away, never for a new one */
#define CONTROL_SCHEMA	1

enum output_limit {
	OUTPUT_MAX = 1024 * 1024,	/* octets that may wait for a client */
};

/**
 * struct output - Octets that wait; all zero is an empty one
 * @failed:	Not all could be kept: what is here is not an answer
 * @has_fd:	@fd goes with the octets that are sent next; owned
 */
struct output {
	char *data;
	size_t begin, end, room;
	bool failed;
	bool has_fd;
	int fd;
};

size_t output_pending(const struct output *out);
void output_text(struct output *out, const char *text, size_t len);
void output_json(struct output *out, json_t *value);
void output_error(struct output *out, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void output_answer(struct output *out, json_t *object);
void output_list_begin(struct output *out, json_t *head, const char *key);
void output_list_add(struct output *out, json_t *value, bool first);
void output_list_end(struct output *out);
void output_fd(struct output *out, int fd);
void output_sent(struct output *out, size_t len);
void output_free(struct output *out);

json_t *output_string(const char *s);
json_t *output_address(const struct addr *a);
json_t *output_time(int64_t utc_ns);

#endif
