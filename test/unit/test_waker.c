// SPDX-License-Identifier: ISC
// Wake-ups: which one is next, and those that come regularly.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/util.h"
#include "engine/waker.h"

enum { WAKES = 40, STEPS = 4000, FAR_OFF = 1000000000 };

static int set_up(void **state)
{
	struct waker *k = malloc(sizeof(*k));
	struct event_base *base = event_base_new();

	assert_non_null(k);
	assert_non_null(base);
	assert_int_equal(waker_init(k, base), 0);
	for (int i = 0; i < WAKES; i++)
		assert_int_equal(wake_reserve(k), 0);
	*state = k;
	return 0;
}

static int tear_down(void **state)
{
	struct waker *k = *state;
	struct event_base *base = event_get_base(k->expired);

	waker_fini(k);
	event_base_free(base);
	free(k);
	return 0;
}

/* When the first of those that are set is due */
static struct mono earliest(const struct wake *w)
{
	struct mono first = MONO_NEVER;

	for (int i = 0; i < WAKES; i++)
		if (w[i].place && mono_before(w[i].due, first))
			first = w[i].due;
	return first;
}

/* Set, moved and cancelled at random: the timer is for the first of them. */
static void test_order(void **state)
{
	struct waker *k = *state;
	struct wake w[WAKES] = { 0 };
	uint32_t seed = 1;

	for (int i = 0; i < STEPS; i++) {
		struct wake *one;

		seed = seed * 1664525 + 1013904223;
		one = &w[(seed >> 8) % WAKES];
		if (seed >> 30)
			wake_at(k, one, mono_ms(FAR_OFF + (seed >> 16) % 99));
		else
			wake_cancel(k, one);
		assert_int_equal(k->armed.ns, earliest(w).ns);
	}
	for (int i = 0; i < WAKES; i++)
		wake_cancel(k, &w[i]);
	assert_int_equal(k->armed.ns, MONO_NEVER.ns);
}

/* One that is due each second, in milliseconds */
static const struct {
	int64_t was, now, next;
} regular[] = {
	{ FAR_OFF, FAR_OFF, FAR_OFF + 1000 },
	{ FAR_OFF, FAR_OFF + 1, FAR_OFF + 1000 },	/* a little late */
	{ FAR_OFF, FAR_OFF + 999, FAR_OFF + 1000 },
	{ FAR_OFF, FAR_OFF + 1000, FAR_OFF + 2000 },	/* missed one */
	{ FAR_OFF, FAR_OFF + 7300, FAR_OFF + 8300 },	/* missed many */
	{ 0, FAR_OFF, FAR_OFF + 1000 },			/* never set before */
};

static void test_regular(void **state)
{
	struct waker *k = *state;

	for (size_t i = 0; i < ARRAY_SIZE(regular); i++) {
		struct wake w = { .due = mono_ms(regular[i].was) };

		wake_again(k, &w, mono_ms(1000), mono_ms(regular[i].now));
		assert_int_equal(mono_to_ms(w.due), regular[i].next);
		wake_cancel(k, &w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_regular, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
