// SPDX-License-Identifier: ISC
// The clock of a line that never pauses, against lines of several habits.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transport/line_clock.h"

enum {
	RATE = 192000,
	MS = RATE / 8000,	/* octets */
	AHEAD = 5 * MS,
	MOST = 40 * MS,
};

/** struct line - The line itself, as it really is */
struct line {
	struct line_clock clock;
	struct mono now;
	size_t below;		/* octets, really */
	uint64_t lacked;
};

static void open_line(struct line *l)
{
	*l = (struct line){ .now = mono_ms(1000) };
	line_clock_init(&l->clock, RATE);
}

/* Let time pass on a line that takes, and gives, @ms worth of octets. */
static void runs(struct line *l, unsigned int ms)
{
	size_t octets = (size_t)ms * MS;
	size_t taken = octets < l->below ? octets : l->below;

	l->now = mono_add(l->now, mono_ms(ms));
	l->lacked += octets - taken;
	l->below -= taken;
	line_clock_read(&l->clock, octets);
}

static size_t turn(struct line *l)
{
	size_t n = line_clock_turn(&l->clock, l->now);

	line_clock_wrote(&l->clock, n);
	l->below += n;
	return n;
}

static void test_keeps_ahead(void **state)
{
	struct line l;

	(void)state;
	open_line(&l);
	assert_int_equal(turn(&l), AHEAD);
	for (int i = 0; i < 10000; i++) {
		runs(&l, 1 + (unsigned)i % 4);
		turn(&l);
		assert_int_equal(l.below, AHEAD);
	}
	assert_int_equal(l.lacked, 0);
	assert_int_equal(l.clock.dry, 0);
}

static void test_by_time_without_octets(void **state)
{
	struct line l;
	size_t sum = 0;

	(void)state;
	open_line(&l);
	for (int i = 0; i <= 1000; i++) {
		sum += turn(&l);
		l.now = mono_add(l.now, mono_ms(3));
	}
	/* three seconds, and what is ahead */
	assert_in_range(sum, 3000 * MS + AHEAD - 1, 3000 * MS + AHEAD + 1);
}

static void test_slow_rates_lose_nothing(void **state)
{
	struct line_clock c;
	struct mono now = mono_ms(5);
	size_t sum = 0;

	(void)state;
	line_clock_init(&c, 1000);
	for (int i = 0; i <= 10000; i++) {
		size_t n = line_clock_turn(&c, now);

		line_clock_wrote(&c, n);
		sum += n;
		now = mono_add(now, mono_ms(2));
	}
	/* 20 s of 125 octets, and the least that is ahead */
	assert_in_range(sum, 2500 + 15, 2500 + 17);
}

static void test_late_host_gets_more(void **state)
{
	struct line l;

	(void)state;
	open_line(&l);
	turn(&l);
	/* what the opening itself takes is no sign of a late host */
	runs(&l, 25);
	turn(&l);
	for (int i = 0; i < 500; i++) {
		runs(&l, 2);
		turn(&l);
	}
	assert_int_equal(l.clock.dry, 0);
	/* without a frame it does no harm */
	runs(&l, 25);
	turn(&l);
	assert_int_equal(l.clock.dry, 0);
	line_clock_busy(&l.clock);
	runs(&l, 25);
	turn(&l);
	/* nor before it, if only for one turn */
	assert_int_equal(l.clock.dry, 0);
	runs(&l, 25);
	turn(&l);
	assert_int_equal(l.clock.dry, 1);
	assert_true(l.below > 25 * MS && l.below <= MOST);
	/* now it is late without harm, and forgets it after a while */
	l.lacked = 0;
	runs(&l, 25);
	turn(&l);
	assert_int_equal(l.lacked, 0);
	for (int i = 0; i < 400000; i++) {
		runs(&l, 2);
		turn(&l);
	}
	assert_int_equal(l.below, AHEAD);
}

static void test_never_more_than_the_bound(void **state)
{
	struct line l;

	(void)state;
	open_line(&l);
	turn(&l);
	for (int i = 0; i < 100; i++) {
		line_clock_busy(&l.clock);
		runs(&l, 90);
		turn(&l);
		assert_true(l.below <= MOST);
	}
}

/* Nothing is taken, nothing comes: a trickle, which is made good later. */
static void test_line_that_stops(void **state)
{
	struct line l;
	size_t pushed;

	(void)state;
	open_line(&l);
	turn(&l);
	runs(&l, 2);
	turn(&l);
	for (int i = 0; i < 500; i++) {
		l.now = mono_add(l.now, mono_ms(2));
		turn(&l);
	}
	pushed = l.below - AHEAD;
	assert_in_range(pushed, 8 * AHEAD, 10 * AHEAD);
	for (int i = 0; i < 50; i++) {
		runs(&l, 2);
		turn(&l);
	}
	assert_in_range(l.below, 1, AHEAD);
	assert_int_equal(l.lacked, 0);
}

static void test_turns_are_quick_while_busy(void **state)
{
	struct line l;
	int64_t idle, busy;

	(void)state;
	open_line(&l);
	turn(&l);
	l.now = mono_add(l.now, mono_ms(1000));
	turn(&l);
	idle = line_clock_next(&l.clock, l.now).ns - l.now.ns;
	line_clock_busy(&l.clock);
	turn(&l);
	busy = line_clock_next(&l.clock, l.now).ns - l.now.ns;
	assert_true(busy > 0 && busy < idle && idle < 10000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keeps_ahead),
		cmocka_unit_test(test_by_time_without_octets),
		cmocka_unit_test(test_slow_rates_lose_nothing),
		cmocka_unit_test(test_late_host_gets_more),
		cmocka_unit_test(test_never_more_than_the_bound),
		cmocka_unit_test(test_line_that_stops),
		cmocka_unit_test(test_turns_are_quick_while_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
