// SPDX-License-Identifier: ISC
// Storm control: what passes, what is told, and when.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/storm.h"

static const struct storm_limits tenth = {
	{ STORM_PERCENT, 10 }, { STORM_PERCENT, 10 }, { STORM_PERCENT, 10 },
};

static struct mono at(int64_t ms)
{
	return mono_ms(1000000 + ms);
}

/* @each frames of @len octets a millisecond, from @from to @to */
static unsigned int blow(struct storm *s, enum storm_kind kind, size_t len,
			 unsigned int each, int64_t from, int64_t to)
{
	unsigned int passed = 0;

	for (int64_t ms = from; ms < to; ms++)
		for (unsigned int i = 0; i < each; i++)
			passed += storm_pass(s, kind, len, at(ms));
	return passed;
}

static void test_limits(void **state)
{
	static const struct {
		struct storm_limit limit;
		uint64_t rate;
		size_t len;
		unsigned int least, most;	/* frames in ten seconds */
	} table[] = {
		/* 19.2 kbit/s, and half a second of it at once */
		{ { STORM_PERCENT, 10 }, 192000, 60, 400, 422 },
		{ { STORM_PERCENT, 10 }, 192000, 1514, 15, 18 },
		{ { STORM_PERCENT, 10 }, 64000, 9238, 1, 2 },
		{ { STORM_BITS, 20000 }, 192000, 100, 250, 264 },
		{ { STORM_BITS, 20000 }, 0, 100, 250, 264 },
		{ { STORM_FRAMES, 50 }, 192000, 1514, 500, 526 },
		{ { STORM_FRAMES, 1 }, 0, 60, 10, 11 },
		/* off, and no share of what has no rate */
		{ { STORM_OFF, 0 }, 192000, 60, 100000, 100000 },
		{ { STORM_PERCENT, 10 }, 0, 60, 100000, 100000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct storm_limits limits = { .broadcast = table[i].limit };
		struct storm s;
		unsigned int n;

		storm_init(&s, &limits, table[i].rate, at(0));
		n = blow(&s, STORM_BROADCAST, table[i].len, 10, 0, 10000);
		if (n < table[i].least || n > table[i].most)
			fail_msg("row %zu: %u frames passed", i, n);
		assert_int_equal(storm_is_limited(&s, STORM_BROADCAST),
				 n < 100000);
		assert_false(storm_is_limited(&s, STORM_UNKNOWN));
	}
}

/* Each kind has its own; class 0 lives through a storm of multicast. */
static void test_apart(void **state)
{
	struct storm s;

	(void)state;
	storm_init(&s, &tenth, 192000, at(0));
	blow(&s, STORM_MULTICAST, 60, 10, 0, 10000);
	assert_false(storm_pass(&s, STORM_MULTICAST, 60, at(9999)));
	assert_true(storm_pass(&s, STORM_CONTROL, 60, at(9999)));
	assert_true(storm_pass(&s, STORM_BROADCAST, 60, at(9999)));
	assert_true(storm_pass(&s, STORM_UNKNOWN, 60, at(9999)));
}

static void test_events(void **state)
{
	struct storm_event e;
	struct storm s;
	unsigned int passed;

	(void)state;
	storm_init(&s, &tenth, 192000, at(0));
	/* drops, but not for long */
	blow(&s, STORM_BROADCAST, 60, 10, 0, 400);
	assert_false(storm_next_event(&s, at(400), &e));
	assert_false(storm_next_event(&s, at(9000), &e));
	/* a storm, told once */
	passed = blow(&s, STORM_BROADCAST, 60, 10, 10000, 10700);
	assert_true(storm_next_event(&s, at(10700), &e));
	assert_int_equal(e.kind, STORM_BROADCAST);
	assert_true(e.begins);
	assert_int_equal(e.dropped, 7000 - passed);
	assert_true(storm_is_raging(&s, STORM_BROADCAST));
	assert_false(storm_next_event(&s, at(10700), &e));
	/* it comes and goes, and is one still */
	passed += blow(&s, STORM_BROADCAST, 60, 10, 14000, 14700);
	assert_false(storm_next_event(&s, at(19600), &e));
	assert_true(storm_next_event(&s, at(19699), &e));
	assert_int_equal(e.kind, STORM_BROADCAST);
	assert_false(e.begins);
	assert_int_equal(e.dropped, 14000 - passed);
	assert_in_range(e.lasted.ns, 4000000000, 4700000000);
	assert_false(storm_is_raging(&s, STORM_BROADCAST));
	assert_false(storm_next_event(&s, at(30000), &e));
}

/* A line without a limit has no storms: the old one is over. */
static void test_other_line(void **state)
{
	struct storm_event e;
	struct storm s;

	(void)state;
	storm_init(&s, &tenth, 192000, at(0));
	blow(&s, STORM_UNKNOWN, 60, 10, 0, 2000);
	assert_true(storm_next_event(&s, at(2000), &e));
	assert_string_equal(storm_kind_name(e.kind), "unknown");
	storm_set_rate(&s, 0, at(2000));
	assert_true(storm_pass(&s, STORM_UNKNOWN, 60, at(2000)));
	assert_true(storm_next_event(&s, at(2001), &e));
	assert_false(e.begins);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_other_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
