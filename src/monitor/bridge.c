// SPDX-License-Identifier: ISC
// How a TAP joins a bridge and leaves it as it was.
//
// Theory of operation
// -------------------
// The host often has its own address on the bridge that a TAP joins. The
// kernel changes a bridge when a port comes: its MTU becomes the smallest of
// its ports', and a bridge whose address nobody set takes the lowest of its
// ports'. Either can cut the host off. So what the bridge was is read
// before, and put back after. A TAP with a smaller MTU is refused, unless
// the configuration says that the bridge's may be lowered.
//
// A bridge that we make bears our mark and an address of its own, set for
// good. When nothing needs it any more it goes, unless somebody else's port
// is in it.

#include "monitor/bridge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/util.h"
#include "monitor/mac.h"

static int kernel_says(const struct host *h, int err, const char *what,
		       const char *name, char *reason, size_t size)
{
	const char *words = rtnl_error(h->rtnl);

	snprintf(reason, size, "%s %s: %s%s%s", what, name, strerror(-err),
		 *words ? ": " : "", words);
	return err;
}

static int make(const struct host *h, const struct config_channel *c,
		char *reason, size_t size)
{
	const struct config_bridge *b = &c->device.bridge;
	struct rtnl_bridge new = { .name = b->name, .stp = b->stp };
	struct rtnl_change change = { .what = RTNL_UP | RTNL_ALIAS,
				      .up = true };
	char mark[RTNL_ALIAS_MAX];
	struct rtnl_link link;
	int err;

	mac_derive(new.mac, MAC_BRIDGE, h->machine, h->node, b->name);
	err = rtnl_bridge_create(h->rtnl, &new);
	if (!err)
		err = rtnl_link_get(h->rtnl, b->name, &link);
	if (err)
		return kernel_says(h, err, "make bridge", b->name, reason,
				   size);
	host_mark(h, c->name, mark);
	change.alias = mark;
	if (c->device.mtu) {
		change.what |= RTNL_MTU;
		change.mtu = c->device.mtu;
	}
	err = rtnl_link_change(h->rtnl, link.index, &change);
	if (!err)
		return 0;
	kernel_says(h, err, "set up bridge", b->name, reason, size);
	rtnl_link_delete(h->rtnl, link.index);
	return err;
}

/**
 * bridge_prepare() - Find a channel's bridge, or make it
 * @h:		Host
 * @c:		Channel whose device names a bridge
 * @bridge:	Filled in with the bridge as it is before we join
 * @reason:	Filled in on failure
 * @size:	Room there
 *
 * Return: 0; -ENODEV: it is not there and is not ours to make; or another
 * negative errno
 */
int bridge_prepare(const struct host *h, const struct config_channel *c,
		   struct rtnl_link *bridge, char *reason, size_t size)
{
	const struct config_bridge *b = &c->device.bridge;
	int err = rtnl_link_get(h->rtnl, b->name, bridge);

	if (err == -ENODEV && b->create) {
		err = make(h, c, reason, size);
		if (err)
			return err;
		err = rtnl_link_get(h->rtnl, b->name, bridge);
	}
	if (err == -ENODEV) {
		snprintf(reason, size, "bridge %s does not exist: make it with "
			 "\"ip link add %s type bridge\" and it is joined at "
			 "once, or set \"create: true\"", b->name, b->name);
		return err;
	}
	if (err)
		return kernel_says(h, err, "bridge", b->name, reason, size);
	if (strcmp(bridge->kind, "bridge")) {
		snprintf(reason, size, "%s is no bridge but %s", b->name,
			 bridge->kind[0] ? bridge->kind :
			 "a network interface");
		return -EINVAL;
	}
	return 0;
}

struct count {
	int master;
	unsigned int ports;
};

static void count_port(void *arg, const struct rtnl_link *link)
{
	struct count *c = arg;

	c->ports += link->master == c->master;
}

/* A bridge of ours with no port has nobody whose MTU could suffer. */
static bool ours_and_empty(const struct host *h,
			   const struct rtnl_link *bridge)
{
	char channel[CONFIG_NAME_MAX + 1];
	struct count c = { .master = bridge->index };

	return host_marked(h, bridge->alias, channel) &&
	       !rtnl_link_dump(h->rtnl, count_port, &c) && !c.ports;
}

/**
 * bridge_port_mtu() - Which MTU a TAP gets in a bridge
 * @h:		Host
 * @d:		Device's configuration
 * @bridge:	The bridge, before the TAP joined
 * @mtu:	Filled in
 * @reason:	Filled in on failure
 * @size:	Room there
 *
 * Return: 0, or -EINVAL if it would lower the bridge's and may not
 */
int bridge_port_mtu(const struct host *h, const struct config_device *d,
		    const struct rtnl_link *bridge, uint32_t *mtu,
		    char *reason, size_t size)
{
	*mtu = d->mtu ? d->mtu : MIN(bridge->mtu, (uint32_t)CONFIG_MTU_MAX);
	if (!d->mtu || d->mtu >= bridge->mtu || d->lower_bridge_mtu ||
	    ours_and_empty(h, bridge))
		return 0;
	snprintf(reason, size, "mtu %u would lower the MTU of bridge %s from "
		 "%u to %u for all of its ports: leave out \"mtu\", or set "
		 "\"lower-bridge-mtu: true\" if that is meant", d->mtu,
		 bridge->name, bridge->mtu, d->mtu);
	return -EINVAL;
}

/* What the bridge shall have now, given what it had and what is allowed. */
static uint32_t wanted_mtu(const struct config_device *d,
			   const struct rtnl_link *before)
{
	if (d->mtu && d->mtu < before->mtu)
		return d->mtu;	/* bridge_port_mtu() let it pass */
	return before->mtu;
}

static int put_back(const struct host *h, const struct config_device *d,
		    const struct rtnl_link *before)
{
	struct rtnl_change change = { .mtu = wanted_mtu(d, before) };
	struct rtnl_link now;
	int err = rtnl_link_get_index(h->rtnl, before->index, &now);

	if (err)
		return err;
	if (now.mtu != change.mtu)
		change.what |= RTNL_MTU;
	if (memcmp(now.mac, before->mac, sizeof(now.mac))) {
		change.what |= RTNL_MAC;
		memcpy(change.mac, before->mac, sizeof(change.mac));
	}
	if (!change.what)
		return 0;
	return rtnl_link_change(h->rtnl, before->index, &change);
}

/**
 * bridge_join() - Make a TAP a port of a bridge
 * @h:		Host
 * @d:		Device's configuration
 * @bridge:	The bridge, as bridge_prepare() found it
 * @port:	Index of the TAP; its MTU is set
 * @reason:	Filled in on failure
 * @size:	Room there
 *
 * Return: 0 or a negative errno
 */
int bridge_join(const struct host *h, const struct config_device *d,
		const struct rtnl_link *bridge, int port, char *reason,
		size_t size)
{
	struct rtnl_change join = { .what = RTNL_MASTER,
				    .master = bridge->index };
	int err = rtnl_link_change(h->rtnl, port, &join);

	if (err == -EXFULL)
		snprintf(reason, size, "bridge %s is full: it takes 1024 "
			 "ports", bridge->name);
	else if (err)
		kernel_says(h, err, "join bridge", bridge->name, reason, size);
	if (err)
		return err;
	err = put_back(h, d, bridge);
	if (!err && d->bridge.isolated)
		err = rtnl_port_isolated(h->rtnl, port, true);
	if (err)
		kernel_says(h, err, "set up port of bridge", bridge->name,
			    reason, size);
	return err;
}

/* Bridges of ours, found in a dump. */
struct found {
	const struct host *h;
	struct rtnl_link *list;
	size_t n;
};

static void find_ours(void *arg, const struct rtnl_link *link)
{
	char channel[CONFIG_NAME_MAX + 1];
	struct found *f = arg;
	struct rtnl_link *more;

	if (strcmp(link->kind, "bridge") ||
	    !host_marked(f->h, link->alias, channel))
		return;
	more = reallocarray(f->list, f->n + 1, sizeof(*more));
	if (!more)
		return;
	f->list = more;
	f->list[f->n++] = *link;
}

static bool wanted(const struct config *keep, const char *name)
{
	size_t i;

	for (i = 0; keep && i < keep->nchannels; i++) {
		const struct config_bridge *b =
			&keep->channels[i].device.bridge;

		if (b->create && !strcmp(b->name, name))
			return true;
	}
	return false;
}

/**
 * bridge_remove_idle() - Remove bridges that we made and nobody uses
 * @h:		Host
 * @keep:	Configuration whose bridges stay, or NULL: none
 */
void bridge_remove_idle(const struct host *h, const struct config *keep)
{
	struct found f = { .h = h };
	size_t i;

	rtnl_link_dump(h->rtnl, find_ours, &f);
	for (i = 0; i < f.n; i++) {
		struct count c = { .master = f.list[i].index };

		if (wanted(keep, f.list[i].name) ||
		    rtnl_link_dump(h->rtnl, count_port, &c) || c.ports)
			continue;
		log_debug("removing bridge %s, which we made",
			  f.list[i].name);
		rtnl_link_delete(h->rtnl, c.master);
	}
	free(f.list);
}
