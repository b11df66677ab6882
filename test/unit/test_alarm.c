// SPDX-License-Identifier: ISC
// Alarms: when they are raised and cleared, by tables of what happens.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/alarm.h"

static struct mono at(int64_t ms)
{
	return mono_ms(1000000 + ms);
}

/** struct moment - At @ms the condition is thus: what is told, what is kept */
struct moment {
	int64_t ms;
	bool present;
	enum alarm_change change;
	bool raised;
	unsigned int times;
};

static void play(enum alarm_kind kind, const struct moment *m, size_t n)
{
	struct alarm a = { 0 };

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(alarm_step(&a, kind, m[i].present,
					    at(m[i].ms)), m[i].change);
		assert_int_equal(alarm_is_raised(&a), m[i].raised);
		if (m[i].raised)
			assert_int_equal(a.times, m[i].times);
	}
}

#define PLAY(kind, ...) do {						\
	static const struct moment moments[] = { __VA_ARGS__ };		\
	play(kind, moments, ARRAY_SIZE(moments));			\
} while (0)

/* path-down: raised after 2 s, cleared after 10 s */

static void test_short_one_is_not_told(void **state)
{
	(void)state;
	PLAY(ALARM_PATH_DOWN,
	     { 0, true, ALARM_SAME, false, 0 },
	     { 1000, true, ALARM_SAME, false, 0 },
	     { 1999, false, ALARM_SAME, false, 0 },
	     { 3000, false, ALARM_SAME, false, 0 },
	     { 11999, false, ALARM_SAME, false, 0 },
	     /* forgotten: it counts from the beginning again */
	     { 12000, true, ALARM_SAME, false, 0 },
	     { 13999, true, ALARM_SAME, false, 0 },
	     { 14000, true, ALARM_IS_RAISED, true, 1 });
}

static void test_raised_and_cleared(void **state)
{
	(void)state;
	PLAY(ALARM_PATH_DOWN,
	     { 0, true, ALARM_SAME, false, 0 },
	     { 2000, true, ALARM_IS_RAISED, true, 1 },
	     { 3000, true, ALARM_SAME, true, 1 },
	     { 100000, true, ALARM_SAME, true, 1 },
	     { 100001, false, ALARM_SAME, true, 1 },
	     { 110000, false, ALARM_SAME, true, 1 },
	     { 110001, false, ALARM_IS_CLEARED, false, 0 },
	     { 110002, false, ALARM_SAME, false, 0 });
}

/* The one who calls late learns what happened before, one thing a call. */
static void test_late_calls(void **state)
{
	(void)state;
	PLAY(ALARM_PATH_DOWN,
	     { 0, true, ALARM_SAME, false, 0 },
	     { 5000, false, ALARM_IS_RAISED, true, 1 },
	     { 20000, true, ALARM_IS_CLEARED, false, 0 },
	     { 22000, false, ALARM_IS_RAISED, true, 1 },
	     { 32000, false, ALARM_IS_CLEARED, false, 0 });
}

static void test_without_delay(void **state)
{
	(void)state;
	PLAY(ALARM_RELOAD_FAILED,
	     { 0, true, ALARM_IS_RAISED, true, 1 },
	     { 0, true, ALARM_SAME, true, 1 },
	     { 1, false, ALARM_IS_CLEARED, false, 0 },
	     { 1, false, ALARM_SAME, false, 0 },
	     { 1, true, ALARM_IS_RAISED, true, 1 });
}

/* A second up, a second down: raised once, told once, cleared once. */
static void test_flapping(void **state)
{
	struct alarm a = { 0 };
	unsigned int raised = 0, cleared = 0;
	int64_t ms = 0;

	(void)state;
	for (; ms < 600000; ms += 100) {
		enum alarm_change c = alarm_step(&a, ALARM_PATH_DOWN,
						 ms / 1000 % 2, at(ms));

		raised += c == ALARM_IS_RAISED;
		cleared += c == ALARM_IS_CLEARED;
	}
	assert_int_equal(raised, 1);
	assert_int_equal(cleared, 0);
	assert_true(alarm_is_raised(&a));
	/* 300 times it came, and two of these before it was raised */
	assert_in_range(a.times, 298, 300);
	for (; ms < 611000; ms += 100)
		cleared += alarm_step(&a, ALARM_PATH_DOWN, false, at(ms)) ==
			   ALARM_IS_CLEARED;
	assert_int_equal(cleared, 1);
}

/* Whatever happens: raised and cleared in turn, never before their time. */
static void test_random(void **state)
{
	(void)state;
	srandom(1);
	for (int kind = 0; kind < ALARM_KIND_NUM; kind++) {
		const struct alarm_type *type = alarm_type(kind);
		int64_t ms = 0, last_there = -1000000, came = 0;
		struct alarm a = { 0 };
		bool raised = false, was = false;

		for (int i = 0; i < 200000; i++) {
			bool present = random() % 8 ? was : !was;
			enum alarm_change c;

			ms += random() % 700;
			if (present && !was)
				came = ms;
			/* to its very end it was there */
			if (was)
				last_there = ms;
			c = alarm_step(&a, kind, present, at(ms));
			assert_int_equal(c == ALARM_IS_RAISED && raised, 0);
			assert_int_equal(c == ALARM_IS_CLEARED && !raised, 0);
			if (c == ALARM_IS_CLEARED)
				assert_true(ms - last_there >=
					    mono_to_ms(type->clear) ||
					    present);
			if (c != ALARM_SAME)
				raised = c == ALARM_IS_RAISED;
			assert_int_equal(alarm_is_raised(&a), raised);
			/* what was there for its whole time is raised */
			if (present && was &&
			    ms - came >= mono_to_ms(type->raise))
				assert_true(raised);
			was = present;
		}
	}
}

static void test_table(void **state)
{
	(void)state;
	for (int i = 0; i < ALARM_KIND_NUM; i++) {
		const struct alarm_type *type = alarm_type(i);

		assert_non_null(type->name);
		assert_true(strlen(type->name) < 24);
		assert_true(strlen(type->help) > 10);
		assert_true(type->severity < ALARM_SEVERITY_NUM);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(type->name,
						alarm_type(j)->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short_one_is_not_told),
		cmocka_unit_test(test_raised_and_cleared),
		cmocka_unit_test(test_late_calls),
		cmocka_unit_test(test_without_delay),
		cmocka_unit_test(test_flapping),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
