// SPDX-License-Identifier: ISC
// A channel: a device on the LAN side, one to eight paths on the other.
//
// The way of a frame
// ------------------
//
//	LAN -> line	lan_readable()	read a batch off the device
//			from_lan()	device: check, cut padding off
//			classify()	class, flow; storms and loops
//			outbox_put()	path: number, cut to fit the line,
//					header; or into a slow line's queue
//			outbox_flush()	line: send a batch, or let it run
//
//	line -> LAN	(receive.c)	receive a batch, header, find the path
//			channel_from_line()
//			path_join()	path: put fragments together
//			channel_order_frame()	1+1: drop copies, keep order
//			to_lan()	device: restore padding, check
//					loops; write to the device
//
// Theory of operation
// -------------------
// The monitor opens the device; the channel asks for it by its index, and
// again, more and more seldom, while that fails. channel_protect.c picks
// the paths to use. Whenever a path, the device or a command changes
// something, channel_refresh() looks at all of it anew, sets the state and
// has the monitor set the device's carrier, so that the LAN sees it. There
// is no other place where these change.

#include "engine/channel.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "engine/device.h"
#include "engine/path_meter.h"
#include "engine/path_oam.h"
#include "engine/path_tell.h"
#include "engine/path_watch.h"

static void close_device(struct channel *ch)
{
	if (ch->readable)
		event_free(ch->readable);
	ch->readable = NULL;
	wake_cancel(&ch->shared->waker, &ch->pause);
	if (ch->fd >= 0)
		close(ch->fd);
	ch->fd = -1;
	ch->carrier = -1;
	ch->offloaded = -1;
}

static void fail(struct channel *ch, const char *reason)
{
	bool again = !strcmp(ch->reason, reason);

	close_device(ch);
	snprintf(ch->reason, sizeof(ch->reason), "%s", reason);
	if (!again)
		notice(&ch->shared->sink, SEVERITY_ERROR,
		       channel_about(ch, NULL), "device-failed", "%s: %s",
		       ch->cfg->device.name, reason);
	ask_later(&ch->shared->asker, &ch->ask, clock_mono());
	channel_refresh(ch);
}

static int listen_on(struct channel *ch, int fd)
{
	ch->fd = ch->lan.fd = fd;
	ch->readable = event_new(ch->shared->base, fd, EV_READ | EV_PERSIST,
				 channel_lan_readable, ch);
	if (!ch->readable || event_add(ch->readable, NULL) < 0)
		return -ENOMEM;
	return 0;
}

static void opened(struct ask *a, const struct priv_reply *r, int fd,
		   const char *text)
{
	struct channel *ch = container_of(a, struct channel, ask);

	if (r->err || fd < 0) {
		fail(ch, *text ? text : strerror(-r->err));
		return;
	}
	close_device(ch);
	ch->lan.vnet = r->flags & PRIV_VNET;
	ch->lan.udp = r->flags & PRIV_USO;
	ch->offloads = r->flags & (PRIV_CHECKSUM | PRIV_TSO | PRIV_USO);
	ch->no_joins = 0;
	if (listen_on(ch, fd) < 0) {
		fail(ch, "out of memory");
		return;
	}
	ch->reason[0] = '\0';
	notice(&ch->shared->sink, SEVERITY_INFO, channel_about(ch, NULL),
	       "device-open", "%s is open", ch->cfg->device.name);
	alarm_report(&ch->alarms, ALARM_BRIDGE_GONE, false, clock_mono(),
		     "%s", "");
	channel_link(ch, r->flags, r->mtu, "");
}

static void set_place(struct channel *ch, const struct config_channel *cfg,
		      uint16_t index)
{
	ch->cfg = cfg;
	ch->index = index;
	alarm_set_about(&ch->alarms, (struct subject){ cfg->name, NULL });
	ch->ask.request.channel = index;
	ch->ask.request.path = PRIV_DEVICE;
}

static void free_paths(struct path **paths, size_t n)
{
	struct mono now = clock_mono();

	for (size_t i = 0; paths && i < n; i++) {
		if (!paths[i])
			continue;
		path_tell_end(paths[i], now);
		path_free(paths[i]);
	}
	free(paths);
}

static struct path *new_path(struct channel *ch, const struct config_path *cfg)
{
	struct path *p = path_new(cfg, ch->cfg->id, ch, ch->sequence,
				  &ch->shared->pool);

	if (p)
		alarm_set_init(&p->alarms, &ch->shared->alarms);
	return p;
}

/* Take the path of the same settings out of the old array, if there is one;
 * liveness may differ, about which the far end is told while it is up. One
 * of the same name at least hands on what it was like. */
static struct path *take_path(struct channel *ch,
			      const struct config_path *cfg)
{
	const struct path *former = NULL;
	struct path *next;

	for (size_t i = 0; i < ch->npaths; i++) {
		struct path *p = ch->paths[i];

		if (!p || strcmp(p->cfg->name, cfg->name))
			continue;
		former = p;
		if (!p->line || !line_key_eq(p->cfg, cfg))
			continue;
		ch->paths[i] = NULL;
		p->cfg = cfg;
		return p;
	}
	next = new_path(ch, cfg);
	if (next && former)
		path_succeed(next, former);
	return next;
}

/* With 1+1 frames have their numbers before they wait for a line. */
static void set_numbering(struct channel *ch, struct path *p, bool doubled)
{
	uint16_t *sequence = doubled ? NULL : ch->sequence;
	struct line *l = p->line;

	p->doubled = doubled;
	if (p->user.queue.sequence == sequence)
		return;
	if (l)
		line_leave(l, &p->user);
	p->user.queue.sequence = sequence;
	if (l)
		line_join(l, &p->user);
}

static void place_path(struct channel *ch, struct path *p,
		       const struct config_channel *cfg, size_t i)
{
	p->number = (uint8_t)i;
	p->place = (struct tap_place){
		.number = (uint32_t)cfg->id << 8 | (uint8_t)i,
		.id = cfg->id,
		.channel = cfg->name,
		.path = cfg->paths[i].name,
	};
	p->us = (struct peer_self){
		ch->shared->node, cfg->name, cfg->peer, ch->shared->session,
		cfg->id, ch->numbering
	};
	alarm_set_about(&p->alarms, (struct subject){
			cfg->name, cfg->paths[i].name });
	set_numbering(ch, p, cfg->protection.mode == PROTECT_1PLUS1);
}

static bool was_disabled(const struct channel *ch, const char *name)
{
	for (size_t i = 0; i < ch->npaths; i++)
		if (ch->paths[i] && !strcmp(ch->paths[i]->cfg->name, name))
			return ch->paths[i]->disabled;
	return false;
}

/**
 * channel_adopt() - Take new settings that leave the device as it is
 * @ch:		Channel
 * @cfg:	Settings; borrowed until the next ones come
 * @index:	Where they stand in the configuration
 *
 * Paths whose settings are the same stay as they are, frames on their way
 * included; the others begin anew, without a line.
 *
 * Return: 0 or -ENOMEM
 */
int channel_adopt(struct channel *ch, const struct config_channel *cfg,
		  uint16_t index)
{
	struct path **paths = calloc(cfg->npaths, sizeof(struct path *));

	if (!paths || channel_set_order(ch, cfg) < 0) {
		free(paths);
		return -ENOMEM;
	}
	for (size_t i = 0; i < cfg->npaths; i++) {
		bool disabled = was_disabled(ch, cfg->paths[i].name);

		paths[i] = take_path(ch, &cfg->paths[i]);
		if (!paths[i]) {
			free_paths(paths, i);
			return -ENOMEM;
		}
		paths[i]->disabled = disabled;
		place_path(ch, paths[i], cfg, i);
	}
	channel_set_selector(ch, cfg, &ch->selector, ch->cfg, true);
	ch->doubled = cfg->protection.mode == PROTECT_1PLUS1;
	ch->active = NULL;
	free_paths(ch->paths, ch->npaths);
	ch->paths = paths;
	ch->npaths = cfg->npaths;
	set_place(ch, cfg, index);
	channel_set_guard(ch);
	return 0;
}

/* The far end may remember the numbers of a channel that was here before. */
static void draw_numbers(struct channel *ch)
{
	evutil_secure_rng_get_bytes(ch->sequence, sizeof(ch->sequence));
	evutil_secure_rng_get_bytes(&ch->numbering, sizeof(ch->numbering));
}

/**
 * channel_new() - Make a channel, its paths without lines, its device closed
 * @cfg:	Its settings; borrowed until channel_adopt() gives others
 * @index:	Where they stand in the configuration
 * @shared:	What all channels share; borrowed
 *
 * Return: the channel, owned by the caller, or NULL without memory
 */
struct channel *channel_new(const struct config_channel *cfg, uint16_t index,
			    struct shared *shared)
{
	struct channel *ch = calloc(1, sizeof(*ch));

	if (!ch)
		return NULL;
	ch->shared = shared;
	ch->fd = -1;
	ch->carrier = -1;
	ch->offloaded = -1;
	ch->since = clock_utc_ns();
	draw_numbers(ch);
	ch->ask.request.op = PRIV_OPEN;
	ch->ask.answered = opened;
	if (channel_protect_begin(ch) < 0 || channel_order_begin(ch) < 0 ||
	    channel_flood_begin(ch) < 0) {
		free(ch);
		return NULL;
	}
	alarm_set_init(&ch->alarms, &shared->alarms);
	channel_set_end(ch);
	set_place(ch, cfg, index);
	if (cfg->attachment == ATTACH_TAP)
		ch->guard = guard_new(cfg, &shared->sink, &ch->alarms);
	if ((cfg->attachment == ATTACH_TAP && !ch->guard) ||
	    channel_adopt(ch, cfg, index) < 0) {
		guard_free(ch->guard);
		free(ch);
		return NULL;
	}
	return ch;
}

/**
 * channel_free() - Close the device, let go of the lines, forget it all
 * @ch:	Channel; consumed
 */
void channel_free(struct channel *ch)
{
	ask_cancel(&ch->shared->asker, &ch->ask);
	close_device(ch);
	channel_protect_end(ch);
	channel_order_end(ch);
	channel_flood_end(ch);
	free_paths(ch->paths, ch->npaths);
	guard_free(ch->guard);
	alarm_set_clear(&ch->alarms);
	free(ch);
}

/**
 * channel_find_path() - A path by its name
 * @ch:		Channel
 * @name:	Name
 *
 * Return: the path or NULL
 */
struct path *channel_find_path(const struct channel *ch, const char *name)
{
	for (size_t i = 0; i < ch->npaths; i++)
		if (!strcmp(ch->paths[i]->cfg->name, name))
			return ch->paths[i];
	return NULL;
}

static void say_need(struct channel *ch, struct path *p, struct mono now)
{
	size_t extra = device_of(ch->cfg->attachment)->extra;

	p->largest = ch->mtu ? (uint32_t)(ch->mtu + extra) : 0;
	if (p->line && ch->mtu)
		line_need(p->line, &p->user,
			  ch->mtu + extra + WIRE_HEADER_LEN, now);
}

/**
 * channel_set_line() - A path has its line now
 * @ch:	Channel
 * @p:	One of its paths, without a line
 * @l:	Line
 */
void channel_set_line(struct channel *ch, struct path *p, struct line *l)
{
	struct mono now = clock_mono();

	p->line = l;
	line_join(l, &p->user);
	path_oam_begin(p, now);
	say_need(ch, p, now);
}

/**
 * channel_device_gone() - Somebody has removed the device
 * @ch:	Channel
 */
void channel_device_gone(struct channel *ch)
{
	fail(ch, "the device was removed");
}

/**
 * channel_open() - Ask the monitor for the device
 * @ch:	Channel, in a new configuration. If it has its device, only orders are
 *	given again: one that crossed the configuration was not taken
 */
void channel_open(struct channel *ch)
{
	ch->retell = ch->fd >= 0;
	if (ch->fd < 0)
		ask_now(&ch->shared->asker, &ch->ask);
}

/* Somebody has removed the bridge under the device, or made it again. */
static void tell_bridge(struct channel *ch, bool lost, const char *reason,
			struct mono now)
{
	const struct config_device *d = &ch->cfg->device;
	char text[NOTICE_TEXT_MAX];

	if (*reason)
		snprintf(text, sizeof(text), "%s", reason);
	else if (lost)
		snprintf(text, sizeof(text), "bridge %s is gone: %s joins it "
			 "when it is back", d->bridge.name, d->name);
	else
		snprintf(text, sizeof(text), "%s joined bridge %s again",
			 d->name, d->bridge.name);
	notice(&ch->shared->sink, lost ? SEVERITY_ERROR : SEVERITY_INFO,
	       channel_about(ch, NULL), lost ? "bridge-gone" :
	       "bridge-joined", "%s", text);
	alarm_report(&ch->alarms, ALARM_BRIDGE_GONE, lost, now, "%s", text);
}

/* The port that we watch for the far end: the next refresh tells it. */
static void tell_port(struct channel *ch, bool down)
{
	const char *port = ch->cfg->device.propagate;

	if (ch->port_down == down)
		return;
	ch->port_down = down;
	notice(&ch->shared->sink,
	       down ? SEVERITY_WARNING : SEVERITY_INFO,
	       channel_about(ch, NULL), down ? "port-down" : "port-up",
	       down ? "%s has no carrier; the far end's LAN is to lose its "
	       "own" : "%s has a carrier; the far end's LAN may have its own "
	       "again", port);
}

/**
 * channel_link() - The device's link is thus
 * @ch:		Channel
 * @flags:	enum priv_flag
 * @mtu:	Octets; 0 if not said
 * @text:	Why its bridge cannot be joined, or ""
 */
void channel_link(struct channel *ch, uint32_t flags, uint32_t mtu,
		  const char *text)
{
	struct mono now = clock_mono();

	ch->link_up = flags & PRIV_LINK_UP;
	if (mtu)
		ch->mtu = MIN(mtu, CONFIG_MTU_MAX);
	for (size_t i = 0; i < ch->npaths; i++)
		say_need(ch, ch->paths[i], now);
	if (flags & (PRIV_LINK_LOST | PRIV_LINK_JOINED))
		tell_bridge(ch, flags & PRIV_LINK_LOST, text, now);
	if (flags & (PRIV_PORT_DOWN | PRIV_PORT_UP))
		tell_port(ch, flags & PRIV_PORT_DOWN);
	if ((flags & PRIV_LINK_GONE) && ch->fd >= 0)
		fail(ch, "the device was removed");
	else
		channel_refresh(ch);
	if ((flags & PRIV_LINK_RETRY) && ch->fd < 0)
		ask_now(&ch->shared->asker, &ch->ask);
}

/**
 * channel_tick() - A second has passed
 * @ch:		Channel
 * @now:	Time
 */
void channel_tick(struct channel *ch, struct mono now)
{
	bool changed = channel_watch(ch, now) || ch->retell;

	channel_watch_room(ch);
	for (size_t i = 0; i < ch->npaths; i++) {
		path_tick(ch->paths[i]);
		changed |= path_tell_tick(ch->paths[i], now);
		path_meter_tick(ch->paths[i], now);
		path_watch(ch->paths[i], !ch->disabled &&
			   ch->paths[i]->state != PATH_DISABLED, now);
	}
	if (ch->guard && guard_tick(ch->guard, now))
		changed = true;
	if (changed)
		channel_refresh(ch);
}
