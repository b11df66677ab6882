// SPDX-License-Identifier: ISC
// A session of RFC 5880: each state and event, timers, forgeries.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/liveness.h"

enum {
	INTERVAL_MS = 100, SLOW_MS = 1000,
	THEIRS = 0x7e57,	/* the far end's discriminator */
};

static uint32_t seed;

static uint32_t dice(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed ^ seed >> 16;
}

static uint32_t random_bits(void *arg)
{
	(void)arg;
	return dice();
}

static struct mono at(int64_t ms)
{
	return mono_ms(1000000 + ms);
}

static const struct liveness_pace usual = {
	.interval = { INTERVAL_MS * 1000000LL }, .multiplier = 3,
	.jitter = 250,
};

static struct liveness s;

static void begin(const struct liveness_pace *pace)
{
	struct liveness_config c = { .pace = *pace, .random = random_bits };

	liveness_init(&s, &c, at(0));
	liveness_set_line(&s, true, at(0));
}

static struct oam_liveness from_far(enum wire_session state, uint32_t yours)
{
	return (struct oam_liveness){
		.state = (uint8_t)state, .multiplier = 3, .mine = THEIRS,
		.yours = yours, .tx_us = INTERVAL_MS * 1000,
		.rx_us = INTERVAL_MS * 1000,
	};
}

static uint16_t next_sequence;

static enum liveness_verdict hear(struct oam_liveness m, int64_t ms)
{
	return liveness_receive(&s, &m, ++next_sequence, at(ms));
}

static bool sends(int64_t ms, struct oam_liveness *out)
{
	struct oam_liveness ignored;

	return liveness_tick(&s, at(ms), out ? out : &ignored);
}

/* Bring it into a state, with nothing left to send at once; it is 10 ms then */
static void bring(enum wire_session state)
{
	begin(&usual);
	next_sequence = (uint16_t)dice();
	if (state == WIRE_ADMIN_DOWN)
		liveness_set_admin(&s, true, at(10));
	if (state == WIRE_INIT)
		hear(from_far(WIRE_DOWN, 0), 10);
	if (state == WIRE_UP)
		hear(from_far(WIRE_INIT, s.mine), 10);
	assert_int_equal(s.state, state);
	sends(10, NULL);
	assert_false(sends(10, NULL));
}

/* Section 6.8.6, and what is sent at once: each state, each state heard */
static void test_states(void **state)
{
	static const struct {
		enum wire_session is, heard, becomes;
		bool sends;
	} table[] = {
		{ WIRE_ADMIN_DOWN, WIRE_ADMIN_DOWN, WIRE_ADMIN_DOWN, false },
		{ WIRE_ADMIN_DOWN, WIRE_DOWN, WIRE_ADMIN_DOWN, false },
		{ WIRE_ADMIN_DOWN, WIRE_INIT, WIRE_ADMIN_DOWN, false },
		{ WIRE_ADMIN_DOWN, WIRE_UP, WIRE_ADMIN_DOWN, false },
		{ WIRE_DOWN, WIRE_ADMIN_DOWN, WIRE_DOWN, false },
		{ WIRE_DOWN, WIRE_DOWN, WIRE_INIT, true },
		{ WIRE_DOWN, WIRE_INIT, WIRE_UP, true },
		{ WIRE_DOWN, WIRE_UP, WIRE_DOWN, false },
		{ WIRE_INIT, WIRE_ADMIN_DOWN, WIRE_DOWN, true },
		{ WIRE_INIT, WIRE_DOWN, WIRE_INIT, false },
		{ WIRE_INIT, WIRE_INIT, WIRE_UP, true },
		{ WIRE_INIT, WIRE_UP, WIRE_UP, true },
		{ WIRE_UP, WIRE_ADMIN_DOWN, WIRE_DOWN, true },
		{ WIRE_UP, WIRE_DOWN, WIRE_DOWN, true },
		{ WIRE_UP, WIRE_INIT, WIRE_UP, false },
		{ WIRE_UP, WIRE_UP, WIRE_UP, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct oam_liveness out;

		bring(table[i].is);
		hear(from_far(table[i].heard, s.mine), 20);
		assert_int_equal(s.state, table[i].becomes);
		assert_int_equal(sends(20, &out), table[i].sends);
		if (table[i].sends)
			assert_int_equal(out.state, table[i].becomes);
	}
}

/* From one that does not know us: only Down to Init */
static void test_unknown(void **state)
{
	static const struct {
		enum wire_session is, heard, becomes;
		enum liveness_verdict verdict;
	} table[] = {
		{ WIRE_ADMIN_DOWN, WIRE_DOWN, WIRE_ADMIN_DOWN, LIVENESS_WAITS },
		{ WIRE_DOWN, WIRE_DOWN, WIRE_INIT, LIVENESS_TAKEN },
		{ WIRE_DOWN, WIRE_ADMIN_DOWN, WIRE_DOWN, LIVENESS_TAKEN },
		{ WIRE_INIT, WIRE_DOWN, WIRE_INIT, LIVENESS_TAKEN },
		{ WIRE_INIT, WIRE_ADMIN_DOWN, WIRE_INIT, LIVENESS_WAITS },
		{ WIRE_UP, WIRE_DOWN, WIRE_UP, LIVENESS_WAITS },
		{ WIRE_UP, WIRE_ADMIN_DOWN, WIRE_UP, LIVENESS_WAITS },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct oam_liveness m = from_far(table[i].heard, 0);

		bring(table[i].is);
		m.mine = 0xbad;
		assert_int_equal(hear(m, 20), table[i].verdict);
		assert_int_equal(s.state, table[i].becomes);
	}
}

/* With another discriminator than ours: as from one that does not know us,
 * if it is not up; and our own message: nothing */
static void test_forged(void **state)
{
	static const struct {
		enum wire_session is, heard, becomes;
		enum liveness_verdict verdict;
	} table[] = {
		{ WIRE_ADMIN_DOWN, WIRE_DOWN, WIRE_ADMIN_DOWN, LIVENESS_WAITS },
		{ WIRE_ADMIN_DOWN, WIRE_UP, WIRE_ADMIN_DOWN, LIVENESS_WAITS },
		{ WIRE_DOWN, WIRE_ADMIN_DOWN, WIRE_DOWN, LIVENESS_TAKEN },
		{ WIRE_DOWN, WIRE_DOWN, WIRE_INIT, LIVENESS_TAKEN },
		{ WIRE_DOWN, WIRE_INIT, WIRE_INIT, LIVENESS_TAKEN },
		{ WIRE_DOWN, WIRE_UP, WIRE_DOWN, LIVENESS_STRAY },
		{ WIRE_INIT, WIRE_ADMIN_DOWN, WIRE_INIT, LIVENESS_WAITS },
		{ WIRE_INIT, WIRE_DOWN, WIRE_INIT, LIVENESS_TAKEN },
		{ WIRE_INIT, WIRE_INIT, WIRE_INIT, LIVENESS_TAKEN },
		{ WIRE_INIT, WIRE_UP, WIRE_INIT, LIVENESS_STRAY },
		{ WIRE_UP, WIRE_ADMIN_DOWN, WIRE_UP, LIVENESS_STRAY },
		{ WIRE_UP, WIRE_DOWN, WIRE_UP, LIVENESS_STRAY },
		{ WIRE_UP, WIRE_INIT, WIRE_UP, LIVENESS_STRAY },
		{ WIRE_UP, WIRE_UP, WIRE_UP, LIVENESS_STRAY },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct oam_liveness m;

		bring(table[i].is);
		m = from_far(table[i].heard, s.mine + 1);
		assert_int_equal(hear(m, 20), table[i].verdict);
		assert_int_equal(s.state, table[i].becomes);
		assert_int_equal(sends(20, NULL),
				 table[i].becomes != table[i].is);

		m.mine = s.mine;
		assert_int_equal(hear(m, 20), LIVENESS_OWN);
		assert_int_equal(s.state, table[i].becomes);
		assert_true(s.looped.ns > 0);
		assert_false(sends(20, NULL));
	}
}

/* However many pretend to be there, each is answered, once. */
static void test_crowd(void **state)
{
	struct oam_liveness m = from_far(WIRE_DOWN, 0), out;

	(void)state;
	bring(WIRE_INIT);
	for (uint32_t i = 1; i < 100; i++) {
		m.mine = 0xbad0 + i;
		hear(m, 20);
		assert_true(sends(20, &out));
		assert_int_equal(out.yours, m.mine);
		hear(m, 20);
		assert_false(sends(20, NULL));
	}
	hear(from_far(WIRE_INIT, s.mine), 30);
	assert_int_equal(s.state, WIRE_UP);
}

/* What was recorded is of no use: not in its session, nor in the next. */
static void test_replayed(void **state)
{
	static const int late[] = { 0, -1, -100, 0x8000, 1025 };
	struct oam_liveness up, init, down;
	uint32_t first;

	(void)state;
	bring(WIRE_UP);
	first = s.mine;
	init = from_far(WIRE_INIT, first);
	up = from_far(WIRE_UP, first);
	down = from_far(WIRE_DOWN, first);
	assert_int_equal(hear(up, 20), LIVENESS_TAKEN);
	for (size_t i = 0; i < ARRAY_SIZE(late); i++) {
		uint16_t sequence = (uint16_t)(next_sequence + late[i]);

		assert_int_equal(liveness_receive(&s, &up, sequence, at(300)),
				 LIVENESS_STRAY);
		assert_int_equal(liveness_receive(&s, &down, sequence,
						  at(300)), LIVENESS_STRAY);
		assert_int_equal(s.state, WIRE_UP);
	}

	assert_int_equal(hear(down, 310), LIVENESS_TAKEN);
	assert_int_equal(s.state, WIRE_DOWN);
	assert_int_not_equal(s.mine, first);
	assert_int_equal(hear(up, 400), LIVENESS_STRAY);
	assert_int_equal(s.state, WIRE_DOWN);
	hear(down, 400);
	hear(init, 400);
	assert_int_equal(hear(up, 400), LIVENESS_STRAY);
	assert_int_equal(s.state, WIRE_INIT);
	assert_int_equal(hear(from_far(WIRE_UP, s.mine), 400), LIVENESS_TAKEN);
	assert_int_equal(s.state, WIRE_UP);
	assert_int_equal(hear(down, 410), LIVENESS_STRAY);
	assert_int_equal(hear(up, 410), LIVENESS_STRAY);
	assert_int_equal(s.state, WIRE_UP);
}

static void test_silence(void **state)
{
	struct oam_liveness out;

	(void)state;
	bring(WIRE_UP);
	assert_int_equal(mono_to_ms(liveness_detection(&s)), 300);
	for (int64_t ms = 10; ms < 309; ms++)
		sends(ms, NULL);
	assert_int_equal(s.state, WIRE_UP);
	assert_false(liveness_is_silent(&s, at(309)));
	assert_true(liveness_deadline(&s).ns <= at(310).ns);
	assert_true(sends(310, &out));
	assert_int_equal(s.state, WIRE_DOWN);
	assert_int_equal(out.state, WIRE_DOWN);
	assert_int_equal(out.diagnostic, WIRE_DIAGNOSTIC_EXPIRED);
	/* the far end may hear us, and must believe it */
	assert_int_equal(out.yours, THEIRS);

	/* a while in which we stood still is none of its */
	bring(WIRE_UP);
	liveness_excuse(&s, mono_ms(200), at(400));
	assert_false(liveness_is_silent(&s, at(509)));
	assert_true(liveness_is_silent(&s, at(510)));
	liveness_excuse(&s, mono_ms(5000), at(520));
	assert_true(liveness_is_silent(&s, at(820)));

	/* another frame is a sign of life, but not of a new session */
	bring(WIRE_UP);
	liveness_heard(&s, at(250));
	assert_false(liveness_is_silent(&s, at(549)));
	assert_true(liveness_is_silent(&s, at(550)));
	bring(WIRE_INIT);
	liveness_heard(&s, at(250));
	assert_true(liveness_is_silent(&s, at(10 + 300)));
}

/* One that has begun anew is believed as soon as the old one is silent. */
static void test_restart(void **state)
{
	struct oam_liveness m = from_far(WIRE_DOWN, 0), out;

	(void)state;
	bring(WIRE_UP);
	m.mine = 0xbee;
	assert_int_equal(hear(m, 100), LIVENESS_WAITS);
	sends(309, NULL);
	assert_int_equal(s.state, WIRE_UP);
	assert_true(sends(310, &out));
	assert_int_equal(s.state, WIRE_INIT);
	assert_int_equal(out.state, WIRE_INIT);
	assert_int_equal(out.yours, 0xbee);

	/* but not one that spoke before the true one did */
	bring(WIRE_UP);
	hear(m, 100);
	hear(from_far(WIRE_UP, s.mine), 110);
	sends(410, NULL);
	assert_int_equal(s.state, WIRE_DOWN);
}

/* A far end that was up with us before: it is told soon, but not often. */
static void test_first_sign(void **state)
{
	(void)state;
	bring(WIRE_DOWN);
	assert_int_equal(hear(from_far(WIRE_UP, 0xdead), 50), LIVENESS_STRAY);
	assert_false(sends(50, NULL));
	assert_int_equal(hear(from_far(WIRE_UP, 0xdead), 110), LIVENESS_STRAY);
	assert_true(sends(110, NULL));
	assert_int_equal(hear(from_far(WIRE_UP, 0xdead), 111), LIVENESS_STRAY);
	assert_false(sends(111, NULL));
}

/* Section 6.8.7: a quarter at most is cut off, and some with multiplier 1. */
static void test_jitter(void **state)
{
	static const struct {
		uint8_t multiplier;
		unsigned int jitter;
		int64_t least, most;	/* us */
	} table[] = {
		{ 3, 250, 75000, 100000 }, { 1, 250, 75000, 90000 },
		{ 3, 50, 95000, 100000 }, { 3, 0, 100000, 100000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct liveness_pace pace = usual;
		int64_t shortest = INT64_MAX, longest = 0;

		pace.multiplier = table[i].multiplier;
		pace.jitter = table[i].jitter;
		begin(&pace);
		hear(from_far(WIRE_INIT, s.mine), 0);
		s.far.multiplier = 255;
		s.far.tx_us = 1000000000;
		for (int n = 0; n < 10000; n++) {
			struct mono now = s.next;
			struct oam_liveness out;
			int64_t us;

			assert_true(liveness_tick(&s, now, &out));
			us = mono_sub(s.next, now).ns / 1000;
			shortest = MIN(shortest, us);
			longest = MAX(longest, us);
		}
		assert_in_range(shortest, table[i].least,
				table[i].least + 1000);
		assert_true(longest <= table[i].most);
		assert_true(longest >= table[i].most -
			    table[i].jitter * 100 / 8 - 100);
	}
}

static void test_negotiation(void **state)
{
	static const struct {
		uint32_t tx_ms, rx_ms;	/* the far end's; ours is 100 */
		uint8_t multiplier;
		int64_t interval, detection;	/* ms; -1: never */
	} table[] = {
		{ 100, 100, 3, 100, 300 }, { 10, 10, 3, 100, 300 },
		{ 500, 10, 2, 100, 1000 }, { 10, 500, 5, 500, 500 },
		{ 10, 0, 1, -1, 100 }, { 0, 10, 255, 100, 25500 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct oam_liveness m;

		bring(WIRE_DOWN);
		m = from_far(WIRE_INIT, s.mine);
		m.tx_us = table[i].tx_ms * 1000;
		m.rx_us = table[i].rx_ms * 1000;
		m.multiplier = table[i].multiplier;
		hear(m, 20);
		if (table[i].interval < 0)
			assert_true(liveness_interval(&s).ns == INT64_MAX);
		else
			assert_int_equal(mono_to_ms(liveness_interval(&s)),
					 table[i].interval);
		assert_int_equal(mono_to_ms(liveness_detection(&s)),
				 table[i].detection);
	}
	/* below Up a message a second, whatever the far end says */
	bring(WIRE_DOWN);
	assert_int_equal(mono_to_ms(liveness_interval(&s)), SLOW_MS);
	s.far.rx_us = 0;
	assert_int_equal(mono_to_ms(liveness_interval(&s)), SLOW_MS);
}

static void test_poll(void **state)
{
	struct oam_liveness out, m;

	(void)state;
	bring(WIRE_DOWN);
	hear(from_far(WIRE_INIT, s.mine), 20);
	assert_true(sends(20, &out));
	assert_true(out.poll && !out.final);
	assert_int_equal(out.tx_us, INTERVAL_MS * 1000);
	/* a question is answered at once, and once; ours is asked again */
	m = from_far(WIRE_UP, s.mine);
	m.poll = true;
	hear(m, 30);
	assert_true(sends(30, &out));
	assert_true(out.final && !out.poll);
	assert_false(sends(30, &out));
	assert_true(sends(130, &out));
	assert_true(out.poll && !out.final);
	m.poll = false;
	m.final = true;
	hear(m, 131);
	assert_true(sends(230, &out));
	assert_false(out.poll);
}

/* Slower only when the far end knows, quicker at once (6.8.3) */
static void test_pace(void **state)
{
	struct liveness_pace slower = usual, quicker = usual;
	struct oam_liveness out, m;

	(void)state;
	slower.interval = mono_ms(200);
	quicker.interval = mono_ms(50);
	bring(WIRE_UP);
	liveness_set_pace(&s, &slower, at(20));
	assert_int_equal(mono_to_ms(liveness_interval(&s)), 100);
	assert_int_equal(mono_to_ms(liveness_detection(&s)), 600);
	assert_true(sends(20, &out));
	assert_true(out.poll);
	assert_int_equal(out.tx_us, 200000);
	m = from_far(WIRE_UP, s.mine);
	m.final = true;
	hear(m, 30);
	assert_int_equal(mono_to_ms(liveness_interval(&s)), 200);

	liveness_set_pace(&s, &quicker, at(40));
	assert_int_equal(mono_to_ms(liveness_interval(&s)), 100);
	m.rx_us = m.tx_us = 50000;
	m.final = false;
	hear(m, 40);
	assert_int_equal(mono_to_ms(liveness_interval(&s)), 50);
	assert_int_equal(mono_to_ms(liveness_detection(&s)), 600);
	m.final = true;
	hear(m, 50);
	assert_int_equal(mono_to_ms(liveness_detection(&s)), 150);
}

/* A message goes at 10 ms, of an interval of 100; then this happens. */
static void test_spoke(void **state)
{
	static const struct {
		int64_t spoke[4];	/* ms; 0 ends it */
		int64_t least, most;	/* when the next message goes */
		bool polls, hurries;
	} table[] = {
		{ { 0 }, 85, 110, false, false },
		{ { 5 }, 85, 110, false, false },
		{ { 50 }, 125, 150, false, false },
		{ { 50, 80 }, 155, 180, false, false },
		{ { 50, 80, 150 }, 210, 210, false, false },
		{ { 60 }, 85, 110, true, false },
		{ { 60 }, 60, 60, false, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		int64_t ms = 10;
		const int64_t *spoke = table[i].spoke;

		bring(WIRE_UP);
		s.polling = table[i].polls;
		for (; *spoke; spoke++) {
			ms = *spoke > ms ? *spoke : ms;
			if (table[i].hurries)
				liveness_hurry(&s, MONO_ZERO, at(ms));
			liveness_spoke(&s, at(*spoke));
		}
		for (; !sends(ms, NULL); ms++)
			hear(from_far(WIRE_UP, s.mine), ms);
		assert_in_range(ms, table[i].least, table[i].most);
	}
}

static void test_line(void **state)
{
	struct oam_liveness out;

	(void)state;
	bring(WIRE_UP);
	liveness_set_line(&s, false, at(20));
	assert_int_equal(s.state, WIRE_DOWN);
	assert_int_equal(s.diagnostic, WIRE_DIAGNOSTIC_PATH);
	assert_true(liveness_deadline(&s).ns == INT64_MAX);
	assert_false(sends(5000, NULL));
	liveness_set_line(&s, true, at(6000));
	assert_true(sends(6000, &out));
	assert_int_equal(out.state, WIRE_DOWN);
	assert_false(sends(6001, NULL));

	bring(WIRE_UP);
	liveness_set_admin(&s, true, at(20));
	assert_true(sends(20, &out));
	assert_int_equal(out.state, WIRE_ADMIN_DOWN);
	assert_int_equal(out.yours, THEIRS);
	assert_true(sends(1020, &out));
	liveness_set_admin(&s, false, at(1030));
	assert_true(sends(1030, &out));
	assert_int_equal(out.state, WIRE_DOWN);
}

static void test_stretch(void **state)
{
	static const struct {
		uint64_t rate;
		size_t octets;
		int64_t least, most;	/* ms */
	} table[] = {
		{ 192000, 34, 100, 103 }, { 576000, 34, 100, 100 },
		{ 64000, 34, 300, 310 }, { 192000, 73, 215, 222 },
		{ 1000, 1031, 500000, 700000 }, { 100000000000, 73, 100, 100 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct liveness_pace pace = usual;

		pace.jitter = 50;
		liveness_stretch(&pace, table[i].rate, table[i].octets, 15);
		assert_in_range(mono_to_ms(pace.interval), table[i].least,
				table[i].most);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_replayed),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_first_sign),
		cmocka_unit_test(test_jitter),
		cmocka_unit_test(test_negotiation),
		cmocka_unit_test(test_spoke),
		cmocka_unit_test(test_poll),
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_stretch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
