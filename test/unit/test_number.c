// SPDX-License-Identifier: ISC
// Numbers with units: what is read of them, and how they are written.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/util.h"
#include "config/number.h"

static const struct {
	const char *text;
	enum row_unit unit;
	uint64_t value;
} good[] = {
	{ "0", UNIT_NONE, 0 },
	{ "65535", UNIT_NONE, 65535 },
	{ "7.0", UNIT_NONE, 7 },
	{ "1500", UNIT_OCTETS, 1500 },
	{ "1.5k", UNIT_OCTETS, 1500 },
	{ "4M", UNIT_OCTETS, 4000000 },
	{ "64k", UNIT_RATE, 64000 },
	{ "9216k", UNIT_RATE, 9216000 },
	{ "1.000000001G", UNIT_RATE, 1000000001 },
	{ "18446744072G", UNIT_RATE, 18446744072000000000ULL },
	{ "5", UNIT_TIME, 5000000000 },
	{ "0.5", UNIT_TIME, 500000000 },
	{ "0.50000000000000", UNIT_TIME, 500000000 },
	{ "10ms", UNIT_TIME, 10000000 },
	{ "3.3ms", UNIT_TIME, 3300000 },
	{ "1us", UNIT_TIME, 1000 },
	{ "5m", UNIT_TIME, 300000000000 },
	{ "1.5h", UNIT_TIME, 5400000000000 },
	{ "0x88cc", UNIT_HEX, 0x88cc },
	{ "34525", UNIT_HEX, 0x86dd },
};

static void test_good(void **state)
{
	char why[ROW_WHY_MAX];
	uint64_t value;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(number_read(good[i].text, good[i].unit,
					     &value, why), 0);
		assert_int_equal(value, good[i].value);
	}
}

static const struct {
	const char *text;
	enum row_unit unit;
	const char *why;
} bad[] = {
	{ "", UNIT_NONE, "is not a number" },
	{ " 1", UNIT_NONE, "is not a number" },
	{ "1 ", UNIT_NONE, "is not a number" },
	{ "+1", UNIT_NONE, "is not a number" },
	{ "-1", UNIT_NONE, "is negative" },
	{ "1.", UNIT_NONE, "ends in a point" },
	{ ".5", UNIT_TIME, "is not a number" },
	{ "1.5", UNIT_NONE, "is not a whole number" },
	{ "007", UNIT_NONE, "begins with 0, which some read as octal" },
	{ "0x10", UNIT_NONE, "is not a number" },
	{ "1e3", UNIT_NONE, "is not a number" },
	{ "1k", UNIT_NONE, "is not a number" },
	{ "1_000", UNIT_RATE, "has no unit that fits (k, M, G)" },
	{ "1K", UNIT_RATE, "has no unit that fits (k, M, G)" },
	{ "1kk", UNIT_RATE, "has no unit that fits (k, M, G)" },
	{ "1ms", UNIT_RATE, "has no unit that fits (k, M, G)" },
	{ "1ns", UNIT_TIME, "has no unit that fits (us, ms, s, m, h)" },
	{ "1 s", UNIT_TIME, "has no unit that fits (us, ms, s, m, h)" },
	{ "0.0000001", UNIT_TIME, "is finer than 1us" },
	{ "0.5us", UNIT_TIME, "is finer than 1us" },
	{ "0.0001k", UNIT_RATE, "is not a whole number" },
	{ "1.2345678901", UNIT_TIME, "has too many digits after the point" },
	{ "18446744073709551615", UNIT_NONE, "is too large" },
	{ "18446744073709551616", UNIT_NONE, "is too large" },
	{ "18446744074G", UNIT_RATE, "is too large" },
	{ "99999999999999999999h", UNIT_TIME, "is too large" },
	{ "5124096h", UNIT_TIME, "is too large" },
	{ "0x", UNIT_HEX, "is not a number" },
	{ "0XFF", UNIT_HEX, "is not a number" },
	{ "0x11111111111111111", UNIT_HEX, "is not a number" },
	{ "0x1g", UNIT_HEX, "is not a number" },
	{ "0x-1", UNIT_HEX, "is not a number" },
};

static void test_bad(void **state)
{
	char why[ROW_WHY_MAX];
	uint64_t value;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		*why = '\0';
		assert_true(number_read(bad[i].text, bad[i].unit, &value,
					why) < 0);
		assert_string_equal(why, bad[i].why);
	}
}

static const struct {
	uint64_t value;
	enum row_unit unit;
	const char *text;
} written[] = {
	{ 0, UNIT_TIME, "0" },
	{ 1000, UNIT_TIME, "1us" },
	{ 1500000, UNIT_TIME, "1500us" },
	{ 500000000, UNIT_TIME, "500ms" },
	{ 90000000000, UNIT_TIME, "90s" },
	{ 300000000000, UNIT_TIME, "5m" },
	{ 7200000000000, UNIT_TIME, "2h" },
	{ 0, UNIT_RATE, "0" },
	{ 192000, UNIT_RATE, "192k" },
	{ 192001, UNIT_RATE, "192001" },
	{ 1500000, UNIT_RATE, "1500k" },
	{ 2000000000, UNIT_RATE, "2G" },
	{ 9000, UNIT_OCTETS, "9000" },
	{ 0x800, UNIT_HEX, "0x0800" },
	{ UINT64_MAX, UNIT_NONE, "18446744073709551615" },
};

static void test_write(void **state)
{
	char buf[32], why[ROW_WHY_MAX];
	uint64_t value;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(written); i++) {
		number_write(written[i].value, written[i].unit, buf,
			     sizeof(buf));
		assert_string_equal(buf, written[i].text);
		if (written[i].value == UINT64_MAX)
			continue;
		assert_int_equal(number_read(buf, written[i].unit, &value,
					     why), 0);
		assert_int_equal(value, written[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
