// SPDX-License-Identifier: ISC
// When who has sent a frame stays awake for the answer.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/vigil.h"

enum {
	PAUSE_US = 2000,	/* between questions */
	NEVER = -1,
};

static struct mono us(int64_t n)
{
	return (struct mono){ n * 1000 };
}

/* Ask, be answered after @delay or not at all. Return: how long who asks
 * would have stayed awake, us */
static int64_t ask(struct vigil *v, struct mono *now, int64_t delay,
		   int64_t pause)
{
	struct mono asked = mono_add(*now, us(pause));
	struct mono until = vigil_sent(v, asked);

	*now = asked;
	if (delay != NEVER) {
		*now = mono_add(asked, us(delay));
		vigil_heard(v, *now);
	}
	return mono_before(asked, until) ? (until.ns - asked.ns) / 1000 : 0;
}

/* Answers to twenty questions, and what is then done at the next */
static void test_learns(void **state)
{
	static const struct {
		int64_t delay, pause;
		bool waits;
	} table[] = {
		{ 40, PAUSE_US, true },
		{ 99, PAUSE_US, true },
		{ 101, PAUSE_US, false },	/* too late to wait for */
		{ 20000, PAUSE_US, false },
		{ NEVER, PAUSE_US, false },
		{ 40, 900, false },		/* others may have to go on */
		{ 40, 1000000, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct mono now = us(5000000);
		struct vigil v = { 0 };

		for (int j = 0; j < 20; j++)
			ask(&v, &now, table[i].delay, table[i].pause);
		now = mono_add(now, us(table[i].pause));
		assert_int_equal(mono_before(now, vigil_sent(&v, now)),
				 table[i].waits);
	}
}

/* The first ones are not waited for, and nobody waits for long. */
static void test_begins(void **state)
{
	struct mono now = us(5000000);
	struct vigil v = { 0 };

	(void)state;
	for (int j = 0; j < 4; j++)
		assert_int_equal(ask(&v, &now, 50, PAUSE_US), 0);
	assert_int_equal(ask(&v, &now, 50, PAUSE_US), 100);
}

/* One that does not come, or is late, ends it, until some have come again. */
static void test_ends(void **state)
{
	static const int64_t bad[] = { NEVER, 300 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct mono now = us(5000000);
		struct vigil v = { 0 };

		for (int j = 0; j < 9; j++)
			ask(&v, &now, 50, PAUSE_US);
		ask(&v, &now, bad[i], PAUSE_US);
		for (int j = 0; j < 4; j++)
			assert_int_equal(ask(&v, &now, 50, PAUSE_US), 0);
		assert_int_equal(ask(&v, &now, 50, PAUSE_US), 100);
	}
}

/* What is heard unasked tells nothing of answers, but that others are busy. */
static void test_unasked(void **state)
{
	struct mono now = us(5000000);
	struct vigil v = { 0 };

	(void)state;
	for (int j = 0; j < 20; j++)
		vigil_heard(&v, mono_add(now, us(10 * j)));
	now = mono_add(now, us(10000));
	assert_int_equal(ask(&v, &now, 50, PAUSE_US), 0);
	for (int j = 0; j < 9; j++)
		ask(&v, &now, 50, PAUSE_US);
	now = mono_add(now, us(PAUSE_US));
	vigil_heard(&v, now);
	assert_int_equal(ask(&v, &now, 50, 10), 0);
	assert_int_equal(ask(&v, &now, 50, PAUSE_US), 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_learns),
		cmocka_unit_test(test_begins),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_unasked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
