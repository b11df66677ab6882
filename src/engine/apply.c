// SPDX-License-Identifier: ISC
// A new configuration takes force: only what differs is touched.
//
// Theory of operation
// -------------------
// Channels are matched by name. One whose id and device are the same stays,
// with all paths whose settings are the same; anything else is made anew.
// Lines and ports live as long as a path uses them, so a socket that stays
// in use is never closed. The order is: free what went, make what came, give
// every path its line, drop the lines that nobody uses; only then the old
// settings go, because until then something may point into them. Ports go
// last: what is in a socket that a line has left may be for the line that is
// found in its place, once all are where they are found. Whoever goes says so
// to its far end, and a line that cannot send may fail in the midst of all
// that: nobody looks at channels before the end, when all are looked at anew.
//
// With thousands of paths this takes longer than a far end would wait for a
// sign of life: between two channels whatever is due is sent.

#include "engine/engine.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/util.h"
#include "engine/line.h"
#include "engine/line_table.h"
#include "transport/kinds.h"

#define BEAT	mono_ms(2)

static const char *const change_names[] = {
	[CHANGE_NONE] = "unchanged",
	[CHANGE_ADDED] = "added",
	[CHANGE_REMOVED] = "removed",
	[CHANGE_CHANGED] = "changed",
	[CHANGE_REMADE] = "remade",
};

static_assert(ARRAY_SIZE(change_names) == CHANGE_KIND_NUM,
	      "a kind of change lacks its name");

/**
 * change_kind_name() - The word for what happened to a channel
 * @kind:	Kind
 *
 * Return: the word
 */
const char *change_kind_name(enum change_kind kind)
{
	return change_names[kind];
}

/** struct former - A channel of the configuration that was in force */
struct former {
	struct channel *ch;
	bool kept;
};

/* Far ends are to hear us while this takes long. */
static void beat(struct engine *e)
{
	struct mono now = clock_mono();
	struct line *l;

	if (mono_before(now, mono_add(e->beat, BEAT)))
		return;
	e->beat = now;
	TAILQ_FOREACH(l, &e->lines, entry)
		line_session_beat(l, false, now);
}

static int by_name(const void *a, const void *b)
{
	const struct former *x = a, *y = b;

	return strcmp(x->ch->cfg->name, y->ch->cfg->name);
}

static int name_of(const void *key, const void *member)
{
	const struct former *f = member;

	return strcmp(key, f->ch->cfg->name);
}

static struct former *formers_new(const struct engine *e)
{
	struct former *old = calloc(e->nchannels + 1, sizeof(*old));

	for (size_t i = 0; old && i < e->nchannels; i++)
		old[i].ch = e->channels[i];
	if (old)
		qsort(old, e->nchannels, sizeof(*old), by_name);
	return old;
}

static void record(struct engine *e, const char *name, enum change_kind kind,
		   const char *keys)
{
	struct change *c = &e->changes.list[e->changes.count++];

	c->kind = kind;
	strlcpy(c->channel, name, sizeof(c->channel));
	strlcpy(c->keys, keys, sizeof(c->keys));
	if (kind == CHANGE_NONE)
		return;
	notice(&e->shared.sink, SEVERITY_INFO, (struct subject){ name, NULL },
	       "reload", "channel %s%s%s", change_names[kind],
	       *keys ? ": " : "", keys);
}

static void compare(struct engine *e, const struct config_channel *was,
		    const struct config_channel *is, bool same_device)
{
	char keys[sizeof(((struct change *)0)->keys)] = "";
	enum change_kind kind = CHANGE_NONE;

	if (config_channel_diff(keys, sizeof(keys), was, is))
		kind = same_device ? CHANGE_CHANGED : CHANGE_REMADE;
	record(e, is->name, kind, keys);
}

static bool same_device(const struct config_channel *a,
			const struct config_channel *b)
{
	return a->id == b->id && config_device_equal(a, b);
}

/* What operators asked for outlives the device. */
static void keep_commands(struct channel *to, const struct channel *from)
{
	to->disabled = from->disabled;
	for (size_t i = 0; i < from->npaths; i++) {
		struct path *p = channel_find_path(to,
						from->paths[i]->cfg->name);

		if (p)
			p->disabled = from->paths[i]->disabled;
	}
	channel_set_selector(to, to->cfg, &from->selector, from->cfg, false);
}

/* What is known of a path is of the path, whatever its device is. */
static void keep_history(struct channel *to, const struct channel *from)
{
	for (size_t i = 0; i < from->npaths; i++) {
		const struct path *was = from->paths[i];
		struct path *p = channel_find_path(to, was->cfg->name);

		if (p)
			path_succeed(p, was);
	}
}

/* The channel for new settings: the old one, or one in its place. */
static struct channel *next_channel(struct engine *e, struct former *old,
				    const struct config_channel *cfg,
				    uint16_t index)
{
	struct channel *ch;

	if (old && same_device(old->ch->cfg, cfg)) {
		compare(e, old->ch->cfg, cfg, true);
		old->kept = true;
		return channel_adopt(old->ch, cfg, index) < 0 ? NULL : old->ch;
	}
	ch = channel_new(cfg, index, &e->shared);
	if (ch && old) {
		compare(e, old->ch->cfg, cfg, false);
		keep_commands(ch, old->ch);
		keep_history(ch, old->ch);
	} else if (ch) {
		record(e, cfg->name, CHANGE_ADDED, "");
	}
	return ch;
}

static int make_channels(struct engine *e, const struct config *config,
			 struct former *old, struct channel **next)
{
	for (size_t i = 0; i < config->nchannels; i++) {
		const struct config_channel *cfg = &config->channels[i];
		struct former *f = bsearch(cfg->name, old, e->nchannels,
					   sizeof(*old), name_of);

		next[i] = next_channel(e, f, cfg, (uint16_t)i);
		if (!next[i])
			return -ENOMEM;
		beat(e);
	}
	return 0;
}

static bool is_named(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->nchannels; i++)
		if (!strcmp(config->channels[i].name, name))
			return true;
	return false;
}

static void free_former(struct engine *e, const struct config *config,
			struct former *old)
{
	for (size_t i = 0; i < e->nchannels; i++) {
		if (old[i].kept)
			continue;
		if (!is_named(config, old[i].ch->cfg->name))
			record(e, old[i].ch->cfg->name, CHANGE_REMOVED, "");
		channel_free(old[i].ch);
	}
	free(old);
}

/* Where a UDP socket is bound: the local address, or any of the far end's
 * family. */
static struct addr local_of(const struct config_udp *cfg, int family)
{
	struct addr a = cfg->local;

	if (a.sa.sa_family == AF_UNSPEC) {
		a.sa.sa_family = (sa_family_t)family;
		a.in.sin_port = htons(CONFIG_PORT);
	}
	return a;
}

static struct port_key port_key(const struct config_path *cfg, int family)
{
	struct port_key key = { .kind = cfg->kind };
	const char *name = cfg->udp.interface;

	if (cfg->kind == TRANSPORT_UDP)
		key.local = local_of(&cfg->udp, family);
	else
		name = cfg->dcc.device ? cfg->dcc.device : cfg->dcc.interface;
	strlcpy(key.name, name, sizeof(key.name));
	return key;
}

/* The same file, used in the same way? A DCC's settings are the port's. */
static bool port_fits(const struct port *p, const struct port_key *key,
		      const struct config_path *cfg)
{
	return port_key_eq(&p->key, key) &&
	       (cfg->kind != TRANSPORT_DCC ||
		config_dcc_equal(&p->cfg->dcc, &cfg->dcc));
}

/**
 * engine_port_for() - The port for a line: one that exists, or a new one
 * @arg:	Engine
 * @cfg:	Line's settings
 * @family:	Of the far end's address
 *
 * Return: the port, not necessarily open, or NULL without memory
 */
struct port *engine_port_for(void *arg, const struct config_path *cfg,
			     int family)
{
	struct engine *e = arg;
	struct port_key key = port_key(cfg, family);
	struct port *p;

	TAILQ_FOREACH(p, &e->ports, entry)
		if (port_fits(p, &key, cfg))
			return p;
	p = port_new(&key, transport_for(cfg), &e->port_user, e->shared.base,
		     &e->shared.waker, &e->shared.asker, &e->shared.line);
	if (!p)
		return NULL;
	p->cfg = cfg;
	TAILQ_INSERT_TAIL(&e->ports, p, entry);
	return p;
}

static struct line *get_line(struct engine *e, struct line_table *known,
			     const struct config_path *cfg,
			     struct subject about)
{
	struct line *l = line_table_find(known, cfg);
	uint32_t seed;

	if (l)
		return l;
	evutil_secure_rng_get_bytes(&seed, sizeof(seed));
	l = line_new(cfg, about, &e->line_env, seed);
	if (!l)
		return NULL;
	TAILQ_INSERT_TAIL(&e->lines, l, entry);
	line_table_add(known, l);
	return l;
}

/* Give a path its line, and both the place where their settings are now. */
static void place_path(struct engine *e, struct line_table *known,
		       struct channel *ch, uint16_t index)
{
	struct path *p = ch->paths[index];
	struct subject about = { ch->cfg->name, p->cfg->name };
	struct line *l = p->line;

	if (!l) {
		l = get_line(e, known, p->cfg, about);
		if (!l)
			return;
		channel_set_line(ch, p, l);
	}
	line_renamed(l, p->cfg, about, ch->index, index);
	if (l->port)
		port_represented_by(l->port, p->cfg, ch->index, index);
}

static int place_paths(struct engine *e)
{
	struct line_table known;
	struct line *l;

	if (line_table_init(&known, 2 * e->nchannels) < 0)
		return -ENOMEM;
	TAILQ_FOREACH(l, &e->lines, entry)
		line_table_add(&known, l);
	for (size_t i = 0; i < e->nchannels; i++) {
		struct channel *ch = e->channels[i];

		for (size_t j = 0; j < ch->npaths; j++)
			place_path(e, &known, ch, (uint16_t)j);
		beat(e);
	}
	line_table_fini(&known);
	return 0;
}

static void drop_lines(struct engine *e)
{
	struct line *l, *next_line;

	for (l = TAILQ_FIRST(&e->lines); l; l = next_line) {
		next_line = TAILQ_NEXT(l, entry);
		if (!TAILQ_EMPTY(&l->users))
			continue;
		TAILQ_REMOVE(&e->lines, l, entry);
		line_free(l);
	}
}

/* Their indices are those of paths that are gone: nobody may ask by them. */
static void hush_ports(struct engine *e)
{
	struct port *p;

	TAILQ_FOREACH(p, &e->ports, entry)
		if (!p->users)
			ask_cancel(&e->shared.asker, &p->ask);
}

static void drop_ports(struct engine *e)
{
	struct port *p, *next_port;

	for (p = TAILQ_FIRST(&e->ports); p; p = next_port) {
		next_port = TAILQ_NEXT(p, entry);
		if (p->users)
			continue;
		TAILQ_REMOVE(&e->ports, p, entry);
		port_free(p);
	}
}

/**
 * engine_take_left() - A line has left its own socket
 * @arg:	Engine
 * @direct:	The socket; the engine's from now on
 */
void engine_take_left(void *arg, struct port *direct)
{
	struct engine *e = arg;

	/* by indices that may soon mean something else */
	ask_cancel(&e->shared.asker, &direct->ask);
	TAILQ_INSERT_TAIL(&e->left, direct, entry);
}

/**
 * engine_empty_left() - Take what is in sockets that lines have left, and
 * close them
 * @e:	Engine, whose lines all are where they are found
 */
void engine_empty_left(struct engine *e)
{
	struct port *p;

	while ((p = TAILQ_FIRST(&e->left))) {
		TAILQ_REMOVE(&e->left, p, entry);
		port_empty(p, clock_mono());
		port_free(p);
	}
}

static void open_all(struct engine *e)
{
	struct line *l;
	struct port *p;

	TAILQ_FOREACH(l, &e->lines, entry)
		line_claim(l);
	engine_empty_left(e);
	drop_ports(e);
	TAILQ_FOREACH(p, &e->ports, entry)
		port_open(p);
	for (size_t i = 0; i < e->nchannels; i++) {
		channel_open(e->channels[i]);
		channel_refresh(e->channels[i]);
		beat(e);
	}
}

static int reserve(struct engine *e, const struct config *config,
		   struct former **old, struct channel ***next)
{
	size_t most = e->nchannels + config->nchannels;

	free(e->changes.list);
	e->changes.count = 0;
	e->changes.list = calloc(most + 1, sizeof(struct change));
	*old = formers_new(e);
	*next = calloc(config->nchannels + 1, sizeof(struct channel *));
	return e->changes.list && *old && *next ? 0 : -ENOMEM;
}

/**
 * engine_apply() - Put a new configuration in force
 * @e:		Engine
 * @config:	Consumed on success
 * @generation:	Its number
 *
 * Return: 0, or -ENOMEM: then the engine cannot go on
 */
int engine_apply(struct engine *e, struct config *config, uint32_t generation)
{
	struct former *old;
	struct channel **next;

	e->unsettled = true;
	e->shared.node = config->node;
	on_change_set(&e->on_change, NULL, 0);
	if (reserve(e, config, &old, &next) < 0 ||
	    make_channels(e, config, old, next) < 0)
		return -ENOMEM;
	free_former(e, config, old);
	beat(e);
	free(e->channels);
	e->channels = next;
	e->nchannels = config->nchannels;
	if (place_paths(e) < 0)
		return -ENOMEM;
	drop_lines(e);
	hush_ports(e);
	capture_renamed(&e->shared.capture);
	config_free(e->config);
	e->config = config;
	e->loaded = clock_utc_ns();
	asker_generation(&e->shared.asker, generation);
	asker_say(&e->shared.asker, PRIV_ALIVE, 0, 0);
	on_change_set(&e->on_change, e->channels, e->nchannels);
	e->unsettled = false;
	open_all(e);
	return 0;
}
