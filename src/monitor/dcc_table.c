// SPDX-License-Identifier: ISC
// The DCCs of the configuration: opened, and watched while they are.
//
// Theory of operation
// -------------------
// Each interface or device that paths name has one entry, whichever channels
// share it; the engine is told of it by the first path that names it.
//
// An interface that is open is asked for its carrier each POLL_MS, because
// the kernel's own news may be a second late; what changes is told. So is
// what its driver has counted of damaged frames, ten times a second. That it
// went down, away, or got another name or MTU comes by netlink, and is told
// as the end of it: the engine opens it anew, and hears the reason if that
// cannot be. An interface that is not open is told of when anything happens
// to it, a device when another file is there in its place: then it is worth
// another try.

#include "monitor/dcc_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/dcc_errors.h"
#include "monitor/dcc_interface.h"
#include "os/packet_socket.h"
#include "os/rtnl.h"
#include "os/serial.h"

enum {
	TURNS_A_COUNT = 10,	/* polls between two looks for errors */
	TURNS_A_LOOK = 50,	/* polls between two looks for devices */
	TURNS_A_CHECK = 500,	/* and between two looks for addresses */
};

static const char *name_of(const struct config_dcc *cfg)
{
	return cfg->device ? cfg->device : cfg->interface;
}

static struct dcc *find(const struct dcc_table *t,
			const struct config_dcc *cfg)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(name_of(t->list[i].cfg), name_of(cfg)))
			return &t->list[i];
	return NULL;
}

static size_t count_paths(const struct config *config)
{
	size_t n = 0;

	for (size_t i = 0; i < config->nchannels; i++)
		n += config->channels[i].npaths;
	return n;
}

static void add_paths(struct dcc_table *t, const struct config_channel *c,
		      size_t index)
{
	for (size_t i = 0; i < c->npaths; i++) {
		const struct config_path *p = &c->paths[i];

		if (p->kind != TRANSPORT_DCC || find(t, &p->dcc))
			continue;
		t->list[t->n++] = (struct dcc){
			.cfg = &p->dcc, .channel = (uint16_t)index,
			.path = (uint16_t)i,
		};
	}
}

static int fill(struct dcc_table *t, const struct config *config)
{
	t->list = calloc(count_paths(config) + 1, sizeof(*t->list));
	if (!t->list)
		return -ENOMEM;
	for (size_t i = 0; i < config->nchannels; i++)
		add_paths(t, &config->channels[i], i);
	return 0;
}

/**
 * dcc_table_init() - Begin with none open
 * @t:		Table; the owner sets news and arg
 * @host:	Borrowed
 * @config:	Borrowed until the next one
 *
 * Return: 0 or a negative errno
 */
int dcc_table_init(struct dcc_table *t, const struct host *host,
		   const struct config *config)
{
	memset(t, 0, sizeof(*t));
	t->host = host;
	t->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (t->fd < 0)		/* a host without IPv4 */
		t->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return fill(t, config);
}

/**
 * dcc_table_prepare() - Make what a new configuration needs
 * @next:	Filled in; for dcc_table_follow() or dcc_table_free()
 * @t:		Table
 * @config:	New configuration
 *
 * Return: 0 or -ENOMEM
 */
int dcc_table_prepare(struct dcc_table *next, const struct dcc_table *t,
		      const struct config *config)
{
	*next = *t;
	next->fd = -1;
	next->n = 0;
	return fill(next, config);
}

/**
 * dcc_table_follow() - A new configuration is in force
 * @t:		Table
 * @next:	What dcc_table_prepare() made of it; used up
 */
void dcc_table_follow(struct dcc_table *t, struct dcc_table *next)
{
	for (size_t i = 0; i < next->n; i++) {
		struct dcc *d = &next->list[i], new = *d;
		const struct dcc *was = find(t, d->cfg);

		if (!was)
			continue;
		*d = *was;
		d->cfg = new.cfg;
		d->channel = new.channel;
		d->path = new.path;
	}
	free(t->list);
	t->list = next->list;
	t->n = next->n;
	next->list = NULL;
}

/**
 * dcc_table_free() - Forget them all
 * @t:	Table
 */
void dcc_table_free(struct dcc_table *t)
{
	free(t->list);
	t->list = NULL;
	t->n = 0;
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

static void tell(const struct dcc_table *t, const struct dcc *d,
		 const char *warning)
{
	const struct dcc_news news = {
		.channel = d->channel, .path = d->path,
		.carrier = d->carrier, .reason = warning,
	};

	t->news(t->arg, &news);
}

static void tell_gone(const struct dcc_table *t, struct dcc *d,
		      const char *reason, bool retry)
{
	const struct dcc_news news = {
		.channel = d->channel, .path = d->path,
		.gone = true, .retry = retry, .reason = reason,
	};

	d->index = 0;
	t->news(t->arg, &news);
}

static void tell_retry(const struct dcc_table *t, const struct dcc *d)
{
	const struct dcc_news news = {
		.channel = d->channel, .path = d->path,
		.retry = true, .reason = "",
	};

	t->news(t->arg, &news);
}

/**
 * dcc_table_tell() - Tell of all that are open: who listens is new
 * @t:	Table
 */
void dcc_table_tell(const struct dcc_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].index)
			tell(t, &t->list[i], "");
}

/* What the driver says; where it does not, what netlink said last. */
static int ask_carrier(const struct dcc_table *t, struct dcc *d,
		       bool otherwise)
{
	int carrier = packet_carrier(t->fd, d->cfg->interface);

	d->slow = carrier == -EOPNOTSUPP;
	return carrier < 0 && carrier != -ENODEV ? otherwise : carrier;
}

static int open_interface(struct dcc_table *t, struct dcc *d,
			  struct dcc_opened *o, char *reason, size_t size)
{
	const char *name = d->cfg->interface;
	struct rtnl_link link;
	int err = rtnl_link_get(t->host->rtnl, name, &link);

	d->index = 0;
	if (err) {
		dcc_interface_absent(name, err, reason, size);
		return err;
	}
	err = dcc_interface_check(d->cfg, &link, reason, size);
	if (err)
		return err;
	o->fd = packet_open(link.index, reason, size);
	if (o->fd < 0)
		return o->fd;
	d->index = link.index;
	d->mtu = o->mtu = link.mtu;
	d->errors = link.errors;
	d->carrier = o->carrier = ask_carrier(t, d, link.carrier) == 1;
	dcc_interface_warn(&link, o->warning, sizeof(o->warning));
	d->warned = o->warning[0];
	return 0;
}

static ino_t node_of(const struct dcc *d)
{
	struct stat st;

	return stat(d->cfg->device, &st) ? 0 : st.st_ino;
}

static int open_device(struct dcc *d, struct dcc_opened *o, char *reason,
		       size_t size)
{
	d->node = node_of(d);
	o->fd = serial_open(d->cfg->device, d->cfg->speed, reason, size);
	o->carrier = true;
	d->waits = o->fd < 0;
	return o->fd < 0 ? o->fd : 0;
}

/**
 * dcc_table_open() - Open a path's DCC
 * @t:		Table
 * @cfg:	Path's settings
 * @o:		Filled in
 * @reason:	Filled in on failure: what failed, why, what to do
 * @size:	Room there
 *
 * Return: 0 or a negative errno
 */
int dcc_table_open(struct dcc_table *t, const struct config_dcc *cfg,
		   struct dcc_opened *o, char *reason, size_t size)
{
	struct dcc *d = find(t, cfg);

	memset(o, 0, sizeof(*o));
	o->fd = -1;
	if (!d) {
		snprintf(reason, size, "no such line");
		return -ENODEV;
	}
	return cfg->device ? open_device(d, o, reason, size) :
			     open_interface(t, d, o, reason, size);
}

/* Something happened to the interface that is open. */
static void follow_open(struct dcc_table *t, struct dcc *d,
			const struct rtnl_link *link)
{
	const char *name = d->cfg->interface;
	char reason[DCC_REASON_MAX];
	int carrier;

	if (link->gone) {
		dcc_interface_absent(name, -ENODEV, reason, sizeof(reason));
		tell_gone(t, d, reason, false);
	} else if (strcmp(link->name, name)) {
		snprintf(reason, sizeof(reason), "interface %s was renamed to "
			 "%s; name it back, or change \"interface\"", name,
			 link->name);
		tell_gone(t, d, reason, false);
	} else if (dcc_interface_check(d->cfg, link, reason,
				       sizeof(reason))) {
		tell_gone(t, d, reason, false);
	} else if (d->mtu != link->mtu) {
		snprintf(reason, sizeof(reason), "the MTU of %s was %u and is "
			 "%u now", name, d->mtu, link->mtu);
		tell_gone(t, d, reason, true);
	} else {
		carrier = ask_carrier(t, d, link->carrier);
		if (carrier < 0 || carrier == d->carrier)
			return;
		d->carrier = carrier;
		tell(t, d, "");
	}
}

/**
 * dcc_table_link() - Some device of the host changed or went
 * @t:		Table
 * @link:	As it is now
 */
void dcc_table_link(struct dcc_table *t, const struct rtnl_link *link)
{
	for (size_t i = 0; i < t->n; i++) {
		struct dcc *d = &t->list[i];

		if (d->index && d->index == link->index)
			follow_open(t, d, link);
		else if (!d->cfg->device && !d->index && !link->gone &&
			 !strcmp(d->cfg->interface, link->name))
			tell_retry(t, d);
	}
}

/**
 * dcc_table_resync() - News were lost: look at every interface
 * @t:	Table
 */
void dcc_table_resync(struct dcc_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct dcc *d = &t->list[i];
		struct rtnl_link link;

		if (d->cfg->device)
			continue;
		if (!d->index) {
			tell_retry(t, d);
			continue;
		}
		link.gone = rtnl_link_get_index(t->host->rtnl, d->index,
						&link);
		follow_open(t, d, &link);
	}
}

/**
 * dcc_table_polls() - Is there anything for dcc_table_poll() to do?
 * @t:	Table
 *
 * Return: true if so
 */
bool dcc_table_polls(const struct dcc_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].index || t->list[i].waits)
			return true;
	return false;
}

static void poll_carrier(struct dcc_table *t, struct dcc *d)
{
	int carrier = ask_carrier(t, d, d->carrier);

	/* what is not there any more is netlink's to tell */
	if (carrier < 0 || carrier == d->carrier)
		return;
	d->carrier = carrier;
	tell(t, d, "");
}

/* Somebody may have given it an address meanwhile. */
static void check_again(struct dcc_table *t, struct dcc *d)
{
	struct rtnl_link link = { .index = d->index };
	char warning[DCC_REASON_MAX];

	snprintf(link.name, sizeof(link.name), "%s", d->cfg->interface);
	dcc_interface_warn(&link, warning, sizeof(warning));
	if (warning[0] && !d->warned)
		tell(t, d, warning);
	d->warned = warning[0];
}

/* What came damaged the driver drops and counts, and tells nobody. */
static void count_errors(struct dcc_table *t, struct dcc *d)
{
	struct dcc_news news = {
		.channel = d->channel, .path = d->path,
		.carrier = d->carrier, .reason = "",
	};
	struct rtnl_link link;

	if (!rtnl_link_get_index(t->host->rtnl, d->index, &link) &&
	    dcc_errors_since(&d->errors, &link.errors, news.hits))
		t->news(t->arg, &news);
}

static void look_for(struct dcc_table *t, struct dcc *d)
{
	ino_t node = node_of(d);

	if (node == d->node)
		return;
	d->node = node;
	if (node)
		tell_retry(t, d);
}

/**
 * dcc_table_poll() - Ask for what nobody tells in time
 * @t:	Table
 */
void dcc_table_poll(struct dcc_table *t)
{
	bool count = !(t->turn % TURNS_A_COUNT);
	bool look = !(++t->turn % TURNS_A_LOOK);
	bool check = !(t->turn % TURNS_A_CHECK);

	for (size_t i = 0; i < t->n; i++) {
		struct dcc *d = &t->list[i];

		if (d->index && !d->slow)
			poll_carrier(t, d);
		else if (look && d->waits)
			look_for(t, d);
		if (count && d->index)
			count_errors(t, d);
		if (check && d->index)
			check_again(t, d);
	}
}
