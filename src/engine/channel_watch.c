// SPDX-License-Identifier: ISC
// What a path loses, looked at each second: signal degrade, silent paths.
//
// Losses are known from three sides: what the far end sent and we did not
// get, what we sent and it did not get, and, on a DCC, frames that the line
// has damaged: we see those where the HDLC is done here, and else the
// interface's driver counts them. Any of them makes a path degraded.

#include "engine/channel.h"
#include "engine/port.h"
#include "policy/meter.h"

enum { PPM_PER_CENT = 10000 };

/* Frames that came off a line, and those of them that it has damaged. Most
 * lines never damage any that we see, and many paths may share one. */
static struct degrade_seen damage(const struct line *l)
{
	const uint64_t *count = l->port->stats.count;
	const struct line_user *u;
	/* a bit that is hit may make a frame one of no whole octets */
	struct degrade_seen sum = {
		.sent = l->stats.count[STAT_LINE_RX_FRAMES],
		.lost = count[DROP_FCS] + count[DROP_ALIGN],
	};

	if (!sum.lost)
		return sum;
	TAILQ_FOREACH(u, &l->users, entry) {
		const struct path *p = u->owner;

		sum.sent += p->stats.count[STAT_LINE_RX_FRAMES];
	}
	sum.sent += sum.lost;
	return sum;
}

static void restart(struct path *p)
{
	for (int i = 0; i < PATH_SIDES; i++)
		degrade_restart(&p->losses[i]);
}

static struct degrade_seen seen_of(const struct meter_loss *packets,
				   const struct meter_loss *beats)
{
	return (struct degrade_seen){
		packets->sent, packets->lost, beats->sent, beats->lost
	};
}

static bool is_degraded(struct path *p, uint32_t limit, struct mono now)
{
	struct degrade_seen seen[PATH_SIDES] = { { 0 } };
	struct meter_report report;
	bool degraded = false;

	meter_report(&p->meter, &report);
	seen[PATH_NEAR] = seen_of(&report.near, &report.near_beats);
	seen[PATH_FAR] = seen_of(&report.far, &report.far_beats);
	if (p->line->port)
		seen[PATH_DAMAGE] = damage(p->line);
	for (int i = 0; i < PATH_SIDES; i++)
		degraded |= degrade_look(&p->losses[i], limit, &seen[i], now);
	return degraded;
}

static double worst(const struct path *p)
{
	uint32_t ppm = 0;

	for (int i = 0; i < PATH_SIDES; i++)
		if (p->losses[i].ppm > ppm)
			ppm = p->losses[i].ppm;
	return (double)ppm / PPM_PER_CENT;
}

/* Return: true if it is another than before */
static bool watch_path(struct channel *ch, struct path *p, struct mono now)
{
	uint32_t limit = ch->cfg->protection.degrade * PPM_PER_CENT;
	bool was = p->degraded;

	if (p->state == PATH_UP && p->line) {
		p->degraded = is_degraded(p, limit, now);
	} else {
		p->degraded = false;
		restart(p);
	}
	alarm_report(&p->alarms, ALARM_DEGRADED, p->degraded, now,
		     "%.1f %% of the packets are lost", worst(p));
	return p->degraded != was;
}

static void watch_silence(struct channel *ch, struct path *p,
			  struct mono now)
{
	bool silent = ch->order && ch->order->silent >> p->number & 1;

	alarm_report(&p->alarms, ALARM_SILENT_PATH, silent, now,
		     "it is up, but brings nothing of what other paths bring");
}

/**
 * channel_watch() - A second has passed: look at what paths lose
 * @ch:		Channel
 * @now:	Time
 *
 * Return: true if channel_refresh() has something to see
 */
bool channel_watch(struct channel *ch, struct mono now)
{
	bool changed = false;

	if (ch->order)
		order_tick(ch->order, now);
	for (size_t i = 0; i < ch->npaths; i++) {
		changed |= watch_path(ch, ch->paths[i], now);
		watch_silence(ch, ch->paths[i], now);
	}
	return changed;
}
