// SPDX-License-Identifier: ISC
// When a frame in the making is given up, and that nothing else is lost.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/fragment.h"
#include "reassembly_site.h"

static const struct fragment_plan three = { 300, 100, 3 };

/* The number of the incomplete frame, the next of its class, what happens */
static const struct {
	const char *what;
	unsigned int begun, next;
	bool in_order, given_up;
} windows[] = {
	{ "the next", 100, 101, false, false },
	{ "63 on", 100, 163, false, false },
	{ "64 on", 100, 164, false, true },
	{ "65 on", 100, 165, false, true },
	{ "far on", 100, 3100, false, true },
	{ "one back", 100, 99, false, false },
	{ "63 back", 100, 37, false, false },
	{ "64 back", 100, 36, false, false },
	{ "astray", 100, 30000, false, false },
	{ "63 on, over the end", 65500, 65563, false, false },
	{ "64 on, over the end", 65500, 65564, false, true },
	{ "in order, the next", 100, 101, true, true },
	{ "in order, over the end", 65535, 65536, true, true },
	{ "in order, another", 100, 7000, true, true },
	{ "in order, the same", 100, 100, true, false },
};

static void test_window(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(windows); i++) {
		size_t n = i / 2;
		struct site s;

		site_new(&s, 2, windows[n].in_order);
		assert_int_equal(give(&s, windows[n].begun, &three, 1), 0);
		if (i % 2)
			give_whole(&s, windows[n].next);
		else
			give(&s, windows[n].next, &three, 0);
		if (s.r.count[REASSEMBLY_OVERTAKEN] != windows[n].given_up)
			fail_msg("%s", windows[n].what);
		site_end(&s);
	}
}

/* Only those that are too old go. */
static void test_window_edge(void **state)
{
	struct site s;

	(void)state;
	site_new(&s, 8, false);
	give(&s, 101, &three, 0);
	give(&s, 100, &three, 0);
	give_whole(&s, 164);
	assert_int_equal(s.r.count[REASSEMBLY_OVERTAKEN], 1);
	assert_int_equal(give(&s, 101, &three, 1), 0);
	assert_int_equal(give(&s, 101, &three, 2), 1);
	check_out(&s, 101, 300);
	site_end(&s);
}

/* A far end that begins anew is followed after two frames. */
static void test_follows(void **state)
{
	struct site s;

	(void)state;
	site_new(&s, 8, false);
	assert_int_equal(give(&s, 100, &three, 0), 0);
	assert_int_equal(give_whole(&s, 40000), 1);
	assert_int_equal(give_whole(&s, 40000), 1);
	assert_int_equal(give_whole(&s, 101), 1);
	assert_int_equal(give(&s, 50000, &three, 1), 0);
	assert_int_equal(s.r.count[REASSEMBLY_OVERTAKEN], 0);
	assert_int_equal(give(&s, 50001, &three, 1), 0);
	assert_int_equal(s.r.count[REASSEMBLY_OVERTAKEN], 1);
	/* what was begun on the way there is not lost */
	assert_int_equal(give(&s, 50000, &three, 0), 0);
	assert_int_equal(give(&s, 50000, &three, 2), 1);
	check_out(&s, 50000, 300);
	/* and its window is the one that counts now */
	assert_int_equal(give(&s, 50064, &three, 1), 0);
	assert_int_equal(s.r.count[REASSEMBLY_OVERTAKEN], 1);
	assert_int_equal(give(&s, 50065, &three, 1), 0);
	assert_int_equal(s.r.count[REASSEMBLY_OVERTAKEN], 2);
	site_end(&s);
}

/* Outside the window frames are made whole all the same. */
static void test_outside(void **state)
{
	struct site s;

	(void)state;
	site_new(&s, 8, false);
	assert_int_equal(give_whole(&s, 100), 1);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(give(&s, 20000, &three, i), i == 2);
		assert_int_equal(give(&s, 105, &three, i), i == 2);
		assert_int_equal(give_whole(&s, 101 + i), 1);
		assert_int_equal(give_whole(&s, 107 + i), 1);
	}
	assert_int_equal(s.r.count[REASSEMBLY_FRAMES], 2);
	site_end(&s);
}

static void test_late(void **state)
{
	struct site s;

	(void)state;
	site_new(&s, 8, false);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(give(&s, 100, &three, i), i == 2);
	assert_int_equal(give(&s, 100, &three, 1), -REASSEMBLY_LATE);
	give_whole(&s, 163);
	assert_int_equal(give(&s, 100, &three, 1), -REASSEMBLY_LATE);
	give_whole(&s, 164);
	assert_int_equal(give(&s, 100, &three, 1), 0);
	assert_int_equal(s.r.count[REASSEMBLY_LATE], 2);
	site_end(&s);
}

static void test_timeout(void **state)
{
	struct site s;

	(void)state;
	site_new(&s, 8, false);
	assert_true(reassembly_pool_deadline(&s.pool).ns == INT64_MAX);
	assert_int_equal(reassembly_pool_expire(&s.pool, mono_ms(1)), 0);
	give(&s, 1, &three, 0);
	s.ms = 500;
	give(&s, 2, &three, 0);
	s.ms = 900;
	give(&s, 1, &three, 1);
	s.ms = 1000;
	give(&s, 1, &three, 1);		/* a duplicate keeps nothing alive */
	assert_int_equal(mono_to_ms(reassembly_pool_deadline(&s.pool)),
			 500 + TIMEOUT);
	assert_int_equal(reassembly_pool_expire(&s.pool, mono_ms(2499)), 0);
	assert_int_equal(reassembly_pool_expire(&s.pool, mono_ms(2500)), 1);
	assert_int_equal(mono_to_ms(reassembly_pool_deadline(&s.pool)),
			 900 + TIMEOUT);
	assert_int_equal(reassembly_pool_expire(&s.pool, mono_ms(9999)), 1);
	assert_int_equal(s.r.count[REASSEMBLY_TIMEOUT], 2);
	assert_int_equal(s.r.pending, 0);
	assert_int_equal(give(&s, 1, &three, 2), -REASSEMBLY_LATE);
	site_end(&s);
}

/* The pool is shared: who waited longest gives way. */
static void test_pool(void **state)
{
	struct reassembly other;
	struct site s;

	(void)state;
	site_new(&s, 3, false);
	reassembly_init(&other, &s.pool, false);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(give(&s, i, &three, 0), 0);
	assert_int_equal(give(&s, 0, &three, 1), 0);
	assert_int_equal(reassembly_add(&other, MONO_ZERO,
					&(struct wire_header){
						.fragment = true },
					(const uint8_t *)"x", 1, &s.out), 0);
	assert_int_equal(s.r.count[REASSEMBLY_EVICTED], 1);
	assert_int_equal(s.r.pending, 2);
	assert_int_equal(other.pending, 1);
	assert_int_equal(give(&s, 1, &three, 1), -REASSEMBLY_LATE);
	assert_int_equal(give(&s, 0, &three, 2), 1);
	check_out(&s, 0, 300);
	assert_int_equal(s.pool.made, 3);
	reassembly_reset(&other);
	assert_int_equal(other.count[REASSEMBLY_OVERTAKEN], 1);
	site_end(&s);
}

static void test_no_pool(void **state)
{
	struct site s;

	(void)state;
	site_new(&s, 0, false);
	assert_int_equal(give(&s, 1, &three, 0), -REASSEMBLY_NO_MEMORY);
	assert_int_equal(s.r.count[REASSEMBLY_NO_MEMORY], 1);
	site_end(&s);
}

/* Nobody fills the pool alone. */
static void test_greedy(void **state)
{
	struct site s;

	(void)state;
	site_new(&s, 256, false);
	give_whole(&s, 0);
	for (unsigned int i = 0; i < 1000; i++) {
		assert_int_equal(give(&s, 10000 + i * 50, &three, 0), 0);
		assert_int_equal(s.r.pending, MIN(i + 1, 64u));
	}
	assert_int_equal(s.pool.made, 64);
	assert_int_equal(s.r.count[REASSEMBLY_EVICTED], 1000 - 64);
	site_end(&s);
}

static void test_reset(void **state)
{
	struct site s;

	(void)state;
	site_new(&s, 8, false);
	give(&s, 100, &three, 0);
	for (unsigned int i = 0; i < 3; i++)
		give(&s, 101, &three, i);
	reassembly_reset(&s.r);
	assert_int_equal(s.r.pending, 0);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(give(&s, 101, &three, i), i == 2);
	site_end(&s);
}

/* A path that loses, doubles and delays. Frames are numbered from a start
 * near the end of the numbers; of each we keep what arrived.
 */
struct storm {
	struct site s;
	uint32_t random;
	struct { unsigned int sequence, index; } box[32];
	size_t boxed;
	struct fragment_plan plans[128];	/* by sequence % 128 */
	uint64_t arrived[128][2];
	unsigned int complete, delivered;
};

static unsigned int dice(struct storm *st, unsigned int sides)
{
	st->random = st->random * 1664525 + 1013904223;
	return (st->random >> 12) % sides;
}

static void arrive(struct storm *st, unsigned int sequence, unsigned int index)
{
	struct fragment_plan *plan = &st->plans[sequence % 128];
	uint64_t *bits = st->arrived[sequence % 128];
	unsigned int n = 0;
	int r = give(&st->s, sequence, plan, index);

	bits[index / 64] |= UINT64_C(1) << index % 64;
	for (unsigned int i = 0; i < plan->count; i++)
		n += bits[i / 64] >> i % 64 & 1;
	assert_in_range(r + 16, 16 - REASSEMBLY_LATE, 17);
	assert_in_range(st->s.r.pending, 0, 64);
	if (r != 1) {
		/* complete only once, and late ever after */
		assert_true(n < plan->count || r == -REASSEMBLY_LATE);
		return;
	}
	assert_int_equal(n, plan->count);
	check_out(&st->s, sequence, plan->len);
	st->delivered++;
}

/* Take one out of the box at random; less than 64 frames are in there. */
static void take(struct storm *st)
{
	size_t i = dice(st, (unsigned int)st->boxed);

	arrive(st, st->box[i].sequence, st->box[i].index);
	if (dice(st, 20))
		st->box[i] = st->box[--st->boxed];
}

static void send_frame(struct storm *st, unsigned int sequence)
{
	static const size_t sizes[] = { 100, 300, 700 };
	struct fragment_plan *plan = &st->plans[sequence % 128];

	while (fragment_plan(plan, 1 + dice(st, 2000), sizes[dice(st, 3)]) ||
	       plan->count < 2)
		;
	memset(st->arrived[sequence % 128], 0, sizeof(st->arrived[0]));
	for (unsigned int i = 0; i < plan->count; i++) {
		while (st->boxed == ARRAY_SIZE(st->box))
			take(st);
		if (!dice(st, 50))
			continue;
		st->box[st->boxed].sequence = sequence;
		st->box[st->boxed++].index = i;
	}
}

static void drop_old(struct storm *st, unsigned int before)
{
	for (size_t i = 0; i < st->boxed;)
		if (st->box[i].sequence < before)
			st->box[i] = st->box[--st->boxed];
		else
			i++;
}

static void test_storm(void **state)
{
	static struct storm st = { .random = 7 };
	const unsigned int start = 65000, frames = 20000;
	const uint64_t *c = st.s.r.count;

	(void)state;
	site_new(&st.s, 80, false);
	for (unsigned int i = 0; i < frames; i++) {
		if (i > 60)
			drop_old(&st, start + i - 60);
		send_frame(&st, start + i);
	}
	while (st.boxed)
		take(&st);
	assert_int_equal(c[REASSEMBLY_FRAMES], st.delivered);
	assert_in_range(st.delivered, frames * 7 / 10, frames * 95 / 100);
	assert_true(c[REASSEMBLY_DUPLICATE] > 100);
	assert_true(c[REASSEMBLY_LATE] > 100);
	assert_int_equal(c[REASSEMBLY_MISMATCH] + c[REASSEMBLY_TOO_LONG] +
			 c[REASSEMBLY_NO_MEMORY] + c[REASSEMBLY_EVICTED], 0);
	assert_in_range(c[REASSEMBLY_OVERTAKEN] + st.delivered +
			st.s.r.pending, frames - 10, frames);
	site_end(&st.s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_window_edge),
		cmocka_unit_test(test_follows),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_pool),
		cmocka_unit_test(test_no_pool),
		cmocka_unit_test(test_greedy),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_storm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
