// SPDX-License-Identifier: ISC
// Liveness messages: a vector, each fault, and back again.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/oam_liveness.h"

static const uint8_t vector[WIRE_LIVENESS_LEN] = {
	1, 0x23, 0xe0, 3, 24, 0x11, 0x12, 0x13, 0x14,
	0x21, 0x22, 0x23, 0x24, 0x00, 0x01, 0x86, 0xa0,
	0x00, 0x00, 0x27, 0x10, 0, 0, 0, 0,
};

static void test_vector(void **state)
{
	const struct oam_liveness as_struct = {
		.state = WIRE_UP, .diagnostic = WIRE_DIAGNOSTIC_NEIGHBOR,
		.poll = true, .multiplier = 3, .mine = 0x11121314,
		.yours = 0x21222324, .tx_us = 100000, .rx_us = 10000,
	};
	uint8_t out[WIRE_LIVENESS_LEN + 1];
	struct oam_liveness m;

	(void)state;
	memset(out, 0xaa, sizeof(out));
	oam_liveness_encode(out, &as_struct);
	assert_memory_equal(out, vector, sizeof(vector));
	assert_int_equal(out[WIRE_LIVENESS_LEN], 0xaa);
	assert_int_equal(oam_liveness_decode(&m, vector, sizeof(vector)), 0);
	assert_int_equal(m.state, WIRE_UP);
	assert_int_equal(m.diagnostic, WIRE_DIAGNOSTIC_NEIGHBOR);
	assert_true(m.poll && !m.final);
	assert_int_equal(m.multiplier, 3);
	assert_int_equal(m.mine, 0x11121314);
	assert_int_equal(m.yours, 0x21222324);
	assert_int_equal(m.tx_us, 100000);
	assert_int_equal(m.rx_us, 10000);
}

static void test_malformed(void **state)
{
	static const struct {
		unsigned int at;
		uint8_t value;
		int error;
	} table[] = {
		{ 0, 2, OAM_EKIND },
		{ 1, 0x03, OAM_EVALUE },	/* version 0 */
		{ 1, 0x43, OAM_EVALUE },	/* version 2 */
		{ 2, 0xe1, OAM_ERESERVED },	/* multipoint */
		{ 2, 0xe2, OAM_ERESERVED },	/* demand */
		{ 2, 0xe4, OAM_ERESERVED },	/* authentication */
		{ 2, 0xf0, OAM_ERESERVED },	/* Poll and Final */
		{ 2, 0xd8, 0 },
		{ 3, 0, OAM_EVALUE },
		{ 4, 23, OAM_ESHORT },
		{ 4, 25, OAM_ESHORT },
		{ 4, 255, OAM_ESHORT },
		{ 24, 1, 0 },
	};
	uint8_t data[WIRE_LIVENESS_LEN];
	struct oam_liveness m;

	(void)state;
	for (size_t len = 0; len < sizeof(vector); len++)
		assert_int_equal(oam_liveness_decode(&m, vector, len),
				 OAM_ESHORT);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		memcpy(data, vector, sizeof(data));
		data[table[i].at] = table[i].value;
		assert_int_equal(oam_liveness_decode(&m, data, sizeof(data)),
				 table[i].error);
	}
}

/* Only who is down may not know whom it speaks to; none is without a name. */
static void test_discriminators(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 8; i++) {
		struct oam_liveness m = {
			.state = (uint8_t)(i >> 1), .multiplier = 1, .mine = 1,
			.yours = i & 1,
		}, back;
		uint8_t data[WIRE_LIVENESS_LEN];

		oam_liveness_encode(data, &m);
		assert_int_equal(oam_liveness_decode(&back, data,
						     sizeof(data)),
				 m.state > WIRE_DOWN && !m.yours ? OAM_EVALUE :
								   0);
		m.mine = 0;
		oam_liveness_encode(data, &m);
		assert_int_equal(oam_liveness_decode(&back, data,
						     sizeof(data)),
				 OAM_EVALUE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vector),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_discriminators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
