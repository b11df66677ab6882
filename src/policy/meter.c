// SPDX-License-Identifier: ISC
// Loss and delay of one path, from the counters that both ends exchange.
//
// Theory of operation
// -------------------
// Each end tells now and then how many packets it has sent on the path, when,
// and how many it had got when the other end's last message came (the way of
// Y.1731 for loss, of TWAMP for delay). All of a path's packets count, these
// messages too, so what lies between two of them is known exactly at both
// ends: the loss from the far end to us from our own count, the loss from us
// to the far end from its answer. The round trip is what has passed since we
// sent the message that it answers, less the time that it rested there.
//
// Where few packets cross, the line's liveness messages (beats) tell more of
// it: what was sent of them, and what came, is told and compared likewise,
// from message to message of one session.
//
// A message may overtake packets: what then comes too much is set off
// against the next loss, within bounds.
//
// Hostile messages. The caller takes only those of the line's session: nobody
// can make one up who does not hear the line. Counters wrap at 32 bits; a
// difference that no line could bring is no difference. Within a session only
// a newer message counts, and one not newer than time can have made it. What
// the far end says of our messages counts only with the timestamp of one that
// we have sent. And when we begin, what it says of its own counts only from
// the first message on that answers one of ours: one that was recorded before
// answers none.
//
// A run is one counting of the far end's, from zero: it has another number
// after a start, or when the path was made anew there. A session that ends,
// as by a fault, ends no run: what was lost meanwhile is counted.

#include "policy/meter.h"

#include <string.h>

#include "base/util.h"

#define SPAN		mono_ms(30000)	/* two of them make "recent" */
#define CLOCK_SLACK	mono_ms(60000)	/* far end's clock against ours */
#define FASTEST		UINT64_C(20000)	/* packets a millisecond */
#define EACH_MS		UINT64_C(1000)
#define EACH_MS_MAX	UINT64_C(3600000)

enum {
	SURPLUS_MAX = 64,	/* packets that a message may overtake */
	LINE_PART = 5000,	/* of a slow line, for these messages */
	RTT_MAX_MS = 60000,
};

/**
 * meter_init() - Begin to measure
 * @m:		Meter
 * @run:	A random number
 * @now:	Time
 */
void meter_init(struct meter *m, uint16_t run, struct mono now)
{
	memset(m, 0, sizeof(*m));
	m->run = run;
	m->now.began = m->before.began = now;
}

/**
 * meter_interval() - How often to send a message
 * @rate:	Of the line, bit/s; 0: fast
 * @octets:	That a message takes there
 * @paths:	How many paths share the line
 *
 * Return: the time from one to the next: a second, or on slow lines as much
 * as it takes for all paths' messages together to cost 0.02 % of it; an hour
 * at most
 */
struct mono meter_interval(uint64_t rate, size_t octets, size_t paths)
{
	uint64_t ms;

	if (!rate)
		return mono_ms(EACH_MS);
	ms = (uint64_t)octets * 8 * paths * LINE_PART * 1000 / rate;
	return mono_ms((int64_t)MIN(MAX(ms, EACH_MS), EACH_MS_MAX));
}

/**
 * meter_send() - Fill in a message that is about to be sent
 * @m:		Meter
 * @c:		Filled in
 * @session:	Our discriminator of the line's session
 * @sent:	What was sent before it
 * @now:	Time
 */
void meter_send(struct meter *m, struct oam_counters *c, uint32_t session,
		const struct meter_count *sent, struct mono now)
{
	*c = (struct oam_counters){
		.session = session,
		.run = m->run,
		.sent = (uint32_t)sent->packets + 1,
		.beats = sent->beats,
		.timestamp = (uint64_t)now.ns,
		.heard = m->heard.known,
	};
	m->sent[m->next] = (struct meter_sent){
		c->timestamp, c->sent, c->beats
	};
	m->next = (m->next + 1) % METER_SENT;
	if (!c->heard)
		return;
	c->yours = m->heard.timestamp;
	c->received = m->heard.received;
	c->beats_received = m->heard.beats_received;
	c->hold_us = (uint32_t)MIN(mono_sub(now, m->heard.came).ns / 1000,
				   (int64_t)UINT32_MAX);
}

/* Losses between two messages; both differences are of wrapping counters. */
static struct meter_loss account(struct meter_way *w, uint32_t sent,
				 uint32_t received)
{
	struct meter_loss l = { .sent = sent };
	uint64_t came = (uint64_t)received + w->surplus;

	l.lost = sent > came ? sent - came : 0;
	w->surplus = (uint32_t)(came > sent ? MIN(came - sent,
						  (uint64_t)SURPLUS_MAX) : 0);
	w->total.sent += l.sent;
	w->total.lost += l.lost;
	return l;
}

static void add_loss(struct meter_loss *to, const struct meter_loss *l)
{
	to->sent += l->sent;
	to->lost += l->lost;
}

static void turn_span(struct meter *m, struct mono now)
{
	if (mono_before(now, mono_add(m->now.began, SPAN)))
		return;
	m->before = m->now;
	m->now = (struct meter_span){ .began = now };
}

static bool is_plausible(uint32_t packets, struct mono passed)
{
	uint64_t ms = (uint64_t)MAX(mono_to_ms(passed), 0) + 1000;

	return packets && packets <= ms * FASTEST;
}

/* Has the far end sent it after @last, and not in a day to come? */
static bool is_newer(const struct meter_base *last,
		     const struct oam_counters *c, struct mono now)
{
	struct mono passed = mono_sub(now, last->came);
	uint64_t most = 2 * (uint64_t)MAX(passed.ns, 0) +
			(uint64_t)CLOCK_SLACK.ns;

	return c->timestamp > last->timestamp &&
	       c->timestamp - last->timestamp <= most;
}

/* Does it go on with the counting that @last is of? */
static bool goes_on(const struct meter_base *last,
		    const struct oam_counters *c, struct mono now)
{
	return last->sure && c->run == last->run && is_newer(last, c, now) &&
	       is_plausible(c->sent - last->sent, mono_sub(now, last->came));
}

/* Of a session that we know, it can only be the next one, or of a new run */
static bool is_possible(const struct meter_base *last,
			const struct oam_counters *c, struct mono now)
{
	if (!last->sure || c->session != last->session)
		return true;
	return is_newer(last, c, now) &&
	       (c->run != last->run || goes_on(last, c, now));
}

static void hear(struct meter_base *b, const struct oam_counters *c,
		 bool sure, const struct meter_count *received,
		 struct mono now)
{
	*b = (struct meter_base){
		.known = true,
		.sure = sure,
		.session = c->session,
		.run = c->run,
		.sent = c->sent,
		.received = (uint32_t)received->packets,
		.beats = c->beats,
		.beats_received = received->beats,
		.timestamp = c->timestamp,
		.came = now,
	};
}

/* Which message of ours does it answer? NULL: none that we know */
static const struct meter_sent *find_sent(const struct meter *m,
					  const struct oam_counters *c)
{
	for (unsigned int i = 0; c->heard && i < METER_SENT; i++)
		if (c->yours && m->sent[i].timestamp == c->yours)
			return &m->sent[i];
	return NULL;
}

static void take_trip(struct meter *m, struct mono rtt)
{
	struct meter_span *s = &m->now;

	if (rtt.ns > mono_ms(RTT_MAX_MS).ns)
		return;
	rtt.ns = MAX(rtt.ns, 1);
	m->rtt = rtt;
	if (!s->trips || mono_before(rtt, s->least))
		s->least = rtt;
	if (mono_before(s->most, rtt))
		s->most = rtt;
	s->sum = mono_add(s->sum, rtt);
	s->trips++;
}

/* A session goes on: what of its beats was lost since the last message? */
static void take_beats(struct meter_way *w, uint32_t sent, uint32_t received)
{
	if (sent <= INT32_MAX && received <= (uint64_t)sent + SURPLUS_MAX)
		account(w, sent, received);
}

/* Losses on the way to the far end, and the round trip. */
static void take_answer(struct meter *m, const struct oam_counters *c,
			struct mono now)
{
	const struct meter_sent *of = find_sent(m, c);
	uint32_t sent, received;
	struct meter_loss l;

	if (!of)
		return;
	take_trip(m, (struct mono){ now.ns - (int64_t)c->yours -
				    (int64_t)c->hold_us * 1000 });
	sent = of->count - m->told.sent;
	received = c->received - m->told.received;
	if (m->told.known && (!sent || sent > INT32_MAX))
		return;			/* nothing newer than last time */
	if (m->told.known && received <= (uint64_t)sent + SURPLUS_MAX) {
		l = account(&m->far, sent, received);
		add_loss(&m->now.far, &l);
	}
	if (m->told.known && m->told.session == c->session)
		take_beats(&m->far_beats, of->beats - m->told.beats,
			   c->beats_received - m->told.beats_received);
	m->told = (struct meter_base){
		.known = true, .session = c->session,
		.sent = of->count, .received = c->received,
		.beats = of->beats, .beats_received = c->beats_received,
	};
}

/* Another run, or the first of all: there is nothing to compare with yet */
static void begin_run(struct meter *m)
{
	m->told.known = false;
	m->near.surplus = m->far.surplus = 0;
}

/* Losses on the way to us, since the last message */
static void take_counts(struct meter *m, const struct oam_counters *c,
			const struct meter_count *received)
{
	const struct meter_base *last = &m->heard;
	struct meter_loss l;

	l = account(&m->near, c->sent - last->sent,
		    (uint32_t)received->packets - last->received);
	add_loss(&m->now.near, &l);
	if (c->session == last->session)
		take_beats(&m->near_beats, c->beats - last->beats,
			   received->beats - last->beats_received);
}

/**
 * meter_heard() - A message came from the far end
 * @m:		Meter
 * @c:		What it says
 * @received:	What came so far, it included
 * @now:	Time
 *
 * The caller has seen that it is of the line's session.
 *
 * Return: 0, or -1 if it is old, or cannot be true; nothing has changed then
 */
int meter_heard(struct meter *m, const struct oam_counters *c,
		const struct meter_count *received, struct mono now)
{
	bool sure = find_sent(m, c);

	turn_span(m, now);
	if (!is_possible(&m->heard, c, now))
		return -1;
	if (goes_on(&m->heard, c, now)) {
		take_counts(m, c, received);
		sure = true;
	} else {
		begin_run(m);
	}
	hear(&m->heard, c, sure, received, now);
	take_answer(m, c, now);
	return 0;
}

/**
 * meter_report() - Say what is known
 * @m:	Meter
 * @r:	Filled in
 */
void meter_report(const struct meter *m, struct meter_report *r)
{
	const struct meter_span *a = &m->before, *b = &m->now;
	uint32_t trips = a->trips + b->trips;

	*r = (struct meter_report){
		.near = m->near.total,
		.far = m->far.total,
		.near_beats = m->near_beats.total,
		.far_beats = m->far_beats.total,
		.recent_near = a->near,
		.recent_far = a->far,
		.measured = trips,
		.heard = m->heard.came,
	};
	add_loss(&r->recent_near, &b->near);
	add_loss(&r->recent_far, &b->far);
	if (!trips)
		return;
	r->rtt = m->rtt;
	r->average.ns = (a->sum.ns + b->sum.ns) / trips;
	r->least = a->trips && (!b->trips || mono_before(a->least, b->least)) ?
		   a->least : b->least;
	r->most = mono_before(a->most, b->most) ? b->most : a->most;
}

/**
 * meter_ppm() - A loss as a ratio
 * @l:	Loss
 *
 * Return: lost packets in a million sent; 0 if none were sent
 */
uint32_t meter_ppm(const struct meter_loss *l)
{
	return l->sent ? (uint32_t)(l->lost * 1000000 / l->sent) : 0;
}
