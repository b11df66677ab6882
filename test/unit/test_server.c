// SPDX-License-Identifier: ISC
// The control socket's clients: lines, turns, limits, and their ends.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/util.h"
#include "control/server.h"

enum { LONG_PIECES = 1000, PIECE = 2000, DEADLINE_MS = 10000 };

/* What the server calls: "long" is a long answer, "wait" one that waits for
 * the event, all else is said back. */
struct fixture {
	struct event_base *base;
	struct server *server;
	bool happened;
	int freed;		/* jobs */
	int pieces;		/* made by jobs */
	int rooms_at_most;	/* octets that waited when a piece was made */
};

struct test_job {
	struct job job;
	struct fixture *f;
	int left;
};

static enum job_state long_next(struct job *job, struct output *out)
{
	struct test_job *j = container_of(job, struct test_job, job);
	char piece[PIECE];

	j->f->pieces++;
	j->f->rooms_at_most = MAX(j->f->rooms_at_most,
				  (int)output_pending(out));
	memset(piece, 'x', sizeof(piece));
	output_text(out, piece, sizeof(piece));
	if (--j->left)
		return JOB_MORE;
	output_text(out, "\n", 1);
	return JOB_DONE;
}

static enum job_state wait_next(struct job *job, struct output *out)
{
	struct test_job *j = container_of(job, struct test_job, job);

	if (!j->f->happened)
		return JOB_WAIT;
	output_text(out, "happened\n", 9);
	return JOB_DONE;
}

static void job_free(struct job *job)
{
	struct test_job *j = container_of(job, struct test_job, job);

	j->f->freed++;
	free(j);
}

static struct job *request(void *arg, char *line, size_t len,
			   enum access access, struct output *out)
{
	struct test_job *j;

	assert_int_equal(strlen(line), len);
	if (strcmp(line, "long") && strcmp(line, "wait")) {
		output_text(out, access == ACCESS_ALL ? "all " : "read ",
			    access == ACCESS_ALL ? 4 : 5);
		output_text(out, line, len);
		output_text(out, "\n", 1);
		return NULL;
	}
	j = calloc(1, sizeof(*j));
	j->job.next = *line == 'l' ? long_next : wait_next;
	j->job.free = job_free;
	j->f = arg;
	j->left = LONG_PIECES;
	return &j->job;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct server_ops ops = { request, f };

	f->base = event_base_new();
	f->server = server_new(f->base, &ops);
	*state = f;
	return !f->server;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	server_free(f->server);
	event_base_free(f->base);
	free(f);
	return 0;
}

/* A client's end of a new connection. */
static int client(struct fixture *f)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
				    pair), 0);
	assert_int_equal(server_add(f->server, pair[0], ACCESS_ALL), 0);
	return pair[1];
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL),
			 strlen(text));
}

/* Let the server work until @fd has @want octets, or its end (-1). */
static ssize_t hear(struct fixture *f, int fd, char *buf, size_t want)
{
	struct mono end = mono_add(clock_mono(), mono_ms(DEADLINE_MS));
	size_t got = 0;
	ssize_t n;

	while (got < want && mono_before(clock_mono(), end)) {
		event_base_loop(f->base, EVLOOP_NONBLOCK);
		n = recv(fd, buf + got, want - got, MSG_DONTWAIT);
		if (!n)
			return -1;
		got += n > 0 ? (size_t)n : 0;
	}
	return (ssize_t)got;
}

static void expect(struct fixture *f, int fd, const char *text)
{
	char buf[256] = "";

	assert_int_equal(hear(f, fd, buf, strlen(text)), strlen(text));
	assert_string_equal(buf, text);
}

static void expect_end(struct fixture *f, int fd)
{
	char c;

	assert_int_equal(hear(f, fd, &c, 1), -1);
	close(fd);
}

static void test_lines(void **state)
{
	struct fixture *f = *state;
	int fd = client(f);

	say(fd, "one\n");
	expect(f, fd, "all one\n");
	say(fd, "two\nthree\n\nfo");
	expect(f, fd, "all two\nall three\nall \n");
	say(fd, "ur\n");
	expect(f, fd, "all four\n");
	assert_int_equal(server_clients(f->server), 1);
	close(fd);
	while (server_clients(f->server))
		event_base_loop(f->base, EVLOOP_ONCE);
}

/* A client that stops sending still gets what it asked for. */
static void test_half_closed(void **state)
{
	struct fixture *f = *state;
	int fd = client(f);

	say(fd, "wait\nlast\nrest");
	shutdown(fd, SHUT_WR);
	event_base_loop(f->base, EVLOOP_NONBLOCK);
	f->happened = true;
	server_wake(f->server);
	expect(f, fd, "happened\nall last\n");
	expect_end(f, fd);
	assert_int_equal(f->freed, 1);
}

static void test_too_long(void **state)
{
	struct fixture *f = *state;
	char line[SERVER_LINE + 1], answer[256] = "";
	int fd = client(f);

	memset(line, 'y', sizeof(line));
	line[SERVER_LINE] = '\0';
	say(fd, line);
	assert_true(hear(f, fd, answer, sizeof(answer)) == -1);
	assert_non_null(strstr(answer, "\"ok\":false"));
	assert_non_null(strstr(answer, "4096"));
	close(fd);
	assert_int_equal(server_clients(f->server), 0);

	/* the longest that is allowed */
	fd = client(f);
	line[SERVER_LINE - 1] = '\n';
	say(fd, line);
	assert_int_equal(hear(f, fd, answer, 10), 10);
	assert_memory_equal(answer, "all yyyyyy", 10);
	close(fd);
}

/* More lines at once than the buffer holds are taken one after the other. */
static void test_pipelined(void **state)
{
	struct fixture *f = *state;
	char lines[3 * SERVER_LINE], answer[3 * SERVER_LINE];
	int fd = client(f);
	size_t n = sizeof(lines) / 8;

	for (size_t i = 0; i < n; i++)
		memcpy(lines + 8 * i, "request\n", 8);
	assert_int_equal(send(fd, lines, 8 * n, 0), 8 * n);
	for (size_t i = 0; i < n; i++)
		expect(f, fd, "all request\n");
	assert_int_equal(hear(f, fd, answer, 0), 0);
	close(fd);
}

/* A long answer never waits here as a whole, and others are not delayed. */
static void test_long_answer(void **state)
{
	struct fixture *f = *state;
	size_t want = (size_t)LONG_PIECES * PIECE + 1;
	char *answer = malloc(want);
	int slow = client(f), quick = client(f);

	say(slow, "long\n");
	for (int i = 0; i < 1000; i++)
		event_base_loop(f->base, EVLOOP_NONBLOCK);
	say(quick, "hello\n");
	expect(f, quick, "all hello\n");
	assert_true(f->pieces < LONG_PIECES);
	assert_int_equal(hear(f, slow, answer, want), want);
	assert_int_equal(answer[want - 1], '\n');
	assert_int_equal(f->pieces, LONG_PIECES);
	assert_true(f->rooms_at_most < SERVER_PIECE);
	assert_int_equal(f->freed, 1);
	free(answer);
	close(slow);
	close(quick);
}

/* One that goes in the middle of an answer leaves nothing behind. */
static void test_gone(void **state)
{
	struct fixture *f = *state;
	struct mono end = mono_add(clock_mono(), mono_ms(DEADLINE_MS));
	int fd = client(f);

	say(fd, "long\n");
	while (f->pieces < 20 && mono_before(clock_mono(), end))
		event_base_loop(f->base, EVLOOP_NONBLOCK);
	close(fd);
	while (server_clients(f->server) && mono_before(clock_mono(), end))
		event_base_loop(f->base, EVLOOP_ONCE);
	assert_int_equal(server_clients(f->server), 0);
	assert_int_equal(f->freed, 1);
}

/* One that follows and then floods is let go. */
static void test_flood(void **state)
{
	struct fixture *f = *state;
	char junk[SERVER_LINE + 100];
	int fd = client(f);

	say(fd, "wait\n");
	event_base_loop(f->base, EVLOOP_NONBLOCK);
	memset(junk, 'z', sizeof(junk));
	junk[sizeof(junk) - 1] = '\0';
	say(fd, junk);
	for (int i = 0; i < 100 && server_clients(f->server); i++)
		event_base_loop(f->base, EVLOOP_NONBLOCK);
	assert_int_equal(server_clients(f->server), 0);
	assert_int_equal(f->freed, 1);
	close(fd);
}

static struct mono in(int seconds)
{
	return mono_add(clock_mono(), mono_ms(1000 * seconds));
}

/* One that asks nothing goes; one that waits for something may stay, until
 * it is gone itself. */
static void test_idle(void **state)
{
	struct fixture *f = *state;
	int idle = client(f), trickle = client(f), follower = client(f);

	say(trickle, "ne");
	say(follower, "wait\n");
	for (int i = 0; i < 100; i++)
		event_base_loop(f->base, EVLOOP_NONBLOCK);
	server_sweep(f->server, in(59));
	assert_int_equal(server_clients(f->server), 3);
	say(trickle, "ver");
	event_base_loop(f->base, EVLOOP_NONBLOCK);
	server_sweep(f->server, in(61));
	assert_int_equal(server_clients(f->server), 1);
	expect_end(f, idle);
	expect_end(f, trickle);
	server_sweep(f->server, in(100000));
	assert_int_equal(server_clients(f->server), 1);
	shutdown(follower, SHUT_WR);
	event_base_loop(f->base, EVLOOP_NONBLOCK);
	server_sweep(f->server, in(100000));
	assert_int_equal(server_clients(f->server), 1);
	close(follower);
	server_sweep(f->server, in(0));
	assert_int_equal(server_clients(f->server), 0);
	assert_int_equal(f->freed, 1);
}

/* Until no piece is made any more: the socket takes nothing. */
static void until_stuck(struct fixture *f)
{
	struct mono end = mono_add(clock_mono(), mono_ms(100));
	int before = f->pieces;

	while (mono_before(clock_mono(), end)) {
		event_base_loop(f->base, EVLOOP_NONBLOCK);
		if (f->pieces != before)
			end = mono_add(clock_mono(), mono_ms(100));
		before = f->pieces;
	}
}

/* One that does not read what it asked for goes, however much is left. */
static void test_stalled(void **state)
{
	struct fixture *f = *state;
	int fd = client(f);

	say(fd, "long\n");
	until_stuck(f);
	assert_true(f->pieces < LONG_PIECES);
	server_sweep(f->server, in(29));
	assert_int_equal(server_clients(f->server), 1);
	server_sweep(f->server, in(31));
	assert_int_equal(server_clients(f->server), 0);
	assert_int_equal(f->freed, 1);
	close(fd);
}

static int connect_to(const struct sockaddr_un *sun)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)sun,
				 sizeof(*sun)), 0);
	return fd;
}

/* A thousand connections: some are served, all others are told. */
static void test_crowd(void **state)
{
	struct fixture *f = *state;
	struct access_rules rules = { .owner = geteuid(),
		.group = ACCESS_NO_GROUP, .read_group = ACCESS_NO_GROUP };
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), first = -1;
	char answer[256];

	snprintf(sun.sun_path, sizeof(sun.sun_path), "/tmp/dccbridge-test.%d",
		 (int)getpid());
	unlink(sun.sun_path);
	assert_int_equal(bind(listener, (struct sockaddr *)&sun, sizeof(sun)),
			 0);
	assert_int_equal(listen(listener, 16), 0);
	assert_int_equal(server_listen(f->server, listener, &rules,
				       "denied"), 0);
	for (int i = 0; i < 1000; i++) {
		int fd = connect_to(&sun);

		if (i == 0)
			first = fd;
		if (i < SERVER_CLIENTS)
			event_base_loop(f->base, EVLOOP_NONBLOCK);
		if (i < SERVER_CLIENTS)
			continue;
		memset(answer, 0, sizeof(answer));
		assert_int_equal(hear(f, fd, answer, sizeof(answer)), -1);
		assert_non_null(strstr(answer, "too many clients"));
		close(fd);
	}
	assert_int_equal(server_clients(f->server), SERVER_CLIENTS);
	say(first, "still here\n");
	expect(f, first, "all still here\n");
	unlink(sun.sun_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_half_closed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_too_long, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_pipelined, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_long_answer, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flood, setup, teardown),
		cmocka_unit_test_setup_teardown(test_idle, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stalled, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_crowd, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
