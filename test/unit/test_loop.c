// SPDX-License-Identifier: ISC
// The loop guard: what is one, what is none, and what follows.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/loop.h"

enum { LEN = 100 };

static struct loop guard;

static struct mono at(int64_t ms)
{
	return mono_ms(1000000 + ms);
}

static int setup(void **state)
{
	static const struct siphash_key key = { { 5, 6 } };

	(void)state;
	loop_init(&guard, &key);
	return 0;
}

static bool saw(enum loop_way way, uint32_t number, int64_t ms)
{
	uint8_t frame[LEN] = { 2 };

	memcpy(frame + 14, &number, sizeof(number));
	return loop_saw(&guard, way, frame, LEN, at(ms)) == LOOP_FOUND;
}

/* One frame goes round and round. Returns after how long it was found */
static int64_t whirl(int64_t from, int64_t round_trip)
{
	for (int64_t ms = from; ms < from + 5000; ms += round_trip / 2) {
		enum loop_way way = (ms - from) / (round_trip / 2) % 2 ?
				    LOOP_IN : LOOP_OUT;

		if (saw(way, 7, ms))
			return ms - from;
	}
	return -1;
}

static void test_one_frame(void **state)
{
	(void)state;
	assert_in_range(whirl(0, 20), 0, 200);
	assert_int_equal(loop_state(&guard), LOOP_BLOCKED);
	setup(NULL);
	assert_in_range(whirl(0, 200), 0, 1000);
}

/* The line hands back what it is given: each frame turns once. */
static void test_mirror(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < LOOP_TURNS - 1; n++) {
		assert_false(saw(LOOP_OUT, n, 50 * n));
		assert_false(saw(LOOP_IN, n, 50 * n + 40));
	}
	saw(LOOP_OUT, 1000, 400);
	assert_true(saw(LOOP_IN, 1000, 440));
}

/* Padding that a network card adds on the way does not hide it. */
static void test_padding(void **state)
{
	uint8_t frame[60] = { 255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1,
			      8, 6, 0, 1 };
	bool found = false;

	(void)state;
	for (int i = 0; i < 20 && !found; i++)
		found = loop_saw(&guard, i % 2 ? LOOP_IN : LOOP_OUT, frame,
				 i % 2 ? 60 : 42, at(i)) == LOOP_FOUND;
	assert_true(found);
}

static void test_no_loop(void **state)
{
	(void)state;
	/* hellos, the same each time */
	for (int64_t ms = 0; ms < 10000; ms += 100)
		assert_false(saw(LOOP_OUT, 1, ms));
	/* much of all kinds, both ways */
	for (uint32_t n = 0; n < 20000; n++)
		assert_false(saw(n % 2 ? LOOP_IN : LOOP_OUT, 1000 + n, n));
	/* a station moves, says so thrice at each end, and moves back */
	for (int64_t move = 0; move < 6; move++)
		for (int64_t i = 0; i < 3; i++)
			assert_false(saw(move % 2 ? LOOP_IN : LOOP_OUT, 2,
					 30000 + move * 200 + i));
	/* question and answer are alike, but slow */
	for (int64_t i = 0; i < 100; i++)
		assert_false(saw(i % 2 ? LOOP_IN : LOOP_OUT, 3,
				 60000 + i * 1001));
	/* many come back, but late */
	for (uint32_t i = 0; i < 50; i++)
		assert_false(saw(LOOP_OUT, 100 + i, 200000 + i));
	for (uint32_t i = 0; i < 50; i++)
		assert_false(saw(LOOP_IN, 100 + i, 201200 + i));
	assert_int_equal(loop_state(&guard), LOOP_CLEAR);
	assert_int_equal(loop_deadline(&guard).ns, MONO_NEVER.ns);
}

/* When the clock has just begun, no turns of long ago are made up. */
static void test_boot(void **state)
{
	(void)state;
	for (int64_t i = 0; i < LOOP_TURNS; i++)
		assert_false(saw(i % 2 ? LOOP_IN : LOOP_OUT, 4, i - 1000000));
	assert_true(saw(LOOP_OUT, 4, LOOP_TURNS - 1000000));
}

/* A storm in the loop is noticed, too. */
static void test_storm(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 5000; n++) {
		saw(LOOP_OUT, n, n / 10);
		if (n >= 100 && saw(LOOP_IN, n - 100, n / 10))
			return;
	}
	fail_msg("not found");
}

static void expect(int64_t ms, enum loop_event event, const char *state)
{
	assert_int_equal(loop_tick(&guard, at(ms)), event);
	assert_string_equal(loop_state_name(loop_state(&guard)), state);
}

static void test_back_off(void **state)
{
	static const int64_t blocks[] = { 5, 10, 20, 40, 80, 160, 300, 300 };
	int64_t ms = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		int64_t found = whirl(ms, 20);

		assert_in_range(found, 0, 1000);
		ms += found;
		/* what is seen now does not count */
		assert_false(saw(LOOP_OUT, 7, ms + 1));
		expect(ms + blocks[i] * 1000 - 1, LOOP_NOTHING, "blocked");
		ms += blocks[i] * 1000;
		assert_int_equal(loop_deadline(&guard).ns, at(ms).ns);
		expect(ms, LOOP_RETRY, "trial");
	}
	expect(ms + 299999, LOOP_NOTHING, "trial");
	expect(ms + 300000, LOOP_OVER, "clear");
	/* it begins anew */
	ms += 400000 + whirl(ms + 400000, 20);
	expect(ms + 5000, LOOP_RETRY, "trial");
	expect(ms + 34999, LOOP_NOTHING, "trial");
	expect(ms + 35000, LOOP_OVER, "clear");
	assert_int_equal(guard.found, 9);
}

int main(void)
{
#define TEST(f)	cmocka_unit_test_setup(f, setup)
	static const struct CMUnitTest tests[] = {
		TEST(test_one_frame), TEST(test_mirror), TEST(test_padding),
		TEST(test_no_loop), TEST(test_boot), TEST(test_storm),
		TEST(test_back_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
