// SPDX-License-Identifier: ISC
// A stream comes in: when the engine leaves a processor, and comes back.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/util.h"
#include "engine/placement.h"

enum { SOCKET = 7, TURN_MS = 1, TRAINS = 20 /* in such a turn */ };

/* The host: where packets come from and the engine runs; and its clock */
static struct site {
	struct placement placement;
	struct mono now, due;
	int from, here;
	bool follows;		/* packets do, wherever the engine goes */
	int left, returned, away;
} t;

int wake_reserve(struct waker *k)
{
	(void)k;
	return 0;
}

void wake_at(struct waker *k, struct wake *w, struct mono due)
{
	(void)k;
	assert_ptr_equal(w, &t.placement.over);
	t.due = due;
}

int processor_of_packets(int fd)
{
	assert_int_equal(fd, SOCKET);
	return t.from;
}

int processor_here(void)
{
	return t.here;
}

int processor_leave(struct processor_set *s, int processor)
{
	(void)s;
	assert_int_equal(processor, t.here);
	t.left++;
	t.away = true;
	t.here = !t.here;
	if (t.follows)
		t.from = t.here;
	return 0;
}

void processor_return(struct processor_set *s)
{
	(void)s;
	t.returned++;
	t.away = false;
}

void log_debug(const char *fmt, ...)
{
	(void)fmt;
}

static void begin(int from)
{
	t = (struct site){ .now = mono_ms(5000), .due = MONO_NEVER,
			   .from = from };
	assert_int_equal(placement_init(&t.placement, NULL), 0);
}

/* A stream for so long, or silence */
static void pass(int64_t ms, bool stream)
{
	struct mono end = mono_add(t.now, mono_ms(ms));

	while (mono_before(t.now, end)) {
		for (int i = 0; stream && i < TRAINS; i++)
			placement_streaming(&t.placement, SOCKET, t.now);
		t.now = mono_add(t.now, mono_ms(TURN_MS));
		if (mono_before(t.now, t.due))
			continue;
		t.due = MONO_NEVER;
		t.placement.over.called(&t.placement.over, t.now);
	}
}

static void test_together(void **state)
{
	(void)state;
	begin(0);
	pass(50, true);
	assert_int_equal(t.left, 1);
	assert_int_equal(t.here, 1);
	pass(30000, true);
	assert_int_equal(t.left, 1);
	assert_int_equal(t.returned, 0);
	assert_true(t.away);
	pass(250, false);
	assert_int_equal(t.returned, 1);
	assert_false(t.away);
	/* the next stream begins as the first */
	t.here = 0;
	pass(50, true);
	assert_int_equal(t.left, 2);
}

static void test_apart(void **state)
{
	static const int from[] = { 1, -ENODATA, -EBADF };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(from); i++) {
		begin(from[i]);
		pass(10000, true);
		assert_int_equal(t.left, 0);
		assert_int_equal(t.returned, 0);
	}
}

/* Packets follow: after a minute of that the stream is still the same one. */
static void test_followed(void **state)
{
	(void)state;
	begin(0);
	t.follows = true;
	pass(2000, true);
	assert_in_range(t.left, 4, 7);
	pass(60000, true);
	assert_in_range(t.left, 40, 90);
	assert_int_equal(t.returned, 0);
}

/* A short silence does not end a stream, a longer one does. */
static void test_pause(void **state)
{
	(void)state;
	begin(0);
	for (int i = 0; i < 20; i++) {
		pass(50, true);
		pass(90, false);
	}
	assert_int_equal(t.left, 1);
	assert_int_equal(t.returned, 0);
	pass(250, false);
	assert_int_equal(t.returned, 1);
	assert_int_equal(t.due.ns, MONO_NEVER.ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_followed),
		cmocka_unit_test(test_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
