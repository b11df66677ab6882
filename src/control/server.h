/* SPDX-License-Identifier: ISC */
/* The control socket's clients: a line in, an answer out, all bounded. */
#ifndef CONTROL_SERVER_H
#define CONTROL_SERVER_H

#include <event2/event.h>
#include <stddef.h>

#include "base/clock.h"
#include "control/access.h"
#include "control/output.h"

enum server_limit {
	SERVER_CLIENTS = 64,		/* at once */
	SERVER_READERS = 48,		/* of them, those who may only look */
	SERVER_LINE = 4096,		/* octets of a request, line end too */
	SERVER_PIECE = 16 * 1024,	/* octets after which an answer rests */
};

/** enum job_state - What a job says of itself */
enum job_state {
	JOB_MORE,	/* there is more, ask again when this has gone out */
	JOB_WAIT,	/* nothing now; ask again after server_wake() */
	JOB_DONE,	/* the answer is complete */
};

/**
 * struct job - An answer that is made piece by piece
 * @next:	Append the next piece: a fraction of a millisecond's work
 * @free:	The client has gone, or the answer is complete
 */
struct job {
	enum job_state (*next)(struct job *job, struct output *out);
	void (*free)(struct job *job);
};

/**
 * struct server_ops - What is done with a request
 * @request:	Takes a line of @len octets without its end, NUL-terminated.
 *		Answers at once in @out and returns NULL, or returns a job
 * @arg:	Its first argument
 */
struct server_ops {
	struct job *(*request)(void *arg, char *line, size_t len,
			       enum access access, struct output *out);
	void *arg;
};

struct server;

struct server *server_new(struct event_base *base,
			  const struct server_ops *ops);
int server_listen(struct server *s, int fd, const struct access_rules *rules,
		  const char *denied);
int server_add(struct server *s, int fd, enum access access);
void server_sweep(struct server *s, struct mono now);
void server_wake(struct server *s);
size_t server_clients(const struct server *s);
void server_free(struct server *s);

#endif
