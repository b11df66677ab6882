// SPDX-License-Identifier: ISC
// The section's clock: exact in the long run, bounded in the short.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "sdhsim/pace.h"

static struct mono at_us(int64_t us)
{
	return (struct mono){ 77000000123 + us * 1000 };
}

static void test_steps(void **state)
{
	static const struct {
		int64_t us;
		unsigned int due;
	} rows[] = {
		{ 0, 0 }, { 124, 0 }, { 125, 1 }, { 125, 0 }, { 249, 0 },
		{ 1000, 7 }, { 999, 0 }, { 1124, 0 }, { 2000, 8 },
		/* late: all of it, in turns */
		{ 52000, PACE_TURN }, { 52001, PACE_TURN }, { 52002, 80 },
		{ 52003, 0 }, { 53000, 8 },
	};
	struct pace p;

	(void)state;
	pace_init(&p, at_us(0));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(pace_due(&p, at_us(rows[i].us)),
				 rows[i].due);
	assert_int_equal(p.slipped, 0);
}

/* To a program, what is late comes little by little, and all of it. */
static void test_gentle(void **state)
{
	unsigned int frames = 0;
	struct pace p;

	(void)state;
	pace_init(&p, at_us(0));
	p.most = PACE_GENTLE;
	assert_int_equal(pace_due(&p, at_us(1000)), 8);
	for (int ms = 31; ms < 100; ms++)
		frames += pace_due(&p, at_us(ms * 1000));
	assert_int_equal(frames, 98 * 8);
	assert_int_equal(pace_due(&p, at_us(100000)), 8);
}

/* An odd tick for an hour: not a frame too many or too few. */
static void test_long_run(void **state)
{
	uint64_t frames = 0;
	struct pace p;
	int64_t us;

	(void)state;
	pace_init(&p, at_us(0));
	for (us = 0; us <= 3600000000; us += 1337)
		frames += pace_due(&p, at_us(us));
	assert_int_equal(frames, (us - 1337) / 125);
	assert_int_equal(p.done, frames);
}

static void test_asleep(void **state)
{
	struct pace p;

	(void)state;
	pace_init(&p, at_us(0));
	assert_int_equal(pace_due(&p, at_us(1000)), 8);
	/* a second is made up for */
	assert_int_equal(pace_due(&p, at_us(1001000)), PACE_TURN);
	for (int i = 1; i < 50; i++)
		assert_int_equal(pace_due(&p, at_us(1001000)), PACE_TURN);
	assert_int_equal(pace_due(&p, at_us(1001000)), 0);
	/* more is not */
	assert_int_equal(pace_due(&p, at_us(2001125)), 0);
	assert_int_equal(p.slipped, 8001);
	assert_int_equal(pace_due(&p, at_us(2002125)), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_gentle),
		cmocka_unit_test(test_long_run),
		cmocka_unit_test(test_asleep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
