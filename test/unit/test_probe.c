// SPDX-License-Identifier: ISC
// Probes of an MTU leave a few at a time, with room for others in between.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/util.h"
#include "engine/probe.h"

enum {
	NEED = 9216,
	CROSSES = 1300,		/* octets that the path lets through */
	BEGIN_MS = 1000000000,
	TURNS = 60,
	A_TURN = 4,
};

/* What the far end would say to a turn's probes */
struct far {
	unsigned int probes, answers;
	struct oam_echo answer[TURNS];
};

static void to_far(void *arg, const uint8_t *oam, size_t len, struct mono now)
{
	struct far *far = arg;

	(void)now;
	far->probes++;
	if (len <= CROSSES && far->answers < TURNS &&
	    !oam_echo_decode(&far->answer[far->answers], oam, len))
		far->answers++;
}

/* As the waker calls: it is not set any more then. Return: probes it sent */
static unsigned int turn(struct probe *p, struct mono now, struct far *far)
{
	far->probes = far->answers = 0;
	wake_cancel(p->waker, &p->timer);
	p->timer.called(&p->timer, now);
	/* else the waker would call again in the same run */
	if (p->timer.place)
		assert_true(mono_before(now, p->timer.due));
	return far->probes;
}

/* The base size crosses and the largest is lost: then many sizes are tried
 * at once. */
static void test_turns(void **state)
{
	struct event_base *base = event_base_new();
	struct mono now = mono_ms(BEGIN_MS);
	struct probe p = { 0 };
	struct far far = { 0 };
	unsigned int full = 0;
	struct waker k;

	(void)state;
	assert_non_null(base);
	assert_int_equal(waker_init(&k, base), 0);
	assert_int_equal(probe_init(&p, &k, 7, to_far, &far), 0);
	probe_begin(&p, AF_INET, 0, NEED, now);
	probe_restart(&p, now);
	for (int i = 0; i < TURNS && p.timer.place; i++) {
		unsigned int n;

		if (mono_before(now, p.timer.due))
			now = p.timer.due;
		n = turn(&p, now, &far);
		assert_in_range(n, 0, A_TURN);
		full += n == A_TURN;
		for (unsigned int a = 0; a < far.answers; a++)
			probe_answered(&p, &far.answer[a], now);
	}
	assert_true(full > 1);
	probe_fini(&p);
	waker_fini(&k);
	event_base_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
