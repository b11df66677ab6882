// SPDX-License-Identifier: ISC
// The stable hash, and the escaping of what others sent.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"

/* Published values of FNV-1a with 64 bits; device addresses hang on them. */
static void test_hash(void **state)
{
	static const struct {
		const char *text;
		uint64_t hash;
	} table[] = {
		{ "", 0xcbf29ce484222325 },
		{ "a", 0xaf63dc4c8601ec8c },
		{ "foobar", 0x85944171f73967e8 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		const char *t = table[i].text;

		assert_true(hash_bytes(HASH_INIT, t, strlen(t)) ==
			    table[i].hash);
	}
	assert_true(hash_bytes(hash_bytes(HASH_INIT, "foo", 3), "bar", 3) ==
		    table[2].hash);
}

static void test_escape(void **state)
{
	static const struct {
		const char *src;
		size_t len;
		const char *dst;
	} table[] = {
		{ "", 0, "" },
		{ "ne-17 (east)", 12, "ne-17 (east)" },
		{ "a\nb", 3, "a\\x0ab" },
		{ "a\0b", 3, "a\\x00b" },
		{ "\x1b[2J", 4, "\\x1b[2J" },
		{ "back\\slash", 10, "back\\x5cslash" },
		{ "\x7f\x80\xff", 3, "\\x7f\\x80\\xff" },
		{ " ~", 2, " ~" },
	};
	char dst[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		size_t n = escape(dst, sizeof(dst), table[i].src,
				  table[i].len);

		assert_string_equal(dst, table[i].dst);
		assert_int_equal(n, strlen(table[i].dst));
	}
}

/* Cut anywhere: terminated, in bounds, and no half of an escape. */
static void test_escape_room(void **state)
{
	static const char whole[] = "ab\\x01cd\\xff";

	(void)state;
	for (size_t size = 0; size < 20; size++) {
		char dst[24];
		size_t n;

		memset(dst, '!', sizeof(dst));
		n = escape(dst, size, "ab\001cd\377", 6);
		assert_int_equal(dst[size], '!');
		if (!size) {
			assert_int_equal(n, 0);
			continue;
		}
		assert_int_equal(strlen(dst), n);
		assert_true(n < size);
		assert_memory_equal(dst, whole, n);
		assert_true(n <= 2 || (n >= 6 && n <= 8) || n == 12);
		/* and no room was left that would have done */
		assert_true(n == 12 || size - n <= 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_escape_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
