// SPDX-License-Identifier: ISC
// Performance counters: what a second counts as, and which bin it goes to.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/performance.h"

/* A day and a quarter begin here. */
#define BEGIN	(INT64_C(20000) * 86400)

/*
 * Seconds as letters: . good, e errored (2 of 100 frames), s severely (40),
 * 3 just severely (30), 2 not quite (29), d down, D down without a frame,
 * 0 good and without a frame, _ not watched
 */
static struct performance_second second(char what, int64_t utc)
{
	static const struct {
		char what;
		bool up;
		uint64_t errors, frames;
	} kinds[] = {
		{ '.', true, 0, 100 }, { 'e', true, 2, 98 },
		{ 's', true, 40, 60 }, { '3', true, 30, 70 },
		{ '2', true, 29, 71 }, { 'd', false, 0, 50 },
		{ 'D', false, 0, 0 }, { '0', true, 0, 0 },
	};
	size_t i = 0;

	while (kinds[i].what != what)
		i++;
	return (struct performance_second){
		utc, kinds[i].up, kinds[i].errors, kinds[i].frames
	};
}

static int64_t feed(struct performance *p, int64_t utc, const char *what)
{
	for (; *what; what++, utc++) {
		struct performance_second s;

		if (*what == '_')
			continue;
		s = second(*what, utc);
		performance_pass(p, &s);
	}
	return utc;
}

static int64_t repeat(struct performance *p, int64_t utc, char what, int n)
{
	const char one[] = { what, '\0' };

	while (n--)
		utc = feed(p, utc, one);
	return utc;
}

/** What seconds count as, once ten good ones have followed */
static const struct row {
	const char *what;
	uint32_t es, ses, uas, bbe;
} rows[] = {
	{ "", 0, 0, 0, 0 },
	{ "..0.0.", 0, 0, 0, 0 },
	{ "e.e", 2, 0, 0, 4 },
	{ "s", 1, 1, 0, 0 },
	{ "3", 1, 1, 0, 0 },
	{ "2", 1, 0, 0, 29 },
	{ "d.D.s.e", 4, 3, 0, 2 },
	/* nine in a row are errors, ten are a time of unavailability */
	{ "ddddddddd", 9, 9, 0, 0 },
	{ "dddddddddd", 0, 0, 10, 0 },
	{ "edsdsdsdsdse", 2, 0, 10, 4 },
	{ "dddddddddddddddd", 0, 0, 16, 0 },
	/* interrupted by one that is not severe: never ten in a row */
	{ "ddddddddd.ddddddddd", 18, 18, 0, 0 },
	{ "dddddddddeddddddddd", 19, 18, 0, 2 },
	/* nine good ones do not end it, ten do and are available */
	{ "dddddddddd.........d", 0, 0, 20, 0 },
	{ "dddddddddd..........d", 1, 1, 10, 0 },
	{ "ddddddddddeeeeeeeeeed", 11, 1, 10, 20 },
	/* what is hit while it is unavailable is no error */
	{ "ddddddddddeed", 0, 0, 13, 0 },
	{ "ddddddddddeedee..........", 2, 0, 13, 4 },
	/* one after the other */
	{ "dddddddddd..........dddddddddd", 0, 0, 20, 0 },
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];
		struct performance p = { 0 };
		struct performance_counts c;
		int64_t utc = feed(&p, BEGIN, r->what);

		repeat(&p, utc, '.', 20);
		for (int period = 0; period < PERIOD_NUM; period++) {
			assert_true(performance_get(&p, period, 0, &c));
			if (c.es != r->es || c.ses != r->ses ||
			    c.uas != r->uas || c.bbe != r->bbe)
				fail_msg("%s: es %u ses %u uas %u bbe %u",
					 r->what, c.es, c.ses, c.uas, c.bbe);
			assert_int_equal(c.start, BEGIN);
			assert_int_equal(c.seconds, strlen(r->what) + 10);
			assert_true(c.current && !c.valid);
		}
	}
}

/* Ten seconds across the border: each counts where it was. */
static void test_border(void **state)
{
	struct performance p = { 0 };
	struct performance_counts c;
	int64_t utc = repeat(&p, BEGIN, '.', 896);

	(void)state;
	utc = feed(&p, utc, "ddddddddddd");
	repeat(&p, utc, '.', 20);
	assert_true(performance_get(&p, PERIOD_QUARTER, 1, &c));
	assert_int_equal(c.start, BEGIN);
	assert_int_equal(c.uas, 4);
	assert_int_equal(c.seconds, 900);
	assert_true(c.valid && !c.current);
	assert_true(performance_get(&p, PERIOD_QUARTER, 0, &c));
	assert_int_equal(c.start, BEGIN + 900);
	assert_int_equal(c.uas, 7);
	assert_false(c.valid);
	assert_true(performance_get(&p, PERIOD_DAY, 0, &c));
	assert_int_equal(c.uas, 11);
}

/* Nine days: a week of days and 96 quarters are kept, and no more. */
static void test_days(void **state)
{
	struct performance p = { 0 };
	struct performance_counts c;
	int64_t utc = BEGIN - 100;

	(void)state;
	for (int day = 0; day < 9; day++) {
		utc = repeat(&p, utc, 'e', day + 1);
		utc = repeat(&p, utc, '.', 86400 - day - 1);
	}
	repeat(&p, utc, '.', 200);
	for (unsigned int back = 0; back <= PERFORMANCE_DAYS; back++) {
		assert_true(performance_get(&p, PERIOD_DAY, back, &c));
		/* the e's of each fall into the last 100 s of the day
		 * before, and after the last day there are none */
		assert_int_equal(c.start, BEGIN + (9 - back) * 86400LL);
		assert_int_equal(c.es, back > 1 ? 11 - back : 0);
		assert_int_equal(c.valid, back > 0);
	}
	assert_false(performance_get(&p, PERIOD_DAY, PERFORMANCE_DAYS + 1,
				     &c));
	for (unsigned int back = 1; back <= PERFORMANCE_QUARTERS; back++) {
		assert_true(performance_get(&p, PERIOD_QUARTER, back, &c));
		assert_true(c.valid);
		assert_int_equal(c.seconds, 900);
	}
	assert_false(performance_get(&p, PERIOD_QUARTER,
				     PERFORMANCE_QUARTERS + 1, &c));
}

static void test_partial_bins(void **state)
{
	struct performance p = { 0 };
	struct performance_counts c;
	int64_t utc;

	(void)state;
	/* began too late; lacks ten, which is little; lacks eleven */
	utc = repeat(&p, BEGIN + 100, '.', 800);
	utc = repeat(&p, utc, '.', 400);
	utc = feed(&p, utc, "__________");
	utc = repeat(&p, utc, '.', 490);
	utc = repeat(&p, utc, '.', 400);
	utc = feed(&p, utc, "___________");
	utc = repeat(&p, utc, '.', 489);
	repeat(&p, utc, '.', 20);
	assert_true(performance_get(&p, PERIOD_QUARTER, 3, &c));
	assert_int_equal(c.seconds, 800);
	assert_false(c.valid);
	assert_true(performance_get(&p, PERIOD_QUARTER, 2, &c));
	assert_int_equal(c.seconds, 890);
	assert_true(c.valid);
	assert_true(performance_get(&p, PERIOD_QUARTER, 1, &c));
	assert_int_equal(c.seconds, 889);
	assert_false(c.valid);
}

static void test_clock_is_set(void **state)
{
	struct performance p = { 0 };
	struct performance_counts c;
	int64_t utc = repeat(&p, BEGIN, '.', 450);

	(void)state;
	/* two hours on: nothing between */
	utc = repeat(&p, utc + 7200, '.', 450);
	repeat(&p, utc, '.', 20);
	assert_true(performance_get(&p, PERIOD_QUARTER, 1, &c));
	assert_int_equal(c.seconds, 450);
	assert_int_equal(c.start, BEGIN + 7200);
	for (unsigned int back = 2; back < 9; back++)
		assert_false(performance_get(&p, PERIOD_QUARTER, back, &c));
	assert_true(performance_get(&p, PERIOD_QUARTER, 9, &c));
	assert_int_equal(c.start, BEGIN);
	/* back into the first: what has not happened yet is gone */
	repeat(&p, BEGIN + 100, '.', 500);
	assert_true(performance_get(&p, PERIOD_QUARTER, 0, &c));
	assert_int_equal(c.start, BEGIN);
	assert_int_equal(c.seconds, 450 + 490);
	for (unsigned int back = 1; back <= PERFORMANCE_QUARTERS; back++)
		assert_false(performance_get(&p, PERIOD_QUARTER, back, &c));
	/* more seconds than it has are no valid bin */
	repeat(&p, BEGIN + 900, '.', 20);
	assert_true(performance_get(&p, PERIOD_QUARTER, 1, &c));
	assert_int_equal(c.seconds, 950);
	assert_false(c.valid);
	/* a hundred years on, and back to 1970 */
	repeat(&p, BEGIN + INT64_C(3155760000), '.', 20);
	assert_false(performance_get(&p, PERIOD_QUARTER, 1, &c));
	repeat(&p, 0, '.', 20);
	assert_true(performance_get(&p, PERIOD_QUARTER, 0, &c));
	assert_int_equal(c.start, 0);
	assert_false(performance_get(&p, PERIOD_QUARTER, 1, &c));
}

static void test_thresholds(void **state)
{
	struct performance p = { 0 };
	uint32_t count, threshold;
	int64_t utc = repeat(&p, BEGIN, 'e', 119);

	(void)state;
	utc = repeat(&p, utc, '.', 10);
	assert_null(performance_crossed(&p, PERIOD_QUARTER, &count,
					&threshold));
	utc = repeat(&p, utc, 'e', 1);
	utc = repeat(&p, utc, '.', 10);
	assert_string_equal(performance_crossed(&p, PERIOD_QUARTER, &count,
						&threshold), "errored");
	assert_int_equal(count, 120);
	assert_int_equal(threshold, 120);
	/* until a whole bin was good */
	utc = repeat(&p, utc, '.', (int)(BEGIN + 1800 - utc));
	assert_non_null(performance_crossed(&p, PERIOD_QUARTER, &count,
					    &threshold));
	utc = repeat(&p, utc, '.', 11);
	assert_null(performance_crossed(&p, PERIOD_QUARTER, &count,
					&threshold));
	utc = repeat(&p, utc, 'd', 900);
	assert_string_equal(performance_crossed(&p, PERIOD_QUARTER, &count,
						&threshold), "unavailable");
	assert_string_equal(performance_crossed(&p, PERIOD_DAY, &count,
						&threshold), "unavailable");
}

/* What is less than the threshold, but not well, ends no alarm. */
static void test_reset(void **state)
{
	static const struct {
		char what;
		int count;
		bool ends;
	} cases[] = {
		{ 'e', 13, false }, { 'e', 12, true },
		{ '3', 2, false }, { '3', 1, true },
		{ 'd', 10, false }, { '.', 10, true },
	};
	uint32_t count, threshold;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct performance p = { 0 };
		int64_t utc = repeat(&p, BEGIN, 'e', 120);

		utc = repeat(&p, utc, '.', 900 - 120 + 20);
		utc = repeat(&p, utc, cases[i].what, cases[i].count);
		utc = repeat(&p, utc, '.', 900 - 20 - cases[i].count);
		assert_non_null(performance_crossed(&p, PERIOD_QUARTER, &count,
						    &threshold));
		utc = repeat(&p, utc, '.', 11);
		if (!performance_crossed(&p, PERIOD_QUARTER, &count,
					 &threshold) != cases[i].ends)
			fail_msg("case %zu", i);
		/* and a quarter that is well does */
		repeat(&p, utc, '.', 900);
		assert_null(performance_crossed(&p, PERIOD_QUARTER, &count,
						&threshold));
	}
}

/* Any seconds: nothing is counted twice, nothing lost. */
static void test_random(void **state)
{
	static const char letters[] = ".....es32dDddddddd0";
	struct performance p = { 0 };
	struct performance_counts c;
	int64_t utc = BEGIN;
	char what = '.';

	(void)state;
	srandom(1);
	for (int i = 0; i < 1000000; i++) {
		struct performance_second s;

		if (random() % 7 == 0)
			what = letters[(size_t)random() %
				       (sizeof(letters) - 1)];
		utc += random() % 997 == 0 ? random() % 5000 - 2500 : 1;
		s = second(what, utc);
		performance_pass(&p, &s);
		if (i % 100 || !performance_get(&p, PERIOD_QUARTER, 0, &c))
			continue;
		assert_true(c.es + c.uas <= c.seconds);
		assert_true(c.ses <= c.es);
		assert_true(c.bbe <= 29 * c.es);
		assert_int_equal(c.start % 900, 0);
		assert_true(performance_get(&p, PERIOD_DAY, 0, &c));
		assert_true(c.es + c.uas <= c.seconds);
		assert_true(c.ses <= c.es);
	}
}

/* Thousands of paths are meant to fit. */
static void test_size(void **state)
{
	(void)state;
	assert_in_range(sizeof(struct performance), 1, 1100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_border),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_partial_bins),
		cmocka_unit_test(test_clock_is_set),
		cmocka_unit_test(test_thresholds),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
