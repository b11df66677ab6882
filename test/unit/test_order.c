// SPDX-License-Identifier: ISC
// The 1+1 receiver: tables of arrivals, links with delay, and chance.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/order.h"

enum { SKEW = 500, MAX_OUT = 64, A = 1, B = 2, C = 4 };

static struct order order;

/* What came out, as numbers with spaces between */
static char out[MAX_OUT * 6];

static struct mono at(int64_t ms)
{
	return mono_ms(100000 + ms);
}

static void passed(unsigned int number)
{
	size_t n = strlen(out);

	snprintf(out + n, sizeof(out) - n, "%s%u", n ? " " : "", number);
}

static void drain(struct mono now)
{
	struct order_item *item;

	while ((item = order_due(&order, now))) {
		passed((uint16_t)item->index);
		free(item);
	}
}

static void hold(uint64_t index, unsigned int class, struct mono now,
		 size_t octets)
{
	struct order_item *item = calloc(1, sizeof(*item));

	assert_non_null(item);
	item->index = index;
	item->came = now;
	item->octets = octets;
	order_hold(&order, class, item);
}

static enum order_verdict see_sized(unsigned int path, uint16_t number,
				    int64_t ms, size_t octets)
{
	uint64_t index;
	enum order_verdict v = order_see(&order, 0, path, number, at(ms),
					 &index);

	if (v == ORDER_PASS)
		passed(number);
	drain(at(ms));
	if (v == ORDER_HOLD)
		hold(index, 0, at(ms), octets);
	drain(at(ms));
	return v;
}

static enum order_verdict see(unsigned int path, uint16_t number, int64_t ms)
{
	return see_sized(path, number, ms, 100);
}

static void begin(uint8_t live)
{
	out[0] = '\0';
	order_init(&order, mono_ms(SKEW), at(0));
	order_live(&order, live);
}

static int teardown(void **state)
{
	struct order_item *item;

	(void)state;
	while ((item = order_take(&order)))
		free(item);
	return 0;
}

/* @ms: when. @path: by which it comes; 'x': other paths are live then */
struct arrival {
	int64_t ms;
	char path;
	uint16_t number;
};

static const struct {
	const char *what;
	uint8_t live;
	const char *out;
	uint64_t lost;
	struct arrival in[16];
} cases[] = {
	{ "a copy is dropped", A | B, "7 8", 0, {
		{ 0, 'A', 7 }, { 1, 'A', 8 }, { 9, 'B', 7 }, { 9, 'B', 8 },
	} },
	{ "the numbers go round", A | B, "65534 65535 0 1", 0, {
		{ 0, 'A', 65534 }, { 1, 'B', 65534 }, { 2, 'B', 65535 },
		{ 3, 'A', 65535 }, { 4, 'A', 0 }, { 4, 'B', 0 }, { 4, 'B', 1 },
	} },
	{ "a loss on the fast path is mended by the slow one", A | B,
	  "1 2 3 4", 0, {
		{ 0, 'A', 1 }, { 1, 'A', 3 }, { 2, 'A', 4 },
		{ 400, 'B', 1 }, { 401, 'B', 2 }, { 402, 'B', 3 },
	} },
	{ "both have lost it: nobody waits for it any longer", A | B,
	  "1 3 4", 1, {
		{ 0, 'A', 1 }, { 1, 'A', 3 }, { 2, 'A', 4 },
		{ 300, 'B', 1 }, { 301, 'B', 3 }, { 302, 'B', 4 },
	} },
	{ "one path alone: nothing is held", A, "1 3 4", 1, {
		{ 0, 'A', 1 }, { 1, 'A', 3 }, { 2, 'A', 4 }, { 3, 'A', 2 },
	} },
	{ "the skew is over", A | B, "1 3 4 5", 1, {
		{ 0, 'A', 1 }, { 1, 'A', 3 }, { 2, 'A', 4 },
		{ 502, 'A', 5 }, { 503, 'B', 2 },
	} },
	{ "what came later may be due first", A | B, "1 3 5", 2, {
		{ 0, 'A', 1 }, { 1, 'A', 5 }, { 2, 'A', 3 },
		{ 501, 'A', 5 },
	} },
	{ "the slow path dies: nothing more will come", A | B, "1 3 4", 1, {
		{ 0, 'A', 1 }, { 1, 'A', 3 }, { 2, 'A', 4 }, { 3, 'x', A },
	} },
	{ "a path comes back ahead of the other", A | B, "1 2 3 4 5", 0, {
		{ 0, 'B', 1 }, { 1, 'A', 4 }, { 2, 'A', 5 }, { 3, 'B', 2 },
		{ 4, 'B', 3 }, { 5, 'B', 4 }, { 6, 'B', 5 },
	} },
	{ "a dead path's last word does not count", A | B, "1 2 4", 1, {
		{ 0, 'A', 1 }, { 0, 'B', 1 }, { 1, 'x', A }, { 2, 'A', 2 },
		{ 3, 'A', 4 },
	} },
	{ "nothing live: what comes passes", 0, "1 3", 1, {
		{ 0, 'A', 1 }, { 1, 'A', 3 }, { 2, 'B', 2 },
	} },
	{ "three paths, one silent", A | B | C, "1 3", 1, {
		{ 0, 'A', 1 }, { 1, 'A', 3 }, { 2, 'B', 3 }, { 501, 'A', 1 },
	} },
	{ "one rogue is dropped", A | B, "1 2", 0, {
		{ 0, 'A', 1 }, { 1, 'A', 30000 }, { 2, 'A', 2 },
	} },
	{ "two in order are followed", A | B, "1 30001 30002", 0, {
		{ 0, 'A', 1 }, { 501, 'A', 30000 }, { 502, 'A', 30001 },
		{ 503, 'B', 30001 }, { 504, 'A', 30002 },
	} },
	{ "two out of order, or by two paths, are not", A | B, "1 2", 0, {
		{ 0, 'A', 1 }, { 1, 'A', 30000 }, { 2, 'A', 30002 },
		{ 3, 'B', 30003 }, { 4, 'A', 2 },
	} },
	{ "what is left of before does not turn it back", A | B,
	  "1 30001 30002", 0, {
		{ 0, 'A', 1 }, { 501, 'A', 30000 }, { 502, 'A', 30001 },
		{ 503, 'B', 2 }, { 504, 'B', 3 }, { 505, 'A', 30002 },
	} },
	{ "but later it does", A | B, "1 30001 3", 0, {
		{ 0, 'A', 1 }, { 501, 'A', 30000 }, { 502, 'A', 30001 },
		{ 1002, 'B', 2 }, { 1003, 'B', 3 },
	} },
	{ "what is held passes before a new beginning", A | B,
	  "1 3 30001", 1, {
		{ 0, 'A', 1 }, { 500, 'A', 3 }, { 502, 'A', 30000 },
		{ 503, 'A', 30001 },
	} },
	{ "after long silence one is enough", A | B, "1 30000", 0, {
		{ 0, 'A', 1 }, { 2001, 'A', 30000 }, { 2002, 'B', 30000 },
	} },
	{ "after long silence a loss is still mended", A | B, "1 2 3", 0, {
		{ 0, 'A', 1 }, { 0, 'B', 1 }, { 5000, 'A', 3 },
		{ 5001, 'B', 2 }, { 5002, 'B', 3 },
	} },
};

static void arrive(const struct arrival *a)
{
	if (a->path == 'x') {
		order_live(&order, (uint8_t)a->number);
		drain(at(a->ms));
	} else {
		see((unsigned int)(a->path - 'A'), a->number, a->ms);
	}
}

static void test_table(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(cases[i].live);
		for (int j = 0; cases[i].in[j].path; j++)
			arrive(&cases[i].in[j]);
		if (strcmp(out, cases[i].out) ||
		    order.lost != cases[i].lost || order.early)
			fail_msg("%s: \"%s\", %llu lost", cases[i].what, out,
				 (unsigned long long)order.lost);
		teardown(state);
	}
}

static void test_verdicts(void **state)
{
	(void)state;
	begin(A);
	assert_int_equal(see(0, 1, 0), ORDER_PASS);
	assert_int_equal(see(1, 1, 0), ORDER_COPY);
	assert_int_equal(see(0, 3, 0), ORDER_PASS);	/* only A could */
	assert_int_equal(see(1, 2, 0), ORDER_LATE);
	order_live(&order, A | B);
	assert_int_equal(see(0, 6, 0), ORDER_HOLD);
	assert_int_equal(see(1, 6, 0), ORDER_COPY);
	assert_int_equal(see(0, 40000, 0), ORDER_ROGUE);
}

static void test_when(void **state)
{
	(void)state;
	begin(A | B);
	assert_int_equal(order_when(&order).ns, MONO_NEVER.ns);
	see(0, 1, 0);
	see(0, 4, 10);
	see(0, 3, 20);
	assert_int_equal(order_when(&order).ns, at(10 + SKEW).ns);
	drain(at(9 + SKEW));
	assert_string_equal(out, "1");
	drain(at(10 + SKEW));
	assert_string_equal(out, "1 3 4");
	assert_int_equal(order_when(&order).ns, MONO_NEVER.ns);
}

static void test_reset(void **state)
{
	(void)state;
	begin(A | B);
	see(0, 1000, 0);
	see(0, 1002, 1);
	order_reset(&order);
	see(0, 990, 2);		/* would be old otherwise */
	see(0, 991, 3);
	assert_string_equal(out, "1000 1002 990 991");
}

/* A path that was away for long enough for the numbers to go round */
static void test_away(void **state)
{
	unsigned int n = 1;

	(void)state;
	begin(A | B);
	see(1, 0, 0);
	for (; n <= 65536 + 100; n++) {
		out[0] = '\0';
		see(0, (uint16_t)n, n / 32);
	}
	assert_int_equal(see(1, (uint16_t)(n - 1), n / 32), ORDER_COPY);
	assert_int_equal(see(1, (uint16_t)n, n / 32), ORDER_PASS);
}

/* A path that lags by nearly as many as there are numbers */
static void test_lag(void **state)
{
	unsigned int lag = 40000;

	(void)state;
	begin(A | B);
	for (unsigned int n = 0; n < 200000; n++) {
		out[0] = '\0';
		assert_int_equal(see(0, (uint16_t)n, n / 100), ORDER_PASS);
		if (n % 10 == 0 && n > lag)
			assert_int_equal(see(1, (uint16_t)(n - lag), n / 100),
					 ORDER_COPY);
		else if (n % 10 == 0)
			see(1, (uint16_t)(n ? 1 : 0), n / 100);
	}
}

static void test_bounds(void **state)
{
	(void)state;
	begin(A | B);
	see(0, 0, 0);
	for (unsigned int n = 2; n < 2 + ORDER_SLOTS * 2; n++)
		see(0, (uint16_t)n, 1);
	assert_in_range(order.classes[0].nheld, 0, ORDER_SLOTS);
	assert_int_equal(order.lost, 1);
	assert_int_equal(order.early, 1);
	teardown(NULL);
	begin(A | B);
	see(0, 0, 0);
	for (unsigned int n = 2; n < 1000; n += 2) {
		see_sized(0, (uint16_t)n, 1, ORDER_OCTETS / 100);
		assert_in_range(order.octets, 0, ORDER_OCTETS);
	}
	assert_int_equal(order.early, order.lost);
	assert_true(order.lost > 300);
	/* what is missing now has its time */
	order_live(&order, A | C);
	drain(at(1 + SKEW));
	assert_true(order.lost > order.early);
	/* a gap that is longer than what can be held */
	teardown(NULL);
	begin(A | B);
	see(0, 0, 0);
	see(0, ORDER_SLOTS + 10, 1);
	assert_int_equal(order.early, 10);
	assert_int_equal(order.lost, 10);
}

static void test_classes(void **state)
{
	uint64_t index;

	(void)state;
	begin(A | B);
	assert_int_equal(order_see(&order, 0, 0, 1, at(0), &index),
			 ORDER_PASS);
	assert_int_equal(order_see(&order, 3, 0, 1, at(0), &index),
			 ORDER_PASS);
	assert_int_equal(order_see(&order, 3, 1, 1, at(0), &index),
			 ORDER_COPY);
}

static uint64_t chance(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* A path in the simulation: in order, with a delay, up or down */
struct link {
	int64_t delay, last;
	uint32_t flying[1024];
	int64_t due[1024];
	unsigned int head, tail;
	bool up;
};

static void cut(struct link *l, bool up)
{
	l->up = up;
	if (!up)
		l->tail = l->head;
}

static void feed(struct link *l, uint32_t number, int64_t now, uint64_t *seed)
{
	if (!l->up)
		return;
	l->last = MAX(l->last, now + l->delay +
			       (int64_t)(chance(seed) % 20));
	l->flying[l->head % 1024] = number;
	l->due[l->head++ % 1024] = l->last;
}

static uint32_t expected;	/* number that must come out next */

static void came_out(uint64_t index, uint32_t start)
{
	if ((uint16_t)(start + expected) != (uint16_t)index)
		fail_msg("frame %u expected", expected);
	expected++;
}

static void all_due(struct mono now, uint32_t start)
{
	struct order_item *item;

	while ((item = order_due(&order, now))) {
		came_out(item->index, start);
		free(item);
	}
}

static void deliver(struct link *l, unsigned int path, int64_t now,
		    uint32_t start)
{
	while (l->tail != l->head && l->due[l->tail % 1024] <= now) {
		uint16_t number = (uint16_t)(start +
					     l->flying[l->tail++ % 1024]);
		uint64_t index;
		enum order_verdict v;

		v = order_see(&order, 0, path, number, at(now), &index);
		if (v == ORDER_PASS)
			came_out(number, start);
		all_due(at(now), start);
		if (v == ORDER_HOLD)
			hold(index, 0, at(now), 100);
		all_due(at(now), start);
		assert_true(order_when(&order).ns > at(now).ns);
	}
}

/* Two paths, either cut in turn while the other works: a frame a millisecond,
 * and not one lost, doubled or out of order. */
static void two_links(uint64_t seed, int64_t slow, uint32_t start)
{
	struct link links[2] = { { .delay = 1, .up = true },
				 { .delay = slow, .up = true } };
	int64_t end = 60000;

	begin(A | B);
	expected = 0;
	for (int64_t ms = 0; ms < end + SKEW * 3; ms++) {
		int64_t turn = ms % 4000, which = ms / 4000 % 2;

		if (turn == 2000)
			cut(&links[which], false);
		if (turn == 2050)	/* it is noticed, then */
			order_live(&order, which ? A : B);
		if (turn == 2800)
			cut(&links[which], true);
		if (turn == 2820)
			order_live(&order, A | B);
		for (int i = 0; i < 2 && ms < end; i++)
			feed(&links[i], (uint32_t)ms, ms, &seed);
		for (unsigned int i = 0; i < 2; i++)
			deliver(&links[i], i, ms, start);
		all_due(at(ms), start);
	}
	assert_int_equal(expected, end);
	assert_int_equal(order.lost, 0);
}

static void test_two_links(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 40; seed++)
		two_links(seed, (int64_t)(seed * 12), (uint32_t)seed * 5000);
}

static struct {
	uint64_t last[ORDER_CLASSES];
	long out;
} heap;

static void pop(struct mono now)
{
	struct order_item *item;

	while ((item = order_due(&order, now))) {
		unsigned int class = (unsigned int)item->octets % 4;

		assert_true(item->index > heap.last[class]);
		heap.last[class] = item->index;
		heap.out--;
		free(item);
	}
	assert_true(order_when(&order).ns > now.ns);
}

static void random_frame(uint64_t r, uint16_t *number, struct mono now)
{
	unsigned int class = r >> 20 & 3, path = r >> 22 & 7;
	uint64_t index;
	enum order_verdict v;

	if (r % 64)
		*number = (uint16_t)(*number + (r >> 8 & 7) - 2);
	else
		*number = (uint16_t)(r >> 32);
	v = order_see(&order, class, path, *number, now, &index);
	if (v == ORDER_PASS) {
		assert_true(index > heap.last[class]);
		heap.last[class] = index;
	}
	pop(now);
	if (v == ORDER_HOLD) {
		hold(index, class, now, (r >> 48) * 4 + class);
		heap.out++;
	}
	pop(now);
}

/* Whatever comes: never back, never twice, never without bound */
static void test_random(void **state)
{
	const char *text = getenv("DCCBRIDGE_TEST_EVENTS");
	long events = text ? atol(text) : 10000000;
	uint64_t seed = 88172645463325252;
	uint16_t number = 0;
	struct mono now = at(0);

	begin(A | B);
	for (long i = 0; i < events; i++) {
		uint64_t r = chance(&seed);

		now.ns += (int64_t)(r >> 40 & 0xfffff);
		if (r % 4096 == 1)
			order_live(&order, (uint8_t)(r >> 12));
		if (r % 65536 == 2)
			order_reset(&order);
		if (r % 4096 == 3)
			now = mono_add(now, mono_ms(3000));
		pop(now);
		random_frame(r, &number, now);
		assert_in_range(heap.out, 0, ORDER_SLOTS * ORDER_CLASSES);
		if (i % 1000 == 0)
			order_tick(&order, now);
	}
	teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test_teardown(test_verdicts, teardown),
		cmocka_unit_test_teardown(test_when, teardown),
		cmocka_unit_test_teardown(test_reset, teardown),
		cmocka_unit_test_teardown(test_away, teardown),
		cmocka_unit_test_teardown(test_lag, teardown),
		cmocka_unit_test_teardown(test_bounds, teardown),
		cmocka_unit_test_teardown(test_classes, teardown),
		cmocka_unit_test_teardown(test_two_links, teardown),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
