// SPDX-License-Identifier: ISC
// When the engine leaves the processor that brings its packets.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/aside.h"

enum { FIRST_PAUSE_MS = 4 };

/* A letter is a look: "t", together with the packets; "-", apart. Below it:
 * whether we leave. */
static const struct {
	const char *looks;
	const char *leaves;
} cases[] = {
	{ "------",
	  "......" },
	{ "ttt",
	  "..!" },
	{ "tt-tt-ttt",
	  "........!" },
	{ "tttttt",
	  "..!..!" },
	{ "ttt--t-ttt",
	  "..!......!" },
};

/* Trains come until it is time to look. */
static bool stream(struct aside *a, struct mono now)
{
	struct mono before = mono_sub(a->next, mono_ms(1));

	for (int i = 0; i < 100; i++)
		assert_false(aside_due(a, before));
	return aside_due(a, now);
}

/* Each look is taken just when it is due. */
static void test_leaves(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mono now = mono_ms(1000);
		struct aside a = { 0 };

		for (size_t j = 0; cases[i].looks[j]; j++) {
			assert_true(stream(&a, now));
			assert_int_equal(aside_leaves(&a,
					cases[i].looks[j] == 't', 0, now),
					cases[i].leaves[j] == '!');
			now = a.next;
		}
	}
}

/* Trains that come so often, each of them alone: is there ever a look? */
static void test_sparse(void **state)
{
	static const struct {
		int64_t pause;	/* us */
		bool looks;
	} table[] = {
		{ 10, true },
		{ 400, true },
		{ 600, false },
		{ 10000, false },
		{ 1000000, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct mono now = mono_ms(1000);
		struct aside a = { .next = mono_ms(1) };
		bool looked = false;

		for (int j = 0; j < 1000; j++) {
			looked |= aside_due(&a, now);
			now.ns += table[i].pause * 1000;
		}
		assert_int_equal(looked, table[i].looks);
	}
}

/* Two that look at each other do not look at the same time. */
static void test_random(void **state)
{
	const struct mono begin = mono_ms(1000);
	bool early = false, late = false;

	(void)state;
	for (uint32_t random = 0; random < 100; random++) {
		struct aside a = { 0 };
		int64_t pause;

		aside_leaves(&a, true, random * 0x9e3779b1U, begin);
		pause = mono_sub(a.next, begin).ns;
		assert_in_range(pause, mono_ms(FIRST_PAUSE_MS).ns,
				mono_ms(2 * FIRST_PAUSE_MS).ns);
		early |= pause < mono_ms(5).ns;
		late |= pause > mono_ms(7).ns;
	}
	assert_true(early && late);
}

/* Packets that follow wherever we go make us leave ever more seldom, down to
 * about once a second. */
static void test_followed(void **state)
{
	struct mono now = mono_ms(0), left[8] = { { 0 } };
	struct aside a = { 0 };
	size_t n = 0;

	(void)state;
	while (n < ARRAY_SIZE(left)) {
		if (aside_leaves(&a, true, 0, now))
			left[n++] = now;
		now = a.next;
	}
	assert_true(left[0].ns < mono_ms(20).ns);
	assert_true(left[1].ns - left[0].ns > mono_ms(40).ns);
	for (n = 4; n < ARRAY_SIZE(left); n++)
		assert_in_range(left[n].ns - left[n - 1].ns,
				mono_ms(700).ns, mono_ms(1600).ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leaves),
		cmocka_unit_test(test_sparse),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
