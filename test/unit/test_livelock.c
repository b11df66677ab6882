// SPDX-License-Identifier: ISC
// When a flood leaves the processor to others.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/livelock.h"

#define US(us)	((struct mono){ (us) * INT64_C(1000) })

enum { WINDOW_US = 10000 };

/* Turns that follow each other, until they took as long as is judged at
 * once. Return: when the last has ended */
static struct mono turns(struct livelock *l, struct mono now, int64_t took,
			 int64_t ran)
{
	for (int64_t sum = 0; sum < WINDOW_US; sum += took) {
		struct mono begin = now;

		now = mono_add(now, US(took));
		livelock_turn(l, begin, now, US(took - ran));
	}
	return now;
}

/* Is a turn of 65 us, which has just ended, followed by a pause? */
static bool pauses(const struct livelock *l, struct mono now)
{
	return mono_before(now, livelock_next(l, mono_sub(now, US(65)), now));
}

static void test_contested(void **state)
{
	static const struct {
		int64_t took, ran;	/* us, each turn */
		bool pauses;
	} table[] = {
		{ 65, 65, false },
		{ 70, 65, false },
		{ 80, 65, false },
		{ 90, 65, true },
		{ 130, 65, true },
		{ 3000, 65, true },
		{ 200, 200, false },
		{ 400, 200, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct livelock l = { 0 };
		struct mono now = turns(&l, mono_ms(5000), table[i].took,
					table[i].ran);

		assert_int_equal(pauses(&l, now), table[i].pauses);
	}
}

/* One slice of somebody else's, in a turn, is too little to judge by. */
static void test_patient(void **state)
{
	struct mono now = mono_ms(5000);
	struct livelock l = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_false(pauses(&l, now));
		livelock_turn(&l, now, mono_add(now, mono_ms(3)), mono_ms(2));
		now = mono_add(now, mono_ms(3));
	}
	assert_false(pauses(&l, now));
	livelock_turn(&l, now, mono_add(now, mono_ms(3)), mono_ms(2));
	assert_true(pauses(&l, mono_add(now, mono_ms(3))));
}

static void test_believed(void **state)
{
	struct livelock l = { 0 };
	struct mono now = turns(&l, mono_ms(5000), 200, 65);

	(void)state;
	assert_true(pauses(&l, mono_add(now, mono_ms(999))));
	now = mono_add(now, mono_ms(1000));
	assert_false(pauses(&l, now));
	now = turns(&l, now, 65, 65);
	assert_false(pauses(&l, now));
	now = turns(&l, now, 200, 65);
	assert_true(pauses(&l, now));
}

/* Long turns pause not, and have mostly waited: they do not renew it. */
static void test_not_renewed(void **state)
{
	struct livelock l = { 0 };
	struct mono now = turns(&l, mono_ms(5000), 200, 65);
	struct mono end = mono_add(now, mono_ms(1000));

	(void)state;
	while (mono_before(now, end)) {
		assert_true(pauses(&l, now));
		livelock_turn(&l, now, mono_add(now, mono_ms(3)), mono_ms(2));
		now = mono_add(now, mono_ms(3));
	}
	assert_false(pauses(&l, now));
}

/* What was judged is not judged again, nor is what was too long ago. */
static void test_forgets(void **state)
{
	struct livelock l = { 0 };
	struct mono now = mono_ms(5000);

	(void)state;
	livelock_turn(&l, now, mono_add(now, mono_ms(9)), mono_ms(8));
	now = mono_add(now, mono_ms(2000));
	now = turns(&l, now, 65, 65);
	assert_false(pauses(&l, now));
	now = turns(&l, now, 200, 65);
	now = mono_add(now, mono_ms(1000));
	now = turns(&l, now, 65, 65);
	assert_false(pauses(&l, now));
}

/* A pause ends a certain time after the turn's begin; who takes about as long
 * anyway makes none. */
static void test_pause(void **state)
{
	static const struct {
		int64_t took, pause;	/* us */
	} table[] = {
		{ 10, 155 },
		{ 65, 100 },
		{ 145, 20 },
		{ 146, 0 },
		{ 165, 0 },
		{ 100000, 0 },
	};
	struct livelock l = { 0 };
	struct mono begin = turns(&l, mono_ms(5000), 200, 65);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct mono now = mono_add(begin, US(table[i].took));

		assert_int_equal(livelock_next(&l, begin, now).ns,
				 mono_add(now, US(table[i].pause)).ns);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contested),
		cmocka_unit_test(test_patient),
		cmocka_unit_test(test_believed),
		cmocka_unit_test(test_not_renewed),
		cmocka_unit_test(test_forgets),
		cmocka_unit_test(test_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
