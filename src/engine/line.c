// SPDX-License-Identifier: ISC
// A line: a port and one far end; what an MTU and a session belong to.
//
// Theory of operation
// -------------------
// Paths that share a port and a far end share a line; each is entered in the
// port's table under (far end, channel id), and the line itself under id 0.
// A far end given by name is looked up by the monitor, at first and whenever
// nothing was heard for REFRESH; when its address changes, all entries move.
//
// The largest packet that crosses is found by its probe. What the kernel
// says about sizes reaches that through the port's error queue.
//
// Sending never waits: what the kernel does not take is dropped and counted.
// An error that lasts is told once when it begins and once when it is over.

#include "engine/line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

#define REFRESH		mono_ms(30000)	/* silence before a new look-up */


static void enter(struct line *l, struct line_user *u)
{
	lookup_add(&l->port->lookup, &l->far_end.addr, u->id, u->owner);
}

static void leave(struct line *l, struct line_user *u)
{
	struct lookup *t = &l->port->lookup;

	if (lookup_find(t, &l->far_end.addr, u->id) == u->owner)
		lookup_remove(t, &l->far_end.addr, u->id);
}

/* Is the far end's address not known before somebody looked it up? */
static bool has_name(const struct config_path *cfg)
{
	return cfg->kind == TRANSPORT_UDP &&
	       cfg->udp.remote.sa.sa_family == AF_UNSPEC;
}

/* Before any device is open, what most will turn out to need. */
static size_t largest_need(const struct line *l)
{
	const struct line_user *u;
	size_t most = 0;

	TAILQ_FOREACH(u, &l->users, entry)
		most = MAX(most, u->need);
	most = most ? most : LINE_USUAL_NEED;
	return l->slow ? slow_useful(l->slow, most) : most;
}

static void enter_all(struct line *l)
{
	struct line_user *u;

	enter(l, &l->self);
	TAILQ_FOREACH(u, &l->users, entry)
		enter(l, u);
}

static void leave_all(struct line *l)
{
	struct line_user *u;

	TAILQ_FOREACH(u, &l->users, entry)
		leave(l, u);
	leave(l, &l->self);
	line_direct_leave(l);
	l->port->users--;
	l->port = NULL;
}

/* The one place where the far end's address, and with it the port, is set. */
static void set_address(struct line *l, const struct addr *a)
{
	struct mono now = clock_mono();
	char text[ADDR_STRLEN];

	if (l->port) {
		leave_all(l);
		line_session_follow(l, now);
	}
	memset(&l->far_end.addr, 0, sizeof(l->far_end.addr));
	l->port = l->env->port_for(l->env->arg, l->cfg, a->sa.sa_family);
	if (!l->port)
		return;
	l->port->users++;
	l->far_end.addr = *a;
	l->reason[0] = '\0';
	enter_all(l);
	if (l->port->transport->addressed) {
		probe_begin(&l->probe, a->sa.sa_family, l->cfg->udp.mtu,
			    largest_need(l), now);
		notice(l->env->sink, SEVERITY_INFO, l->about, "far-end",
		       "far end is %s", addr_str(a, text));
	}
	line_port_changed(l, now);
}

/* Only a line whose far end has a name gets its port after the start. One
 * that others use as well keeps the path that stands for it: the monitor may
 * be about to answer what was asked by that one's indices. */
static void open_port(struct line *l)
{
	if (!l->port)
		return;
	if (l->port->users == 1)
		port_represented_by(l->port, l->cfg,
				    l->resolve.request.channel,
				    l->resolve.request.path);
	port_open(l->port);
}

static void resolved(struct ask *ask, const struct priv_reply *r, int fd,
		     const char *text)
{
	struct line *l = container_of(ask, struct line, resolve);
	struct addr a = r->addr;

	(void)fd;		/* this answer bears none */
	l->asked = clock_mono();
	if (r->err) {
		snprintf(l->reason, sizeof(l->reason), "%s",
			 *text ? text : strerror(-r->err));
		if (!l->port)
			ask_later(l->env->asker, ask, l->asked);
	} else if (!addr_eq(&a, &l->far_end.addr)) {
		set_address(l, &a);
		open_port(l);
	}
	l->env->changed(l->env->arg, l);
}

/* Probes and answers to echoes: nothing that anybody's life depends on */
static void send_oam(void *arg, const uint8_t *data, size_t len,
		     struct mono now)
{
	struct line *l = arg;
	struct wire_header h = {
		.type = WIRE_OAM,
		.class = WIRE_INTERACTIVE,
		.channel = WIRE_CHANNEL_LINE,
		.sequence = l->oam_sequence++,
	};
	struct stats sent = { 0 };

	stats_inc(&l->stats, STAT_OAM_TX);
	if (l->slow) {
		line_queue(l, &h, data, len, now);
		return;
	}
	line_send_message(l, &h, data, len, &sent, now);
	/* a probe that our own kernel refuses is an answer, not a loss */
	sent.count[DROP_TOO_BIG] = 0;
	stats_sum(&l->stats, &sent);
}

static void set_trains(struct line *l)
{
	l->far_end.trains = l->cfg->kind == TRANSPORT_UDP &&
			    l->cfg->udp.offload && !l->no_trains;
}

/**
 * line_new() - Make a line
 * @cfg:	Its settings; borrowed until line_renamed() or line_free()
 * @about:	Path that notices name
 * @env:	What it needs of the engine; borrowed
 * @seed:	A random number
 *
 * Return: the line, owned by the caller, or NULL without memory
 */
struct line *line_new(const struct config_path *cfg, struct subject about,
		      const struct line_env *env, uint32_t seed)
{
	struct line *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	TAILQ_INIT(&l->users);
	TAILQ_INIT(&l->farewells.list);
	l->cfg = cfg;
	l->env = env;
	l->about = about;
	if (line_make_slow(l) < 0 ||
	    probe_init(&l->probe, env->waker, seed, send_oam, l) < 0 ||
	    line_session_init(l, clock_mono()) < 0) {
		if (l->slow)
			slow_free(l->slow);
		if (l->probe.waker)
			probe_fini(&l->probe);
		free(l);
		return NULL;
	}
	l->far_end.dscp = cfg->udp.dscp;
	set_trains(l);
	l->oam_sequence = (uint16_t)seed;
	l->resolve.request.op = PRIV_RESOLVE;
	l->resolve.answered = resolved;
	if (!has_name(cfg))
		set_address(l, &cfg->udp.remote);
	return l;
}

/**
 * line_free() - Forget a line that no path uses any more
 * @l:	Line; consumed
 */
void line_free(struct line *l)
{
	line_session_fini(l);
	line_farewells_forget(l);
	if (l->port)
		leave_all(l);
	ask_cancel(l->env->asker, &l->resolve);
	probe_fini(&l->probe);
	if (l->slow)
		slow_free(l->slow);
	free(l);
}

static bool udp_eq(const struct config_udp *a, const struct config_udp *b)
{
	return addr_eq(&a->local, &b->local) &&
	       !strcmp(a->interface, b->interface) &&
	       !strcmp(a->remote_host, b->remote_host) &&
	       a->remote_port == b->remote_port && a->mtu == b->mtu &&
	       a->dscp == b->dscp && a->rate == b->rate &&
	       a->overhead == b->overhead &&
	       a->fragment_delay_ns == b->fragment_delay_ns &&
	       a->offload == b->offload;
}

/**
 * line_key_eq() - Would two paths share a line?
 * @a:	One path's settings
 * @b:	The other's
 *
 * Return: true if so
 */
bool line_key_eq(const struct config_path *a, const struct config_path *b)
{
	if (a->kind != b->kind)
		return false;
	return a->kind == TRANSPORT_UDP ? udp_eq(&a->udp, &b->udp) :
					  config_dcc_equal(&a->dcc, &b->dcc);
}

/**
 * line_renamed() - A new configuration is in force
 * @l:		Line
 * @cfg:	The same settings at their new place
 * @about:	Path that notices name from now on
 * @channel:	Index of a channel that uses the line
 * @path:	Index of the path in it
 */
void line_renamed(struct line *l, const struct config_path *cfg,
		  struct subject about, uint16_t channel, uint16_t path)
{
	l->cfg = cfg;
	set_trains(l);
	l->about = about;
	line_session_follow(l, clock_mono());
	l->resolve.request.channel = channel;
	l->resolve.request.path = path;
	line_direct_renamed(l);
	if (!l->port)
		ask_now(l->env->asker, &l->resolve);
}

/**
 * line_claim() - Be found where a line that is gone now was found before
 * @l:	Line
 *
 * One that takes the place of another to the same far end is made while that
 * one still has its entries.
 */
void line_claim(struct line *l)
{
	if (!l->port)
		return;
	enter_all(l);
	line_direct_follow(l);
}

/**
 * line_join() - A path begins to use a line
 * @l:	Line
 * @u:	The path's hold on it; the path's own, must outlive the use
 */
void line_join(struct line *l, struct line_user *u)
{
	line_farewell_over(l, u->id);
	line_stray_over(l, u->id);
	TAILQ_INSERT_TAIL(&l->users, u, entry);
	if (l->slow)
		u->slot = slow_join(l->slow, &u->queue);
	if (l->port)
		enter(l, u);
}

/**
 * line_leave() - A path no longer uses a line
 * @l:	Line
 * @u:	The path's hold on it
 */
void line_leave(struct line *l, struct line_user *u)
{
	TAILQ_REMOVE(&l->users, u, entry);
	if (u->slot)
		sched_leave(u->slot);
	u->slot = NULL;
	if (l->port)
		leave(l, u);
	line_session_wanted(l, clock_mono());
}

/**
 * line_need() - A path says how large its packets can get
 * @l:		Line
 * @u:		The path's hold on it
 * @need:	Octets, our header included
 * @now:	Time
 */
void line_need(struct line *l, struct line_user *u, size_t need,
	       struct mono now)
{
	u->need = need;
	if (l->port && l->port->transport->addressed)
		probe_need(&l->probe, largest_need(l), now);
}

/**
 * line_is_open() - Can it be sent on?
 * @l:	Line
 *
 * Return: true if the port is open and the far end's address known
 */
HOT bool line_is_open(const struct line *l)
{
	return l->port && l->port->state == PORT_OPEN;
}

/* What a far end sends goes to one line. Paths that name it alike share that,
 * but of a name and its address nobody knows beforehand that they are one. */
static bool is_shadowed(const struct line *l)
{
	return lookup_find(&l->port->lookup, &l->far_end.addr,
			   WIRE_CHANNEL_LINE) != l;
}

/**
 * line_reason() - What keeps a line from working
 * @l:	Line
 *
 * Return: printable text, "" if nothing does; valid until the next change
 */
const char *line_reason(const struct line *l)
{
	if (!l->port)
		return *l->reason ? l->reason : "looking up the far end";
	if (l->port->state != PORT_OPEN)
		return *l->port->reason ? l->port->reason :
					  "its socket is being opened";
	if (is_shadowed(l))
		return "another path has this far end under another name; "
		       "write it alike in both";
	return l->trouble ? strerror(l->trouble) : line_session_reason(l);
}

/**
 * line_payload() - The largest packet that crosses as it is
 * @l:	Line
 *
 * Return: octets, our header included; 0 if that is not known
 */
HOT size_t line_payload(const struct line *l)
{
	if (!l->port)
		return 0;
	if (l->port->transport->addressed)
		return mtu_payload(&l->probe.mtu);
	return l->port->end.mtu;
}

static void answer_echo(struct line *l, const uint8_t *data, size_t len,
			struct mono now)
{
	uint8_t reply[FRAME_SIZE];
	int n = oam_echo_reply(reply, sizeof(reply), data, len);

	if (n > 0)
		send_oam(l, reply, (size_t)n, now);
}

/* @data has our header before it, as it came. */
static void drop_oam(struct line *l, enum stat_id reason, const uint8_t *data,
		     size_t len)
{
	stats_inc(&l->stats, reason);
	if (capture_wants(l->env->capture, DUMP_DROP))
		line_tap(l, NULL, &(struct tap){
			.point = DUMP_DROP, .direction = DUMP_IN,
			.reason = stat_name(reason),
			.data = data - WIRE_HEADER_LEN,
			.len = len + WIRE_HEADER_LEN,
		});
}

static void echo(struct line *l, const uint8_t *data, size_t len,
		 struct mono now)
{
	struct oam_echo e;

	if (oam_echo_decode(&e, data, len) < 0) {
		drop_oam(l, DROP_OAM, data, len);
		return;
	}
	if (e.kind == WIRE_OAM_ECHO_REQUEST)
		answer_echo(l, data, len, now);
	else
		probe_answered(&l->probe, &e, now);
}

/**
 * line_oam() - An OAM message came on channel id 0
 * @l:		Line
 * @h:		Its header
 * @data:	What follows the header, and has it before it; borrowed
 * @len:	Its length
 * @now:	Time
 */
void line_oam(struct line *l, const struct wire_header *h,
	      const uint8_t *data, size_t len, struct mono now)
{
	int reason;

	switch (oam_kind(data, len)) {
	case WIRE_OAM_ECHO_REQUEST:
	case WIRE_OAM_ECHO_REPLY:
		stats_inc(&l->stats, STAT_OAM_RX);
		echo(l, data, len, now);
		break;
	case WIRE_OAM_LIVENESS:
		stats_inc(&l->stats, STAT_OAM_RX);
		reason = line_session_take(l, h, data, len, now);
		if (reason)
			drop_oam(l, (enum stat_id)reason, data, len);
		break;
	default:
		drop_oam(l, DROP_OAM, data, len);
	}
}

/**
 * line_heard() - A valid packet came from the far end
 * @l:		Line
 * @now:	Time
 */
HOT void line_heard(struct line *l, struct mono now)
{
	l->heard = now;
	if (l->port->transport->addressed)
		probe_heard(&l->probe, now);
}

/**
 * line_error() - The network says this of an earlier packet to the far end
 * @l:		Line
 * @e:		What it says
 * @now:	Time
 */
void line_error(struct line *l, const struct transport_error *e,
		struct mono now)
{
	if (e->err != EMSGSIZE || !l->port->transport->addressed)
		return;
	if (!e->local)
		probe_too_big(&l->probe, e->mtu, now);
	else if (l->refused)
		probe_refused(&l->probe, l->refused, e->mtu, now);
	if (e->local)
		l->refused = 0;
}

/**
 * line_port_changed() - The port's state or the far end's address is another
 * @l:		Line
 * @now:	Time
 */
void line_port_changed(struct line *l, struct mono now)
{
	if (line_is_open(l)) {
		l->heard = now;
		if (l->port->transport->addressed)
			probe_restart(&l->probe, now);
	}
	if (l->port)
		line_direct_follow(l);
	line_session_follow(l, now);
}

/**
 * line_tick() - A second has passed
 * @l:		Line
 * @now:	Time
 */
void line_tick(struct line *l, struct mono now)
{
	struct mono limit = mono_sub(now, REFRESH);

	line_settle(l, now);
	if (l->port) {
		line_look_for_damage(l, now);
		line_check_rate(l);
	}
	line_session_tick(l, now);
	line_farewell_tick(l, now);
	line_stray_tick(l, now);
	if (has_name(l->cfg) && l->port &&
	    mono_before(l->heard, limit) && mono_before(l->asked, limit))
		ask_now(l->env->asker, &l->resolve);
}
