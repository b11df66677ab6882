// SPDX-License-Identifier: ISC
// Liveness of a line and a far end: one session of RFC 5880.
//
// Theory of operation
// -------------------
// Asynchronous mode: both ends send now and then; who hears nothing for the
// detection time goes down and says so. States, timers and Poll sequences are
// those of section 6.8. What differs, and why:
//
// A change of state is told at once (6.8.7 allows it), and so is a line that
// comes: a link is up after three messages instead of after seconds. A
// message from a far end that does not know that we have begun anew is
// answered early for the same reason.
//
// Any frame that a path accepts is a sign of life, not only our messages; so
// is other OAM that only the far end of now can have sent.
//
// So a frame of ours that the far end takes speaks for a message, and the next
// one is put off as if it had been one; but not for long, nor any that has
// something to say: a state, a Poll, a Final.
//
// Nobody who merely knows our address may take a session down. So a message
// without our discriminator never acts on a session that is up. It may be
// from a far end that has begun anew: it is kept, and acted on in the moment
// in which the old session expires. Each session has discriminators of its
// own: when it ends, ours is drawn anew, so that nothing recorded from it is
// of use later. While up, messages must come in the order of their numbers.
//
// Below Up, whoever is not up himself may speak without our discriminator, or
// with a wrong one: it counts as Down. A flood of such messages moves us to
// Init and no further, and as each new sender is answered once, it does not
// keep the true one out.
//
// 6.8.1 has the far end's discriminator forgotten with the detection time.
// Then an end that is deaf could not tell the other, which hears it and would
// not believe a message without its discriminator. So it is forgotten a few
// messages later.
//
// Below Up the far end is not known for sure: what it says about intervals
// does not slow us down then.

#include "policy/liveness.h"

#include <assert.h>

#include "base/util.h"

enum {
	US = 1000,		/* nanoseconds */
	FAREWELLS = 3,
	AHEAD_MAX = 1024,	/* messages lost in a row while up */
	JITTER_ONE_MIN = 100,	/* thousandths, with a multiplier of 1 */
	GRAINS = 8,		/* see due() */
};

/* Between two messages while not up (6.8.3) */
#define SLOW	mono_ms(1000)

/* The same while up, if frames of ours speak for them */
#define SPOKEN_FOR	mono_ms(200)

/* In Init the far end's figures may be anybody's */
#define INIT_MAX	mono_ms(3000)

static const char *const state_names[] = {
	[WIRE_ADMIN_DOWN] = "admin-down",
	[WIRE_DOWN] = "down",
	[WIRE_INIT] = "init",
	[WIRE_UP] = "up",
};

static_assert(ARRAY_SIZE(state_names) == WIRE_SESSION_NUM,
	      "a state lacks its name");

/**
 * liveness_state_name() - The word for a state
 * @state:	enum wire_session
 *
 * Return: the word
 */
const char *liveness_state_name(uint8_t state)
{
	return state < WIRE_SESSION_NUM ? state_names[state] : "unknown";
}

static struct mono from_us(uint32_t us)
{
	return (struct mono){ (int64_t)us * US };
}

static struct mono longer(struct mono a, struct mono b)
{
	return mono_before(a, b) ? b : a;
}

static struct mono sooner(struct mono a, struct mono b)
{
	return mono_before(a, b) ? a : b;
}

static uint32_t draw(struct liveness *s)
{
	uint32_t r;

	do {
		r = s->config.random(s->config.arg);
	} while (!r || r == s->mine);
	return r;
}

/* Good enough for jitter, and no call of the system (xorshift) */
static uint32_t roll(struct liveness *s)
{
	s->jitter ^= s->jitter << 13;
	s->jitter ^= s->jitter >> 17;
	s->jitter ^= s->jitter << 5;
	return s->jitter;
}

/* What we tell the far end that we would like: 6.8.3 */
static struct mono desired_tx(const struct liveness *s)
{
	struct mono interval = s->config.pace.interval;

	return s->state == WIRE_UP ? interval : longer(interval, SLOW);
}

/**
 * liveness_interval() - How often messages are sent, before jitter
 * @s:	Session
 *
 * Return: that; MONO_NEVER if the far end wants none
 */
struct mono liveness_interval(const struct liveness *s)
{
	if (s->state != WIRE_UP)
		return desired_tx(s);
	return s->far.rx_us ? longer(s->tx, from_us(s->far.rx_us)) :
			      MONO_NEVER;
}

/**
 * liveness_detection() - How long a silence may last
 * @s:	Session that has heard its far end
 *
 * Return: that; MONO_NEVER if nothing is expected
 */
struct mono liveness_detection(const struct liveness *s)
{
	struct mono each = longer(s->rx, from_us(s->far.tx_us));
	struct mono all = { each.ns * s->far.multiplier };

	if (s->state < WIRE_INIT)
		return MONO_NEVER;
	return s->state == WIRE_INIT ? sooner(all, INIT_MAX) : all;
}

/* Part of an interval, in thousandths */
static struct mono share(struct mono interval, unsigned int thousandths)
{
	return (struct mono){ interval.ns / 1000 * thousandths };
}

/* When the far end was last told that we are there */
static struct mono last_sign(const struct liveness *s)
{
	return longer(s->sent, s->spoke);
}

/* The earliest moment at which the next message may go by itself */
static struct mono earliest(const struct liveness *s, struct mono interval)
{
	return mono_add(last_sign(s), share(interval,
					    1000 - s->config.pace.jitter));
}

/* When the next message is due: at random, and then rounded down, so that
 * one wake-up may serve many sessions. */
static struct mono due(struct liveness *s)
{
	const struct liveness_pace *pace = &s->config.pace;
	struct mono interval = liveness_interval(s);
	unsigned int least = pace->multiplier == 1 ? JITTER_ONE_MIN : 0;
	unsigned int cut = least;
	struct mono at, grain;

	if (interval.ns == MONO_NEVER.ns)
		return MONO_NEVER;
	if (pace->jitter > least)
		cut += roll(s) % (pace->jitter - least + 1);
	at = mono_add(last_sign(s), share(interval, 1000 - cut));
	grain = (struct mono){ share(interval, pace->jitter).ns / GRAINS };
	if (grain.ns)
		at.ns -= at.ns % grain.ns;
	return longer(at, earliest(s, interval));
}

static void send_now(struct liveness *s, struct mono now)
{
	if (s->usable)
		s->next = sooner(s->next, now);
	s->urgent = true;
}

/* Leave a state in which the far end knew our discriminator. */
static void end_session(struct liveness *s, uint8_t state, uint8_t why,
			struct mono now)
{
	if (s->state == WIRE_UP)
		s->farewells = FAREWELLS;
	else
		s->remote = 0;
	if (s->state >= WIRE_INIT) {
		s->former = s->mine;
		s->mine = draw(s);
	}
	s->state = state;
	s->diagnostic = why;
	s->polling = s->answer = s->answered = false;
	send_now(s, now);
}

static void go_init(struct liveness *s, struct mono now)
{
	s->state = WIRE_INIT;
	s->heard = now;
	s->rx = s->config.pace.interval;
	send_now(s, now);
}

static void go_up(struct liveness *s, struct mono now)
{
	s->state = WIRE_UP;
	s->diagnostic = WIRE_DIAGNOSTIC_NONE;
	s->suitor.mine = 0;
	s->heard = now;
	s->tx = s->rx = s->config.pace.interval;
	s->polling = true;
	send_now(s, now);
}

/* From now on the far end is the one that sent this. */
static void adopt(struct liveness *s, const struct oam_liveness *m,
		  uint16_t sequence, struct mono now)
{
	s->far = *m;
	s->remote = m->mine;
	s->sequence = sequence;
	s->heard = now;
	s->answered = true;
	s->looped = MONO_ZERO;
}

/* 6.8.6, the part on states; ours is not AdminDown */
static void follow(struct liveness *s, const struct oam_liveness *m,
		   struct mono now)
{
	if (m->state == WIRE_ADMIN_DOWN) {
		if (s->state != WIRE_DOWN)
			end_session(s, WIRE_DOWN, WIRE_DIAGNOSTIC_NEIGHBOR,
				    now);
	} else if (s->state == WIRE_DOWN) {
		if (m->state == WIRE_DOWN)
			go_init(s, now);
		else if (m->state == WIRE_INIT)
			go_up(s, now);
	} else if (s->state == WIRE_INIT) {
		if (m->state != WIRE_DOWN)
			go_up(s, now);
	} else if (m->state == WIRE_DOWN) {
		end_session(s, WIRE_DOWN, WIRE_DIAGNOSTIC_NEIGHBOR, now);
	}
}

/* It does not know us, and we are not up: any one may say that it is there,
 * but nobody can take that back for another. */
static enum liveness_verdict meet(struct liveness *s,
				  const struct oam_liveness *m,
				  uint16_t sequence, struct mono now)
{
	bool another = m->mine != s->remote;

	if (m->state == WIRE_UP) {
		/* it was up with us before we began anew: let it know */
		if (s->state == WIRE_DOWN &&
		    !mono_before(now, mono_add(s->sent,
					       s->config.pace.interval)))
			send_now(s, now);
		return LIVENESS_STRAY;
	}
	if (m->state == WIRE_ADMIN_DOWN && s->state == WIRE_INIT)
		return LIVENESS_WAITS;
	adopt(s, m, sequence, now);
	if (m->state != WIRE_ADMIN_DOWN && s->state == WIRE_DOWN)
		go_init(s, now);
	else if (m->state != WIRE_ADMIN_DOWN && another)
		send_now(s, now);
	return LIVENESS_TAKEN;
}

/**
 * liveness_is_silent() - Has nothing come for the detection time?
 * @s:		Session
 * @now:	Time
 *
 * Return: true if so: the next call of liveness_tick() takes it down
 */
bool liveness_is_silent(const struct liveness *s, struct mono now)
{
	return s->state >= WIRE_INIT &&
	       !mono_before(now, mono_add(s->heard, liveness_detection(s)));
}

/* Silent for too long? Then whoever has begun anew meanwhile is believed. */
static void expire(struct liveness *s, struct mono now)
{
	if (!liveness_is_silent(s, now))
		return;
	end_session(s, WIRE_DOWN, WIRE_DIAGNOSTIC_EXPIRED, now);
	if (!s->suitor.mine || mono_before(s->suitor_at, s->heard))
		return;
	meet(s, &s->suitor, 0, now);
	s->suitor.mine = 0;
}

/**
 * liveness_init() - Begin a session, down, on a line that cannot be used yet
 * @s:		Filled in
 * @c:		Copied
 * @now:	Time
 */
void liveness_init(struct liveness *s, const struct liveness_config *c,
		   struct mono now)
{
	*s = (struct liveness){
		.state = WIRE_DOWN, .config = *c, .sent = now,
		.next = MONO_NEVER,
	};
	s->mine = draw(s);
	s->jitter = draw(s);
	s->tx = s->rx = c->pace.interval;
}

/**
 * liveness_set_pace() - Intervals are to be others from now on
 * @s:		Session
 * @pace:	Copied
 * @now:	Time
 *
 * While up the far end is told by a Poll sequence; what would make us slower
 * than it expects, or expect more than it sends, waits for its answer (6.8.3).
 */
void liveness_set_pace(struct liveness *s, const struct liveness_pace *pace,
		       struct mono now)
{
	const struct liveness_pace *was = &s->config.pace;

	if (was->interval.ns == pace->interval.ns &&
	    was->multiplier == pace->multiplier &&
	    was->jitter == pace->jitter)
		return;
	s->config.pace = *pace;
	s->tx = sooner(s->tx, pace->interval);
	s->rx = longer(s->rx, pace->interval);
	s->polling = s->state == WIRE_UP;
	send_now(s, now);
}

/**
 * liveness_set_line() - The line can be sent on from now on, or not
 * @s:		Session
 * @usable:	It can
 * @now:	Time
 */
void liveness_set_line(struct liveness *s, bool usable, struct mono now)
{
	if (s->usable == usable)
		return;
	s->usable = usable;
	if (usable)
		send_now(s, now);
	else
		s->next = MONO_NEVER;
	if (!usable && s->state >= WIRE_INIT)
		end_session(s, WIRE_DOWN, WIRE_DIAGNOSTIC_PATH, now);
}

/**
 * liveness_set_admin() - Hold the session down, or let it come up
 * @s:		Session
 * @down:	Hold it; the far end is told
 * @now:	Time
 */
void liveness_set_admin(struct liveness *s, bool down, struct mono now)
{
	if (down == (s->state == WIRE_ADMIN_DOWN))
		return;
	if (down) {
		end_session(s, WIRE_ADMIN_DOWN, WIRE_DIAGNOSTIC_ADMIN, now);
		return;
	}
	s->state = WIRE_DOWN;
	send_now(s, now);
}

static bool is_late(const struct liveness *s, uint16_t sequence)
{
	uint16_t ahead = (uint16_t)(sequence - s->sequence);

	return s->state == WIRE_UP && (!ahead || ahead > AHEAD_MAX);
}

/* 6.8.3: the far end has heard of our new intervals */
static void end_poll(struct liveness *s)
{
	s->polling = false;
	s->tx = s->rx = s->config.pace.interval;
}

static void take(struct liveness *s, const struct oam_liveness *m,
		 uint16_t sequence, struct mono now)
{
	adopt(s, m, sequence, now);
	if (m->final && s->polling)
		end_poll(s);
	follow(s, m, now);
	if (m->poll) {
		s->answer = true;
		send_now(s, now);
	}
	/* we are awake anyway: send what is about due */
	if (s->state == WIRE_UP && m->rx_us &&
	    !mono_before(now, earliest(s, liveness_interval(s))))
		send_now(s, now);
}

/**
 * liveness_receive() - A message came
 * @s:		Session
 * @m:		Message
 * @sequence:	Its number
 * @now:	Time
 *
 * It counts even if the detection time is over: we may be late, and not the
 * far end. Only liveness_tick() ends a session for that.
 *
 * Return: what it is; it has been acted on
 */
enum liveness_verdict liveness_receive(struct liveness *s,
				       const struct oam_liveness *m,
				       uint16_t sequence, struct mono now)
{
	if (m->mine == s->mine || m->mine == s->former) {
		s->looped = now;
		return LIVENESS_OWN;
	}
	if (s->state == WIRE_ADMIN_DOWN || !s->usable)
		return LIVENESS_WAITS;
	if (s->state == WIRE_UP && !m->yours) {
		s->suitor = *m;
		s->suitor_at = now;
		return LIVENESS_WAITS;
	}
	if (m->yours != s->mine)
		return s->state == WIRE_UP ? LIVENESS_STRAY :
					     meet(s, m, sequence, now);
	if (is_late(s, sequence))
		return LIVENESS_STRAY;
	take(s, m, sequence, now);
	return LIVENESS_TAKEN;
}

/**
 * liveness_heard() - Some other frame of the far end's was accepted
 * @s:	Session
 * @at:	When, or before; may be told late, but before liveness_tick()
 */
void liveness_heard(struct liveness *s, struct mono at)
{
	if (s->state == WIRE_UP)
		s->heard = longer(s->heard, at);
}

/**
 * liveness_spoke() - A frame went that the far end takes for a sign of life
 * @s:	Session
 * @at:	When, or before; may be told late, but before liveness_send()
 */
void liveness_spoke(struct liveness *s, struct mono at)
{
	if (s->state != WIRE_UP || s->polling || s->urgent ||
	    !mono_before(last_sign(s), at))
		return;
	s->spoke = at;
	s->next = longer(s->next, sooner(due(s), mono_add(s->sent,
							  SPOKEN_FOR)));
}

/**
 * liveness_excuse() - For a while we could not have heard anything
 * @s:		Session
 * @span:	How long this process, or the whole machine, stood still
 * @now:	Time
 *
 * That is not the far end's silence.
 */
void liveness_excuse(struct liveness *s, struct mono span, struct mono now)
{
	s->heard = sooner(mono_add(s->heard, span), longer(s->heard, now));
}

/**
 * liveness_hurry() - The next message is wanted early
 * @s:		Session
 * @least:	How long after the one before it may come at the soonest
 * @now:	Time
 */
void liveness_hurry(struct liveness *s, struct mono least, struct mono now)
{
	send_now(s, longer(now, mono_add(s->sent, least)));
}

/**
 * liveness_deadline() - When does liveness_tick() have something to do?
 * @s:	Session
 *
 * After signs of life it may be earlier than it need be; that is cheaper than
 * to move it for each of them.
 *
 * Return: when; it may have passed
 */
struct mono liveness_deadline(const struct liveness *s)
{
	if (s->state < WIRE_INIT)
		return s->next;
	return sooner(s->next, mono_add(s->heard, liveness_detection(s)));
}

static void fill(struct liveness *s, struct oam_liveness *out)
{
	*out = (struct oam_liveness){
		.state = s->state,
		.diagnostic = s->diagnostic,
		.poll = s->polling && !s->answer,
		.final = s->answer,
		.multiplier = s->config.pace.multiplier,
		.mine = s->mine,
		.yours = s->remote,
		.tx_us = (uint32_t)(desired_tx(s).ns / US),
		.rx_us = (uint32_t)(s->config.pace.interval.ns / US),
	};
	s->answer = false;
}

/**
 * liveness_send() - Is it time to be heard?
 * @s:		Session
 * @now:	Time
 * @out:	Filled in if there is a message to send
 *
 * Believes in no silence: only liveness_tick() does.
 *
 * Return: true if @out is to be sent
 */
bool liveness_send(struct liveness *s, struct mono now,
		   struct oam_liveness *out)
{
	if (!s->usable || mono_before(now, s->next))
		return false;
	fill(s, out);
	s->sent = now;
	s->urgent = false;
	s->next = due(s);
	if (s->state < WIRE_INIT && s->farewells && !--s->farewells)
		s->remote = 0;
	return true;
}

/**
 * liveness_tick() - Do all that is due: a silence is an end, too
 * @s:		Session
 * @now:	Time
 * @out:	Filled in if there is a message to send
 *
 * Return: true if @out is to be sent
 */
bool liveness_tick(struct liveness *s, struct mono now,
		   struct oam_liveness *out)
{
	expire(s, now);
	return liveness_send(s, now, out);
}
