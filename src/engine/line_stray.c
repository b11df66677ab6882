// SPDX-License-Identifier: ISC
// What the far end says of channels that no path of ours has.
//
// It is dropped, and never answered. But it may be what we wait for, or tell
// why nobody speaks of what we have: then somebody crossed lines, or took a
// wrong id. One such channel is kept in mind, as long as the far end goes on
// about it.

#include "engine/line.h"

#include <string.h>

#include "codec/oam_information.h"

/* Who is not heard repeats it each second; on a slow line, where many may
 * have to share it, perhaps each minute. */
#define MEMORY		mono_ms(25000)	/* before it is forgotten */
#define TURN		mono_ms(12000)	/* ... another one takes its place */
#define SLOW_MEMORY	mono_ms(PEER_EVERY_MAX * 2500)
#define SLOW_TURN	mono_ms(PEER_EVERY_MAX * 1200)
#define PAUSE		mono_ms(1000)	/* from one change to the next */

/* As of path_peer_take(): nobody else can have sent it, and it is new. */
static bool is_ours(const struct line *l, const struct oam_information *m)
{
	return line_is_up(l) && m->yours == l->session.live.mine;
}

/**
 * line_other() - What the far end speaks of, and we do not have
 * @l:	Line
 *
 * Return: a channel; NULL: none that we know. Valid until the line ends, but
 * it may be another one then
 */
const struct peer_other *line_other(const struct line *l)
{
	const struct stray *s = &l->stray;

	return s->other.id && line_is_up(l) &&
	       s->of == l->session.live.mine ? &s->other : NULL;
}

static void tell(struct line *l, struct mono now)
{
	l->stray.told = now;
	l->env->changed(l->env->arg, l);
}

static void forget(struct line *l, struct mono now)
{
	l->stray.other.id = 0;
	tell(l, now);
}

static bool is_known(const struct peer_other *o,
		     const struct oam_information *m)
{
	return o->session == m->session && !strcmp(o->node, m->node) &&
	       !strcmp(o->channel, m->channel);
}

/* The first that came stays until it is over, so that reasons do not change
 * with each message of a far end that has many. */
static void note(struct line *l, uint16_t id, const struct oam_information *m,
		 struct mono now)
{
	struct stray *s = &l->stray;
	const struct peer_other *o = line_other(l);
	struct mono turn = l->slow ? SLOW_TURN : TURN;
	bool same = o && o->id == id;

	if (o && !same && mono_before(now, mono_add(s->heard, turn)))
		return;
	s->heard = now;
	if (same && (is_known(o, m) ||
		     mono_before(now, mono_add(s->told, PAUSE))))
		return;
	s->of = l->session.live.mine;
	s->other.id = id;
	s->other.session = m->session;
	strlcpy(s->other.node, m->node, sizeof(s->other.node));
	strlcpy(s->other.channel, m->channel, sizeof(s->other.channel));
	tell(l, now);
}

/**
 * line_stray() - A packet came on a channel id that no path here has
 * @l:		Line
 * @h:		Its header
 * @data:	What follows that; borrowed
 * @len:	Its octets
 * @now:	Time
 *
 * Return: true if it is done with, and must not be counted as dropped
 */
bool line_stray(struct line *l, const struct wire_header *h,
		const uint8_t *data, size_t len, struct mono now)
{
	struct oam_information m;

	if (h->type != WIRE_OAM ||
	    oam_information_decode(&m, data, len) < 0 || !is_ours(l, &m))
		return false;
	if (line_farewell_heard(l, h->channel, &m)) {
		stats_inc(&l->stats, STAT_OAM_RX);
		return true;
	}
	if (!(m.flags & WIRE_INFO_DISABLED))
		note(l, h->channel, &m, now);
	else if (l->stray.other.id == h->channel)
		forget(l, now);
	return false;
}

/**
 * line_stray_over() - There is a path with that channel id now
 * @l:	Line; its paths are looked at anew soon
 * @id:	Channel id
 */
void line_stray_over(struct line *l, uint16_t id)
{
	if (l->stray.other.id == id)
		l->stray.other.id = 0;
}

/**
 * line_stray_tick() - A second has passed
 * @l:		Line
 * @now:	Time
 */
void line_stray_tick(struct line *l, struct mono now)
{
	struct mono memory = l->slow ? SLOW_MEMORY : MEMORY;
	struct mono end = mono_add(l->stray.heard, memory);

	if (line_other(l) && !mono_before(now, end))
		forget(l, now);
}
