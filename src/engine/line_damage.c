// SPDX-License-Identifier: ISC
// A line that damages frames: told once, and again when it is well.
//
// Bit errors come one by one and go on for hours; so do garbage, and a frame
// that never ends, from an end that is set differently. The counters tell how
// much; that it began, and that there was none for a minute, are events.

#include "engine/line.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/util.h"

#define DAMAGE_QUIET	mono_ms(60000)

enum { TEXT_MAX = 160 };

static const enum stat_id kinds[LINE_DAMAGES] = {
	DROP_FCS, DROP_ABORT, DROP_LINE_RUNT, DROP_GIANT, DROP_ALIGN,
};

/* What to look at first. An interface's driver alone knows its settings. */
static const char *advice(const struct line *l)
{
	return l->cfg->dcc.device ?
	       "see that both ends agree in framing, fcs, bit-order, speed "
	       "and rate" :
	       "the interface's driver dropped them; see its settings, and "
	       "the line";
}

/* What has come since the last look, in words. Return: how much. */
static uint64_t look(struct line *l, char text[TEXT_MAX])
{
	uint64_t sum = 0;
	int at = 0;

	*text = '\0';
	for (size_t i = 0; i < LINE_DAMAGES; i++) {
		uint64_t all = l->port->stats.count[kinds[i]];
		uint64_t more = all - MIN(all, l->damage.seen[i]);

		l->damage.seen[i] = all;
		sum += more;
		if (more)
			at += snprintf(text + at, (size_t)(TEXT_MAX - at),
				       "%s%s %" PRIu64, at ? ", " : "",
				       stat_name(kinds[i]), more);
	}
	return sum;
}

/**
 * line_look_for_damage() - A second has passed: has the line damaged frames?
 * @l:		Line, which has a port
 * @now:	Time
 */
void line_look_for_damage(struct line *l, struct mono now)
{
	struct line_damage *d = &l->damage;
	char text[TEXT_MAX];
	uint64_t more = look(l, text);

	if (more) {
		d->last = now;
		if (!d->sum)
			notice(l->env->sink, SEVERITY_WARNING, l->about,
			       "line-damage", "frames come damaged (%s); %s",
			       text, advice(l));
		d->sum += more;
	} else if (d->sum &&
		   !mono_before(now, mono_add(d->last, DAMAGE_QUIET))) {
		notice(l->env->sink, SEVERITY_INFO, l->about, "line-clean",
		       "no damaged frame has come for a minute; %" PRIu64
		       " had", d->sum);
		d->sum = 0;
	}
}
