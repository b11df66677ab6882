// SPDX-License-Identifier: ISC
// What a line and its liveness session have to do with each other.
//
// Theory of operation
// -------------------
// policy/liveness decides; here it gets its facts and its wake-ups, and what
// it has to say is sent before all else. After whatever may have moved its
// deadline, run() sends what is due, sets the wake-up and tells of a new
// state.
//
// Whether a far end is silent is seen when our own next message is due, and
// exactly when its time is over: signs of life move no wake-up. Only a wake-up
// ends a session for that, for only then may the port be emptied before the
// silence is believed: what waits there was merely not read yet, because we
// were busy or the machine was. A port with more than can be taken at once is
// looked at again a moment later, for as long as the silence has lasted. And
// the time by which a wake-up came late is not counted as silence: if the
// machine stood still, as virtual ones do, the far end may have stood with it.

#include "engine/line.h"

#include <event2/util.h>
#include <string.h>

#include "base/util.h"

enum {
	LIVENESS_SHARE = 14,		/* thousandths of a slow line; other
					 * messages of ours take some, too */
	FAST_MS = 10, SLOW_MS = 100,	/* usual intervals */
	REST_MS = 300,			/* and where hardly anything crosses */
	JITTER = 250,			/* thousandths, RFC 5880, 6.8.7 */
	JITTER_SLOW = 50,		/* nobody to fall into step with */
	LOOP_MS = 3000,			/* that a loop is remembered */
	LATE_MS = 5,			/* a wake-up: we stood still */
	AGAIN_MS = 1,			/* until the port is emptied again */
};

static uint32_t random_bits(void *arg)
{
	uint32_t r;

	(void)arg;
	evutil_secure_rng_get_bytes(&r, sizeof(r));
	return r;
}

static struct mono usual_interval(const struct line *l)
{
	if (line_rate(l))
		return mono_ms(SLOW_MS);
	return mono_ms(l->session.rest.resting ? REST_MS : FAST_MS);
}

/* Until the far end is known a message counts as one without addresses. */
static struct liveness_pace pace_of(const struct line *l)
{
	const struct config_liveness *cfg = &l->cfg->liveness;
	uint64_t rate = line_rate(l);
	struct liveness_pace pace = {
		.interval = { (int64_t)cfg->interval_ns },
		.multiplier = cfg->multiplier,
		.jitter = rate && cfg->multiplier > 1 ? JITTER_SLOW : JITTER,
	};

	if (!pace.interval.ns)
		pace.interval = usual_interval(l);
	if (rate)
		liveness_stretch(&pace, rate, WIRE_HEADER_LEN +
				 WIRE_LIVENESS_LEN + line_overhead(l),
				 LIVENESS_SHARE);
	return pace;
}

static void set_pace(struct line *l, struct mono now)
{
	struct liveness_pace pace = pace_of(l);

	liveness_set_pace(&l->session.live, &pace, now);
}

/* An interval that is configured is kept to. */
static bool may_rest(const struct line *l)
{
	return line_is_up(l) && !l->cfg->liveness.interval_ns && !line_rate(l);
}

/* @hurry: past a slow line's queue, for it is about to go */
static void send_message(struct line *l, const struct oam_liveness *m,
			 bool hurry, struct mono now)
{
	uint8_t octets[WIRE_LIVENESS_LEN];
	struct wire_header h = {
		.type = WIRE_OAM,
		.channel = WIRE_CHANNEL_LINE,
		.sequence = l->session.sequence++,
	};

	oam_liveness_encode(octets, m);
	l->session.beats++;
	stats_inc(&l->stats, STAT_OAM_TX);
	if (!l->slow || hurry) {
		line_send_message(l, &h, octets, sizeof(octets), &l->stats,
				  now);
		return;
	}
	sched_put_oam(l->self.slot, &h, octets, sizeof(octets), now);
	line_run(l, now);
}

static void tell(struct line *l)
{
	struct session *s = &l->session;

	if (s->told == s->live.state && s->looped == line_is_looped(l))
		return;
	s->told = s->live.state;
	s->looped = line_is_looped(l);
	l->env->changed(l->env->arg, l);
}

/* What is known of both ends' frames; @due: the wake-up that is due */
static void look_back(struct session *s, struct mono due, struct mono now)
{
	struct mono late = mono_sub(now, due);

	liveness_heard(&s->live, s->proven);
	liveness_spoke(&s->live, s->said);
	if (mono_before(mono_ms(LATE_MS), late))
		liveness_excuse(&s->live, late, now);
}

static void set_wake(struct line *l, struct mono due)
{
	struct wake *w = &l->session.wake;

	if (due.ns == MONO_NEVER.ns)
		wake_cancel(l->env->waker, w);
	else
		wake_at(l->env->waker, w, due);
}

static void end_rest(struct line *l, struct mono now)
{
	rest_end(&l->session.rest);
	set_pace(l, now);
}

/* @heard_all: a silence is one, and ends the session */
static void go_on(struct line *l, bool heard_all, struct mono now)
{
	struct liveness *s = &l->session.live;
	struct oam_liveness m;

	if (heard_all ? liveness_tick(s, now, &m) : liveness_send(s, now, &m))
		send_message(l, &m, false, now);
	if (l->session.rest.resting && !line_is_up(l))
		end_rest(l, now);
	set_wake(l, liveness_deadline(s));
	tell(l);
}

/* For a silence the wake-up is set to a time that has passed: it is next. */
static void run(struct line *l, struct mono now)
{
	struct session *s = &l->session;

	look_back(s, s->wake.place ? s->wake.due : now, now);
	go_on(l, false, now);
}

/* A port that always has more than we can take must not hide an end. */
static bool is_overdue(const struct liveness *s, struct mono now)
{
	return liveness_is_silent(s, mono_sub(now, liveness_detection(s)));
}

/* Return: false if the far end may yet be heard in what the port has. */
static bool hear_all(struct line *l, struct mono now)
{
	struct liveness *s = &l->session.live;
	bool empty = !liveness_is_silent(s, now) || line_empty(l, now);

	liveness_heard(s, l->session.proven);
	return empty || !liveness_is_silent(s, now) || is_overdue(s, now);
}

static void woken(struct wake *w, struct mono now)
{
	struct line *l = container_of(w, struct line, session.wake);
	bool heard_all;

	look_back(&l->session, w->due, now);
	heard_all = hear_all(l, now);
	go_on(l, heard_all, now);
	if (!heard_all)
		set_wake(l, mono_add(now, mono_ms(AGAIN_MS)));
}

/**
 * line_session_init() - Begin a session, on a line that is not open yet
 * @l:		Line, being made
 * @now:	Time
 *
 * Return: 0 or -ENOMEM
 */
int line_session_init(struct line *l, struct mono now)
{
	struct liveness_config c = {
		.pace = pace_of(l), .random = random_bits,
	};

	liveness_init(&l->session.live, &c, now);
	l->session.told = l->session.live.state;
	l->session.sequence = (uint16_t)random_bits(NULL);
	l->session.wake.called = woken;
	return wake_reserve(l->env->waker);
}

/**
 * line_session_fini() - End it; a far end that is up is told
 * @l:	Line, still open if it ever was
 */
void line_session_fini(struct line *l)
{
	struct session *s = &l->session;
	struct mono now = clock_mono();
	bool was_up = s->live.state >= WIRE_INIT;
	struct oam_liveness m;

	liveness_set_admin(&s->live, true, now);
	if (was_up && liveness_tick(&s->live, now, &m))
		send_message(l, &m, true, now);
	wake_cancel(l->env->waker, &s->wake);
	wake_release(l->env->waker);
}

/**
 * line_session_follow() - The line's settings or its port may be others now
 * @l:		Line
 * @now:	Time
 */
void line_session_follow(struct line *l, struct mono now)
{
	if (!may_rest(l))
		rest_end(&l->session.rest);
	set_pace(l, now);
	liveness_set_line(&l->session.live, line_is_open(l), now);
	run(l, now);
}

static bool is_wanted(const struct line *l)
{
	const struct line_user *u;

	TAILQ_FOREACH(u, &l->users, entry)
		if (!u->disabled)
			return true;
	return false;
}

/**
 * line_session_wanted() - One of its paths was disabled, or is no longer
 * @l:		Line
 * @now:	Time
 *
 * The session is held down while all are disabled.
 */
void line_session_wanted(struct line *l, struct mono now)
{
	bool down = !is_wanted(l);

	/* without any it is being given up, or about to get its first */
	if (TAILQ_EMPTY(&l->users) ||
	    down == (l->session.live.state == WIRE_ADMIN_DOWN))
		return;
	liveness_set_admin(&l->session.live, down, now);
	run(l, now);
}

/**
 * line_session_beat() - What goes on takes long: be heard meanwhile
 * @l:		Line
 * @early:	It is about to begin, and cannot be interrupted
 * @now:	Time
 *
 * No session changes its state by this. Slow lines have long intervals.
 */
void line_session_beat(struct line *l, bool early, struct mono now)
{
	struct session *s = &l->session;

	if (l->slow || !line_is_up(l) ||
	    (!early && mono_before(now, s->wake.due)))
		return;
	if (early)
		liveness_hurry(&s->live, MONO_ZERO, now);
	run(l, now);
}

/**
 * line_session_revived() - The line seemed cut, and seems not to be any more
 * @l:		Line
 * @now:	Time
 *
 * While down messages are a second apart: the next one comes at once, unless
 * one was sent within an interval.
 */
void line_session_revived(struct line *l, struct mono now)
{
	struct liveness *s = &l->session.live;

	if (s->state == WIRE_UP || s->state == WIRE_ADMIN_DOWN)
		return;
	liveness_hurry(s, pace_of(l).interval, now);
	run(l, now);
}

/**
 * line_session_bye() - Tell the far end that we are about to end
 * @l:		Line
 * @now:	Time
 *
 * A slow line needs a moment for it. Nobody else is told: all goes anyway.
 */
void line_session_bye(struct line *l, struct mono now)
{
	liveness_set_admin(&l->session.live, true, now);
	l->session.told = l->session.live.state;
	run(l, now);
}

/**
 * line_session_take() - A liveness message came
 * @l:		Line
 * @h:		Its header
 * @data:	What follows; borrowed
 * @len:	Its length
 * @now:	Time
 *
 * Return: 0 or the enum stat_id that counts why it must be dropped
 */
int line_session_take(struct line *l, const struct wire_header *h,
		      const uint8_t *data, size_t len, struct mono now)
{
	static const int reasons[] = {
		[LIVENESS_TAKEN] = 0,
		[LIVENESS_WAITS] = DROP_SESSION,
		[LIVENESS_STRAY] = DROP_SESSION,
		[LIVENESS_OWN] = DROP_REFLECTED,
	};
	struct oam_liveness m;
	enum liveness_verdict verdict;

	if (oam_liveness_decode(&m, data, len) < 0)
		return DROP_OAM;
	l->session.beats_received += m.yours == l->session.live.mine;
	liveness_spoke(&l->session.live, l->session.said);
	verdict = liveness_receive(&l->session.live, &m, h->sequence, now);
	run(l, now);
	return reasons[verdict];
}

/**
 * line_session_said() - A frame went that is a sign of life to the far end
 * @l:		Line
 * @now:	Time
 *
 * The wake-up for our next message is put off when it has come: to move it
 * now would delay who answers that frame.
 */
HOT void line_session_said(struct line *l, struct mono now)
{
	l->session.said = now;
}

/**
 * line_session_rouse() - So much crosses that the line must not rest any more
 * @l:		Line, resting
 * @now:	Time
 *
 * The far end is told at once.
 */
void line_session_rouse(struct line *l, struct mono now)
{
	end_rest(l, now);
	run(l, now);
}

/**
 * line_session_tick() - A second has passed
 * @l:		Line
 * @now:	Time
 */
void line_session_tick(struct line *l, struct mono now)
{
	struct liveness *s = &l->session.live;
	struct rest *r = &l->session.rest;
	bool rested = r->resting;

	if (mono_before(mono_add(s->looped, mono_ms(LOOP_MS)), now))
		s->looped = MONO_ZERO;
	rest_tick(r, may_rest(l));
	if (r->resting != rested) {
		set_pace(l, now);
		run(l, now);
	}
	tell(l);
}

/**
 * line_is_up() - Do both ends hear each other?
 * @l:	Line
 *
 * Return: true if so
 */
bool line_is_up(const struct line *l)
{
	return l->session.live.state == WIRE_UP;
}

/**
 * line_is_looped() - Does what we send come back to us?
 * @l:	Line
 *
 * Return: true if it did a moment ago
 */
bool line_is_looped(const struct line *l)
{
	return l->session.live.looped.ns && !line_is_up(l);
}

/* What is known of a far end that was up, and is heard no more */
static const char *why_down(const struct liveness *s)
{
	bool deaf = s->far.diagnostic == WIRE_DIAGNOSTIC_EXPIRED;

	switch (s->diagnostic) {
	case WIRE_DIAGNOSTIC_EXPIRED:
		return "the far end fell silent";
	case WIRE_DIAGNOSTIC_NEIGHBOR:
		return deaf ? "the far end does not hear us" :
			      "the far end went down";
	default:
		return "no answer from the far end";
	}
}

/**
 * line_session_reason() - What keeps both ends from hearing each other
 * @l:	Line, open
 *
 * Return: printable text, "" if nothing does
 */
const char *line_session_reason(const struct line *l)
{
	const struct liveness *s = &l->session.live;

	if (line_is_up(l))
		return "";
	if (line_is_looped(l))
		return "what we send comes back: the line is looped";
	if (s->state == WIRE_ADMIN_DOWN)
		return "disabled by command";
	if (s->far.multiplier && s->far.state == WIRE_ADMIN_DOWN)
		return "the far end was stopped, or has disabled the line";
	if (s->state == WIRE_INIT)
		return "the far end is heard, but does not hear us";
	return why_down(s);
}
