// SPDX-License-Identifier: ISC
// The engine: all state of the unprivileged half hangs from here.
//
// Theory of operation
// -------------------
// One loop serves all: each device and each port has an event of its own
// that moves one batch of frames; the socket to the monitor brings answers,
// new configurations and the states of links; a tick each second does what
// has time. None of it waits for anything, and nothing of it takes a lock of
// the kernel's that others hold for long: that is the monitor's part.
//
// The end of the monitor is the end of the engine.

#include "engine/engine.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"
#include "engine/receive.h"

enum {
	PARTIAL_FRAMES_MAX = 256,	/* in the making, all paths together */
	REPLIES_A_TURN = 64,
	GOODBYE_US = 50000,		/* for slow lines to say it */
	TICK_MS = 1000,
};

static void refresh_all(struct engine *e)
{
	if (e->unsettled)
		return;
	for (size_t i = 0; i < e->nchannels; i++)
		channel_refresh(e->channels[i]);
}

/* A path that goes down says why; one that was never up cannot. */
static void tell_failure(struct engine *e, const struct port *p,
			 const struct line *l)
{
	if (p->state != PORT_OPEN && p->former != PORT_OPEN)
		notice(&e->shared.sink, SEVERITY_ERROR, l->about,
		       "line-failed", "%s", p->reason);
}

static void port_changed(void *arg, struct port *p)
{
	struct engine *e = arg;
	struct mono now = clock_mono();
	struct line *l;

	TAILQ_FOREACH(l, &e->lines, entry) {
		if (l->port != p)
			continue;
		line_port_changed(l, now);
		tell_failure(e, p, l);
	}
	refresh_all(e);
}

static void port_revived(void *arg, struct port *p, struct mono now)
{
	struct engine *e = arg;
	struct line *l;

	TAILQ_FOREACH(l, &e->lines, entry)
		if (l->port == p)
			line_session_revived(l, now);
}

static void port_warned(void *arg, struct port *p, const char *text)
{
	struct engine *e = arg;
	struct line *l;

	TAILQ_FOREACH(l, &e->lines, entry)
		if (l->port == p)
			notice(&e->shared.sink, SEVERITY_WARNING, l->about,
			       "line-warning", "%s", text);
}

static void line_changed(void *arg, struct line *l)
{
	const struct engine *e = arg;
	const struct line_user *u;

	if (e->unsettled)
		return;
	TAILQ_FOREACH(u, &l->users, entry) {
		struct path *p = u->owner;

		channel_refresh(p->channel);
	}
}

static HOT void packets_came(void *arg, struct port *p, struct reception *r,
			     unsigned int n, struct mono now)
{
	struct engine *e = arg;

	vigil_heard(&e->shared.vigil, now);
	receive_packets(p, r, n, &e->shared, now);
}

static HOT void stream_comes(void *arg, int fd, struct mono now)
{
	struct engine *e = arg;

	placement_streaming(&e->shared.placement, fd, now);
}

static void error_came(void *arg, struct port *p,
		       const struct transport_error *te, struct mono now)
{
	(void)arg;
	receive_error(p, te, now);
}

/* Everything that anybody notices comes by here. */
static void heard(void *arg, const struct notice *n)
{
	struct engine *e = arg;

	if (e->hooks.heard)
		e->hooks.heard(e->hooks.arg, n);
	on_change_heard(&e->on_change, n);
}

static void stop(struct engine *e, int status)
{
	e->exit_status = status;
	event_base_loopbreak(e->shared.base);
}

/* The text of a sealed memfd: nobody can change it under our hands. */
static struct config *parse_memfd(int fd)
{
	struct config *config = NULL;
	struct config_errors errors = { 0 };
	char hostname[HOST_NAME_MAX + 1] = "";
	struct stat st;
	char *text;

	if (fstat(fd, &st) < 0 || st.st_size < 0 ||
	    st.st_size > CONFIG_FILE_MAX)
		return NULL;
	text = mmap(NULL, (size_t)st.st_size + 1, PROT_READ, MAP_PRIVATE, fd,
		    0);
	if (text == MAP_FAILED)
		return NULL;
	gethostname(hostname, sizeof(hostname) - 1);
	if (config_load(&config, text, (size_t)st.st_size, hostname,
			&errors) < 0)
		config = NULL;
	config_errors_free(&errors);
	munmap(text, (size_t)st.st_size + 1);
	return config;
}

/* Thousands of paths take their time to be parsed. */
static void be_heard(struct engine *e)
{
	struct mono now = clock_mono();
	struct line *l;

	TAILQ_FOREACH(l, &e->lines, entry)
		line_session_beat(l, true, now);
}

static void on_config(struct engine *e, const struct priv_reply *r, int fd,
		      const char *text)
{
	struct config *config;

	(void)text;
	be_heard(e);
	config = fd >= 0 ? parse_memfd(fd) : NULL;
	if (fd >= 0)
		close(fd);
	if (!config) {
		/* the monitor parsed the same text with the same code */
		log_warnx("the monitor sent a configuration that is none");
		stop(e, 1);
		return;
	}
	if (engine_apply(e, config, r->generation) < 0) {
		log_warnx("out of memory for the new configuration");
		stop(e, 1);
		return;
	}
	alarm_report(&e->alarms, ALARM_RELOAD_FAILED, false, clock_mono(),
		     "%s", "");
	/* each time, for the groups may be others, or the socket */
	ask_now(&e->shared.asker, &e->control);
}

/* The first of its errors; the monitor has told the log of all. */
static void tell_not_loaded(struct engine *e, const char *text)
{
	int len = (int)strcspn(text, "\n");

	notice(&e->shared.sink, SEVERITY_ERROR, e->alarms.about,
	       "reload-failed", "configuration not loaded: %.*s", len, text);
	alarm_report(&e->alarms, ALARM_RELOAD_FAILED, true, clock_mono(),
		     "%.*s", len, text);
}

static void on_not_loaded(struct engine *e, const struct priv_reply *r,
			  int fd, const char *text)
{
	(void)r;
	(void)fd;
	tell_not_loaded(e, text);
}

static void on_reloaded(struct engine *e, const struct priv_reply *r,
			const char *text)
{
	static const struct change_list none;
	struct reload_waiter *w;

	if (r->err)
		tell_not_loaded(e, text);
	/* answers come in the order of the questions; a later one may be of
	 * a file that was changed meanwhile */
	e->reloads_answered++;
	while ((w = TAILQ_FIRST(&e->waiters)) &&
	       w->number <= e->reloads_answered) {
		TAILQ_REMOVE(&e->waiters, w, entry);
		w->done(w, r->err, text, r->err ? &none : &e->changes);
	}
}

static void on_answer(struct engine *e, const struct priv_reply *r, int fd,
		      const char *text)
{
	if (r->op == PRIV_RELOAD)
		on_reloaded(e, r, text);
	else
		asker_answer(&e->shared.asker, r, fd, text);
}

static void on_link(struct engine *e, const struct priv_reply *r, int fd,
		    const char *text)
{
	struct channel *ch;
	struct line *l;

	(void)fd;
	if (r->generation != e->shared.asker.generation ||
	    r->channel >= e->nchannels)
		return;
	ch = e->channels[r->channel];
	if (r->path == PRIV_DEVICE) {
		channel_link(ch, r->flags, r->mtu, text);
	} else if (r->path < ch->npaths) {
		l = ch->paths[r->path]->line;
		if (l && l->port) {
			port_damaged(l->port, r->hits);
			port_link(l->port, r->flags, text);
		}
	}
}

static void on_stop(struct engine *e, const struct priv_reply *r, int fd,
		    const char *text)
{
	const struct timeval moment = { 0, GOODBYE_US };
	struct mono now = clock_mono();
	struct line *l;
	bool slow = false;

	(void)r;
	(void)fd;
	(void)text;
	TAILQ_FOREACH(l, &e->lines, entry) {
		line_session_bye(l, now);
		slow = slow || l->slow;
	}
	if (slow)
		event_base_loopexit(e->shared.base, &moment);
	else
		stop(e, 0);
}

static void (*const on_reply[PRIV_TYPE_NUM])(struct engine *e,
					     const struct priv_reply *r,
					     int fd, const char *text) = {
	[PRIV_ANSWER] = on_answer,
	[PRIV_CONFIG] = on_config,
	[PRIV_LINK] = on_link,
	[PRIV_NOT_LOADED] = on_not_loaded,
	[PRIV_STOP] = on_stop,
};

static void from_monitor(evutil_socket_t sock, short what, void *arg)
{
	struct engine *e = arg;
	struct priv_reply r;
	char text[PRIV_TEXT_MAX];
	int n, fd;

	(void)what;
	for (int i = 0; i < REPLIES_A_TURN; i++) {
		n = priv_recv_reply(sock, &r, &fd, text);
		if (n == -EAGAIN)
			return;
		if (n <= 0 || r.type >= PRIV_TYPE_NUM) {
			stop(e, 1);	/* it is gone, or talks nonsense */
			return;
		}
		on_reply[r.type](e, &r, fd, text);
		engine_empty_left(e);
	}
}

static void control_opened(struct ask *a, const struct priv_reply *r, int fd,
			   const char *text)
{
	struct engine *e = container_of(a, struct engine, control);
	gid_t gid[2] = { (gid_t)r->gid[0], (gid_t)r->gid[1] };

	if (!r->err && fd >= 0) {
		e->hooks.control(e->hooks.arg, fd, gid);
		return;
	}
	notice(&e->shared.sink, SEVERITY_ERROR,
	       (struct subject){ NULL, NULL }, "control-failed",
	       "no control socket: %s", *text ? text : strerror(-r->err));
	ask_later(&e->shared.asker, a, clock_mono());
}

static void tick(struct wake *w, struct mono now)
{
	struct engine *e = container_of(w, struct engine, tick);
	struct line *l;

	wake_again(&e->shared.waker, w, mono_ms(TICK_MS), now);
	now = clock_mono();	/* wake-ups before us may have read it anew */
	asker_say(&e->shared.asker, PRIV_ALIVE, 0, 0);
	asker_tick(&e->shared.asker, now);
	alarms_tick(&e->shared.alarms, now);
	reassembly_pool_expire(&e->shared.pool, now);
	TAILQ_FOREACH(l, &e->lines, entry)
		line_tick(l, now);
	for (size_t i = 0; i < e->nchannels; i++)
		channel_tick(e->channels[i], now);
}

/* Nobody asks the loop for the time: it need not look at the clock for
 * that, nor take locks in a process of one thread. */
static struct event_base *new_base(void)
{
	struct event_config *c = event_config_new();
	struct event_base *base = NULL;

	if (c && !event_config_set_flag(c, EVENT_BASE_FLAG_NOLOCK |
					EVENT_BASE_FLAG_NO_CACHE_TIME))
		base = event_base_new_with_config(c);
	if (c)
		event_config_free(c);
	return base;
}

/* Which path a ping takes now */
static struct path *find_path(void *arg, const struct ping_config *cfg,
			      char why[PING_WHY_MAX])
{
	struct channel *ch = engine_find(arg, cfg->channel);
	const char *what = "there is no such channel any more";
	struct path *p = NULL;

	if (ch) {
		p = *cfg->path ? channel_find_path(ch, cfg->path) :
				 ch->active;
		what = *cfg->path ? "there is no such path any more" :
		       "no path is up; name one with -p";
	}
	if (ch && (ch->disabled || (p && p->disabled)))
		what = "disabled by command";
	else if (p && (!p->line || !line_is_open(p->line)))
		what = path_reason(p);
	else if (p)
		return p;
	snprintf(why, PING_WHY_MAX, "%s", what);
	return NULL;
}

static int set_up_loop(struct engine *e)
{
	struct event_base *base = new_base();

	e->shared.base = base;
	if (!base || waker_init(&e->shared.waker, base) < 0 ||
	    wake_reserve(&e->shared.waker) < 0 ||
	    placement_init(&e->shared.placement, &e->shared.waker) < 0)
		return -ENOMEM;
	capture_init(&e->shared.capture, base);
	e->from_monitor = event_new(base, e->monitor, EV_READ | EV_PERSIST,
				    from_monitor, e);
	if (!e->from_monitor || event_add(e->from_monitor, NULL) < 0)
		return -ENOMEM;
	e->tick.called = tick;
	wake_again(&e->shared.waker, &e->tick, mono_ms(TICK_MS), clock_mono());
	pings_init(&e->pings, base, find_path, e);
	e->port_user = (struct port_user){
		packets_came, stream_comes, error_came, port_revived,
		port_changed, port_warned, e
	};
	e->line_env = (struct line_env){
		&e->shared.asker, &e->shared.waker, &e->shared.sink,
		&e->shared.capture, &e->pings,
		engine_port_for, line_changed, engine_take_left, e
	};
	return 0;
}

static int set_up_memory(struct engine *e)
{
	reassembly_pool_init(&e->shared.pool, FRAME_MAX, PARTIAL_FRAMES_MAX,
			     REASSEMBLY_TIMEOUT_DEFAULT);
	if (frame_batch_init(&e->shared.lan) < 0)
		return -ENOMEM;
	return frame_batch_init(&e->shared.line);
}

/**
 * engine_new() - Make an engine that waits for its first configuration
 * @monitor:	The engine's end of the socket pair; borrowed
 * @hooks:	What upper floors hand down; copied
 *
 * Return: the engine, owned by the caller, or NULL without memory
 */
struct engine *engine_new(int monitor, const struct engine_hooks *hooks)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->monitor = monitor;
	e->hooks = *hooks;
	e->started = clock_utc_ns();
	e->shared.sink = (struct notice_sink){ heard, e };
	e->on_change.asker = &e->shared.asker;
	alarms_init(&e->shared.alarms, &e->shared.sink);
	alarm_set_init(&e->alarms, &e->shared.alarms);
	evutil_secure_rng_get_bytes(&e->shared.flows,
				    sizeof(e->shared.flows));
	evutil_secure_rng_get_bytes(&e->shared.session,
				    sizeof(e->shared.session));
	TAILQ_INIT(&e->ports);
	TAILQ_INIT(&e->left);
	TAILQ_INIT(&e->lines);
	TAILQ_INIT(&e->waiters);
	asker_init(&e->shared.asker, monitor);
	e->control.request.op = PRIV_OPEN;
	e->control.request.channel = PRIV_CONTROL;
	e->control.answered = control_opened;
	if (set_up_loop(e) < 0 || set_up_memory(e) < 0) {
		engine_free(e);
		return NULL;
	}
	return e;
}

/**
 * engine_run() - Move frames until the monitor says stop, or is gone
 * @e:	Engine
 *
 * Return: the exit status of the process
 */
int engine_run(struct engine *e)
{
	event_base_dispatch(e->shared.base);
	return e->exit_status;
}

/**
 * engine_free() - End it all
 * @e:	Engine; consumed
 */
void engine_free(struct engine *e)
{
	struct line *l;
	struct port *p;

	alarms_forget(&e->shared.alarms);
	e->unsettled = true;
	for (size_t i = 0; i < e->nchannels; i++)
		channel_free(e->channels[i]);
	while ((l = TAILQ_FIRST(&e->lines))) {
		TAILQ_REMOVE(&e->lines, l, entry);
		line_free(l);
	}
	engine_empty_left(e);
	while ((p = TAILQ_FIRST(&e->ports))) {
		TAILQ_REMOVE(&e->ports, p, entry);
		port_free(p);
	}
	capture_fini(&e->shared.capture);
	reassembly_pool_free(&e->shared.pool);
	frame_batch_free(&e->shared.lan);
	frame_batch_free(&e->shared.line);
	if (e->from_monitor)
		event_free(e->from_monitor);
	waker_fini(&e->shared.waker);
	if (e->shared.base)
		event_base_free(e->shared.base);
	config_free(e->config);
	free(e->changes.list);
	free(e->channels);
	free(e);
}

/**
 * engine_find() - A channel by its name
 * @e:		Engine
 * @name:	Name
 *
 * Return: the channel or NULL
 */
struct channel *engine_find(const struct engine *e, const char *name)
{
	for (size_t i = 0; i < e->nchannels; i++)
		if (!strcmp(e->channels[i]->cfg->name, name))
			return e->channels[i];
	return NULL;
}

/**
 * engine_enable() - Let a channel or a path be used, or not
 * @e:		Engine
 * @channel:	Its name
 * @path:	Name of the path, or NULL for the channel
 * @on:		false: it is disabled until it is enabled again, or the
 *		daemon ends
 *
 * Return: 0, -ENOENT if there is no such channel, -ESRCH no such path
 */
int engine_enable(struct engine *e, const char *channel, const char *path,
		  bool on)
{
	struct channel *ch = engine_find(e, channel);
	struct path *p = ch && path ? channel_find_path(ch, path) : NULL;

	if (!ch)
		return -ENOENT;
	if (path && !p)
		return -ESRCH;
	if (p)
		p->disabled = !on;
	else
		ch->disabled = !on;
	channel_refresh(ch);
	return 0;
}

/**
 * engine_reload() - Have the monitor load the file again
 * @e:	Engine
 * @w:	Who waits for the end of it; the caller's, until done or forgotten
 *
 * Return: 0, or a negative errno if the monitor could not be told
 */
int engine_reload(struct engine *e, struct reload_waiter *w)
{
	struct priv_request req = {
		.generation = e->shared.asker.generation,
		.op = PRIV_RELOAD,
	};
	int err = priv_send_request(e->monitor, &req, NULL);

	if (err < 0)
		return err;
	w->number = ++e->reloads_asked;
	TAILQ_INSERT_TAIL(&e->waiters, w, entry);
	return 0;
}

/**
 * engine_forget_waiter() - Who waited for a reload is gone
 * @e:	Engine
 * @w:	Waiter, waiting
 */
void engine_forget_waiter(struct engine *e, struct reload_waiter *w)
{
	TAILQ_REMOVE(&e->waiters, w, entry);
}
