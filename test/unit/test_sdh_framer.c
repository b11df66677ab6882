// SPDX-License-Identifier: ISC
// Frame alignment: when alarms come and go, frame by frame.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "sdhsim/framer.h"

enum {
	L = ALARM_LOS,
	O = ALARM_OOF,
	F = ALARM_LOF,
	ALL = L | O | F,
};

/**
 * struct run - Frames that are alike
 * @what:	'+' good, '-' errored alignment, '.' no signal
 * @count:	How many
 * @alarms:	After each of them but the last
 * @after:	After the last
 */
struct run {
	char what;
	unsigned int count;
	unsigned int alarms;
	unsigned int after;
};

static void follow(const struct run *runs, size_t n)
{
	struct framer f;

	framer_init(&f);
	assert_int_equal(f.alarms, ALL);
	for (size_t i = 0; i < n; i++) {
		for (unsigned int k = 1; k <= runs[i].count; k++) {
			/* in the dark even the best alignment is none */
			unsigned int alarms = framer_step(&f,
				runs[i].what != '.', runs[i].what != '-');

			if (alarms == (k < runs[i].count ? runs[i].alarms :
							   runs[i].after))
				continue;
			fail_msg("run %zu, frame %u: alarms %x", i, k,
				 alarms);
		}
	}
}

/* In frame after two, and 3 ms of that clear LOF. */
#define START	{ '+', 2, ALL, F }, { '+', 23, F, 0 }, { '+', 100, 0, 0 }

static void test_start(void **state)
{
	static const struct run runs[] = {
		{ '.', 50, ALL, ALL }, { '-', 50, ALL, ALL },
		{ '+', 1, ALL, ALL }, { '-', 1, ALL, ALL }, START,
	};

	(void)state;
	follow(runs, ARRAY_SIZE(runs));
}

static void test_out_of_frame(void **state)
{
	static const struct run runs[] = {
		START,
		/* four are none too many */
		{ '-', 4, 0, 0 }, { '+', 1, 0, 0 }, { '-', 4, 0, 0 },
		{ '+', 1, 0, 0 },
		{ '-', 5, 0, O }, { '+', 1, O, O }, { '-', 1, O, O },
		{ '+', 2, O, 0 }, { '+', 100, 0, 0 },
	};

	(void)state;
	follow(runs, ARRAY_SIZE(runs));
}

static void test_loss_of_frame(void **state)
{
	static const struct run runs[] = {
		START,
		/* OOF with the fifth, LOF when that has lasted 3 ms */
		{ '-', 5, 0, O }, { '-', 23, O, O | F },
		{ '-', 100, O | F, O | F },
		{ '+', 2, O | F, F }, { '+', 18, F, F },
		/* not quite 3 ms in frame: begin again */
		{ '-', 5, F, F | O }, { '+', 2, F | O, F },
		{ '+', 23, F, 0 }, { '+', 10, 0, 0 },
	};

	(void)state;
	follow(runs, ARRAY_SIZE(runs));
}

/* Pieces of OOF add up while less than 3 ms in frame lie between them. */
static void test_intermittent(void **state)
{
	struct framer f;
	unsigned int i;

	(void)state;
	framer_init(&f);
	for (i = 0; i < 200; i++)
		framer_step(&f, true, true);
	/* 12 frames out of frame, twice, with 18 in it between them */
	for (i = 0; i < 15; i++)
		framer_step(&f, true, false);
	for (i = 0; i < 19; i++)
		framer_step(&f, true, true);
	for (i = 0; i < 15; i++)
		assert_int_equal(framer_step(&f, true, false) & F, 0);
	assert_int_equal(framer_step(&f, true, false) & F, F);
	/* with 3 ms between them they do not */
	framer_init(&f);
	for (i = 0; i < 200; i++)
		framer_step(&f, true, true);
	for (i = 0; i < 15; i++)
		framer_step(&f, true, false);
	for (i = 0; i < 25; i++)
		framer_step(&f, true, true);
	for (i = 0; i < 27; i++)
		assert_int_equal(framer_step(&f, true, false) & F, 0);
	assert_int_equal(framer_step(&f, true, false) & F, F);
}

static void test_loss_of_signal(void **state)
{
	static const struct run runs[] = {
		START,
		/* a short one: LOS at once, but LOF never */
		{ '.', 1, 0, L }, { '+', 2, L, 0 },
		{ '.', 4, L, L }, { '+', 2, L, 0 }, { '+', 50, 0, 0 },
		/* a long one */
		{ '.', 4, L, L }, { '.', 24, L | O, ALL },
		{ '.', 100, ALL, ALL },
		/* light without frames is light, but LOS waits for frames */
		{ '-', 10, ALL, ALL }, { '+', 2, ALL, F }, { '+', 23, F, 0 },
	};

	(void)state;
	follow(runs, ARRAY_SIZE(runs));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_out_of_frame),
		cmocka_unit_test(test_loss_of_frame),
		cmocka_unit_test(test_intermittent),
		cmocka_unit_test(test_loss_of_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
