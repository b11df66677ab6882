// SPDX-License-Identifier: ISC
// A channel's frames: off its device to a path, and off a path to its device.
//
// channel.c draws the way. What the kernel leaves to us of a frame is dealt
// with here: a partial checksum stays so if the far end can complete it.

#include "engine/channel.h"

#include <errno.h>
#include <linux/if_tun.h>
#include <string.h>

#include "base/util.h"
#include "codec/ether.h"
#include "engine/device.h"
#include "engine/line.h"
#include "engine/path_oam.h"
#include "engine/path_tell.h"
#include "engine/super.h"
#include "os/tap.h"
#include "policy/classes.h"

enum { LOOK_EACH = 8 };		/* frames: has the turn become long? */

static struct tap tap_of(const struct channel *ch, enum dump_point point,
			 enum dump_direction direction, const char *reason)
{
	return (struct tap){
		.point = point, .direction = direction, .reason = reason,
		.flags = ch->cfg->attachment == ATTACH_TUN ? DUMP_F_IP : 0,
		.place = { (uint32_t)ch->cfg->id << 8 | UINT8_MAX,
			   ch->cfg->id, ch->cfg->name, "", NULL, NULL },
	};
}

/* @information: packet information comes first, as a TUN may have it. */
static void tap(struct channel *ch, enum dump_point point,
		enum dump_direction direction, const char *reason,
		const struct frame *f, bool information)
{
	size_t skip = information ? MIN(f->len, sizeof(struct tun_pi)) : 0;
	struct tap t = tap_of(ch, point, direction, reason);

	t.data = f->data + skip;
	t.len = f->len - skip;
	t.offload = f->offload;
	if (f->offload.gso)
		capture_super(&ch->shared->capture, &t);
	else
		capture_put(&ch->shared->capture, &t);
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

static void parse(const struct channel *ch, struct flow *flow,
		  const struct frame *f)
{
	if (ch->cfg->attachment == ATTACH_TAP)
		flow_parse_ether(flow, f->data, f->len);
	else
		flow_parse_ip(flow, f->data, f->len);
}

/**
 * struct lan_turn - What comes off a LAN in one turn is on its way
 * @boxes:	One for each path that gets it
 * @n:		How many
 * @slow:	Frames may have to wait: flows and classes matter
 * @partial:	The far end can complete checksums
 */
struct lan_turn {
	struct outbox *boxes;
	unsigned int n;
	struct mono now;
	bool slow, partial;
};

/* Class and flow where they matter, and whether the frame may cross at all.
 * On a fast line all frames are of one class, and most go by unseen. */
static int classify(struct channel *ch, const struct lan_turn *t,
		    const struct frame *f, struct wire_header *h,
		    uint64_t *hash)
{
	struct flow flow;

	h->class = WIRE_NORMAL;
	if (!t->slow && !(ch->guard && guard_looks(ch->guard, f, false)))
		return 0;
	parse(ch, &flow, f);
	if (t->slow) {
		h->class = classes_of(ch->cfg->classes, ch->cfg->nclasses,
				      &flow);
		*hash = flow_hash(&flow, &ch->shared->flows);
	}
	if (!ch->guard)
		return 0;
	return guard_out(ch->guard, &flow, h->class, f, t->now);
}

/* May the far end complete checksums for us? On a fast line only. */
static bool takes_partial(const struct path *p)
{
	return !path_is_slow(p) && p->cfg->kind == TRANSPORT_UDP &&
	       p->cfg->udp.offload &&
	       (p->peer.theirs.abilities & WIRE_ABLE_PARTIAL);
}

/* With 1+1 the same frame goes by all paths, if not now then later: what one
 * of them asks for holds for all, so that no flow changes its class and no
 * number has two meanings. */
static void look_at_paths(const struct channel *ch, struct lan_turn *t)
{
	t->partial = true;
	for (size_t i = 0; i < ch->npaths; i++) {
		const struct path *p = ch->paths[i];

		if (!ch->doubled && p != ch->active)
			continue;
		t->slow = t->slow || path_is_slow(p);
		t->partial = t->partial && takes_partial(p);
	}
}

static void begin_turn(const struct channel *ch, struct lan_turn *t,
		       struct mono now)
{
	*t = (struct lan_turn){ .boxes = ch->shared->boxes, .now = now };
	for (size_t i = 0; i < ch->npaths; i++)
		if (ch->senders & 1u << i)
			outbox_init(&t->boxes[t->n++], ch->paths[i], true,
				    now);
	look_at_paths(ch, t);
}

static void end_turn(struct lan_turn *t)
{
	for (unsigned int i = 0; i < t->n; i++)
		outbox_flush(&t->boxes[i]);
}

/* In pieces it would be partial in all of them: whoever looks at one of those
 * could not complete it. */
static bool is_whole(const struct lan_turn *t, const struct frame *f)
{
	for (unsigned int i = 0; i < t->n; i++)
		if (f->len + WIRE_HEADER_LEN >
		    line_payload(t->boxes[i].path->line))
			return false;
	return true;
}

static void settle_checksum(const struct lan_turn *t, struct frame *f,
			    struct wire_header *h)
{
	if (f->offload.gso || !f->offload.partial)
		return;
	h->partial = t->partial && is_whole(t, f) &&
		     gso_may_stay_partial(f);
	if (!h->partial)
		gso_complete(f);
}

static void put(struct channel *ch, struct lan_turn *t, struct wire_header *h,
		uint64_t hash, const struct frame *f)
{
	int n;

	if (ch->doubled)
		h->sequence = ch->sequence[h->class]++;
	if (!f->offload.gso) {
		for (unsigned int i = 0; i < t->n; i++)
			outbox_put(&t->boxes[i], h, hash, f->data, f->len);
		return;
	}
	n = super_put(&t->boxes[0], h, f, &ch->shared->lan, t->partial);
	if (n > 0)
		stats_add(&ch->stats, STAT_LAN_RX_FRAMES, (uint64_t)n - 1);
	else
		drop(ch, DROP_OFFLOAD, DUMP_IN, f, false);
}

static HOT void from_lan(struct channel *ch, struct lan_turn *t,
			 struct frame *f)
{
	const struct device *device = device_of(ch->cfg->attachment);
	bool information = ch->cfg->device.packet_information;
	struct wire_header h = { .type = device->type,
				 .channel = ch->cfg->id };
	struct frame whole;
	uint64_t hash = 0;
	int reason = 0;

	stats_inc(&ch->stats, STAT_LAN_RX_FRAMES);
	stats_add(&ch->stats, STAT_LAN_RX_OCTETS, f->len);
	if (ch->lan.vnet)
		reason = super_take_header(f, ch->mtu + device->extra);
	if (!reason)
		settle_checksum(t, f, &h);
	whole = *f;
	if (capture_wants(&ch->shared->capture, DUMP_LAN))
		tap(ch, DUMP_LAN, DUMP_IN, NULL, f, information);
	if (!reason)
		reason = device->from_lan(&ch->cfg->device, ch->mtu, f, &h);
	if (!reason && !t->n)
		reason = DROP_NO_PATH;
	if (!reason)
		reason = classify(ch, t, f, &h, &hash);
	if (reason)
		drop(ch, reason, DUMP_IN, &whole, information);
	else
		put(ch, t, &h, hash, f);
}

/* On a slow path, or on several, no super-frame is expected; one may be left
 * of the time before. */
static void from_lan_slowly(struct channel *ch, struct lan_turn *t,
			    struct frame *f)
{
	struct frame *one = frame_batch_spare(&ch->shared->lan);

	if (super_take_header(f, ch->mtu + ETHER_FRAME_EXTRA) ||
	    !f->offload.gso) {
		from_lan(ch, t, f);
		return;
	}
	for (unsigned int i = 0; super_cut_into(f, i, one); i++) {
		memset(one->data - GSO_VNET_LEN, 0, GSO_VNET_LEN);
		from_lan(ch, t, one);
		end_turn(t);	/* its memory is needed for the next */
		one = frame_batch_spare(&ch->shared->lan);
	}
}

/* One frame, or one super-frame: that goes at once, while its octets are in
 * the processor's nearest cache, and its memory serves for the next. */
static ssize_t take_one(struct channel *ch, struct lan_turn *t,
			struct frame *f)
{
	size_t header = ch->lan.vnet ? GSO_VNET_LEN : 0;
	ssize_t n = tap_read(ch->fd, f->data - header, FRAME_SUPER + header);

	if (n < (ssize_t)header)
		return n < 0 ? n : -EAGAIN;
	f->len = (size_t)n - header;
	if (header && (t->slow || ch->doubled))
		from_lan_slowly(ch, t, f);
	else
		from_lan(ch, t, f);
	if (f->offload.gso)
		end_turn(t);
	return n;
}

/**
 * channel_take_lan() - Send what the device has to the far end
 * @ch:		Channel, whose device is open
 * @now:	Time
 *
 * Return: true if it was one frame, by itself
 */
HOT bool channel_take_lan(struct channel *ch, struct mono now)
{
	struct lan_turn t;
	unsigned int most = turn_room(&ch->turn, now), taken = 0, held = 0;
	struct mono end = mono_add(now, TURN_LONG);
	struct slice_use before = channel_turn_begins(ch);
	struct frame *f;
	ssize_t n = 0;

	begin_turn(ch, &t, now);
	while (taken < most &&
	       (f = frame_batch_after(&ch->shared->lan, held))) {
		n = take_one(ch, &t, f);
		if (n < 0)
			break;
		taken++;
		held = f->offload.gso ? 0 : held + 1;
		if (held % LOOK_EACH == 0 && mono_before(end, clock_mono()))
			break;
	}
	end_turn(&t);
	/* a slow path has a queue that knows better what to drop */
	channel_turn_ends(ch, n >= 0 && most == FRAME_BATCH &&
			  taken == held && !t.slow, now, before);
	if (taken > 1 || taken != held)
		turn_over(&ch->turn, clock_mono());
	if (n < 0 && n != -EAGAIN)
		channel_device_gone(ch);
	return most == 1 && held == 1;
}

/* The far end may answer before this processor has gone to sleep. */
static HOT void await_answer(struct channel *ch, struct mono now)
{
	struct mono until = vigil_sent(&ch->shared->vigil, now);
	const struct path *p = ch->active;

	if (mono_before(now, until) && p && !path_is_slow(p) &&
	    line_is_open(p->line))
		port_await(line_way(p->line), until);
}

/**
 * channel_lan_readable() - The device has frames: send them to the far end
 * @fd:		Not looked at
 * @what:	Not looked at
 * @arg:	Channel
 */
HOT void channel_lan_readable(evutil_socket_t fd, short what, void *arg)
{
	struct channel *ch = arg;
	struct mono now = clock_mono();

	(void)fd;
	(void)what;
	if (channel_take_lan(ch, now))
		await_answer(ch, now);
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

/* Not every device can complete it. */
static int take_partial(const struct channel *ch, struct frame *f)
{
	if (gso_take_partial(f, ch->cfg->attachment == ATTACH_TAP))
		return DROP_PARTIAL;
	if (!ch->lan.vnet)
		gso_complete(f);
	return 0;
}

static void count_written(struct channel *ch, unsigned int frames,
			  size_t octets)
{
	stats_add(&ch->stats, STAT_LAN_TX_FRAMES, frames);
	stats_add(&ch->stats, STAT_LAN_TX_OCTETS, octets);
	ch->shared->written = ch;
}

static void tap_join(struct channel *ch, enum dump_point point,
		     const char *reason, const struct gso_join *join)
{
	struct tap t = tap_of(ch, point, DUMP_OUT, reason);

	t.data = join->first;
	t.len = join->first_len;
	t.offload = join->offload;
	t.rest = &join->iov[2];
	t.nrest = join->count - 1;
	if (t.nrest)
		capture_super(&ch->shared->capture, &t);
	else
		capture_put(&ch->shared->capture, &t);
}

static HOT void written(void *arg, const struct gso_join *join, size_t octets,
			ssize_t n)
{
	struct channel *ch = arg;
	enum dump_point point = n < 0 ? DUMP_DROP : DUMP_LAN;
	enum stat_id reason = 0;

	if (n < 0) {
		reason = (enum stat_id)write_reason(n);
		stats_add(&ch->stats, reason, join->count);
	} else {
		count_written(ch, join->count, octets);
	}
	if (capture_wants(&ch->shared->capture, point))
		tap_join(ch, point, n < 0 ? stat_name(reason) : NULL, join);
}

/* For good */
static void refused(void *arg, int err)
{
	struct channel *ch = arg;

	ch->no_joins = err;
	notice(&ch->shared->sink, SEVERITY_INFO, channel_about(ch, NULL),
	       "offload-off", "%s takes no joined frames: %s",
	       ch->cfg->device.name, strerror(err));
}

/**
 * channel_set_end() - Say who hears of what is written to the device
 * @ch:	Channel
 */
void channel_set_end(struct channel *ch)
{
	ch->lan.written = written;
	ch->lan.refused = refused;
	ch->lan.arg = ch;
}

static bool may_join(const struct path *p)
{
	const struct channel *ch = p->channel;

	return !ch->shared->lone && ch->lan.vnet && !ch->no_joins &&
	       p->cfg->kind == TRANSPORT_UDP && p->cfg->udp.offload;
}

/**
 * channel_to_lan() - A whole frame is to go to the LAN
 * @ch:		Channel
 * @f:		Frame; may be changed
 * @h:		Header with which it came
 * @slow:	It came over a slow line
 * @join:	It may become part of a super-frame; borrowed until
 *		lan_out_flush() then
 * @now:	Time
 *
 * Return: true if it waits there
 */
HOT bool channel_to_lan(struct channel *ch, struct frame *f,
			const struct wire_header *h, bool slow, bool join,
			struct mono now)
{
	const struct device *device = device_of(ch->cfg->attachment);
	bool information = ch->cfg->device.packet_information;
	int reason = 0;
	ssize_t n;

	if (h->partial && !h->zeros)
		reason = take_partial(ch, f);
	if (!reason)
		reason = device->to_lan(&ch->cfg->device, ch->mtu, f, h);
	information = information && !reason;
	if (!reason && h->partial && h->zeros)
		reason = take_partial(ch, f);
	if (!reason && ch->guard)
		reason = guard_in(ch->guard, f, slow, now);
	if (!reason && join) {
		lan_out_put(&ch->shared->lan_out, &ch->lan, f);
		return true;
	}
	if (!reason) {
		lan_out_flush(&ch->shared->lan_out);
		n = lan_out_write(&ch->lan, f, ch->shared->lone);
		reason = n < 0 ? write_reason(n) : 0;
	}
	if (reason) {
		drop(ch, reason, DUMP_OUT, f, information);
		return false;
	}
	if (capture_wants(&ch->shared->capture, DUMP_LAN))
		tap(ch, DUMP_LAN, DUMP_OUT, NULL, f, information);
	count_written(ch, 1, f->len);
	return false;
}

static int is_unfit(const struct path *p, const struct wire_header *h)
{
	const struct channel *ch = p->channel;

	if (p->user.disabled)
		return DROP_DISABLED;
	if (!path_is_trusted(p))
		return DROP_PEER;
	if (h->type != device_of(ch->cfg->attachment)->type)
		return DROP_KIND;
	if (h->compressed)
		return DROP_UNSUPPORTED;
	return ch->fd < 0 ? DROP_DEVICE_DOWN : 0;
}

/* An information message came: act on it, and answer. */
static void settle_peer(struct path *p, struct mono now)
{
	uint32_t number = p->peer.number;
	bool asked = p->asked;

	p->news = p->asked = false;
	channel_order_begun(p->channel, &p->peer.theirs);
	channel_refresh(p->channel);
	/* unless something new has just been told */
	if (asked && p->peer.number == number)
		path_tell_again(p, now);
}

/**
 * channel_from_path() - A whole frame came by a path, and may pass
 * @p:		Path
 * @f:		Frame; may be changed, borrowed until lan_out_flush()
 * @h:		Its header
 * @now:	Time
 *
 * Return: true if it waits there
 */
HOT bool channel_from_path(struct path *p, struct frame *f,
			   const struct wire_header *h, struct mono now)
{
	return channel_to_lan(p->channel, f, h, path_is_slow(p), may_join(p),
			      now);
}

/* Would a frame with the same headers, but for what counts up, be let through
 * just so, with nobody to be told of it? */
static bool begins_run(const struct path *p, const struct wire_header *h,
		       const struct frame *f)
{
	const struct channel *ch = p->channel;

	return !h->zeros && !h->fragment && !p->reassembly[h->class].pending &&
	       !capture_wants(&ch->shared->capture, DUMP_LINE) &&
	       !(ch->guard && guard_looks(ch->guard, f, path_is_slow(p)));
}

static void whole(struct path *p, struct frame *f,
		  const struct wire_header *h, struct mono now)
{
	if (p->channel->order)
		channel_order_frame(p, h, f, now);
	else if (channel_from_path(p, f, h, now) && begins_run(p, h, f))
		p->channel->shared->run = p;
}

static void take_frame(struct path *p, const struct wire_header *h,
		       struct frame *f, struct mono now)
{
	int done = path_join(p, h, f, now);

	if (done >= 0) {
		p->answers = true;
		p->line->session.proven = now;
		line_session_crossed(p->line, 1, now);
	}
	if (done > 0)
		whole(p, f, h, now);
}

/**
 * channel_from_line() - A frame, a fragment or a message came from a far end
 * @p:		Path that it took
 * @h:		Its header
 * @f:		What follows the header; may be changed
 * @now:	Time
 */
HOT void channel_from_line(struct path *p, const struct wire_header *h,
			   struct frame *f, struct mono now)
{
	int reason;

	if (h->type == WIRE_OAM)
		reason = path_oam(p, f->data, f->len, now);
	else
		reason = is_unfit(p, h);
	if (reason)
		path_drop(p, (enum stat_id)reason, DUMP_IN, h, f->data,
			  f->len);
	else if (h->type != WIRE_OAM)
		take_frame(p, h, f, now);
	if (p->news || p->asked)
		settle_peer(p, now);
}
