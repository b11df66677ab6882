// SPDX-License-Identifier: ISC
// Looking up names in children that have no rights and little time.
//
// Theory of operation
// -------------------
// A resolver may take many seconds, reads what strangers send, and is the
// C library's. So each question gets a child: it closes all but one pipe,
// gives up its user and all capabilities (not the root directory: resolver
// settings are files), asks, writes one struct answer and exits. Where the
// child writes nothing within LIMIT seconds it is killed.
//
// At most RUNNING_MAX children live at a time; further questions wait in
// line. The same path's question is never there twice. A child that was
// answered or killed stays in the list of ended ones until it is reaped, so
// that its number is never used for somebody else's.

#include "monitor/resolver.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/util.h"

enum { RUNNING_MAX = 16, LIMIT = 10 };

/* What a child says. */
struct answer {
	int32_t err;		/* of getaddrinfo(); 0: addr is good */
	struct addr addr;
};

struct job {
	TAILQ_ENTRY(job) entry;
	struct resolver *resolver;
	struct resolver_question question;
	pid_t pid;		/* 0: not begun, or reaped */
	struct event event;
	int fd;
};

TAILQ_HEAD(job_list, job);

struct resolver {
	struct event_base *base;
	const struct sandbox *sandbox;
	resolver_done *done;
	void *arg;
	struct job_list waiting, running, ended;
	unsigned int nrunning;
};

static void look_up(const struct resolver_question *q, struct answer *a)
{
	const struct addrinfo hints = { .ai_family = q->family,
					.ai_socktype = SOCK_DGRAM,
					.ai_flags = AI_ADDRCONFIG };
	struct addrinfo *list = NULL;
	char port[8];

	snprintf(port, sizeof(port), "%u", q->port);
	a->err = getaddrinfo(q->host, port, &hints, &list);
	if (a->err)
		return;
	if (list->ai_addrlen > sizeof(a->addr))
		a->err = EAI_FAMILY;
	else
		memcpy(&a->addr, list->ai_addr, list->ai_addrlen);
	freeaddrinfo(list);
}

static void __attribute__((noreturn)) child(const struct resolver *r,
					    const struct resolver_question *q,
					    int fd)
{
	struct sandbox sandbox = *r->sandbox;
	struct answer a = { .err = EAI_FAIL };
	const char *what;
	sigset_t none;

	if (fd != 3 && dup2(fd, 3) < 0)
		_exit(1);
	closefrom(4);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(LIMIT);
	sandbox.root = NULL;
	if (sandbox_identity(&sandbox, &what))
		_exit(1);
	look_up(q, &a);
	_exit(write(3, &a, sizeof(a)) != sizeof(a));
}

static void start_waiting(struct resolver *r);

static void finish(struct job *j, int err, const struct addr *addr,
		   const char *reason)
{
	struct resolver *r = j->resolver;

	TAILQ_REMOVE(&r->running, j, entry);
	r->nrunning--;
	event_del(&j->event);
	close(j->fd);
	r->done(r->arg, &j->question, err, addr, reason);
	if (j->pid) {
		kill(j->pid, SIGKILL);
		TAILQ_INSERT_TAIL(&r->ended, j, entry);
	} else {
		free(j);
	}
	start_waiting(r);
}

static void readable(evutil_socket_t fd, short what, void *arg)
{
	struct job *j = arg;
	struct answer a = { .err = EAI_FAIL };
	char reason[RESOLVER_HOST_MAX + 128];
	const char *why = "no answer within 10 s";

	if (what & EV_READ) {
		if (read(fd, &a, sizeof(a)) != sizeof(a))
			why = "the child that looked it up failed";
		else
			why = a.err ? gai_strerror(a.err) : NULL;
	}
	if (!why) {
		finish(j, 0, &a.addr, "");
		return;
	}
	snprintf(reason, sizeof(reason), "cannot look up \"%s\": %s",
		 j->question.host, why);
	finish(j, -ENOENT, NULL, reason);
}

static int start(struct job *j)
{
	const struct timeval limit = { LIMIT, 0 };
	struct resolver *r = j->resolver;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	if (event_assign(&j->event, r->base, fds[0], EV_READ, readable, j)) {
		close(fds[0]);
		close(fds[1]);
		return -EINVAL;
	}
	j->pid = fork();
	if (!j->pid)
		child(r, &j->question, fds[1]);
	close(fds[1]);
	j->fd = fds[0];
	if (j->pid < 0) {
		close(j->fd);
		return -EAGAIN;
	}
	event_add(&j->event, &limit);
	return 0;
}

static void start_waiting(struct resolver *r)
{
	struct job *j;

	while (r->nrunning < RUNNING_MAX && (j = TAILQ_FIRST(&r->waiting))) {
		TAILQ_REMOVE(&r->waiting, j, entry);
		if (start(j)) {
			r->done(r->arg, &j->question, -EAGAIN, NULL,
				"cannot start a child to look up the name");
			free(j);
			continue;
		}
		TAILQ_INSERT_TAIL(&r->running, j, entry);
		r->nrunning++;
	}
}

/**
 * resolver_new() - Begin
 * @base:	Event loop; borrowed
 * @sandbox:	Who the children become; borrowed
 * @done:	Called once for each question
 * @arg:	Its first argument
 *
 * Return: the resolver, or NULL without memory
 */
struct resolver *resolver_new(struct event_base *base,
			      const struct sandbox *sandbox,
			      resolver_done *done, void *arg)
{
	struct resolver *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->base = base;
	r->sandbox = sandbox;
	r->done = done;
	r->arg = arg;
	TAILQ_INIT(&r->waiting);
	TAILQ_INIT(&r->running);
	TAILQ_INIT(&r->ended);
	return r;
}

static void reap(struct job_list *list, bool ended)
{
	struct job *j, *next;

	for (j = TAILQ_FIRST(list); j; j = next) {
		next = TAILQ_NEXT(j, entry);
		if (!j->pid || waitpid(j->pid, NULL, WNOHANG) != j->pid)
			continue;
		j->pid = 0;
		if (!ended)
			continue;
		TAILQ_REMOVE(list, j, entry);
		free(j);
	}
}

/**
 * resolver_reap() - Some child of this process has ended
 * @r:	Resolver
 */
void resolver_reap(struct resolver *r)
{
	reap(&r->running, false);
	reap(&r->ended, true);
}

static void drop(struct job_list *list, bool running)
{
	struct job *j;

	while ((j = TAILQ_FIRST(list))) {
		TAILQ_REMOVE(list, j, entry);
		if (j->pid)
			kill(j->pid, SIGKILL);
		if (running) {
			event_del(&j->event);
			close(j->fd);
		}
		free(j);
	}
}

/**
 * resolver_free() - End; nobody is told of what was still asked
 * @r:	Resolver or NULL
 */
void resolver_free(struct resolver *r)
{
	if (!r)
		return;
	drop(&r->waiting, false);
	drop(&r->running, true);
	drop(&r->ended, false);
	free(r);
}

static bool same(const struct job_list *list,
		 const struct resolver_question *q)
{
	const struct job *j;

	TAILQ_FOREACH(j, list, entry)
		if (j->question.generation == q->generation &&
		    j->question.channel == q->channel &&
		    j->question.path == q->path)
			return true;
	return false;
}

/**
 * resolver_ask() - Look up a name
 * @r:	Resolver
 * @q:	Question; copied
 *
 * Return: 0, also if the same is being looked up already; or -ENOMEM
 */
int resolver_ask(struct resolver *r, const struct resolver_question *q)
{
	struct job *j;

	if (same(&r->waiting, q) || same(&r->running, q))
		return 0;
	j = calloc(1, sizeof(*j));
	if (!j)
		return -ENOMEM;
	j->resolver = r;
	j->question = *q;
	TAILQ_INSERT_TAIL(&r->waiting, j, entry);
	start_waiting(r);
	return 0;
}
