// SPDX-License-Identifier: ISC
// Farewells: a path is removed, its line stays, and the far end must know.
//
// The path is freed at once. What it had to say last, as octets and with
// nothing of it behind them, stays with the line, which sends it each second
// until the far end has acknowledged it, a path of that id is there again,
// the session is over, or it has been sent often enough.

#include "engine/line.h"

#include <stdlib.h>

#include "base/util.h"
#include "codec/oam_information.h"

enum {
	TIMES = 30,		/* that it is sent at most, one a second */
	SLOW_TURN = 8,		/* on a slow line, in one second */
};

static void forget(struct line *l, struct farewell *f)
{
	TAILQ_REMOVE(&l->farewells.list, f, entry);
	l->farewells.count--;
	free(f);
}

static void say(struct line *l, struct farewell *f, struct mono now)
{
	struct wire_header h = {
		.type = WIRE_OAM,
		.class = WIRE_CONTROL,
		.channel = f->id,
		.sequence = f->sequence++,
	};

	f->left--;
	stats_inc(&l->stats, STAT_OAM_TX);
	if (l->slow)
		line_queue(l, &h, f->octets, f->len, now);
	else
		line_send_message(l, &h, f->octets, f->len, &l->stats, now);
}

/**
 * line_farewell() - A path is being removed: have its last words told
 * @l:		Line, which is up
 * @words:	What to say, @left aside; copied
 * @now:	Time
 *
 * Without memory it is said once.
 */
void line_farewell(struct line *l, const struct farewell *words,
		   struct mono now)
{
	struct farewell once = *words, *f = malloc(sizeof(*f));

	once.left = TIMES;
	once.of = l->session.live.mine;
	if (!f) {
		say(l, &once, now);
		return;
	}
	*f = once;
	TAILQ_INSERT_TAIL(&l->farewells.list, f, entry);
	l->farewells.count++;
	if (!l->slow || l->farewells.count <= SLOW_TURN)
		say(l, f, now);
}

static struct farewell *find(const struct line *l, uint16_t id)
{
	struct farewell *f;

	TAILQ_FOREACH(f, &l->farewells.list, entry)
		if (f->id == id)
			return f;
	return NULL;
}

/**
 * line_farewell_over() - A path with that channel id speaks for itself
 * @l:	Line
 * @id:	Channel id
 */
void line_farewell_over(struct line *l, uint16_t id)
{
	struct farewell *f;

	while ((f = find(l, id)))
		forget(l, f);
}

/**
 * line_farewell_heard() - The far end speaks of a channel that no path has
 * @l:	Line
 * @id:	Its id
 * @m:	What it tells, in the session that is up
 *
 * Return: true if that acknowledges a farewell
 */
bool line_farewell_heard(struct line *l, uint16_t id,
			 const struct oam_information *m)
{
	struct farewell *f = find(l, id);

	if (!f || m->heard != f->number)
		return false;
	forget(l, f);
	return true;
}

/**
 * line_farewell_tick() - A second has passed: say them again
 * @l:		Line
 * @now:	Time
 *
 * On a slow line no more than a few of them, so that they take turns: they
 * go before liveness messages that come after them.
 */
void line_farewell_tick(struct line *l, struct mono now)
{
	unsigned int n = l->farewells.count;
	struct farewell *f;

	if (l->slow)
		n = MIN(n, (unsigned int)SLOW_TURN);
	while (n--) {
		f = TAILQ_FIRST(&l->farewells.list);
		TAILQ_REMOVE(&l->farewells.list, f, entry);
		TAILQ_INSERT_TAIL(&l->farewells.list, f, entry);
		if (f->left && line_is_up(l) && f->of == l->session.live.mine)
			say(l, f, now);
		else
			forget(l, f);
	}
}

/**
 * line_farewells_forget() - The line ends, and says so itself
 * @l:	Line
 */
void line_farewells_forget(struct line *l)
{
	struct farewell *f;

	while ((f = TAILQ_FIRST(&l->farewells.list)))
		forget(l, f);
}
