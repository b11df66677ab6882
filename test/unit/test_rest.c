// SPDX-License-Identifier: ISC
// Resting: how calm a line must be, and what rouses it.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/rest.h"

/* A letter is what happens: 0 to 9 packets cross at once, "|" a second has
 * passed, "x" one has in which the line might not rest. Below it: whether the
 * line rests then, or is roused by just that. */
static const struct {
	const char *happens;
	const char *rests;
} cases[] = {
	{ "|||||",
	  "--rrr" },
	{ "3|3|3|3|",
	  "-----rrr" },
	{ "|4||||",
	  "-----r" },
	{ "|||11111||||",
	  "--rrrr!----r" },
	{ "|||3|3|1111|||",
	  "--rrrrrrrr!---" },
	{ "|||9|||||",
	  "--r!---rr" },
	{ "|||x|||",
	  "--r---r" },
	{ "||x|||",
	  "-----r" },
	{ "||||0|3|",
	  "--rrrrrr" },
};

static char result(struct rest *r, char what)
{
	if (what == '|' || what == 'x') {
		rest_tick(r, what == '|');
	} else if (rest_crossed(r, (unsigned int)(what - '0'))) {
		rest_end(r);
		return '!';
	}
	return r->resting ? 'r' : '-';
}

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct rest r = { .resting = false };
		char rests[32] = "";

		for (size_t k = 0; cases[i].happens[k]; k++)
			rests[k] = result(&r, cases[i].happens[k]);
		assert_string_equal(rests, cases[i].rests);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
