// SPDX-License-Identifier: ISC
// Which word is suggested for which slip of the fingers.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/suggest.h"
#include "base/util.h"

static const char *const words[] = {
	"status", "stats", "watch", "events", "remote", "local", "mtu", "id",
};

static const struct {
	const char *typed, *meant;
} table[] = {
	{ "remot", "remote" },
	{ "rmeote", "remote" },
	{ "Remote", "remote" },
	{ "stauts", "status" },
	{ "sttus", "status" },
	{ "evnts", "events" },
	{ "watchh", "watch" },
	{ "mut", "mtu" },
	{ "quux", NULL },
	{ "", NULL },
	{ "x", NULL },
	{ "protection", NULL },
	{ "a-word-that-is-far-longer-than-forty-letters-and-more", NULL },
};

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		const char *got = suggest(table[i].typed, words,
					  ARRAY_SIZE(words));

		if (!table[i].meant) {
			assert_null(got);
			continue;
		}
		assert_non_null(got);
		assert_string_equal(got, table[i].meant);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
