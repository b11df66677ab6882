// SPDX-License-Identifier: ISC
// Echo requests and replies, and payloads that are neither.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/oam.h"

static const uint8_t request[WIRE_ECHO_LEN] = {
	3, 1, 0x12, 0x34, 0x01, 0x02, 0x03, 0x04,
	0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
};

static const struct oam_echo as_struct = {
	.kind = WIRE_OAM_ECHO_REQUEST,
	.brief = true,
	.identifier = 0x1234,
	.sequence = 0x01020304,
	.timestamp = 0xf1f2f3f4f5f6f7f8,
};

static void test_vector(void **state)
{
	uint8_t out[40];
	struct oam_echo e;

	(void)state;
	assert_int_equal(oam_echo_decode(&e, request, sizeof(request)), 0);
	assert_int_equal(e.kind, WIRE_OAM_ECHO_REQUEST);
	assert_true(e.brief);
	assert_int_equal(e.identifier, 0x1234);
	assert_int_equal(e.sequence, 0x01020304);
	assert_true(e.timestamp == 0xf1f2f3f4f5f6f7f8);

	for (size_t len = 0; len < sizeof(out); len++) {
		static const uint8_t zeros[sizeof(out)];

		memset(out, 0xaa, sizeof(out));
		if (len < WIRE_ECHO_LEN) {
			assert_int_equal(oam_echo_encode(out, len, &as_struct),
					 OAM_ESHORT);
			assert_int_equal(out[0], 0xaa);
			continue;
		}
		assert_int_equal(oam_echo_encode(out, len, &as_struct), len);
		assert_memory_equal(out, request, sizeof(request));
		assert_memory_equal(out + sizeof(request), zeros,
				    len - sizeof(request));
		assert_int_equal(out[len], 0xaa);
	}
}

static void test_malformed(void **state)
{
	uint8_t data[WIRE_ECHO_LEN];
	struct oam_echo e;

	(void)state;
	assert_int_equal(oam_kind(request, 0), OAM_ESHORT);
	for (size_t len = 0; len < sizeof(request); len++)
		assert_int_equal(oam_echo_decode(&e, request, len),
				 OAM_ESHORT);
	for (unsigned int kind = 0; kind < 256; kind++) {
		bool echo = kind == 3 || kind == 4;
		bool known = echo || kind == 1 || kind == 2 || kind == 5;

		memcpy(data, request, sizeof(data));
		data[0] = (uint8_t)kind;
		assert_int_equal(oam_kind(data, 1), known ? (int)kind :
				 OAM_EKIND);
		assert_int_equal(oam_echo_decode(&e, data, sizeof(data)),
				 echo ? 0 : OAM_EKIND);
	}
	for (unsigned int flags = 0; flags < 256; flags++) {
		memcpy(data, request, sizeof(data));
		data[1] = (uint8_t)flags;
		assert_int_equal(oam_echo_decode(&e, data, sizeof(data)),
				 flags > 1 ? OAM_ERESERVED : 0);
		assert_int_equal(oam_echo_reply(data, sizeof(data), data,
						sizeof(data)),
				 flags > 1 ? OAM_ERESERVED : WIRE_ECHO_LEN);
	}
}

/* With padding or without, the reply is the request but for its kind. */
static void test_reply(void **state)
{
	static const struct {
		bool brief;
		size_t len, room;
		int reply;
	} table[] = {
		{ false, 16, 100, 16 }, { false, 80, 100, 80 },
		{ false, 80, 60, 60 }, { false, 80, 16, 16 },
		{ false, 80, 15, OAM_ESHORT }, { true, 16, 100, 16 },
		{ true, 80, 100, 16 }, { true, 80, 15, OAM_ESHORT },
		{ true, 15, 100, OAM_ESHORT },
	};
	uint8_t in[100], out[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		int n;

		memset(in, 0x5a, sizeof(in));
		memcpy(in, request, sizeof(request));
		in[1] = table[i].brief;
		memset(out, 0xaa, sizeof(out));
		n = oam_echo_reply(out, table[i].room, in, table[i].len);
		assert_int_equal(n, table[i].reply);
		if (n < 0)
			continue;
		assert_int_equal(out[0], WIRE_OAM_ECHO_REPLY);
		assert_memory_equal(out + 1, in + 1, (size_t)n - 1);
		assert_int_equal(out[n], 0xaa);
		/* in place, and never an answer to an answer */
		assert_int_equal(oam_echo_reply(in, sizeof(in), in,
						table[i].len),
				 table[i].brief ? 16 : (int)table[i].len);
		assert_int_equal(oam_echo_reply(in, sizeof(in), in, 20),
				 OAM_EKIND);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vector),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
