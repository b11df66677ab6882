// SPDX-License-Identifier: ISC
// Who is meant by (sender, channel id): entries found, moved and removed.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "engine/lookup.h"

static struct addr sender(unsigned int n, uint16_t port)
{
	struct addr a;
	char host[32];

	snprintf(host, sizeof(host), "10.%u.%u.%u", n >> 16 & 255,
		 n >> 8 & 255, n & 255);
	assert_int_equal(addr_parse(&a, host, port), 0);
	return a;
}

static void test_empty(void **state)
{
	struct lookup t = { 0 };
	struct addr a = sender(1, 6000);

	(void)state;
	assert_null(lookup_find(&t, &a, 1));
	lookup_remove(&t, &a, 1);
	lookup_free(&t);
}

static void test_id_and_sender(void **state)
{
	struct lookup t = { 0 };
	struct addr a = sender(1, 6000), b = sender(2, 6000);
	struct addr c = sender(1, 6001), six;
	int x, y;

	(void)state;
	assert_int_equal(addr_parse(&six, "2001:db8::1", 6000), 0);
	assert_int_equal(lookup_add(&t, &a, 7, &x), 0);
	assert_int_equal(lookup_add(&t, &six, 7, &y), 0);
	assert_int_equal(lookup_add(&t, &a, 7, &y), -EEXIST);
	assert_ptr_equal(lookup_find(&t, &a, 7), &x);
	assert_ptr_equal(lookup_find(&t, &six, 7), &y);
	assert_null(lookup_find(&t, &a, 8));
	assert_null(lookup_find(&t, &b, 7));
	assert_null(lookup_find(&t, &c, 7));
	lookup_free(&t);
}

enum { MANY = 3000 };

/* Removing must not cut the chains that other entries hang on. */
static void test_many(void **state)
{
	static char owners[MANY];
	struct lookup t = { 0 };

	(void)state;
	for (unsigned int i = 0; i < MANY; i++) {
		struct addr a = sender(i / 3, 6000);

		assert_int_equal(lookup_add(&t, &a, (uint16_t)(i % 3),
					    &owners[i]), 0);
	}
	for (unsigned int i = 0; i < MANY; i += 2) {
		struct addr a = sender(i / 3, 6000);

		lookup_remove(&t, &a, (uint16_t)(i % 3));
	}
	for (unsigned int i = 0; i < MANY; i++) {
		struct addr a = sender(i / 3, 6000);

		assert_ptr_equal(lookup_find(&t, &a, (uint16_t)(i % 3)),
				 i % 2 ? &owners[i] : NULL);
	}
	assert_int_equal(t.used, MANY / 2);
	assert_true(t.size < 4 * MANY);
	lookup_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_id_and_sender),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
