// SPDX-License-Identifier: ISC
// The privileged half: opens what needs privilege, hands it down.
//
// Theory of operation
// -------------------
// The monitor begins as a flat list of steps (steps[] below), each of which
// gives a reason where it fails; the last one starts the engine. Then it
// waits, for five kinds of things:
//
// - the engine asks for something (requests.c), or shows that it lives;
// - the kernel tells that a device or a bridge changed (netdev_table.c);
// - SIGHUP: the file is read and checked again. A bad one changes nothing. A
//   good one becomes the next generation: the engine gets its text, and what
//   the old one alone knew is removed when the engine has confirmed;
// - SIGTERM, SIGINT: the engine is told to say goodbye and has STOP_SECONDS
//   for that. Then the devices go;
// - SIGCHLD: the engine is dead. Whether it was told to end or not, there is
//   one way out: clean up and exit, with status 0 only if it was.
//
// It never moves a frame, so it may wait for the kernel's locks. It never
// waits for the engine.

#include "monitor/monitor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"
#include "monitor/requests.h"

enum {
	STOP_SECONDS = 2,
	FILES_MAX = 1024 * 1024,	/* descriptors, if the host allows */
	CHANGES_A_TURN = 64,
};

static void on_engine(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	requests_read(arg);
}

static void on_link(void *arg, const struct rtnl_link *link)
{
	struct monitor *m = arg;

	netdev_table_link(&m->devices, link);
	dcc_table_link(&m->dccs, link);
}

static void on_watch(evutil_socket_t fd, short what, void *arg)
{
	struct monitor *m = arg;
	int i, err = 0;

	(void)fd;
	(void)what;
	for (i = 0; !err && i < CHANGES_A_TURN; i++)
		err = rtnl_watch_read(m->watch, on_link, m);
	if (err && err != -EAGAIN) {
		netdev_table_resync(&m->devices);
		dcc_table_resync(&m->dccs);
	}
	monitor_watch_dccs(m);
}

static void on_dccs(evutil_socket_t fd, short what, void *arg)
{
	struct monitor *m = arg;

	(void)fd;
	(void)what;
	dcc_table_poll(&m->dccs);
}

static void on_hup(evutil_socket_t fd, short what, void *arg)
{
	struct priv_reply not_loaded = { .type = PRIV_NOT_LOADED,
					 .gid = { -1, -1 } };
	struct monitor *m = arg;
	char errors[PRIV_TEXT_MAX];

	(void)fd;
	(void)what;
	if (m->ending || !monitor_reload(m, errors, sizeof(errors)))
		return;
	not_loaded.generation = m->generation;
	monitor_send(m, &not_loaded, -1, errors);
}

static void on_term(evutil_socket_t fd, short what, void *arg)
{
	const struct timeval limit = { STOP_SECONDS, 0 };
	const struct priv_reply stop = { .type = PRIV_STOP,
					 .gid = { -1, -1 } };
	struct monitor *m = arg;

	(void)fd;
	(void)what;
	if (m->ending) {	/* asked twice: at once, then */
		kill(m->engine.pid, SIGKILL);
		return;
	}
	m->ending = true;
	notify_say(&m->notify, "STOPPING=1");
	monitor_send(m, &stop, -1, NULL);
	event_add(m->events[MONITOR_LIMIT], &limit);
}

static void on_limit(evutil_socket_t fd, short what, void *arg)
{
	struct monitor *m = arg;

	(void)fd;
	(void)what;
	log_warnx("the engine did not end by itself");
	kill(m->engine.pid, SIGKILL);
}

static void engine_ended(struct monitor *m, int status)
{
	m->engine.pid = 0;
	if (!m->ending) {
		char line[128];

		m->status = 1;
		if (WIFSIGNALED(status))
			snprintf(line, sizeof(line), "the engine was ended "
				 "by signal %d (%s)", WTERMSIG(status),
				 strsignal(WTERMSIG(status)));
		else
			snprintf(line, sizeof(line), "the engine ended with "
				 "status %d", WEXITSTATUS(status));
		log_put(LOG_ERR, line);
	}
	event_base_loopexit(m->base, NULL);
}

static void on_chld(evutil_socket_t fd, short what, void *arg)
{
	struct monitor *m = arg;
	int status;

	(void)fd;
	(void)what;
	resolver_reap(m->resolver);
	hooks_reap(m->hooks);
	if (m->engine.pid &&
	    waitpid(m->engine.pid, &status, WNOHANG) == m->engine.pid) {
		if (!m->ending)
			requests_read(m);	/* its last words */
		engine_ended(m, status);
	}
}

static void on_resolved(void *arg, const struct resolver_question *q, int err,
			const struct addr *addr, const char *reason)
{
	struct monitor *m = arg;
	struct priv_reply reply = {
		.generation = q->generation, .type = PRIV_ANSWER,
		.op = PRIV_RESOLVE, .channel = q->channel, .path = q->path,
		.err = err, .gid = { -1, -1 },
	};

	if (addr)
		reply.addr = *addr;
	if (q->generation == m->generation)
		monitor_send(m, &reply, -1, reason);
}

static void on_news(void *arg, const struct netdev_news *news)
{
	struct monitor *m = arg;
	struct priv_reply reply = {
		.generation = m->generation, .type = PRIV_LINK,
		.channel = (uint16_t)news->channel, .path = PRIV_DEVICE,
		.mtu = news->mtu,
		.gid = { -1, -1 },
	};

	reply.flags = (news->up ? PRIV_LINK_UP : 0) |
		      (news->gone ? PRIV_LINK_GONE : 0) |
		      (news->retry ? PRIV_LINK_RETRY : 0) |
		      (news->lost ? PRIV_LINK_LOST : 0) |
		      (news->joined ? PRIV_LINK_JOINED : 0) |
		      (news->port_down ? PRIV_PORT_DOWN : 0) |
		      (news->port_up ? PRIV_PORT_UP : 0);
	monitor_send(m, &reply, -1, news->reason);
}

static void on_dcc_news(void *arg, const struct dcc_news *news)
{
	struct monitor *m = arg;
	struct priv_reply reply = {
		.generation = m->generation, .type = PRIV_LINK,
		.channel = news->channel, .path = news->path,
		.gid = { -1, -1 },
	};

	memcpy(reply.hits, news->hits, sizeof(reply.hits));
	reply.flags = (news->carrier ? PRIV_LINK_CARRIER : 0) |
		      (news->gone ? PRIV_LINK_GONE : 0) |
		      (news->retry ? PRIV_LINK_RETRY : 0);
	monitor_send(m, &reply, -1, news->reason);
}

static int step_config(struct monitor *m, char *reason, size_t size)
{
	char *errors;
	int err = loaded_read(&m->loaded, m->options->file, true, &errors);

	m->generation = 1;
	if (!err) {
		host_follow(&m->host, m->loaded.config);
		return 0;
	}
	if (errors)
		monitor_log_errors(errors);
	free(errors);
	snprintf(reason, size, "%s: not usable", m->options->file);
	return err;
}

/* Each path and client costs descriptors; take what the host gives. */
static int step_limits(struct monitor *m, char *reason, size_t size)
{
	struct rlimit r;

	(void)m;
	(void)reason;
	(void)size;
	if (getrlimit(RLIMIT_NOFILE, &r))
		return 0;
	r.rlim_cur = MIN(r.rlim_max, (rlim_t)FILES_MAX);
	setrlimit(RLIMIT_NOFILE, &r);
	return 0;
}

static int step_identity(struct monitor *m, char *reason, size_t size)
{
	identity_machine(m->host.machine);
	return identity_engine(&m->sandbox, reason, size);
}

static int step_control(struct monitor *m, char *reason, size_t size)
{
	return control_socket_open(&m->control,
				   m->loaded.config->control.socket, reason,
				   size);
}

static int step_netlink(struct monitor *m, char *reason, size_t size)
{
	int err = rtnl_open(&m->host.rtnl);

	if (!err)
		err = rtnl_watch(&m->watch);
	if (err)
		snprintf(reason, size, "netlink: %s", strerror(-err));
	return err;
}

static int step_devices(struct monitor *m, char *reason, size_t size)
{
	int err = netdev_table_init(&m->devices, &m->host, m->loaded.config);

	(void)reason;
	(void)size;
	if (err)
		return err;
	m->devices.news = on_news;
	m->devices.arg = m;
	netdev_table_sweep(&m->devices);
	return 0;
}

static int step_dccs(struct monitor *m, char *reason, size_t size)
{
	int err = dcc_table_init(&m->dccs, &m->host, m->loaded.config);

	(void)reason;
	(void)size;
	m->dccs.news = on_dcc_news;
	m->dccs.arg = m;
	return err;
}

static int step_engine(struct monitor *m, char *reason, size_t size)
{
	int err = spawn_engine(&m->engine, &m->sandbox, m->options->verbose);

	if (err)
		snprintf(reason, size, "engine: %s", strerror(-err));
	return err;
}

static int step_loop(struct monitor *m, char *reason, size_t size)
{
	struct event_base *b = event_base_new();
	const short in = EV_READ | EV_PERSIST;
	struct event **e = m->events;
	int i, err = -ENOMEM;

	(void)reason;
	(void)size;
	m->base = b;
	if (!b)
		return err;
	e[MONITOR_ENGINE] = event_new(b, m->engine.sock, in, on_engine, m);
	e[MONITOR_WATCH] = event_new(b, rtnl_watch_fd(m->watch), in, on_watch,
				     m);
	e[MONITOR_HUP] = evsignal_new(b, SIGHUP, on_hup, m);
	e[MONITOR_TERM] = evsignal_new(b, SIGTERM, on_term, m);
	e[MONITOR_INT] = evsignal_new(b, SIGINT, on_term, m);
	e[MONITOR_CHLD] = evsignal_new(b, SIGCHLD, on_chld, m);
	e[MONITOR_LIMIT] = evtimer_new(b, on_limit, m);
	e[MONITOR_DCCS] = event_new(b, -1, EV_PERSIST, on_dccs, m);
	m->resolver = resolver_new(b, &m->sandbox, on_resolved, m);
	m->hooks = hooks_new(b, HOOKS_SECONDS);
	for (i = 0; i < MONITOR_EVENT_NUM; i++)
		if (!e[i] || (i < MONITOR_LIMIT && event_add(e[i], NULL)))
			return err;
	return m->resolver && m->hooks ? 0 : err;
}

static int step_begin(struct monitor *m, char *reason, size_t size)
{
	(void)reason;
	(void)size;
	signal(SIGPIPE, SIG_IGN);
	/* what other daemons take as "tell how you are" ends none of this */
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	monitor_send_config(m);
	/* an engine that is dead by now had ended before we listened */
	on_chld(-1, 0, m);
	return 0;
}

static const struct step {
	const char *name;
	int (*run)(struct monitor *m, char *reason, size_t size);
} steps[] = {
	{ "configuration", step_config },
	{ "limits", step_limits },
	{ "engine's user", step_identity },
	{ "netlink", step_netlink },
	{ "control socket", step_control },
	{ "devices", step_devices },
	{ "lines", step_dccs },
	{ "engine", step_engine },
	{ "event loop", step_loop },
	{ "begin", step_begin },
};

static int start(struct monitor *m)
{
	char reason[512];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		int err;

		reason[0] = '\0';
		log_debug("start: %s", steps[i].name);
		err = steps[i].run(m, reason, sizeof(reason));
		if (!err)
			continue;
		if (!reason[0])
			snprintf(reason, sizeof(reason), "%s: %s",
				 steps[i].name, strerror(-err));
		log_put(LOG_ERR, reason);
		return err;
	}
	return 0;
}

/* The mirror of start(), whatever of it was done. */
static void end(struct monitor *m)
{
	int i;

	if (m->engine.pid > 0) {
		kill(m->engine.pid, SIGKILL);
		waitpid(m->engine.pid, NULL, 0);
	}
	resolver_free(m->resolver);
	hooks_free(m->hooks);
	for (i = 0; i < MONITOR_EVENT_NUM; i++)
		if (m->events[i])
			event_free(m->events[i]);
	if (m->base)
		event_base_free(m->base);
	if (m->engine.sock >= 0)
		close(m->engine.sock);
	if (m->devices.slots)
		netdev_table_remove(&m->devices);
	dcc_table_free(&m->dccs);
	control_socket_close(&m->control);
	rtnl_close(m->watch);
	rtnl_close(m->host.rtnl);
	loaded_free(&m->loaded);
}

/**
 * monitor_run() - Be the monitor, from beginning to end
 * @options:	How; borrowed
 *
 * Return: the exit status of the process
 */
int monitor_run(const struct monitor_options *options)
{
	struct monitor m = { .options = options, .loaded.fd = -1,
			     .control.fd = -1, .engine.sock = -1,
			     .dccs.fd = -1,
			     .told_channels = SIZE_MAX };

	notify_open(&m.notify);
	if (start(&m))
		m.status = 1;
	else
		event_base_dispatch(m.base);
	end(&m);
	return m.status;
}
