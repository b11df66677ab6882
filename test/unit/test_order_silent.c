// SPDX-License-Identifier: ISC
// The 1+1 receiver: which paths are silent?

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/order.h"

enum { SKEW = 500, A = 1, B = 2 };

static struct order order;

static struct mono at(int64_t ms)
{
	return mono_ms(100000 + ms);
}

static void second(int64_t s, unsigned int frames, uint8_t by)
{
	uint64_t index;

	for (unsigned int i = 0; i < frames; i++)
		for (unsigned int p = 0; p < 3; p++)
			if (by & 1 << p)
				order_see(&order, 1, p,
					  (uint16_t)(s * 100 + i),
					  at(s * 1000 + i), &index);
	order_tick(&order, at((s + 1) * 1000));
}

static void test_silent(void **state)
{
	(void)state;
	order_init(&order, mono_ms(SKEW), at(0));
	order_live(&order, A | B);
	for (int64_t s = 0; s < 6; s++)
		second(s, 20, A);
	assert_int_equal(order.silent, B);
	order_live(&order, A);
	assert_int_equal(order.silent, 0);
	order_live(&order, A | B);
	second(6, 20, A);
	second(7, 20, A);
	assert_int_equal(order.silent, 0);	/* not live for long enough */
	for (int64_t s = 8; s < 12; s++)
		second(s, 20, A);
	assert_int_equal(order.silent, B);
	for (int64_t s = 12; s < 16; s++)
		second(s, 1, A);
	assert_int_equal(order.silent, B);	/* that proves nothing */
	for (int64_t s = 16; s < 20; s++)
		second(s, 20, A | B);
	assert_int_equal(order.silent, 0);
}

/* A path that brings all, but later; bursts after nothing for a while. */
static void test_late_is_not_silent(void **state)
{
	static const struct { int64_t skew, lag; } table[] = {
		{ 500, 400 }, { 5000, 4900 }, { 10000, 9900 }, { 0, 0 },
	};
	enum { BURST = 20, EACH = 12700 };
	uint64_t index;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		order_init(&order, mono_ms(table[i].skew), at(0));
		order_live(&order, A | B);
		for (int64_t ms = 0; ms < 50 * EACH; ms++) {
			int64_t a = ms / EACH, b = ms - table[i].lag;

			if (ms % EACH < BURST)
				order_see(&order, 0, 0, (uint16_t)
					  (a * BURST + ms % EACH), at(ms),
					  &index);
			if (b >= 0 && b % EACH < BURST)
				order_see(&order, 0, 1, (uint16_t)
					  (b / EACH * BURST + b % EACH),
					  at(ms), &index);
			if (ms % 1000 == 0)
				order_tick(&order, at(ms));
			if (order.silent)
				fail_msg("%zu: %d at %d ms", i, order.silent,
					 (int)ms);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_late_is_not_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
