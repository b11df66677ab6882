// SPDX-License-Identifier: ISC
// Signal degrade: limits, rows and hysteresis.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/degrade.h"

enum { LIMIT = 50000 };		/* 5 % */

static struct degrade path;
static uint64_t sent, lost;
static int64_t ms;

static int setup(void **state)
{
	(void)state;
	degrade_restart(&path);
	sent = 1000;
	lost = 7;
	ms = 5000;
	degrade_look(&path, LIMIT, sent, lost, mono_ms(ms));
	return 0;
}

static bool second(unsigned int packets, unsigned int missing)
{
	sent += packets;
	lost += missing;
	ms += 1000;
	return degrade_look(&path, LIMIT, sent, lost, mono_ms(ms));
}

/* Each letter is a second: bad, good, between, too little to tell */
static const struct {
	const char *seconds;
	const char *degraded;
} cases[] = {
	{ "ggbbgbbg", "--------" },
	{ "bbbb", "--xx" },
	{ "bbeb", "----" },			/* e is neither: no row */
	{ "bb..b", "----x" },			/* nothing is learnt */
	{ "bbbggggggggggg", "--xxxxxxxxxx--" },
	{ "bbbgggggggggeggggggggggg", "--xxxxxxxxxxxxxxxxxxxx--" },
	{ "bbbggggggggg.gg", "--xxxxxxxxxxx--" },
};

static bool happens(char what)
{
	switch (what) {
	case 'b':
		return second(100, 6);
	case 'g':
		return second(100, 1);
	case 'e':
		return second(100, 3);
	default:
		return second(0, 0);
	}
}

static void test_table(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		setup(state);
		for (size_t j = 0; cases[i].seconds[j]; j++)
			if (happens(cases[i].seconds[j]) !=
			    (cases[i].degraded[j] == 'x'))
				fail_msg("%s, %zu", cases[i].seconds, j);
	}
}

/* What comes slowly is judged when there is enough of it. */
static void test_slow(void **state)
{
	int seconds = 0;

	setup(state);
	while (!second(2, 1))
		assert_true(++seconds < 100);
	assert_int_equal(seconds, DEGRADE_FRAMES / 2 * DEGRADE_BAD - 1);
	assert_int_equal(path.ppm, 500000);
}

/* Within a second it does not matter how often somebody looks. */
static void test_often(void **state)
{
	setup(state);
	for (int i = 0; i < 50; i++) {
		sent += 100;
		lost += 50;
		ms += 10;
		assert_false(degrade_look(&path, LIMIT, sent, lost,
					  mono_ms(ms)));
	}
}

static void test_odd(void **state)
{
	setup(state);
	sent = 0;		/* begins anew */
	lost = 0;
	assert_false(second(0, 0));
	assert_false(second(100, 100));
	assert_false(second(100, 100));
	assert_true(second(100, 200));	/* more than were sent */
	assert_int_equal(path.ppm, 1000000);
	assert_false(degrade_look(&path, 0, sent, lost, mono_ms(ms)));
	assert_false(second(100, 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_often),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
