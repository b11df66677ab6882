// SPDX-License-Identifier: ISC
// What the channels of a file say together.
//
// Names, ids and devices must be unique, and paths that share a line must
// agree on its settings. All is done by sorting, since a file may hold tens
// of thousands of channels.

#include "config/cross.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/util.h"
#include "config/config.h"
#include "config/node.h"
#include "config/report.h"
#include "config/schema.h"

enum { SPOT_MAX = 6, NO_PATH = -1 };

/** struct item - A channel or a path that is compared with its like */
struct item {
	const struct config_channel *channel;
	const struct config_path *path;		/* or NULL */
	size_t ci, pi;		/* indices in the file */
};

/** struct cross - One run */
struct cross {
	const struct config *config;
	const struct node **nodes;	/* by channel */
	struct item *items;		/* room for all channels or paths */
	struct config_report *report;
};

/** struct spot - A key's path, and the node that is nearest to it */
struct spot {
	struct config_at at[SPOT_MAX];
	size_t n;
	const struct node *node;
};

static const struct config_at *leaf(const struct spot *spot)
{
	return &spot->at[spot->n - 1];
}

static void go(struct spot *spot, const char *key, size_t index,
	       const struct node *child)
{
	spot->at[spot->n] = (struct config_at){
		spot->n ? leaf(spot) : NULL, key, index
	};
	spot->n++;
	if (child)
		spot->node = child;
}

static void go_key(struct spot *spot, const char *key)
{
	go(spot, key, 0, node_get(spot->node, key));
}

static void go_path(struct spot *spot, size_t index)
{
	const struct node *n;
	size_t i;

	go_key(spot, "paths");
	n = spot->node->kind == NODE_SEQ ? spot->node->child : NULL;
	for (i = 0; n && i < index; i++)
		n = n->next;
	go(spot, NULL, index, n);
}

static void go_item(struct spot *spot, const struct cross *c,
		    const struct item *item)
{
	spot->n = 0;
	spot->node = NULL;
	go(spot, "channels", 0, NULL);
	go(spot, NULL, item->ci, c->nodes[item->ci]);
	if (item->path)
		go_path(spot, item->pi);
}

/* "channels[3].paths[1] (line 40)" */
static void put_item(const struct cross *c, const struct item *item,
		     char *buf, size_t size)
{
	struct spot spot;
	size_t n;

	go_item(&spot, c, item);
	n = report_path(leaf(&spot), buf, size);
	snprintf(buf + n, size - n, " (line %u)", spot.node->line);
}

static const char *device_key(const struct config_channel *channel)
{
	return channel->attachment == ATTACH_TAP ? "tap" : "tun";
}

/** struct unique - A value that no two channels may have in common */
struct unique {
	int (*compare)(const void *a, const void *b);
	bool (*missing)(const struct config_channel *channel);
	const char *(*parent)(const struct config_channel *channel);
	const char *key;
	const char *what;
};

static int by_place(const struct item *a, const struct item *b)
{
	if (a->ci != b->ci)
		return a->ci < b->ci ? -1 : 1;
	return a->pi < b->pi ? -1 : a->pi > b->pi;
}

static int compare_name(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int d = strcmp(x->channel->name, y->channel->name);

	return d ? d : by_place(x, y);
}

static int compare_id(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int d = (int)x->channel->id - (int)y->channel->id;

	return d ? d : by_place(x, y);
}

static int compare_device(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int d = strcmp(x->channel->device.name, y->channel->device.name);

	return d ? d : by_place(x, y);
}

static bool no_name(const struct config_channel *channel)
{
	return !*channel->name;
}

static bool no_id(const struct config_channel *channel)
{
	return !channel->id;
}

static bool no_device(const struct config_channel *channel)
{
	return !*channel->device.name;
}

static const struct unique uniques[] = {
	{ compare_name, no_name, NULL, "name", "name" },
	{ compare_id, no_id, NULL, "id", "id" },
	{ compare_device, no_device, device_key, "name", "device" },
};

/* Equal but for their place? */
static bool same(const struct unique *u, struct item a, struct item b)
{
	b.ci = a.ci;
	b.pi = a.pi;
	return !u->compare(&a, &b);
}

static void put_value(const struct unique *u, const struct item *item,
		      char *buf, size_t size)
{
	if (u->compare == compare_id)
		snprintf(buf, size, "%u", item->channel->id);
	else
		snprintf(buf, size, "\"%s\"", u->parent ?
			 item->channel->device.name : item->channel->name);
}

static void tell_taken(const struct cross *c, const struct unique *u,
		       const struct item *first, const struct item *item)
{
	char other[REPORT_PATH_MAX], value[64];
	struct spot spot;

	if (u->parent && first->channel->id == item->channel->id)
		return;		/* named by the id, of which it was told */
	put_item(c, first, other, sizeof(other));
	put_value(u, item, value, sizeof(value));
	go_item(&spot, c, item);
	if (u->parent)
		go_key(&spot, u->parent(item->channel));
	go_key(&spot, u->key);
	report_add(c->report, spot.node->line, spot.node->column, leaf(&spot),
		   "the %s %s is taken by %s; each channel needs its own",
		   u->what, value, other);
}

static size_t collect_channels(const struct cross *c, const struct unique *u)
{
	size_t i, n = 0;

	for (i = 0; i < c->config->nchannels; i++) {
		const struct config_channel *channel = &c->config->channels[i];

		if (!u->missing(channel))
			c->items[n++] = (struct item){ channel, NULL, i, 0 };
	}
	return n;
}

static size_t check_unique(const struct cross *c, const struct unique *u)
{
	size_t i, first = 0, n = collect_channels(c, u);

	qsort(c->items, n, sizeof(*c->items), u->compare);
	for (i = 1; i < n; i++) {
		if (same(u, c->items[first], c->items[i]))
			tell_taken(c, u, &c->items[first], &c->items[i]);
		else
			first = i;
	}
	return n;
}

/* Expects the items sorted by device. */
static const struct item *find_device(const struct cross *c, size_t n,
				      const char *name)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = strcmp(c->items[mid].channel->device.name, name);

		if (!d)
			return &c->items[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static void check_bridges(const struct cross *c, size_t ndevices)
{
	char other[REPORT_PATH_MAX];
	struct spot spot;
	size_t i;

	for (i = 0; i < c->config->nchannels; i++) {
		const struct config_channel *channel = &c->config->channels[i];
		const struct item self = { channel, NULL, i, 0 };
		const char *name = channel->device.bridge.name;
		const struct item *owner;

		owner = *name ? find_device(c, ndevices, name) : NULL;
		if (!owner)
			continue;
		put_item(c, owner, other, sizeof(other));
		go_item(&spot, c, &self);
		go_key(&spot, "tap");
		go_key(&spot, "bridge");
		report_add(c->report, spot.node->line, spot.node->column,
			   leaf(&spot), "\"%s\" is the device of %s, which "
			   "is no bridge", name, other);
	}
}

static int compare_addr(const struct addr *a, const struct addr *b)
{
	return memcmp(a, b, sizeof(*a));
}

static int compare_udp(const struct config_udp *a, const struct config_udp *b)
{
	int d = compare_addr(&a->local, &b->local);

	if (!d)
		d = strcmp(a->interface, b->interface);
	if (!d)
		d = compare_addr(&a->remote, &b->remote);
	if (!d)
		d = (int)a->remote_port - (int)b->remote_port;
	if (!d && a->remote.sa.sa_family == AF_UNSPEC)
		d = strcasecmp(a->remote_host, b->remote_host);
	return d;
}

static int compare_dcc(const struct config_dcc *a, const struct config_dcc *b)
{
	int d = strcmp(a->interface, b->interface);

	return d || !a->device || !b->device ? d :
	       strcmp(a->device, b->device);
}

static int compare_lines(const struct config_path *a,
			 const struct config_path *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->kind == TRANSPORT_UDP ? compare_udp(&a->udp, &b->udp) :
					  compare_dcc(&a->dcc, &b->dcc);
}

static int compare_path(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int d = compare_lines(x->path, y->path);

	return d ? d : by_place(x, y);
}

static bool has_line(const struct config_path *path)
{
	if (path->kind == TRANSPORT_UDP)
		return path->udp.remote_host;
	return *path->dcc.interface ? !path->dcc.device : !!path->dcc.device;
}

static size_t collect_paths(const struct cross *c)
{
	size_t i, j, n = 0;

	for (i = 0; i < c->config->nchannels; i++) {
		const struct config_channel *ch = &c->config->channels[i];

		for (j = 0; j < ch->npaths; j++)
			if (has_line(&ch->paths[j]))
				c->items[n++] = (struct item){
					ch, &ch->paths[j], i, j
				};
	}
	return n;
}

static const char *line_key(const struct item *item)
{
	return item->path->kind == TRANSPORT_UDP ? "udp" : "dcc";
}

static const void *line_of(const struct item *item)
{
	if (item->path->kind == TRANSPORT_UDP)
		return &item->path->udp;
	return &item->path->dcc;
}

static void go_line(struct spot *spot, const struct cross *c,
		    const struct item *item, const char *key)
{
	go_item(spot, c, item);
	go_key(spot, key);
}

/* Two paths of one channel by the same line would not be two. */
static void tell_twice(const struct cross *c, const struct item *first,
		       const struct item *item)
{
	char other[REPORT_PATH_MAX];
	struct spot spot;

	put_item(c, first, other, sizeof(other));
	go_line(&spot, c, item, line_key(item));
	report_add(c->report, spot.node->line, spot.node->column, leaf(&spot),
		   "is the same line to the same far end as %s; two paths of "
		   "a channel must differ there", other);
}

/** struct pair - A mapping of one path, and that of another of its line */
struct pair {
	const struct config_map *map;
	const char *key;
	const struct item *first, *item;
	const void *theirs, *mine;
};

static void check_pair(const struct cross *c, const struct pair *p)
{
	char mine[ROW_VALUE_MAX], theirs[ROW_VALUE_MAX];
	char other[REPORT_PATH_MAX];
	const struct config_row *row;
	struct spot spot;

	for (row = p->map->rows; row->key; row++) {
		if (!(row->flags & ROW_LINE) ||
		    row_equal(row, p->theirs, p->mine))
			continue;
		row_value(row, p->mine, mine);
		row_value(row, p->theirs, theirs);
		put_item(c, p->first, other, sizeof(other));
		go_line(&spot, c, p->item, p->key);
		go_key(&spot, row->key);
		report_add(c->report, spot.node->line, spot.node->column,
			   leaf(&spot), "is \"%.40s\", but \"%.40s\" in %s; "
			   "they share the line and must agree", mine, theirs,
			   other);
	}
}

static void check_agree(const struct cross *c, const struct item *first,
			const struct item *item)
{
	bool udp = item->path->kind == TRANSPORT_UDP;
	const struct pair pairs[] = {
		{ udp ? &schema_udp : &schema_dcc, line_key(item), first,
		  item, line_of(first), line_of(item) },
		{ &schema_liveness, "liveness", first, item,
		  &first->path->liveness, &item->path->liveness },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		check_pair(c, &pairs[i]);
}

static void check_lines(const struct cross *c)
{
	size_t i, first = 0, n = collect_paths(c);

	qsort(c->items, n, sizeof(*c->items), compare_path);
	for (i = 1; i < n; i++) {
		const struct item *item = &c->items[i];

		if (compare_lines(c->items[first].path, item->path)) {
			first = i;
			continue;
		}
		if (item->ci == item[-1].ci)
			tell_twice(c, &item[-1], item);
		else
			check_agree(c, &c->items[first], item);
	}
}

static void check_path_names(const struct cross *c, size_t ci)
{
	const struct config_channel *channel = &c->config->channels[ci];
	struct spot spot;
	size_t i, j;

	for (i = 1; i < channel->npaths; i++) {
		const struct config_path *path = &channel->paths[i];
		const struct item item = { channel, path, ci, i };

		for (j = 0; j < i; j++)
			if (!strcmp(path->name, channel->paths[j].name))
				break;
		if (j == i || !*path->name)
			continue;
		go_item(&spot, c, &item);
		go_key(&spot, "name");
		report_add(c->report, spot.node->line, spot.node->column,
			   leaf(&spot), "the name \"%s\" is taken by paths[%zu]"
			   "; each path of a channel needs its own",
			   path->name, j);
	}
}

static size_t count_paths(const struct config *config)
{
	size_t i, n = 0;

	for (i = 0; i < config->nchannels; i++)
		n += config->channels[i].npaths;
	return n;
}

static void check_all(const struct cross *c)
{
	size_t i, n = 0;

	for (i = 0; i < sizeof(uniques) / sizeof(*uniques); i++)
		n = check_unique(c, &uniques[i]);
	check_bridges(c, n);
	check_lines(c);
	for (i = 0; i < c->config->nchannels; i++)
		check_path_names(c, i);
}

/**
 * cross_check() - Compare the channels of a file with each other
 * @config:	What was read, even where it is wrong
 * @channels:	The node that it was read from
 * @report:	Gets what is wrong
 */
void cross_check(const struct config *config, const struct node *channels,
		 struct config_report *report)
{
	struct cross c = { .config = config, .report = report };
	size_t i, room = config->nchannels + count_paths(config);
	const struct node *n;

	if (!config->nchannels)
		return;
	c.nodes = calloc(config->nchannels, sizeof(*c.nodes));
	c.items = calloc(room, sizeof(*c.items));
	n = channels->child;
	for (i = 0; c.nodes && i < config->nchannels; i++, n = n->next)
		c.nodes[i] = n;
	if (c.nodes && c.items)
		check_all(&c);
	else
		report->no_memory = true;
	free(c.nodes);
	free(c.items);
}
