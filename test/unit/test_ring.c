// SPDX-License-Identifier: ISC
// The ring of events: what is kept, what is lost, who finds his place again.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "control/ring.h"

static void add(struct ring *ring, int i)
{
	char text[32];
	struct notice n = { SEVERITY_INFO, "noc", "east", "test", text };

	snprintf(text, sizeof(text), "event %d", i);
	ring_add(ring, i, &n);
}

static void test_few(void **state)
{
	struct ring *ring = ring_new();
	const struct ring_event *e;
	uint64_t number = 1;

	(void)state;
	assert_null(ring_get(ring, &number));
	assert_int_equal(number, 1);
	add(ring, 1);
	add(ring, 2);
	e = ring_get(ring, &number);
	assert_non_null(e);
	assert_int_equal(e->number, 1);
	assert_int_equal(e->utc_ns, 1);
	assert_string_equal(e->channel, "noc");
	assert_string_equal(e->path, "east");
	assert_string_equal(e->text, "event 1");
	number = 3;
	assert_null(ring_get(ring, &number));
	assert_int_equal(number, 3);
	ring_free(ring);
}

static void test_full(void **state)
{
	struct ring *ring = ring_new();
	const struct ring_event *e;
	uint64_t number = 1;

	(void)state;
	for (int i = 1; i <= RING_SIZE; i++)
		add(ring, i);
	assert_string_equal(ring_get(ring, &number)->text, "event 1");
	for (int i = 1; i <= RING_SIZE; i++)
		add(ring, RING_SIZE + i);
	number = 5;
	e = ring_get(ring, &number);
	assert_int_equal(number, RING_SIZE + 1);
	assert_int_equal(e->number, RING_SIZE + 1);
	number = 2 * RING_SIZE;
	e = ring_get(ring, &number);
	assert_int_equal(e->number, 2 * RING_SIZE);
	ring_free(ring);
}

static void test_long(void **state)
{
	struct ring *ring = ring_new();
	char big[1000];
	struct notice n = { SEVERITY_ERROR, big, big, big, big };
	const struct ring_event *e;
	uint64_t number = 1;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	ring_add(ring, 1, &n);
	e = ring_get(ring, &number);
	assert_int_equal(strlen(e->channel), sizeof(e->channel) - 1);
	assert_int_equal(strlen(e->text), sizeof(e->text) - 1);
	assert_int_equal(e->severity, SEVERITY_ERROR);
	ring_free(ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
