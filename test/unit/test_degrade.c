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
static struct degrade_seen seen;
static int64_t ms;

static bool look(void)
{
	return degrade_look(&path, LIMIT, &seen, mono_ms(ms));
}

static int setup(void **state)
{
	(void)state;
	degrade_restart(&path);
	seen = (struct degrade_seen){ 1000, 7, 4000, 20 };
	ms = 5000;
	look();
	return 0;
}

static bool second(unsigned int packets, unsigned int missing)
{
	seen.sent += packets;
	seen.lost += missing;
	ms += 1000;
	return look();
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

/* One message that tells of counts, after @span seconds of a path that is not
 * in use: ten beats a second, and nothing else. */
static bool told(int span, unsigned int missing)
{
	bool degraded;

	seen.sent++;
	seen.beats_sent += 10 * (unsigned int)span;
	seen.beats_lost += missing;
	for (degraded = look(); span; span--) {
		ms += 1000;
		degraded = look();
	}
	return degraded;
}

/* A path that is not in use is known to be bad within a minute, and to be good
 * within two, on a DCC of 192k, whose ends tell each other each 11 s. */
static void test_beats(void **state)
{
	int64_t begun;

	setup(state);
	begun = ms;
	while (!told(11, 28))
		assert_true(ms - begun < 60000);
	assert_int_equal(path.ppm, 28 * 1000000 / 111);
	begun = ms;
	while (told(11, 0))
		assert_true(ms - begun < 120000);
	/* those who see it each second */
	for (int i = 0; i < 100 && !told(1, 1); i++)
		;
	assert_true(path.degraded);
}

/* Where enough packets cross, they alone count. */
static void test_packets_first(void **state)
{
	setup(state);
	for (int i = 0; i < DEGRADE_BAD; i++) {
		seen.beats_sent += 1000;
		second(DEGRADE_FRAMES, DEGRADE_FRAMES / 3);
	}
	assert_true(path.degraded);
	assert_int_equal(path.ppm, 333333);
	seen.beats_sent = 0;		/* begins anew */
	assert_true(second(100, 100));
	assert_int_equal(path.ppm, 333333);
}

/* Within a second it does not matter how often somebody looks. */
static void test_often(void **state)
{
	setup(state);
	for (int i = 0; i < 50; i++) {
		seen.sent += 100;
		seen.lost += 50;
		ms += 10;
		assert_false(look());
	}
}

static void test_odd(void **state)
{
	setup(state);
	seen.sent = 0;		/* begins anew */
	seen.lost = 0;
	assert_false(second(0, 0));
	assert_false(second(100, 100));
	assert_false(second(100, 100));
	assert_true(second(100, 200));	/* more than were sent */
	assert_int_equal(path.ppm, 1000000);
	assert_false(degrade_look(&path, 0, &seen, mono_ms(ms)));
	assert_false(second(100, 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_beats),
		cmocka_unit_test(test_packets_first),
		cmocka_unit_test(test_often),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
