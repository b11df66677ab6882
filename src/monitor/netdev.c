// SPDX-License-Identifier: ISC
// A channel's TAP or TUN: made and set up as the configuration says.
//
// The order matters. Flags, owner, persistence and link type are set while
// the device is down and before anybody else could look at it. A TAP for a
// bridge learns that it shall make no IPv6 address before it is up, and its
// MTU before it joins, so that the bridge never sees the wrong one. Last it
// is set up, still without carrier.

#include "monitor/netdev.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "monitor/bridge.h"
#include "monitor/mac.h"
#include "os/tap_setup.h"

/* What the steps of one set-up share. */
struct setup {
	const struct host *h;
	const struct config_channel *c;
	struct tap tap;
	bool ours;
	bool in_bridge;
	struct rtnl_link bridge;	/* before we joined */
	struct rtnl_link link;		/* afterwards */
	char *reason;
	size_t size;
};

static int failed(struct setup *s, int err, const char *what)
{
	const char *words = rtnl_error(s->h->rtnl);

	snprintf(s->reason, s->size, "%s: %s%s%s", what, strerror(-err),
		 *words ? ": " : "", words);
	return err;
}

static int find_owner(struct setup *s, struct tap_params *p)
{
	const struct config_device *d = &s->c->device;

	p->has_owner = d->owner[0];
	if (p->has_owner && identity_user(d->owner, &p->owner)) {
		snprintf(s->reason, s->size, "owner: no user \"%s\" on this "
			 "host", d->owner);
		return -ENOENT;
	}
	p->has_group = d->group[0];
	if (p->has_group && identity_group(d->group, &p->group)) {
		snprintf(s->reason, s->size, "group: no group \"%s\" on this "
			 "host", d->group);
		return -ENOENT;
	}
	return 0;
}

/* A leftover of ours that is not as it should be is simply made anew. */
static int remove_leftover(struct setup *s, const char *name)
{
	char channel[CONFIG_NAME_MAX + 1];
	struct rtnl_link link;

	if (rtnl_link_get(s->h->rtnl, name, &link) ||
	    !host_marked(s->h, link.alias, channel))
		return -EEXIST;
	log_info("%s: left from an earlier run, with other settings; made "
		 "anew", name);
	return rtnl_link_delete(s->h->rtnl, link.index);
}

static int step_open(struct setup *s)
{
	const struct config_device *d = &s->c->device;
	struct tap_params p = {
		.name = d->name,
		.layer3 = s->c->attachment == ATTACH_TUN,
		.packet_information = d->packet_information,
		.vnet = s->c->attachment == ATTACH_TAP,
		.link_type = d->link_type,
		.persist = d->persist,
	};
	int err = find_owner(s, &p);

	if (err)
		return err;
	err = tap_open(s->h->rtnl, &p, &s->tap, s->reason, s->size);
	if (err == -EEXIST && !remove_leftover(s, d->name))
		err = tap_open(s->h->rtnl, &p, &s->tap, s->reason, s->size);
	if (err)
		s->tap.fd = -1;
	return err;
}

static int step_bridge(struct setup *s)
{
	if (!s->c->device.bridge.name[0])
		return 0;
	s->in_bridge = true;
	return bridge_prepare(s->h, s->c, &s->bridge, s->reason, s->size);
}

static int choose_mtu(struct setup *s, uint32_t *mtu)
{
	*mtu = s->c->device.mtu;
	if (!s->in_bridge)
		return 0;
	return bridge_port_mtu(s->h, &s->c->device, &s->bridge, mtu,
			       s->reason, s->size);
}

static void choose_mac(struct setup *s, uint8_t mac[6])
{
	if (s->c->device.has_mac)
		memcpy(mac, s->c->device.mac, 6);
	else
		mac_derive(mac, MAC_TAP, s->h->machine, s->h->node,
			   s->c->name);
	if (s->in_bridge && !memcmp(mac, s->bridge.mac, 6))
		mac[5] ^= 1;
}

/* Is a device that was there before one that we made? */
static void recognize(struct setup *s)
{
	char channel[CONFIG_NAME_MAX + 1];

	s->ours = !s->tap.existed;
	if (s->tap.existed &&
	    !rtnl_link_get_index(s->h->rtnl, s->tap.index, &s->link))
		s->ours = host_marked(s->h, s->link.alias, channel);
}

static int step_properties(struct setup *s)
{
	struct rtnl_change change = { 0 };
	char mark[RTNL_ALIAS_MAX];
	int err = choose_mtu(s, &change.mtu);

	if (err)
		return err;
	recognize(s);
	if (change.mtu)
		change.what |= RTNL_MTU;
	if (s->ours) {
		host_mark(s->h, s->c->name, mark);
		change.alias = mark;
		change.what |= RTNL_ALIAS;
	}
	if (s->c->attachment == ATTACH_TAP) {
		choose_mac(s, change.mac);
		change.what |= RTNL_MAC;
	}
	if (!change.what)
		return 0;
	err = rtnl_link_change(s->h->rtnl, s->tap.index, &change);
	return err ? failed(s, err, "set MTU, address and alias") : 0;
}

static int step_join(struct setup *s)
{
	int err;

	if (!s->in_bridge)
		return 0;
	err = rtnl_no_addrgen(s->h->rtnl, s->tap.index);
	if (err)
		return failed(s, err, "turn off IPv6 address generation");
	return bridge_join(s->h, &s->c->device, &s->bridge, s->tap.index,
			   s->reason, s->size);
}

static int step_addresses(struct setup *s)
{
	const struct config_device *d = &s->c->device;
	size_t i;

	for (i = 0; i < d->naddresses; i++) {
		struct rtnl_address a = {
			.addr = d->addresses[i].addr,
			.length = d->addresses[i].length,
			.peer = d->peer_address,
		};
		char text[ADDR_STRLEN];
		int err = rtnl_address_add(s->h->rtnl, s->tap.index, &a);

		if (err && err != -EEXIST) {
			addr_str(&a.addr, text);
			return failed(s, err, text);
		}
	}
	return 0;
}

static int step_up(struct setup *s)
{
	struct rtnl_change up = { .what = RTNL_UP, .up = true };
	int err = rtnl_link_change(s->h->rtnl, s->tap.index, &up);

	if (!err)
		err = rtnl_link_get_index(s->h->rtnl, s->tap.index, &s->link);
	return err ? failed(s, err, "set up") : 0;
}

static int (*const steps[])(struct setup *s) = {
	step_open, step_bridge, step_properties, step_join, step_addresses,
	step_up,
};

/* Leave nothing half made. What was there before stays. */
static void undo(struct setup *s)
{
	if (s->tap.fd < 0)
		return;
	if (!s->tap.existed)
		rtnl_link_delete(s->h->rtnl, s->tap.index);
	close(s->tap.fd);
}

static struct netdev *result(const struct setup *s)
{
	struct netdev *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	memcpy(d->channel, s->c->name, sizeof(d->channel));
	memcpy(d->name, s->c->device.name, sizeof(d->name));
	d->fd = s->tap.fd;
	d->index = s->tap.index;
	d->ours = s->ours;
	d->persist = s->c->device.persist;
	d->up = s->link.up;
	d->mtu = s->link.mtu;
	d->vnet = s->c->attachment == ATTACH_TAP;
	if (d->vnet) {
		d->offloads = tap_offload(d->fd, true);
		tap_offload(d->fd, false);
	}
	d->bridge = s->in_bridge ? s->bridge.index : 0;
	return d;
}

/**
 * netdev_open() - Make a channel's device, or take it over
 * @h:		Host
 * @c:		Channel
 * @err:	Set to a negative errno on failure
 * @reason:	Filled in on failure: what failed, why, what to do; who
 *		reads it knows which device it is about
 * @size:	Room there
 *
 * Return: the device, the caller's, for netdev_free(); or NULL
 */
struct netdev *netdev_open(const struct host *h,
			   const struct config_channel *c, int *err,
			   char *reason, size_t size)
{
	struct setup s = { .h = h, .c = c, .tap.fd = -1, .reason = reason,
			   .size = size };
	struct netdev *d = NULL;
	size_t i;

	*err = 0;
	for (i = 0; !*err && i < sizeof(steps) / sizeof(steps[0]); i++)
		*err = steps[i](&s);
	if (!*err)
		d = result(&s);
	if (!*err && !d) {
		*err = -ENOMEM;
		snprintf(reason, size, "out of memory");
	}
	if (*err)
		undo(&s);
	return d;
}

/**
 * netdev_rejoin() - Join the channel's bridge again, which came back
 * @h:		Host
 * @c:		Channel
 * @d:		Its device
 * @reason:	Filled in on failure
 * @size:	Room there
 *
 * Return: 0 or a negative errno
 */
int netdev_rejoin(const struct host *h, const struct config_channel *c,
		  struct netdev *d, char *reason, size_t size)
{
	struct rtnl_change change = { .what = RTNL_MTU };
	struct rtnl_link bridge;
	int err = bridge_prepare(h, c, &bridge, reason, size);

	if (!err)
		err = bridge_port_mtu(h, &c->device, &bridge, &change.mtu,
				      reason, size);
	if (err)
		return err;
	err = rtnl_link_change(h->rtnl, d->index, &change);
	if (err) {
		snprintf(reason, size, "set MTU: %s", strerror(-err));
		return err;
	}
	err = bridge_join(h, &c->device, &bridge, d->index, reason, size);
	d->bridge = bridge.index;
	return err;
}

/**
 * netdev_free() - Close a device's descriptor and forget it
 * @d:	Device; consumed
 */
void netdev_free(struct netdev *d)
{
	close(d->fd);
	free(d);
}
