// SPDX-License-Identifier: ISC
// What a driver's counters tell of damaged frames.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "monitor/dcc_errors.h"

/* From a look at 1000 of each to the next one. */
static void test_since(void **state)
{
	static const struct {
		const char *what;
		struct rtnl_errors more;
		uint32_t fcs, align, length;
	} cases[] = {
		{ "nothing", { 0 }, 0, 0, 0 },
		{ "a wrong FCS", { .all = 3, .crc = 3 }, 3, 0, 0 },
		{ "each cause", { .all = 6, .crc = 1, .frame = 2,
				  .length = 3 }, 1, 2, 3 },
		{ "without the sum", { .crc = 1, .frame = 2 }, 1, 2, 0 },
		{ "without causes", { .all = 4 }, 4, 0, 0 },
		{ "some of unknown cause", { .all = 4, .frame = 1 }, 3, 1, 0 },
		{ "one frame, two causes", { .all = 2, .crc = 2, .frame = 1 },
		  2, 0, 0 },
		{ "the host's own, in the sum", { .all = 5, .host = 5 },
		  0, 0, 0 },
		{ "the host's own, not in it", { .host = 5 }, 0, 0, 0 },
		{ "damage beside the host's own", { .all = 5, .host = 3,
						    .crc = 1 }, 2, 0, 0 },
		{ "damage, and the host's own not in the sum",
		  { .all = 3, .host = 5, .crc = 2 }, 2, 0, 0 },
		{ "more than fits", { .all = UINT64_C(1) << 33 },
		  UINT32_MAX, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct rtnl_errors was = { 1000, 1000, 1000, 1000, 1000 };
		const struct rtnl_errors *m = &cases[i].more, is = {
			1000 + m->all, 1000 + m->crc, 1000 + m->frame,
			1000 + m->length, 1000 + m->host,
		};
		uint32_t hits[PRIV_HIT_NUM];
		bool any = cases[i].fcs || cases[i].align || cases[i].length;

		if (dcc_errors_since(&was, &is, hits) != any ||
		    hits[PRIV_HIT_FCS] != cases[i].fcs ||
		    hits[PRIV_HIT_ALIGN] != cases[i].align ||
		    hits[PRIV_HIT_LENGTH] != cases[i].length)
			fail_msg("%s: %u %u %u", cases[i].what,
				 hits[PRIV_HIT_FCS], hits[PRIV_HIT_ALIGN],
				 hits[PRIV_HIT_LENGTH]);
		assert_memory_equal(&was, &is, sizeof(is));
		assert_false(dcc_errors_since(&was, &is, hits));
	}
}

/* A driver that was loaded anew, or was reset, begins with zero. */
static void test_begun_anew(void **state)
{
	struct rtnl_errors was = { .all = 1000, .crc = 1000 };
	const struct rtnl_errors is = { .all = 2, .crc = 2 };
	uint32_t hits[PRIV_HIT_NUM];

	(void)state;
	assert_true(dcc_errors_since(&was, &is, hits));
	assert_int_equal(hits[PRIV_HIT_FCS], 2);
	assert_false(dcc_errors_since(&was, &is, hits));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_since),
		cmocka_unit_test(test_begun_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
