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
//			to_lan()	device: restore padding, check
//					loops; write to the device
//
// Theory of operation
// -------------------
// The monitor opens the device; the channel asks for it by its index, and
// again, more and more seldom, while that fails. It uses the first of its
// paths that is up. Whenever a path, the device or a command changes
// something, channel_refresh() looks at all of it anew, sets the state and
// has the monitor set the device's carrier, so that the LAN sees it. There
// is no other place where these change.

#include "engine/channel.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "engine/device.h"
#include "policy/classes.h"
#include "os/tap.h"

/* @information: packet information comes first, as a TUN may have it. */
static void tap(struct channel *ch, enum dump_point point,
		enum dump_direction direction, const char *reason,
		const struct frame *f, bool information)
{
	size_t skip = information ? MIN(f->len, sizeof(struct tun_pi)) : 0;

	capture_put(&ch->shared->capture, &(struct tap){
		.point = point, .direction = direction, .reason = reason,
		.flags = ch->cfg->attachment == ATTACH_TUN ? DUMP_F_IP : 0,
		.place = { (uint32_t)ch->cfg->id << 8 | UINT8_MAX,
			   ch->cfg->id, ch->cfg->name, "", NULL, NULL },
		.data = f->data + skip, .len = f->len - skip,
	});
}

static void drop(struct channel *ch, int reason,
		 enum dump_direction direction, const struct frame *f,
		 bool information)
{
	stats_inc(&ch->stats, (enum stat_id)reason);
	if (capture_wants(&ch->shared->capture, DUMP_DROP))
		tap(ch, DUMP_DROP, direction,
		    stat_name((enum stat_id)reason), f, information);
}

static void close_device(struct channel *ch)
{
	if (ch->readable)
		event_free(ch->readable);
	ch->readable = NULL;
	if (ch->fd >= 0)
		close(ch->fd);
	ch->fd = -1;
	ch->carrier = -1;
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

static void parse(const struct channel *ch, struct flow *flow,
		  const struct frame *f)
{
	if (ch->cfg->attachment == ATTACH_TAP)
		flow_parse_ether(flow, f->data, f->len);
	else
		flow_parse_ip(flow, f->data, f->len);
}

/* Class and flow where they matter, and whether the frame may cross at all.
 * On a fast line all frames are of one class, and most go by unseen. */
static int classify(struct channel *ch, const struct outbox *box,
		    const struct frame *f, struct wire_header *h,
		    uint64_t *hash)
{
	bool slow = path_is_slow(box->path);
	struct flow flow;

	h->class = WIRE_NORMAL;
	if (!slow && !(ch->guard && guard_looks(ch->guard, f, false)))
		return 0;
	parse(ch, &flow, f);
	if (slow) {
		h->class = classes_of(ch->cfg->classes, ch->cfg->nclasses,
				      &flow);
		*hash = flow_hash(&flow, &ch->shared->flows);
	}
	if (!ch->guard)
		return 0;
	return guard_out(ch->guard, &flow, h->class, f, box->now);
}

static void from_lan(struct channel *ch, struct outbox *box, struct frame *f)
{
	const struct device *device = device_of(ch->cfg->attachment);
	const struct frame whole = *f;
	bool information = ch->cfg->device.packet_information;
	struct wire_header h = { .type = device->type,
				 .channel = ch->cfg->id };
	uint64_t hash = 0;
	int reason;

	stats_inc(&ch->stats, STAT_LAN_RX_FRAMES);
	stats_add(&ch->stats, STAT_LAN_RX_OCTETS, f->len);
	if (capture_wants(&ch->shared->capture, DUMP_LAN))
		tap(ch, DUMP_LAN, DUMP_IN, NULL, f, information);
	reason = device->from_lan(&ch->cfg->device, ch->mtu, f, &h);
	if (!reason && !box->path)
		reason = DROP_NO_PATH;
	if (!reason)
		reason = classify(ch, box, f, &h, &hash);
	if (reason)
		drop(ch, reason, DUMP_IN, &whole, information);
	else
		outbox_put(box, &h, hash, f->data, f->len);
}

static void lan_readable(evutil_socket_t fd, short what, void *arg)
{
	struct channel *ch = arg;
	struct outbox box;
	struct mono now = clock_mono();
	unsigned int room = turn_room(&ch->turn, now);
	ssize_t n = 0;

	(void)what;
	outbox_init(&box, ch->active, now);
	for (unsigned int i = 0; i < room; i++) {
		struct frame *f = frame_batch_at(&ch->shared->lan, i);

		n = tap_read(fd, f->data, FRAME_SIZE);
		if (n < 0)
			break;
		f->len = (size_t)n;
		from_lan(ch, &box, f);
	}
	outbox_flush(&box);
	if (n < 0 && n != -EAGAIN)
		fail(ch, "the device was removed");
}

static int listen_on(struct channel *ch, int fd)
{
	ch->fd = fd;
	ch->readable = event_new(ch->shared->base, fd, EV_READ | EV_PERSIST,
				 lan_readable, ch);
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
	if (listen_on(ch, fd) < 0) {
		fail(ch, "out of memory");
		return;
	}
	ch->reason[0] = '\0';
	notice(&ch->shared->sink, SEVERITY_INFO, channel_about(ch, NULL),
	       "device-open", "%s is open", ch->cfg->device.name);
	channel_link(ch, r->flags, r->mtu);
}

static void set_place(struct channel *ch, const struct config_channel *cfg,
		      uint16_t index)
{
	ch->cfg = cfg;
	ch->index = index;
	ch->ask.request.channel = index;
	ch->ask.request.path = PRIV_DEVICE;
}

static void free_paths(struct path **paths, size_t n)
{
	for (size_t i = 0; paths && i < n; i++)
		if (paths[i])
			path_free(paths[i]);
	free(paths);
}

/* Take the path of the same settings out of the old array, if there is one. */
static struct path *take_path(struct channel *ch,
			      const struct config_path *cfg)
{
	for (size_t i = 0; i < ch->npaths; i++) {
		struct path *p = ch->paths[i];

		if (!p || !config_path_equal(p->cfg, cfg))
			continue;
		ch->paths[i] = NULL;
		p->cfg = cfg;
		return p;
	}
	return path_new(cfg, ch->cfg->id, ch, ch->sequence,
			&ch->shared->pool);
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

	if (!paths)
		return -ENOMEM;
	for (size_t i = 0; i < cfg->npaths; i++) {
		bool disabled = was_disabled(ch, cfg->paths[i].name);

		paths[i] = take_path(ch, &cfg->paths[i]);
		if (!paths[i]) {
			free_paths(paths, i);
			return -ENOMEM;
		}
		paths[i]->disabled = disabled;
		paths[i]->place = (struct tap_place){
			.number = (uint32_t)cfg->id << 8 | (uint8_t)i,
			.id = cfg->id,
			.channel = cfg->name,
			.path = cfg->paths[i].name,
		};
	}
	ch->active = NULL;
	free_paths(ch->paths, ch->npaths);
	ch->paths = paths;
	ch->npaths = cfg->npaths;
	set_place(ch, cfg, index);
	channel_set_guard(ch);
	return 0;
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
	ch->since = clock_utc_ns();
	ch->ask.request.op = PRIV_OPEN;
	ch->ask.answered = opened;
	set_place(ch, cfg, index);
	if (cfg->attachment == ATTACH_TAP)
		ch->guard = guard_new(cfg, &shared->sink);
	if ((cfg->attachment == ATTACH_TAP && !ch->guard) ||
	    channel_adopt(ch, cfg, index) < 0) {
		guard_free(ch->guard);
		free(ch);
		return NULL;
	}
	evutil_secure_rng_get_bytes(ch->sequence, sizeof(ch->sequence));
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
	free_paths(ch->paths, ch->npaths);
	guard_free(ch->guard);
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
	p->line = l;
	line_join(l, &p->user);
	say_need(ch, p, clock_mono());
}

/**
 * channel_open() - Ask the monitor for the device
 * @ch:	Channel; nothing is done if it has its device
 */
void channel_open(struct channel *ch)
{
	if (ch->fd >= 0)
		return;
	ask_now(&ch->shared->asker, &ch->ask);
}

/**
 * channel_link() - The device's link is thus
 * @ch:		Channel
 * @flags:	enum priv_flag
 * @mtu:	Octets; 0 if not said
 */
void channel_link(struct channel *ch, uint32_t flags, uint32_t mtu)
{
	struct mono now = clock_mono();

	ch->link_up = flags & PRIV_LINK_UP;
	if (mtu)
		ch->mtu = MIN(mtu, CONFIG_MTU_MAX);
	for (size_t i = 0; i < ch->npaths; i++)
		say_need(ch, ch->paths[i], now);
	if ((flags & PRIV_LINK_GONE) && ch->fd >= 0)
		fail(ch, "the device was removed");
	else
		channel_refresh(ch);
	if ((flags & PRIV_LINK_RETRY) && ch->fd < 0)
		ask_now(&ch->shared->asker, &ch->ask);
}

static int write_reason(ssize_t err)
{
	switch (err) {
	case -EIO:
		return DROP_DEVICE_DOWN;
	case -EAGAIN:
	case -ENOBUFS:
	case -ENOMEM:
		return DROP_DEVICE_FULL;
	default:
		return DROP_DEVICE_ERROR;
	}
}

static void to_lan(struct path *p, struct frame *f,
		   const struct wire_header *h, struct mono now)
{
	struct channel *ch = p->channel;
	const struct device *device = device_of(ch->cfg->attachment);
	int reason = device->to_lan(&ch->cfg->device, ch->mtu, f, h);
	bool information = ch->cfg->device.packet_information && !reason;
	ssize_t n;

	if (!reason && ch->guard)
		reason = guard_in(ch->guard, f, path_is_slow(p), now);
	if (!reason) {
		n = tap_write(ch->fd, f->data, f->len);
		reason = n < 0 ? write_reason(n) : 0;
	}
	if (reason) {
		drop(ch, reason, DUMP_OUT, f, information);
		return;
	}
	if (capture_wants(&ch->shared->capture, DUMP_LAN))
		tap(ch, DUMP_LAN, DUMP_OUT, NULL, f, information);
	stats_inc(&ch->stats, STAT_LAN_TX_FRAMES);
	stats_add(&ch->stats, STAT_LAN_TX_OCTETS, f->len);
}

/**
 * channel_from_line() - A frame or a fragment came from a far end
 * @p:		Path that it took
 * @h:		Its header
 * @f:		What follows the header; may be changed
 * @now:	Time
 */
void channel_from_line(struct path *p, const struct wire_header *h,
		       struct frame *f, struct mono now)
{
	struct channel *ch = p->channel;
	int reason = 0;

	if (p->disabled || ch->disabled)
		reason = DROP_DISABLED;
	else if (h->type != device_of(ch->cfg->attachment)->type)
		reason = DROP_KIND;
	else if (h->compressed || h->partial)
		reason = DROP_UNSUPPORTED;
	else if (ch->fd < 0)
		reason = DROP_DEVICE_DOWN;
	if (reason)
		path_drop(p, (enum stat_id)reason, DUMP_IN, h, f->data,
			  f->len);
	else if (path_join(p, h, f, now) > 0)
		to_lan(p, f, h, now);
}

/**
 * channel_tick() - A second has passed
 * @ch:		Channel
 * @now:	Time
 */
void channel_tick(struct channel *ch, struct mono now)
{
	for (size_t i = 0; i < ch->npaths; i++)
		path_tick(ch->paths[i]);
	if (ch->guard && guard_tick(ch->guard, now))
		channel_refresh(ch);
}
