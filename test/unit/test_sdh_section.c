// SPDX-License-Identifier: ISC
// A direction of the section: what goes in comes out, and what is counted.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "sdhsim/scrambler.h"
#include "sdhsim/section.h"

enum { OCTETS = 3, START = 26 };

struct fixture {
	uint8_t sequence[STM1_OCTETS];
	struct section section;
	unsigned int sent;	/* what goes in is numbered */
	uint8_t out[OCTETS];
};

static int set_up(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));

	*state = x;
	scrambler_sequence(x->sequence);
	return section_init(&x->section, stm1_dcc_find("rs"), x->sequence, 1);
}

static int tear_down(void **state)
{
	struct fixture *x = *state;

	section_free(&x->section);
	free(x);
	return 0;
}

static unsigned int step(struct fixture *x)
{
	uint8_t in[OCTETS] = {
		(uint8_t)(x->sent >> 8), (uint8_t)x->sent, 0x55,
	};

	x->sent++;
	return section_step(&x->section, in, x->section.dcc->count, x->out);
}

/* Begin: the receiver finds the frames. Returns the alarms at last. */
static unsigned int steps(struct fixture *x, unsigned int n)
{
	unsigned int alarms = 0;

	while (n--)
		alarms = step(x);
	return alarms;
}

static uint64_t count(const struct fixture *x, enum sdh_stat what)
{
	return x->section.stats.count[what];
}

static void assert_number(const struct fixture *x, unsigned int number)
{
	assert_int_equal(x->out[0] << 8 | x->out[1], number);
	assert_int_equal(x->out[2], 0x55);
}

static void assert_dead(const struct fixture *x)
{
	assert_memory_equal(x->out, "\xff\xff\xff", OCTETS);
}

static void test_clean(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(steps(x, START - 2), ALARM_LOF);
	assert_dead(x);
	assert_int_equal(step(x), 0);
	for (unsigned int i = 0; i < 1000; i++) {
		assert_number(x, x->sent - 1);
		assert_int_equal(step(x), 0);
	}
	assert_int_equal(count(x, SDH_FRAMES), START - 1 + 1000);
	assert_int_equal(count(x, SDH_FRAMES_LOST), START - 2);
	assert_int_equal(count(x, SDH_OCTETS), 3 * count(x, SDH_FRAMES));
	assert_int_equal(count(x, SDH_B1), 0);
	assert_int_equal(count(x, SDH_B2), 0);
	assert_int_equal(count(x, SDH_BIT_ERRORS), 0);
	assert_int_equal(count(x, SDH_LOS), 0);
}

static void test_delay(void **state)
{
	struct fixture *x = *state;
	uint64_t lost;

	assert_int_equal(section_delay(&x->section, DELAY_MAX + 1), -ERANGE);
	assert_int_equal(section_delay(&x->section, 80), 0);
	assert_int_equal(steps(x, 200), 0);
	assert_number(x, x->sent - 1 - 80);
	/* longer: what was on its way is lost, frames go on */
	lost = count(x, SDH_FRAMES_LOST);
	assert_int_equal(section_delay(&x->section, 100), 0);
	assert_int_equal(step(x), 0);
	assert_memory_equal(x->out, "\x7e\x7e\x7e", OCTETS);
	for (unsigned int i = 0; i < 300; i++)
		assert_int_equal(step(x), 0);
	assert_number(x, x->sent - 1 - 100);
	assert_int_equal(count(x, SDH_FRAMES_LOST) - lost, 101);
	/* but for the joints, parities fit */
	assert_in_range(count(x, SDH_B1), 0, 8 * 2);
	assert_int_equal(section_delay(&x->section, 0), 0);
	assert_int_equal(step(x), 0);
	assert_number(x, x->sent - 1);
	assert_int_equal(count(x, SDH_LOF), 0);
}

static void test_cut(void **state)
{
	struct fixture *x = *state;
	uint64_t lost;

	steps(x, 100);
	lost = count(x, SDH_FRAMES_LOST);
	x->section.cut = true;
	assert_int_equal(step(x), ALARM_LOS);
	assert_dead(x);
	assert_int_equal(steps(x, 96), ALARM_LOS | ALARM_OOF | ALARM_LOF);
	assert_int_equal(count(x, SDH_FRAMES_LOST) - lost, 97);
	x->section.cut = false;
	assert_int_equal(step(x), ALARM_LOS | ALARM_OOF | ALARM_LOF);
	assert_int_equal(step(x), ALARM_LOF);
	assert_int_equal(steps(x, 22), ALARM_LOF);
	assert_dead(x);
	assert_int_equal(step(x), 0);
	assert_number(x, x->sent - 1);
	steps(x, 100);
	assert_int_equal(count(x, SDH_LOS), 1);
	assert_int_equal(count(x, SDH_OOF), 1);
	assert_int_equal(count(x, SDH_LOF), 1);
	assert_int_equal(count(x, SDH_B1), 0);
}

/* Each error shows in B1 once, but where two fall on one parity; errors in
 * B1 itself show twice. */
static void test_errors(void **state)
{
	struct fixture *x = *state;
	uint64_t errors, b1, b2, before;

	steps(x, 100);
	before = count(x, SDH_OCTETS_ERRORED);
	assert_int_equal(errors_set(&x->section.errors, 1e-6), 0);
	steps(x, 100000);
	errors_set(&x->section.errors, 0);
	steps(x, 1);
	errors = count(x, SDH_BIT_ERRORS);
	b1 = count(x, SDH_B1);
	b2 = count(x, SDH_B2);
	assert_in_range(errors, 1700, 2200);
	assert_in_range(b1, errors - 60, errors + 10);
	assert_in_range(b2, errors - 80, errors + 20);
	assert_in_range(count(x, SDH_OCTETS_ERRORED) - before, 0, 10);
}

/* So many that the frames are lost, and found again. */
static void test_storm(void **state)
{
	struct fixture *x = *state;

	steps(x, 100);
	errors_set(&x->section.errors, 0.2);
	assert_int_equal(steps(x, 40), ALARM_OOF | ALARM_LOF);
	assert_dead(x);
	errors_set(&x->section.errors, 0);
	assert_int_equal(steps(x, 25), 0);
	assert_number(x, x->sent - 1);
	assert_int_equal(count(x, SDH_LOS), 0);
}

#define each(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		each(test_clean), each(test_delay), each(test_cut),
		each(test_errors), each(test_storm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
