// SPDX-License-Identifier: ISC
// Lengths and padding of Ethernet frames, versions of IP packets.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/ether.h"

static void test_lengths(void **state)
{
	static const struct {
		size_t len, mtu;
		bool ok;
	} table[] = {
		{ 0, 1500, false }, { 13, 1500, false }, { 14, 1500, true },
		{ 1514, 1500, true }, { 1522, 1500, true },
		{ 1523, 1500, false }, { 9238, 9216, true },
		{ 9239, 9216, false }, { 90, 68, true }, { 91, 68, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		assert_int_equal(ether_length_ok(table[i].len, table[i].mtu),
				 table[i].ok);
}

/* A frame whose last octet that is not zero is at @last, if any is */
static size_t make_frame(uint8_t *frame, size_t len, size_t last)
{
	memset(frame, 0, len);
	for (size_t i = 0; i <= last && i < len; i++)
		frame[i] = (uint8_t)(i % 3 ? i + 1 : 0);
	if (last < len)
		frame[last] = 0x80;
	return len;
}

/* Whatever is sent arrives as it was, and no zero travels for nothing. */
static void test_every_padding(void **state)
{
	uint8_t frame[100], back[ETHER_FRAME_PADDED];

	(void)state;
	for (size_t len = 14; len < sizeof(frame); len++) {
		for (size_t last = 0; last < len; last++) {
			size_t n, expect = len;
			bool zeros;

			make_frame(frame, len, last);
			if (len == 60)
				expect = MAX(last + 1, (size_t)14);
			n = ether_strip(frame, len, &zeros);
			assert_int_equal(n, expect);
			assert_int_equal(zeros, n < len);
			if (!zeros)
				continue;
			assert_int_equal(ether_restore(back, sizeof(back),
						       frame, n), 60);
			assert_memory_equal(back, frame, 60);
		}
	}
}

static void test_all_zeros(void **state)
{
	uint8_t frame[60] = { 0 };
	bool zeros = false;

	(void)state;
	assert_int_equal(ether_strip(frame, 60, &zeros), 14);
	assert_true(zeros);
	assert_int_equal(ether_strip(frame, 59, &zeros), 59);
	assert_false(zeros);
	assert_int_equal(ether_strip(frame, 0, &zeros), 0);
	assert_false(zeros);
}

static void test_restore(void **state)
{
	uint8_t frame[64], out[64];

	(void)state;
	memset(frame, 0x55, sizeof(frame));
	for (size_t len = 0; len <= sizeof(frame); len++) {
		size_t n;

		memset(out, 0xaa, sizeof(out));
		n = ether_restore(out, sizeof(out), frame, len);
		assert_int_equal(n, len >= 14 && len < 60 ? 60 : 0);
		assert_int_equal(out[60], 0xaa);
		if (!n)
			continue;
		assert_memory_equal(out, frame, len);
		for (size_t i = len; i < 60; i++)
			assert_int_equal(out[i], 0);
	}
	assert_int_equal(ether_restore(out, 59, frame, 20), 0);
	/* in place */
	assert_int_equal(ether_restore(frame, sizeof(frame), frame, 20), 60);
	assert_int_equal(frame[19], 0x55);
	assert_int_equal(frame[20], 0);
	assert_int_equal(frame[60], 0x55);
}

static void test_ip(void **state)
{
	static const struct {
		uint8_t first;
		size_t len;
		int type;
	} table[] = {
		{ 0x45, 20, 0x0800 }, { 0x4f, 60, 0x0800 }, { 0x45, 19, -1 },
		{ 0x60, 40, 0x86dd }, { 0x6f, 99, 0x86dd }, { 0x60, 39, -1 },
		{ 0x00, 40, -1 }, { 0x55, 40, -1 }, { 0x70, 40, -1 },
		{ 0xff, 40, -1 }, { 0x45, 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		const uint8_t packet[100] = { table[i].first };

		assert_int_equal(ip_check(packet, table[i].len),
				 table[i].type);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_every_padding),
		cmocka_unit_test(test_all_zeros),
		cmocka_unit_test(test_restore),
		cmocka_unit_test(test_ip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
