// SPDX-License-Identifier: ISC
// Counters messages, octet for octet, and payloads that are none.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/oam_counters.h"

static const uint8_t octets[WIRE_COUNTERS_LEN] = {
	5, 1, 0x91, 0x92, 0xa1, 0xa2, 0xa3, 0xa4,
	0xb1, 0xb2, 0xb3, 0xb4,
	0xb5, 0xb6, 0xb7, 0xb8,
	0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8,
	0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8,
	0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xf1, 0xf2, 0xf3, 0xf4,
};

static void test_vector(void **state)
{
	uint8_t out[WIRE_COUNTERS_LEN];
	struct oam_counters c;

	(void)state;
	assert_int_equal(oam_kind(octets, sizeof(octets)), WIRE_OAM_COUNTERS);
	assert_int_equal(oam_counters_decode(&c, octets, sizeof(octets)), 0);
	assert_int_equal(c.run, 0x9192);
	assert_int_equal(c.session, 0xa1a2a3a4);
	assert_int_equal(c.sent, 0xb1b2b3b4);
	assert_int_equal(c.beats, 0xb5b6b7b8);
	assert_true(c.timestamp == 0xc1c2c3c4c5c6c7c8);
	assert_true(c.heard);
	assert_true(c.yours == 0xd1d2d3d4d5d6d7d8);
	assert_int_equal(c.received, 0xe1e2e3e4);
	assert_int_equal(c.beats_received, 0xe5e6e7e8);
	assert_int_equal(c.hold_us, 0xf1f2f3f4);
	oam_counters_encode(out, &c);
	assert_memory_equal(out, octets, sizeof(out));
}

/* Nothing of what was not heard leaves. */
static void test_first(void **state)
{
	uint8_t out[WIRE_COUNTERS_LEN], zeros[20] = { 0 };
	struct oam_counters c = { .session = 1, .yours = 2, .received = 3,
				  .beats_received = 5, .hold_us = 4 };

	(void)state;
	oam_counters_encode(out, &c);
	assert_int_equal(out[WIRE_COUNTERS_FLAGS], 0);
	assert_memory_equal(out + WIRE_COUNTERS_YOURS, zeros, sizeof(zeros));
}

static void test_malformed(void **state)
{
	uint8_t data[WIRE_COUNTERS_LEN + 10];
	struct oam_counters c;

	(void)state;
	memset(data, 0x55, sizeof(data));
	memcpy(data, octets, sizeof(octets));
	for (size_t len = 0; len <= sizeof(data); len++)
		assert_int_equal(oam_counters_decode(&c, data, len),
				 len < WIRE_COUNTERS_LEN ? OAM_ESHORT : 0);
	for (unsigned int kind = 0; kind < 256; kind++) {
		data[0] = (uint8_t)kind;
		assert_int_equal(oam_counters_decode(&c, data, sizeof(data)),
				 kind == WIRE_OAM_COUNTERS ? 0 : OAM_EKIND);
	}
	for (unsigned int bit = 1; bit < 8; bit++) {
		memcpy(data, octets, sizeof(octets));
		data[1] |= (uint8_t)(1 << bit);
		assert_int_equal(oam_counters_decode(&c, data, sizeof(data)),
				 OAM_ERESERVED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vector),
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
