// SPDX-License-Identifier: ISC
// The virtual line, and the sizes of its packets.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/pacer.h"
#include "policy/piece.h"

static const struct mono start = { 5000000000 };

/* Give all that may be given now; returns how many pieces that were */
static int give(struct pacer *p, uint64_t octets, struct mono now)
{
	int n = 0;

	for (; !mono_before(now, pacer_when(p)); n++)
		pacer_sent(p, octets, now);
	return n;
}

/* 245 octets take 10 ms at 98 % of 200 kbit/s. */
static void test_two_below(void **state)
{
	struct mono now = start;
	struct pacer p;

	(void)state;
	pacer_init(&p, 200000, MONO_ZERO, now);
	assert_int_equal(give(&p, 245, now), 2);
	for (int i = 0; i < 100; i++) {
		now = mono_add(now, mono_ms(9));
		assert_int_equal(give(&p, 245, now), 0);
		now = mono_add(now, mono_ms(1));
		assert_int_equal(give(&p, 245, now), 1);
	}
	/* a wake-up that is late, or very late, makes no more than two */
	assert_int_equal(give(&p, 245, mono_add(now, mono_ms(25))), 2);
	assert_int_equal(give(&p, 245, mono_add(now, mono_ms(100000))), 2);
}

/* With a lead, a piece is given so much before the last one ends. */
static void test_lead(void **state)
{
	struct mono now = start;
	struct pacer p;

	(void)state;
	pacer_init(&p, 200000, mono_ms(3), now);
	assert_int_equal(give(&p, 245, now), 1);
	for (int i = 0; i < 100; i++) {
		now = mono_add(now, mono_ms(i ? 9 : 6));
		assert_int_equal(give(&p, 245, now), 0);
		now = mono_add(now, mono_ms(1));
		assert_int_equal(give(&p, 245, now), 1);
	}
	/* one that is late finds the line idle: one begins, one waits */
	now = mono_add(now, mono_ms(100));
	assert_int_equal(give(&p, 245, now), 1);
	/* of small pieces as many as last so long */
	pacer_init(&p, 200000, mono_ms(3), now);
	assert_int_equal(give(&p, 49, now), 2);
}

/* What waits below is waited for, and then all is as before. */
static void test_behind(void **state)
{
	struct mono now = start;
	struct pacer p;

	(void)state;
	pacer_init(&p, 200000, MONO_ZERO, now);
	assert_int_equal(give(&p, 245, now), 2);
	pacer_behind(&p, 2 * 245, now);
	now = mono_add(now, mono_ms(19));
	assert_int_equal(give(&p, 245, now), 0);
	now = mono_add(now, mono_ms(1));
	assert_int_equal(give(&p, 245, now), 1);
	/* what is less than is waited for anyhow changes nothing */
	pacer_behind(&p, 10, now);
	now = mono_add(now, mono_ms(10));
	assert_int_equal(give(&p, 245, now), 1);
}

static void test_rate(void **state)
{
	static const struct {
		uint64_t rate, octets;
	} table[] = {
		{ 64000, 80 }, { 192000, 240 }, { 192000, 40 },
		{ 768000, 1514 }, { 2048000, 1514 }, { 100000000, 100 },
		{ 9216000, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct mono now = start, end = mono_add(start, mono_ms(10000));
		uint64_t most = table[i].rate * 98 / 100 / 8 * 10, sent = 0;
		struct pacer p;

		pacer_init(&p, table[i].rate, MONO_ZERO, now);
		for (; mono_before(now, end); now = pacer_when(&p)) {
			pacer_sent(&p, table[i].octets, now);
			sent += table[i].octets;
		}
		most += 2 * table[i].octets + table[i].rate / 8000;
		assert_in_range(sent, most * 99 / 100, most);
	}
}

/* Small pieces of a fast line go in heaps of a millisecond, not one by one */
static void test_heaps(void **state)
{
	struct pacer p;

	(void)state;
	pacer_init(&p, 100000000, MONO_ZERO, start);
	assert_in_range(give(&p, 100, start), 122, 125);
	assert_int_equal(give(&p, 100, start), 0);
}

static void test_sizes(void **state)
{
	static const struct {
		uint64_t rate;
		int64_t delay_ms;
		size_t overhead, largest, size;
	} table[] = {
		{ 192000, 10, 3, 1500, 237 },
		{ 64000, 10, 3, 1500, 77 },
		{ 576000, 10, 3, 1500, 717 },
		{ 768000, 10, 3, 1500, 957 },
		{ 192000, 20, 3, 1500, 477 },
		/* headers may take 15 % only */
		{ 192000, 10, 42, 1472, 425 },
		{ 192000, 10, 62, 1452, 627 },
		{ 64000, 1, 3, 1500, 64 },
		/* as large as may be: fast, or not wanted, or not carried */
		{ 1200000, 10, 3, 1500, 1500 },
		{ 0, 10, 3, 1500, 1500 },
		{ 192000, 0, 3, 1500, 1500 },
		{ 1199999, 100000000, 3, 1500, 1500 },
		{ 192000, 10, 3, 100, 100 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		assert_int_equal(piece_size(table[i].rate,
					    mono_ms(table[i].delay_ms),
					    table[i].overhead,
					    table[i].largest), table[i].size);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_below),
		cmocka_unit_test(test_lead),
		cmocka_unit_test(test_behind),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_heaps),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
