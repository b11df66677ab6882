// SPDX-License-Identifier: ISC
// The control socket's clients: a line in, an answer out, all bounded.
//
// Theory of operation. The socket comes bound and listening from the monitor.
// A client's rights are looked up when it connects; one without any, and one
// too many, is told so and closed at once. Readers alone cannot take all
// places, so that who may change things always gets in.
//
// A client may send one line after the other; a line is at most SERVER_LINE
// octets. An answer is either made at once, or by a job that appends piece
// after piece: it is asked for the next one only when less than SERVER_PIECE
// octets wait, so that a slow reader costs us a few kilobytes, however long
// the answer is. A job may also wait for something to happen (JOB_WAIT).
//
// The work is done in turns of one client each, from a queue. After a turn
// the queue rests nine times as long as the turn took: whatever clients do,
// they cost a tenth of one processor, and frames wait for one piece at most.
//
// Events: the listening socket, each client's socket (readable always,
// writable while something waits), the timer of the next turn, and while
// there are clients a timer that looks for those who hold a place for nothing:
// no complete request for IDLE_S, or nothing read from us for STALL_S. A
// client that waits on a job may wait as long as it lives.
//
// System calls: accept4, getsockopt, recvfrom, sendmsg, sendto, close.

#include "control/server.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/util.h"

enum {
	ACCEPTS = 8,		/* connections taken in one go */
	SWEEP_S = 5,
	IDLE_S = 60,
	STALL_S = 30,
	REST_FACTOR = 9,
	REST_MAX_MS = 50,
};

/**
 * struct client - One connection
 * @progress:	Last complete request, or octets read from us
 * @queued:	Is in the queue of turns
 * @waiting:	Its job said JOB_WAIT
 * @ended:	It will send no more
 * @closing:	To be closed when all has been sent
 */
struct client {
	TAILQ_ENTRY(client) entry;
	TAILQ_ENTRY(client) turn;
	struct server *server;
	int fd;
	enum access access;
	struct event *readable, *writable;
	struct mono progress;
	bool queued, waiting, ended, closing;
	struct job *job;
	struct output out;
	size_t used;
	char line[SERVER_LINE];
};

TAILQ_HEAD(client_list, client);

struct server {
	struct event_base *base;
	struct server_ops ops;
	struct access_rules rules;
	char denied[160];
	int fd;
	struct event *acceptable, *turn, *sweep;
	struct client_list clients, turns;
	size_t nclients, nreaders;
};

static void drop(struct client *c)
{
	struct server *s = c->server;

	TAILQ_REMOVE(&s->clients, c, entry);
	if (c->queued)
		TAILQ_REMOVE(&s->turns, c, turn);
	s->nclients--;
	s->nreaders -= c->access == ACCESS_READ;
	if (c->job)
		c->job->free(c->job);
	output_free(&c->out);
	event_free(c->readable);
	event_free(c->writable);
	close(c->fd);
	free(c);
}

static void add_timer(struct event *ev, int64_t ms)
{
	struct timeval tv = { .tv_sec = (time_t)(ms / 1000),
			      .tv_usec = (suseconds_t)(ms % 1000 * 1000) };

	if (!event_pending(ev, EV_TIMEOUT, NULL))
		event_add(ev, &tv);
}

/* Give the client a turn. */
static void enqueue(struct client *c)
{
	if (c->queued)
		return;
	c->queued = true;
	TAILQ_INSERT_TAIL(&c->server->turns, c, turn);
	add_timer(c->server->turn, 0);
}

static bool has_line(const struct client *c)
{
	return memchr(c->line, '\n', c->used);
}

static bool wants_turn(const struct client *c)
{
	if (c->closing || output_pending(&c->out) >= SERVER_PIECE)
		return false;
	return c->job ? !c->waiting : has_line(c);
}

/* Nothing more will come of it. */
static bool is_over(const struct client *c)
{
	return !output_pending(&c->out) &&
	       (c->closing || (c->ended && !c->job && !has_line(c)));
}

/* Returns how many octets went, and the descriptor with them, or -1. */
static ssize_t send_output(int fd, const struct output *out)
{
	union {
		struct cmsghdr align;
		char octets[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { out->data + out->begin, output_pending(out) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (out->has_fd) {
		control.align = (struct cmsghdr){
			.cmsg_len = CMSG_LEN(sizeof(int)),
			.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
		};
		memcpy(CMSG_DATA(&control.align), &out->fd, sizeof(int));
		m.msg_control = &control;
		m.msg_controllen = sizeof(control.octets);
	}
	return sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Send what waits. Returns false if the client was dropped. */
static bool flush(struct client *c)
{
	size_t pending = output_pending(&c->out);
	ssize_t n;

	if (c->out.failed) {
		drop(c);
		return false;
	}
	if (pending) {
		n = send_output(c->fd, &c->out);
		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			drop(c);
			return false;
		}
		if (n > 0) {
			c->progress = clock_mono();
			output_sent(&c->out, (size_t)n);
		}
	}
	if (output_pending(&c->out))
		event_add(c->writable, NULL);
	if (!is_over(c))
		return true;
	drop(c);
	return false;
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct client *c = arg;

	(void)fd;
	(void)what;
	if (flush(c) && wants_turn(c))
		enqueue(c);
}

/* Its buffer is full. With a line in it, it rests until that has been taken;
 * without, the line is too long. An answer under way is not interrupted by
 * another: then there is no last word. */
static void on_full(struct client *c)
{
	event_del(c->readable);
	if (has_line(c))
		return;
	if (c->job) {
		drop(c);
		return;
	}
	output_error(&c->out, "a request has at most %d octets", SERVER_LINE);
	c->closing = true;
	flush(c);
}

static void at_end(struct client *c)
{
	c->ended = true;
	event_del(c->readable);
	flush(c);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct client *c = arg;
	size_t room = sizeof(c->line) - c->used;
	ssize_t n;

	(void)what;
	n = recv(fd, c->line + c->used, room, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		drop(c);
		return;
	}
	c->used += (size_t)n;
	if (wants_turn(c))
		enqueue(c);
	if (!n)
		at_end(c);
	else if (c->used == sizeof(c->line))
		on_full(c);
}

/* Hand over the first line; the rest moves up. */
static void take_line(struct client *c)
{
	char *end = memchr(c->line, '\n', c->used);
	size_t len = (size_t)(end - c->line);

	*end = '\0';
	c->progress = clock_mono();
	c->job = c->server->ops.request(c->server->ops.arg, c->line, len,
					c->access, &c->out);
	c->waiting = false;
	c->used -= len + 1;
	memmove(c->line, end + 1, c->used);
	if (!c->ended)
		event_add(c->readable, NULL);
}

static void advance_job(struct client *c)
{
	enum job_state state = c->job->next(c->job, &c->out);

	c->waiting = state == JOB_WAIT;
	if (state != JOB_DONE)
		return;
	c->job->free(c->job);
	c->job = NULL;
	c->progress = clock_mono();
}

static void work(struct client *c)
{
	if (!wants_turn(c))
		return;
	if (!c->job)
		take_line(c);
	if (c->job)
		advance_job(c);
	if (flush(c) && wants_turn(c))
		enqueue(c);
}

/* One turn, of the client that waits longest. */
static void on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;
	struct client *c = TAILQ_FIRST(&s->turns);
	struct mono start = clock_mono(), took;

	(void)fd;
	(void)what;
	if (!c)
		return;
	TAILQ_REMOVE(&s->turns, c, turn);
	c->queued = false;
	/* until the rest is known, nobody starts the timer with another */
	add_timer(s->turn, REST_MAX_MS);
	work(c);
	event_del(s->turn);
	if (TAILQ_EMPTY(&s->turns))
		return;
	took = mono_sub(clock_mono(), start);
	took.ns *= REST_FACTOR;
	add_timer(s->turn, MIN(mono_to_ms(took), (int64_t)REST_MAX_MS));
}

/* Has the far end gone altogether? That its sending side has ended does not
 * say so, but a send of nothing does, and disturbs nobody. */
static bool has_gone(const struct client *c)
{
	return send(c->fd, "", 0, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
	       errno == EPIPE;
}

static bool holds_for_nothing(const struct client *c, struct mono now)
{
	int64_t s = mono_to_ms(mono_sub(now, c->progress)) / 1000;

	if (output_pending(&c->out))
		return s >= STALL_S;
	return c->job ? has_gone(c) : s >= IDLE_S;
}

/**
 * server_sweep() - Let those clients go who hold a place for nothing
 * @s:		Server, which does it by itself every few seconds
 * @now:	Time
 */
void server_sweep(struct server *s, struct mono now)
{
	struct client *c, *next;

	for (c = TAILQ_FIRST(&s->clients); c; c = next) {
		next = TAILQ_NEXT(c, entry);
		if (!c->queued && holds_for_nothing(c, now))
			drop(c);
	}
}

static void on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;

	(void)fd;
	(void)what;
	server_sweep(s, clock_mono());
	if (s->acceptable)
		event_add(s->acceptable, NULL);
	if (s->nclients)
		add_timer(s->sweep, SWEEP_S * 1000);
}

/* A last word to who gets no place; if it does not fit, then without. */
static void refuse(int fd, const char *why)
{
	struct output out = { 0 };
	ssize_t n;

	output_error(&out, "%s", why);
	if (!out.failed) {
		n = send(fd, out.data, output_pending(&out),
			 MSG_DONTWAIT | MSG_NOSIGNAL);
		(void)n;
	}
	output_free(&out);
	close(fd);
}

static void admit(struct server *s, int fd)
{
	enum access access;

	if (access_peer(&s->rules, fd, &access) || access == ACCESS_NONE)
		refuse(fd, s->denied);
	else if (s->nclients >= SERVER_CLIENTS ||
		 (access == ACCESS_READ && s->nreaders >= SERVER_READERS))
		refuse(fd, "control socket: too many clients; end some and "
		       "try again");
	else if (server_add(s, fd, access))
		refuse(fd, "control socket: out of memory; try again");
}

static void on_acceptable(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;

	(void)what;
	for (int i = 0; i < ACCEPTS; i++) {
		int client = accept4(fd, NULL, NULL,
				     SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (client >= 0) {
			admit(s, client);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
			/* the next sweep listens again */
			event_del(s->acceptable);
			add_timer(s->sweep, SWEEP_S * 1000);
		}
		return;
	}
}

/**
 * server_new() - Make a server that does not listen yet
 * @base:	Event loop, outlives it
 * @ops:	What is done with requests; copied
 *
 * Return: the server for server_free(), or NULL: out of memory
 */
struct server *server_new(struct event_base *base,
			  const struct server_ops *ops)
{
	struct server *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->base = base;
	s->ops = *ops;
	s->fd = -1;
	TAILQ_INIT(&s->clients);
	TAILQ_INIT(&s->turns);
	s->turn = evtimer_new(base, on_turn, s);
	s->sweep = evtimer_new(base, on_sweep, s);
	if (!s->turn || !s->sweep) {
		server_free(s);
		return NULL;
	}
	return s;
}

static void stop_listening(struct server *s)
{
	if (s->acceptable)
		event_free(s->acceptable);
	if (s->fd >= 0)
		close(s->fd);
	s->acceptable = NULL;
	s->fd = -1;
}

/**
 * server_listen() - Listen on a socket, instead of the one before
 * @s:		Server; clients that it has it keeps
 * @fd:		Bound and listening unix stream socket; the server's from now
 *		on, also if this fails
 * @rules:	Who may do what; copied
 * @denied:	What one is told who may do nothing; copied
 *
 * Return: 0 or a negative errno
 */
int server_listen(struct server *s, int fd, const struct access_rules *rules,
		  const char *denied)
{
	stop_listening(s);
	strlcpy(s->denied, denied, sizeof(s->denied));
	s->fd = fd;
	s->rules = *rules;
	if (evutil_make_socket_nonblocking(fd))
		return -errno;
	s->acceptable = event_new(s->base, fd, EV_READ | EV_PERSIST,
				  on_acceptable, s);
	if (!s->acceptable || event_add(s->acceptable, NULL))
		return -ENOMEM;
	return 0;
}

/**
 * server_add() - Serve a client that is connected already
 * @s:		Server
 * @fd:		Its socket; the server's from now on, unless this fails
 * @access:	What it may do
 *
 * Return: 0 or a negative errno
 */
int server_add(struct server *s, int fd, enum access access)
{
	struct client *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->server = s;
	c->fd = fd;
	c->access = access;
	c->progress = clock_mono();
	c->readable = event_new(s->base, fd, EV_READ | EV_PERSIST,
				on_readable, c);
	c->writable = event_new(s->base, fd, EV_WRITE, on_writable, c);
	if (!c->readable || !c->writable || event_add(c->readable, NULL))
		goto free_client;
	TAILQ_INSERT_TAIL(&s->clients, c, entry);
	s->nclients++;
	s->nreaders += access == ACCESS_READ;
	add_timer(s->sweep, SWEEP_S * 1000);
	return 0;

free_client:
	if (c->readable)
		event_free(c->readable);
	if (c->writable)
		event_free(c->writable);
	free(c);
	return -ENOMEM;
}

/**
 * server_wake() - Something happened that jobs may wait for
 * @s:	Server
 *
 * Only queues the clients; may be called from anywhere.
 */
void server_wake(struct server *s)
{
	struct client *c;

	TAILQ_FOREACH(c, &s->clients, entry) {
		c->waiting = false;
		if (c->job && wants_turn(c))
			enqueue(c);
	}
}

/**
 * server_clients() - How many clients there are
 * @s:	Server
 *
 * Return: how many
 */
size_t server_clients(const struct server *s)
{
	return s->nclients;
}

/**
 * server_free() - End a server and the connections of its clients
 * @s:	Server, or NULL
 */
void server_free(struct server *s)
{
	struct client *c, *next;

	if (!s)
		return;
	for (c = TAILQ_FIRST(&s->clients); c; c = next) {
		next = TAILQ_NEXT(c, entry);
		drop(c);
	}
	stop_listening(s);
	if (s->turn)
		event_free(s->turn);
	if (s->sweep)
		event_free(s->sweep);
	free(s);
}
