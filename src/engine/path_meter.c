// SPDX-License-Identifier: ISC
// What a path measures: counters messages, out and in.
//
// A path that is up sends one now and then: its peer then knows what was
// lost and how long it took. The engine's tick is exact enough for that; a
// message bears the time of its sending. policy/meter does the arithmetic.
//
// A message bears its sender's discriminator of the line's session, and only
// one that bears the far end's is taken: so nobody can forge it who does not
// hear the line, nor use it again when that session is over.

#include "engine/path_meter.h"

#include <event2/util.h>

#include "engine/path.h"
#include "engine/path_send.h"

#define HALF_TICK	mono_ms(500)
#define SECOND		mono_ms(1000)

enum { EARLY = 3 };		/* messages each second, to know soon */

static struct mono interval(const struct path *p)
{
	size_t octets = WIRE_HEADER_LEN + WIRE_COUNTERS_LEN +
			line_overhead(p->line);
	const struct line_user *u;
	size_t users = 0;

	if (path_is_slow(p))
		TAILQ_FOREACH(u, &p->line->users, entry)
			users++;
	return meter_interval(line_rate(p->line), octets, users);
}

/**
 * path_meter_begin() - The path has its line now
 * @p:		Path
 * @now:	Time
 *
 * Those that share a line begin at different times.
 */
void path_meter_begin(struct path *p, struct mono now)
{
	uint16_t run;

	evutil_secure_rng_get_bytes(&run, sizeof(run));
	meter_init(&p->meter, run, now);
	p->meter_due = mono_add(now, mono_ms(run % 1000));
	p->meter_early = EARLY;
}

/* What waits before it would be sent, but is not counted in it: next time */
static bool would_wait(const struct path *p)
{
	return path_is_slow(p) && sched_oam_waits(p->user.slot);
}

/**
 * path_meter_tick() - A second has passed
 * @p:		Path
 * @now:	Time
 */
void path_meter_tick(struct path *p, struct mono now)
{
	uint8_t octets[WIRE_COUNTERS_LEN];
	struct meter_count sent = {
		p->stats.count[STAT_LINE_TX_FRAMES], p->line->session.beats
	};
	struct oam_counters c;

	if (p->state != PATH_UP ||
	    mono_before(mono_add(now, HALF_TICK), p->meter_due) ||
	    would_wait(p))
		return;
	p->meter_due = mono_add(now, p->meter_early ? SECOND : interval(p));
	p->meter_early -= p->meter_early > 0;
	meter_send(&p->meter, &c, p->line->session.live.mine, &sent, now);
	oam_counters_encode(octets, &c);
	path_send_oam(p, octets, sizeof(octets), now);
}

/**
 * path_meter_take() - A counters message came
 * @p:		Path
 * @data:	Message; borrowed
 * @len:	Its octets
 * @now:	Time
 *
 * Return: 0, or the enum stat_id that counts why it must be dropped
 */
int path_meter_take(struct path *p, const uint8_t *data, size_t len,
		    struct mono now)
{
	const struct session *s = &p->line->session;
	const struct meter_count received = {
		p->stats.count[STAT_LINE_RX_FRAMES], s->beats_received
	};
	struct oam_counters c;

	if (oam_counters_decode(&c, data, len) < 0)
		return DROP_OAM;
	if (s->live.state != WIRE_UP || c.session != s->live.remote)
		return DROP_SESSION;
	return meter_heard(&p->meter, &c, &received, now) < 0 ? DROP_OAM : 0;
}
