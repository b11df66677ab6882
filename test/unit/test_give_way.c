// SPDX-License-Identifier: ISC
// When a stream steps back for others, and for how long it then does not.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/give_way.h"

static struct mono us(int64_t n)
{
	return (struct mono){ n * 1000 };
}

/* Turns of @step for @span, each wait taking @wait; how many waits? */
static int stream(struct give_way *g, struct mono *now, struct mono step,
		  struct mono span, struct mono wait)
{
	struct mono end = mono_add(*now, span);
	int n = 0;

	while (mono_before(*now, end)) {
		struct mono begin;

		*now = begin = mono_add(*now, step);
		if (!give_way_due(g, *now))
			continue;
		*now = mono_add(*now, wait);
		give_way_done(g, begin, *now);
		n++;
	}
	return n;
}

static void test_stream(void **state)
{
	struct give_way g = { 0 };
	struct mono now = us(5000000);

	(void)state;
	/* nobody waits: each 200 us */
	assert_in_range(stream(&g, &now, us(20), us(100000), us(0)),
			498, 500);
}

static void test_lone_frames(void **state)
{
	struct give_way g = { 0 };
	struct mono now = us(5000000);

	(void)state;
	assert_int_equal(stream(&g, &now, us(200), us(100000), us(0)), 0);
	assert_int_equal(stream(&g, &now, us(300), us(100000), us(0)), 0);
	/* a gap begins anew */
	assert_int_equal(stream(&g, &now, us(20), us(180), us(0)), 0);
	now = mono_add(now, us(1000));
	assert_int_equal(stream(&g, &now, us(20), us(180), us(0)), 0);
}

/* Short waits change nothing, long ones cost a ninth of the time at most. */
static void test_waits(void **state)
{
	static const struct {
		int64_t wait;
		int least, most;
	} rows[] = {
		{ 10, 450, 480 },	/* (200 + 10) us each */
		{ 50, 205, 225 },
		{ 3000, 4, 5 },		/* (24 + 3) ms */
		{ 20000, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct give_way g = { 0 };
		struct mono now = us(5000000);

		assert_in_range(stream(&g, &now, us(20), us(100000),
				       us(rows[i].wait)),
				rows[i].least, rows[i].most);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_lone_frames),
		cmocka_unit_test(test_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
