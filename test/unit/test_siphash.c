// SPDX-License-Identifier: ISC
// SipHash against its authors' vectors.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/siphash.h"
#include "base/util.h"

/* key 00 01 .. 0f, input 00 01 02 .. */
static void test_vectors(void **state)
{
	static const struct siphash_key key = {
		{ 0x0706050403020100, 0x0f0e0d0c0b0a0908 }
	};
	static const struct {
		size_t len;
		uint64_t hash;
	} table[] = {
		{ 0, 0x726fdb47dd0e0e31 }, { 1, 0x74f839c593dc67fd },
		{ 2, 0x0d6c8009d9a94f5a }, { 3, 0x85676696d7fb7e2d },
		{ 8, 0x93f5f5799a932462 }, { 15, 0xa129ca6149be45e5 },
	};
	uint8_t in[16];

	(void)state;
	for (uint8_t i = 0; i < sizeof(in); i++)
		in[i] = i;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		assert_int_equal(siphash(&key, in, table[i].len),
				 table[i].hash);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
