// SPDX-License-Identifier: ISC
// The table of stations: who is known, for how long, and floods of it.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/stations.h"

enum { MAX_STATIONS = 1024 };

static const struct siphash_key key = { { 3, 4 } };

static struct mono at(int64_t s)
{
	return mono_ms(s * 1000);
}

struct mac {
	uint8_t octets[6];
};

static struct mac mac(uint32_t n)
{
	return (struct mac){ { 2, 0, (uint8_t)(n >> 24), (uint8_t)(n >> 16),
			       (uint8_t)(n >> 8), (uint8_t)n } };
}

static void hear(struct stations *s, uint32_t n, int64_t when)
{
	stations_heard(s, mac(n).octets, 0, at(when));
}

static bool known(const struct stations *s, uint32_t n, int64_t when)
{
	return stations_known(s, mac(n).octets, 0, at(when));
}

static int setup(void **state)
{
	*state = stations_new(MAX_STATIONS, &key);
	return !*state;
}

static int teardown(void **state)
{
	stations_free(*state);
	return 0;
}

static void test_known(void **state)
{
	static const uint8_t group[6] = { 1, 0, 0x5e, 0, 0, 5 };
	struct stations *s = *state;

	assert_false(known(s, 1, 0));
	hear(s, 1, 0);
	assert_true(known(s, 1, 0));
	assert_false(known(s, 2, 0));
	/* another VLAN is another station */
	assert_false(stations_known(s, mac(1).octets, 7, at(0)));
	stations_heard(s, mac(1).octets, 7, at(0));
	assert_true(stations_known(s, mac(1).octets, 7, at(0)));
	assert_int_equal(stations_count(s, at(0)), 2);
	stations_heard(s, group, 0, at(0));
	assert_false(stations_known(s, group, 0, at(0)));
	stations_forget(s);
	assert_int_equal(stations_count(s, at(0)), 0);
}

static void test_age(void **state)
{
	struct stations *s = *state;

	hear(s, 1, 1000);
	hear(s, 2, 1000);
	assert_true(known(s, 1, 1299));
	assert_false(known(s, 1, 1300));
	hear(s, 2, 1299);
	assert_true(known(s, 2, 1598));
	assert_int_equal(stations_count(s, at(1598)), 1);
	hear(s, 1, 1598);
	assert_true(known(s, 1, 1800));
}

/* Who talks stays, whatever a stranger makes up. */
static void test_flood(void **state)
{
	struct stations *s = *state;

	for (int64_t second = 1; second <= 3; second++)
		for (uint32_t n = 0; n < 100; n++)
			hear(s, n, second);
	for (uint32_t n = 1000; n < 201000; n++)
		hear(s, n, 4 + n / 10000);
	for (uint32_t n = 0; n < 100; n++)
		assert_true(known(s, n, 30));
	assert_true(stations_count(s, at(30)) <= MAX_STATIONS);
	/* and a new one is still learned */
	hear(s, 500, 30);
	assert_true(known(s, 500, 30));
}

static void test_sizes(void **state)
{
	static const size_t sizes[] = { 0, 1, 9, SIZE_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct stations *s = stations_new(sizes[i], &key);

		assert_non_null(s);
		for (uint32_t n = 0; n < 20; n++)
			hear(s, n, 1);
		assert_true(known(s, 19, 1));
		stations_free(s);
	}
	stations_free(NULL);
}

int main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(test_known), TEST(test_age), TEST(test_flood),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
