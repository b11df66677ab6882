// SPDX-License-Identifier: ISC
// Bit errors: as many as asked for, anywhere, and the same for the same seed.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "sdhsim/errors.h"

enum { LEN = 2430 };

static unsigned int ones(const uint8_t *octets, size_t len)
{
	unsigned int n = 0;

	for (size_t i = 0; i < len; i++)
		n += (unsigned int)__builtin_popcount(octets[i]);
	return n;
}

static void test_ranges(void **state)
{
	struct errors e;

	(void)state;
	errors_init(&e, 1);
	assert_int_equal(errors_set(&e, -1e-9), -ERANGE);
	assert_int_equal(errors_set(&e, 0.51), -ERANGE);
	assert_int_equal(errors_set(&e, 0.0 / 0.0), -ERANGE);
	assert_int_equal(errors_set(&e, 0.5), 0);
	assert_int_equal(errors_set(&e, 1e-300), 0);
	assert_int_equal(errors_set(&e, 0), 0);
}

static void test_none(void **state)
{
	uint8_t octets[LEN] = { 0 };
	struct errors e;

	(void)state;
	errors_init(&e, 1);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(errors_apply(&e, octets, 8 * LEN), 0);
	errors_set(&e, 0.5);
	assert_true(errors_apply(&e, octets, 8 * LEN) > 0);
	errors_set(&e, 0);
	assert_int_equal(errors_apply(&e, octets, 8 * LEN), 0);
}

/* Within five standard deviations of what the rate says, and what is told is
 * what was flipped. */
static void test_rates(void **state)
{
	static const double rates[] = { 0.5, 0.1, 1e-3, 1e-5 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		double bits = 0, count = 0, off, variance;
		struct errors e;

		errors_init(&e, 7 + i);
		errors_set(&e, rates[i]);
		for (int n = 0; n < 2000; n++) {
			uint8_t octets[LEN] = { 0 };
			unsigned int flipped =
				errors_apply(&e, octets, 8 * LEN);

			assert_int_equal(flipped, ones(octets, LEN));
			count += flipped;
			bits += 8 * LEN;
		}
		off = count - bits * rates[i];
		variance = bits * rates[i] * (1 - rates[i]);
		assert_true(off * off < 25 * variance);
	}
}

/* All bits are hit alike: each place of an octet, each part of a frame. */
static void test_places(void **state)
{
	unsigned int by_bit[8] = { 0 }, by_part[9] = { 0 };
	struct errors e;

	(void)state;
	errors_init(&e, 3);
	errors_set(&e, 1e-2);
	for (int n = 0; n < 500; n++) {
		uint8_t octets[LEN] = { 0 };

		errors_apply(&e, octets, 8 * LEN);
		for (size_t i = 0; i < LEN; i++)
			for (size_t k = 0; k < 8; k++) {
				by_bit[k] += octets[i] >> k & 1;
				by_part[i / 270] += octets[i] >> k & 1;
			}
	}
	for (size_t k = 0; k < 8; k++)
		assert_in_range(by_bit[k], 11600, 12700);
	for (size_t k = 0; k < 9; k++)
		assert_in_range(by_part[k], 10250, 11350);
}

/* The same errors, however the line is cut into pieces. */
static void test_pieces(void **state)
{
	uint8_t whole[LEN] = { 0 }, pieces[LEN] = { 0 };
	struct errors a, b;
	size_t at = 0, n = 1;

	(void)state;
	errors_init(&a, 99);
	errors_init(&b, 99);
	errors_set(&a, 0.02);
	errors_set(&b, 0.02);
	errors_apply(&a, whole, 8 * LEN);
	for (; at < LEN; at += n, n = n % 17 + 1) {
		n = MIN(n, LEN - at);
		errors_apply(&b, pieces + at, 8 * n);
	}
	assert_memory_equal(whole, pieces, LEN);
	assert_true(ones(whole, LEN) > 100);
	errors_init(&b, 100);
	errors_set(&b, 0.02);
	memset(pieces, 0, LEN);
	errors_apply(&b, pieces, 8 * LEN);
	assert_memory_not_equal(whole, pieces, LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
