// SPDX-License-Identifier: ISC
// The hook programs of channels: run one at a time, for a limited time.
//
// Theory of operation
// -------------------
// An order says that something happened to a channel that has a program. Its
// words are copied out of the monitor's configuration and tables, so that the
// engine has chosen an index and nothing else, and a reload changes nothing
// under an order that waits.
//
// One program runs at a time, in a session of its own, with a fixed
// environment, nothing on standard input, and a pipe for all that it says,
// which is logged line by line up to HOOKS_LINES. When it has ended, or its
// time is over and it was killed with its whole process group, the next one's
// turn has come. Orders for which there is no room are counted, and told.

#include "monitor/hooks.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"
#include "policy/hook.h"

enum { VARIABLE_MAX = 320, VARIABLES = 12, SAID_MAX = 200 };

/** struct order - A program to be run, and its environment */
struct order {
	TAILQ_ENTRY(order) entry;
	char *program;
	char channel[CONFIG_NAME_MAX + 1];
	char variables[VARIABLES][VARIABLE_MAX];
	size_t nvariables;
};

TAILQ_HEAD(order_list, order);

/**
 * struct hooks - All orders
 * @running:	The one whose turn it is, or NULL
 * @pid:	Its process, a group leader; 0: it has ended
 * @line:	What it said since the last line end
 * @lines:	Lines that it has said
 * @lost:	Orders that there was no room for, since that was told
 */
struct hooks {
	struct event_base *base;
	struct timeval limit;
	struct order_list waiting;
	size_t nwaiting;
	struct order *running;
	pid_t pid;
	int fd;
	struct event said, late;
	char line[SAID_MAX];
	size_t used;
	unsigned int lines;
	unsigned int lost;
};

static void free_order(struct order *o)
{
	free(o->program);
	free(o);
}

static void log_line(struct hooks *h)
{
	char safe[4 * SAID_MAX + 1];

	h->lines++;
	if (h->lines <= HOOKS_LINES) {
		escape(safe, sizeof(safe), h->line, h->used);
		log_info("%s: hook: %s", h->running->channel, safe);
	} else if (h->lines == HOOKS_LINES + 1) {
		log_warnx("%s: hook: says more than %d lines, which are not "
			  "logged", h->running->channel, HOOKS_LINES);
	}
	h->used = 0;
}

static void take(struct hooks *h, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '\n')
			h->line[h->used++] = text[i];
		if (text[i] == '\n' || h->used == sizeof(h->line))
			log_line(h);
	}
}

/* Some of what it has said; more than once around it may say while it runs. */
static bool listen_to(struct hooks *h)
{
	char text[4096];
	ssize_t n = read(h->fd, text, sizeof(text));

	if (n > 0)
		take(h, text, (size_t)n);
	return n > 0;
}

static void said(evutil_socket_t fd, short what, void *arg)
{
	struct hooks *h = arg;

	(void)fd;
	(void)what;
	if (!listen_to(h) && errno != EAGAIN)
		event_del(&h->said);
}

/* The whole group, and the leader that may not have made it yet. */
static void kill_all(const struct hooks *h)
{
	kill(-h->pid, SIGKILL);
	kill(h->pid, SIGKILL);
}

static void late(evutil_socket_t fd, short what, void *arg)
{
	struct hooks *h = arg;

	(void)fd;
	(void)what;
	log_warnx("%s: hook %s: killed, for it took longer than %d s",
		  h->running->channel, h->running->program,
		  (int)h->limit.tv_sec);
	kill_all(h);
}

/* Between fork and exec. */
static void __attribute__((noreturn)) child(struct order *o, int out)
{
	char *argv[] = { o->program, NULL };
	char *env[VARIABLES + 1] = { NULL };
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null < 0 || chdir("/") || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
		_exit(127);
	closefrom(STDERR_FILENO + 1);
	for (size_t i = 0; i < o->nvariables; i++)
		env[i] = o->variables[i];
	execve(o->program, argv, env);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", o->program,
		strerror(errno));
	_exit(127);
}

static int start(struct hooks *h, struct order *o)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	h->pid = fork();
	if (!h->pid)
		child(o, fds[1]);
	close(fds[1]);
	if (h->pid < 0) {
		h->pid = 0;
		close(fds[0]);
		return -EAGAIN;
	}
	h->running = o;
	h->fd = fds[0];
	h->lines = 0;
	h->used = 0;
	event_assign(&h->said, h->base, h->fd, EV_READ | EV_PERSIST, said, h);
	event_add(&h->said, NULL);
	event_add(&h->late, &h->limit);
	return 0;
}

static void start_next(struct hooks *h)
{
	struct order *o;
	int err;

	while (!h->running && (o = TAILQ_FIRST(&h->waiting))) {
		TAILQ_REMOVE(&h->waiting, o, entry);
		h->nwaiting--;
		err = start(h, o);
		if (!err)
			return;
		log_warnx("%s: hook %s: %s", o->channel, o->program,
			  strerror(-err));
		free_order(o);
	}
	if (!h->lost || h->running)
		return;
	log_warnx("hooks: %u changes were not told: too many at a time",
		  h->lost);
	h->lost = 0;
}

static void tell_status(const struct order *o, int status)
{
	if (WIFSIGNALED(status))
		log_warnx("%s: hook %s: ended by signal %d", o->channel,
			  o->program, WTERMSIG(status));
	else if (WEXITSTATUS(status))
		log_warnx("%s: hook %s: exit status %d", o->channel,
			  o->program, WEXITSTATUS(status));
}

static void finish(struct hooks *h)
{
	event_del(&h->said);
	event_del(&h->late);
	close(h->fd);
	free_order(h->running);
	h->running = NULL;
	h->pid = 0;
}

/**
 * hooks_new() - Begin
 * @base:	Event loop; borrowed
 * @seconds:	That a program may take, HOOKS_SECONDS
 *
 * Return: the hooks, or NULL without memory
 */
struct hooks *hooks_new(struct event_base *base, unsigned int seconds)
{
	struct hooks *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->base = base;
	h->limit.tv_sec = seconds;
	TAILQ_INIT(&h->waiting);
	if (evtimer_assign(&h->late, base, late, h)) {
		free(h);
		return NULL;
	}
	return h;
}

static void __attribute__((format(printf, 2, 3)))
set(struct order *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(o->variables[o->nvariables++], VARIABLE_MAX, fmt, ap);
	va_end(ap);
}

static void set_variables(struct order *o, const struct config *config,
			  const struct config_channel *c,
			  const struct config_path *path,
			  const struct hook_words *words)
{
	set(o, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:"
	    "/bin");
	set(o, "LANG=C");
	set(o, "DCCBRIDGE_NODE=%s", config->node);
	set(o, "DCCBRIDGE_SOCKET=%s", config->control.socket);
	set(o, "DCCBRIDGE_CHANNEL=%s", c->name);
	set(o, "DCCBRIDGE_ID=%u", c->id);
	set(o, "DCCBRIDGE_DEVICE=%s", c->device.name);
	set(o, "DCCBRIDGE_BRIDGE=%s", c->device.bridge.name);
	set(o, "DCCBRIDGE_PATH=%s", path ? path->name : "");
	set(o, "DCCBRIDGE_EVENT=%s", words->event);
	set(o, "DCCBRIDGE_ALARM=%s", words->alarm);
	set(o, "DCCBRIDGE_SEVERITY=%s", words->severity);
}

/**
 * hooks_order() - Something happened: run the channel's program, if it has one
 * @h:		Hooks
 * @config:	In force; borrowed during the call
 * @channel:	Index of the channel
 * @path:	Path that it is about, or NULL
 * @number:	What, as hook_number() has it
 */
void hooks_order(struct hooks *h, const struct config *config,
		 uint16_t channel, const struct config_path *path,
		 int16_t number)
{
	const struct config_channel *c = &config->channels[channel];
	struct hook_words words;
	struct order *o;

	if (!c->on_change || hook_words(number, &words))
		return;
	o = h->nwaiting < HOOKS_WAITING ? calloc(1, sizeof(*o)) : NULL;
	if (o)
		o->program = strdup(c->on_change);
	if (!o || !o->program) {
		free(o);
		h->lost++;
		return;
	}
	strlcpy(o->channel, c->name, sizeof(o->channel));
	set_variables(o, config, c, path, &words);
	TAILQ_INSERT_TAIL(&h->waiting, o, entry);
	h->nwaiting++;
	start_next(h);
}

/**
 * hooks_reap() - Some child of this process has ended
 * @h:	Hooks, or NULL
 */
void hooks_reap(struct hooks *h)
{
	int status;

	if (!h || !h->running || waitpid(h->pid, &status, WNOHANG) != h->pid)
		return;
	/* its last words, but not for ever: others may hold the pipe */
	while (h->lines <= HOOKS_LINES && listen_to(h))
		;
	if (h->used)
		log_line(h);
	tell_status(h->running, status);
	finish(h);
	start_next(h);
}

/**
 * hooks_free() - End; what runs is killed, and what waits is not run
 * @h:	Hooks, or NULL
 */
void hooks_free(struct hooks *h)
{
	struct order *o;

	if (!h)
		return;
	if (h->running) {
		kill_all(h);
		waitpid(h->pid, NULL, 0);
		finish(h);
	}
	while ((o = TAILQ_FIRST(&h->waiting))) {
		TAILQ_REMOVE(&h->waiting, o, entry);
		free_order(o);
	}
	free(h);
}
