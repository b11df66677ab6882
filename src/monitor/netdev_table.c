// SPDX-License-Identifier: ISC
// All devices of the channels, through reloads and removals.
//
// Theory of operation
// -------------------
// Each channel of the configuration in force has a slot. On a reload a
// device whose channel is still there, by name, and asks for the same device
// moves to its new slot and nothing touches it. The others are doomed. They
// stay until the engine shows, by a sign of life in the new generation, that
// it has let them go, and are then deleted together: all are put into one
// group and the group is deleted in one request, for which the kernel waits
// once and not once each. If the engine wants a device before, in the new
// generation, the doomed ones go first, for they may have its name.
//
// The monitor's own descriptor is closed last. Whoever closes the last one
// of a device waits for the kernel's RTNL lock, and the engine must never be
// that one: so a deleted device lies in a grave until the engine has given
// a sign of life again.

#include "monitor/netdev_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "monitor/bridge.h"
#include "os/tap_setup.h"

enum { GROUP_FIRST = 0x0dcc0000 };

/**
 * netdev_table_init() - Begin with no device
 * @t:		Table; the owner sets news and arg
 * @host:	Borrowed
 * @config:	Borrowed until the next reload
 *
 * Return: 0 or -ENOMEM
 */
int netdev_table_init(struct netdev_table *t, const struct host *host,
		      const struct config *config)
{
	memset(t, 0, sizeof(*t));
	TAILQ_INIT(&t->doomed);
	TAILQ_INIT(&t->graves);
	t->host = host;
	t->config = config;
	t->nslots = config->nchannels;
	t->slots = calloc(t->nslots ? t->nslots : 1, sizeof(*t->slots));
	return t->slots ? 0 : -ENOMEM;
}

/* A group that no device is in; others may have their own use of groups. */
struct unused {
	uint32_t group;
	bool taken;
};

static void see_group(void *arg, const struct rtnl_link *link)
{
	struct unused *u = arg;

	u->taken |= link->group == u->group;
}

static uint32_t unused_group(struct rtnl *r)
{
	struct unused u = { .group = GROUP_FIRST };

	do {
		u.group++;
		u.taken = false;
		if (rtnl_link_dump(r, see_group, &u))
			return 0;
	} while (u.taken);
	return u.group;
}

/* The kernel's answer where a device went by itself is no error for us. */
static void delete_one(struct rtnl *r, const struct netdev *d)
{
	int err = rtnl_link_delete(r, d->index);

	if (err && err != -ENODEV)
		log_warnx("cannot remove %s: %s", d->name, strerror(-err));
}

static size_t deletable(const struct netdev_list *list)
{
	const struct netdev *d;
	size_t n = 0;

	TAILQ_FOREACH(d, list, entry)
		n += d->ours && !d->gone;
	return n;
}

static int delete_group(struct rtnl *r, const struct netdev_list *list)
{
	struct rtnl_change change = { .what = RTNL_GROUP };
	const struct netdev *d;
	int err;

	change.group = unused_group(r);
	if (!change.group)
		return -EBUSY;
	TAILQ_FOREACH(d, list, entry) {
		if (!d->ours || d->gone)
			continue;
		err = rtnl_link_change(r, d->index, &change);
		if (err && err != -ENODEV)
			return err;
	}
	err = rtnl_group_delete(r, change.group);
	return err == -ENODEV ? 0 : err;
}

/* Delete the devices of a list that are ours; their descriptors stay. */
static void delete_all(struct rtnl *r, struct netdev_list *list)
{
	const struct netdev *d;

	if (deletable(list) > 1 && !delete_group(r, list))
		return;
	TAILQ_FOREACH(d, list, entry)
		if (d->ours && !d->gone)
			delete_one(r, d);
}

static void bury(struct netdev_table *t, struct netdev *d, unsigned int signs)
{
	d->grave = signs;
	TAILQ_INSERT_TAIL(&t->graves, d, entry);
}

static void delete_doomed(struct netdev_table *t)
{
	struct netdev *d;

	if (TAILQ_EMPTY(&t->doomed))
		return;
	delete_all(t->host->rtnl, &t->doomed);
	while ((d = TAILQ_FIRST(&t->doomed))) {
		TAILQ_REMOVE(&t->doomed, d, entry);
		bury(t, d, 1);
	}
	bridge_remove_idle(t->host, t->config);
}

/* What a sweep finds: devices of ours that the configuration lacks. */
struct leftovers {
	struct netdev_table *t;
	struct netdev_list list;
};

static bool taken_over(const struct config *config, const char *channel,
		       const struct rtnl_link *link)
{
	size_t i;

	for (i = 0; i < config->nchannels; i++) {
		const struct config_channel *c = &config->channels[i];

		if (!strcmp(c->name, channel))
			return c->device.persist && link->tun.persist &&
			       !strcmp(c->device.name, link->name);
	}
	return false;
}

static void find_leftover(void *arg, const struct rtnl_link *link)
{
	char channel[CONFIG_NAME_MAX + 1];
	struct leftovers *l = arg;
	struct netdev *d;

	if (strcmp(link->kind, "tun") ||
	    !host_marked(l->t->host, link->alias, channel) ||
	    taken_over(l->t->config, channel, link))
		return;
	d = calloc(1, sizeof(*d));
	if (!d)
		return;
	d->fd = -1;
	d->ours = true;
	d->index = link->index;
	memcpy(d->name, link->name, sizeof(d->name));
	TAILQ_INSERT_TAIL(&l->list, d, entry);
}

/**
 * netdev_table_sweep() - Remove what an earlier run left and nobody wants
 * @t:	Table, before anything was opened
 */
void netdev_table_sweep(struct netdev_table *t)
{
	struct leftovers l = { .t = t };
	struct netdev *d;

	TAILQ_INIT(&l.list);
	rtnl_link_dump(t->host->rtnl, find_leftover, &l);
	delete_all(t->host->rtnl, &l.list);
	while ((d = TAILQ_FIRST(&l.list))) {
		log_info("removed %s, left from an earlier run", d->name);
		TAILQ_REMOVE(&l.list, d, entry);
		free(d);
	}
	bridge_remove_idle(t->host, t->config);
}

static struct netdev_news news_of(size_t channel, const struct netdev *d)
{
	return (struct netdev_news){
		.channel = channel,
		.up = d && d->up && !d->gone,
		.gone = d && d->gone,
		.mtu = d ? d->mtu : 0,
		.reason = "",
	};
}

static void tell_link(struct netdev_table *t, size_t channel,
		      const struct netdev *d)
{
	const struct netdev_news news = news_of(channel, d);

	t->news(t->arg, &news);
}

/* It may be opened now. */
static void tell_retry(struct netdev_table *t, size_t channel)
{
	struct netdev_news news = news_of(channel, NULL);

	news.retry = true;
	t->news(t->arg, &news);
}

static void tell_bridge(struct netdev_table *t, size_t channel, bool joined,
			const char *reason)
{
	struct netdev_news news = news_of(channel, t->slots[channel].device);

	news.joined = joined;
	news.lost = !joined;
	news.reason = reason;
	t->news(t->arg, &news);
}

static void tell_port(struct netdev_table *t, size_t channel)
{
	struct netdev_news news = news_of(channel, t->slots[channel].device);

	news.port_down = t->slots[channel].port.dark;
	news.port_up = !news.port_down;
	t->news(t->arg, &news);
}

/* Of the port that it watches, or "" */
static const char *port_of(const struct netdev_table *t, size_t channel)
{
	return t->config->channels[channel].device.propagate;
}

/* The same one again, if it is still there. */
static bool still_there(struct netdev_table *t, struct netdev *d)
{
	struct rtnl_link link;

	if (d->gone || !tap_alive(d->fd, d->index) ||
	    rtnl_link_get_index(t->host->rtnl, d->index, &link))
		return false;
	d->up = link.up;
	d->mtu = link.mtu;
	return true;
}

/**
 * netdev_table_open() - Give a channel its device
 * @t:		Table
 * @channel:	Index of the channel
 * @device:	Set to the device; the table's
 * @reason:	Filled in on failure: what failed, why, what to do
 * @size:	Room there
 *
 * Return: 0 or a negative errno
 */
int netdev_table_open(struct netdev_table *t, size_t channel,
		      const struct netdev **device, char *reason,
		      size_t size)
{
	struct netdev_slot *s = &t->slots[channel];
	int err = 0;

	s->tried = true;
	if (s->device && !still_there(t, s->device)) {
		bury(t, s->device, 2);
		s->device = NULL;
	}
	if (!s->device) {
		delete_doomed(t);
		s->device = netdev_open(t->host, &t->config->channels[channel],
					&err, reason, size);
	}
	s->waits = err == -ENODEV;
	*device = s->device;
	if (!err && *port_of(t, channel)) {
		netdev_port_find(&s->port, t->host->rtnl,
				 port_of(t, channel));
		tell_port(t, channel);
	}
	return err;
}

/**
 * netdev_table_offload() - Let the kernel leave work to the engine, or not
 * @t:		Table
 * @channel:	Index of the channel
 * @on:		Let it
 */
void netdev_table_offload(struct netdev_table *t, size_t channel, bool on)
{
	struct netdev *d = t->slots[channel].device;

	if (!d || !d->offloads || d->offload == on)
		return;
	d->offload = on;
	tap_offload(d->fd, on);
}

/**
 * netdev_table_carrier() - Give a channel's device carrier or take it
 * @t:		Table
 * @channel:	Index of the channel
 * @on:		Give or take
 *
 * The engine repeats itself after each reload: what is so already costs
 * nothing.
 */
void netdev_table_carrier(struct netdev_table *t, size_t channel, bool on)
{
	struct netdev *d = t->slots[channel].device;
	int err;

	if (!d || d->carrier == on)
		return;
	d->carrier = on;
	err = tap_carrier(d->fd, on);
	if (err && err != -EBADFD)
		log_warnx("%s: TUNSETCARRIER: %s", d->name, strerror(-err));
}

static const struct config_channel *find_channel(const struct config *config,
						 const char *name)
{
	size_t i;

	for (i = 0; i < config->nchannels; i++)
		if (!strcmp(config->channels[i].name, name))
			return &config->channels[i];
	return NULL;
}

/**
 * netdev_table_reload() - Follow a new configuration
 * @t:		Table
 * @config:	The new one, borrowed until the next; the old one is not
 *		used any more afterwards
 * @generation:	Its number
 *
 * Return: 0, or -ENOMEM and nothing has changed
 */
int netdev_table_reload(struct netdev_table *t, const struct config *config,
			uint32_t generation)
{
	size_t n = config->nchannels, i;
	struct netdev_slot *slots = calloc(n ? n : 1, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (i = 0; i < t->nslots; i++) {
		const struct config_channel *was = &t->config->channels[i];
		const struct config_channel *is = find_channel(config,
							       was->name);
		struct netdev *d = t->slots[i].device;

		if (is && config_device_equal(was, is)) {
			slots[is - config->channels] = t->slots[i];
		} else if (d) {
			d->generation = generation;
			TAILQ_INSERT_TAIL(&t->doomed, d, entry);
		}
	}
	free(t->slots);
	t->slots = slots;
	t->nslots = n;
	t->config = config;
	return 0;
}

static bool confirmed(const struct netdev_table *t, uint32_t generation)
{
	const struct netdev *d;

	TAILQ_FOREACH(d, &t->doomed, entry)
		if (d->generation > generation)
			return false;
	return true;
}

/**
 * netdev_table_confirm() - The engine lives and works with a generation
 * @t:		Table
 * @generation:	Which
 */
void netdev_table_confirm(struct netdev_table *t, uint32_t generation)
{
	struct netdev *d, *next;

	if (confirmed(t, generation))
		delete_doomed(t);
	for (d = TAILQ_FIRST(&t->graves); d; d = next) {
		next = TAILQ_NEXT(d, entry);
		if (d->generation > generation || --d->grave)
			continue;
		TAILQ_REMOVE(&t->graves, d, entry);
		netdev_free(d);
	}
}

static void follow_netdev(struct netdev_table *t, size_t channel,
			  struct netdev *d, const struct rtnl_link *link)
{
	if (d->gone || (!link->gone && d->up == link->up &&
			d->mtu == link->mtu))
		return;
	d->gone = link->gone;
	d->up = link->up;
	d->mtu = link->mtu;
	if (d->gone)
		log_warnx("%s of channel %s was removed by somebody", d->name,
			  d->channel);
	tell_link(t, channel, d);
}

/* Our device's bridge came, came back or went. */
static void follow_bridge(struct netdev_table *t, size_t channel,
			  const struct rtnl_link *link)
{
	const struct config_channel *c = &t->config->channels[channel];
	struct netdev_slot *s = &t->slots[channel];
	char reason[256] = "";
	int err;

	if (link->gone) {
		if (!s->device || s->device->bridge != link->index)
			return;
		s->device->bridge = 0;
		tell_bridge(t, channel, false, "");
		return;
	}
	if (!s->device && s->waits)
		tell_retry(t, channel);
	if (!s->device || s->device->gone || s->device->bridge == link->index)
		return;
	err = netdev_rejoin(t->host, c, s->device, reason, sizeof(reason));
	tell_bridge(t, channel, !err, reason);
}

/**
 * netdev_table_link() - Some device of the host changed or went
 * @t:		Table
 * @link:	As it is now
 */
void netdev_table_link(struct netdev_table *t, const struct rtnl_link *link)
{
	bool bridge = !strcmp(link->kind, "bridge");
	size_t i;

	for (i = 0; i < t->nslots; i++) {
		struct netdev *d = t->slots[i].device;

		if (d && d->index == link->index)
			follow_netdev(t, i, d, link);
		else if (bridge && !strcmp(t->config->channels[i].device.
					   bridge.name, link->name))
			follow_bridge(t, i, link);
		else if (d && netdev_port_follow(&t->slots[i].port,
						 port_of(t, i), link))
			tell_port(t, i);
	}
}

/**
 * netdev_table_resync() - News were lost: look at every device
 * @t:	Table
 */
void netdev_table_resync(struct netdev_table *t)
{
	size_t i;

	for (i = 0; i < t->nslots; i++) {
		const char *name = t->config->channels[i].device.bridge.name;
		struct netdev *d = t->slots[i].device;
		struct rtnl_link link;

		if (d && !d->gone) {
			link.gone = rtnl_link_get_index(t->host->rtnl,
							d->index, &link);
			follow_netdev(t, i, d, &link);
		}
		if (name[0] && !rtnl_link_get(t->host->rtnl, name, &link))
			follow_bridge(t, i, &link);
		if (d && netdev_port_find(&t->slots[i].port, t->host->rtnl,
					  port_of(t, i)))
			tell_port(t, i);
	}
}

/**
 * netdev_table_remove() - Remove what we made and need not leave; the end
 * @t:	Table; empty afterwards
 */
void netdev_table_remove(struct netdev_table *t)
{
	struct netdev *d;
	size_t i;

	for (i = 0; i < t->nslots; i++) {
		d = t->slots[i].device;
		if (!d)
			continue;
		d->ours &= !d->persist;
		TAILQ_INSERT_TAIL(&t->doomed, d, entry);
	}
	free(t->slots);
	t->slots = NULL;
	t->nslots = 0;
	delete_all(t->host->rtnl, &t->doomed);
	bridge_remove_idle(t->host, NULL);
	TAILQ_CONCAT(&t->graves, &t->doomed, entry);
	while ((d = TAILQ_FIRST(&t->graves))) {
		TAILQ_REMOVE(&t->graves, d, entry);
		netdev_free(d);
	}
}

/**
 * netdev_table_tried() - Was every channel's device tried once?
 * @t:	Table
 *
 * Return: true if so
 */
bool netdev_table_tried(const struct netdev_table *t)
{
	size_t i;

	for (i = 0; i < t->nslots; i++)
		if (!t->slots[i].tried)
			return false;
	return true;
}

/**
 * netdev_table_up() - How many channels are up
 * @t:	Table
 *
 * Return: how many devices the engine gave carrier
 */
size_t netdev_table_up(const struct netdev_table *t)
{
	size_t i, n = 0;

	for (i = 0; i < t->nslots; i++)
		n += t->slots[i].device && t->slots[i].device->carrier;
	return n;
}
