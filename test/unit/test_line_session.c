// SPDX-License-Identifier: ISC
// A line's session: a silence is believed when all that came has been heard.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "engine/line.h"

enum {
	DETECTION_MS = 30,		/* 10 ms x 3, as of themselves */
	THEIRS = 0x7e57,		/* the far end's discriminator */
};

/* What the port has when it is emptied, and whether that was all of it */
struct socket {
	bool has_message, is_endless;
	int emptied;
};

static struct site {
	struct line line;
	struct port port;
	struct config_path cfg;
	struct line_env env;
	struct waker waker;
	struct socket socket;
	struct mono now;
	uint64_t rate;
	uint16_t sequence;
	int sent, woken;
} t;

/* What a session needs of others */

int wake_reserve(struct waker *k)
{
	(void)k;
	return 0;
}

void wake_release(struct waker *k)
{
	(void)k;
}

void wake_at(struct waker *k, struct wake *w, struct mono due)
{
	(void)k;
	w->place = 1;
	w->due = due;
}

void wake_cancel(struct waker *k, struct wake *w)
{
	(void)k;
	w->place = 0;
}

void line_send_message(struct line *l, const struct wire_header *h,
		       const uint8_t *data, size_t len, struct stats *stats,
		       struct mono now)
{
	(void)l;
	(void)h;
	(void)data;
	(void)len;
	(void)stats;
	(void)now;
	t.sent++;
}

void line_run(struct line *l, struct mono now)
{
	(void)l;
	(void)now;
}

int sched_put_oam(struct sched_slot *slot, const struct wire_header *h,
		  const uint8_t *data, size_t len, struct mono now)
{
	(void)slot;
	(void)h;
	(void)data;
	(void)len;
	(void)now;
	t.sent++;
	return 0;
}

uint64_t line_rate(const struct line *l)
{
	(void)l;
	return t.rate;
}

size_t line_overhead(const struct line *l)
{
	(void)l;
	return 0;
}

bool line_is_open(const struct line *l)
{
	(void)l;
	return true;
}

static void changed(void *arg, struct line *l)
{
	(void)arg;
	(void)l;
}

/* From the far end, or from one of its former lives */
static int hear_message(enum wire_session state, uint32_t yours, bool final)
{
	uint8_t octets[WIRE_LIVENESS_LEN];
	struct wire_header h = { .sequence = ++t.sequence };
	struct oam_liveness m = {
		.state = (uint8_t)state, .multiplier = 3, .mine = THEIRS,
		.yours = yours, .tx_us = 10000, .rx_us = 10000,
		.final = final,
	};

	oam_liveness_encode(octets, &m);
	return line_session_take(&t.line, &h, octets, sizeof(octets), t.now);
}

static int hear(enum wire_session state, uint32_t yours)
{
	return hear_message(state, yours, false);
}

static int hear_well(void)
{
	return hear(WIRE_UP, t.line.session.live.mine);
}

bool line_empty(struct line *l, struct mono now)
{
	assert_ptr_equal(l, &t.line);
	assert_int_equal(now.ns, t.now.ns);
	t.socket.emptied++;
	if (t.socket.has_message) {
		t.socket.has_message = false;
		assert_int_equal(hear_well(), 0);
	}
	return !t.socket.is_endless;
}

static int set_up(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	t.now = mono_ms(1000000);
	t.cfg.liveness.multiplier = 3;
	t.env.waker = &t.waker;
	t.env.changed = changed;
	t.line.cfg = &t.cfg;
	t.line.env = &t.env;
	t.line.port = &t.port;
	TAILQ_INIT(&t.line.users);
	assert_int_equal(line_session_init(&t.line, t.now), 0);
	line_session_follow(&t.line, t.now);
	assert_int_equal(hear(WIRE_INIT, t.line.session.live.mine), 0);
	assert_int_equal(hear_well(), 0);
	assert_true(line_is_up(&t.line));
	return 0;
}

/* Do what is due, in time, until the far end has been silent for so long. */
static void be_silent(int64_t ms)
{
	struct wake *w = &t.line.session.wake;
	struct mono end = mono_add(t.now, mono_ms(ms));

	while (w->place && mono_before(w->due, end)) {
		t.now = w->due;
		t.woken++;
		w->place = 0;
		w->called(w, t.now);
	}
	t.now = end;
}

/* What is due by now, once */
static void wake(void)
{
	struct wake *w = &t.line.session.wake;

	assert_true(w->place && !mono_before(t.now, w->due));
	w->place = 0;
	w->called(w, t.now);
}

/* The far end's message waits in the port. What comes to the line before
 * that: nothing but its time, new settings, what is not its far end's, or a
 * far end that has begun anew? */
static void come_nothing(void)
{
}

static void come_settings(void)
{
	line_session_follow(&t.line, t.now);
}

static void come_stray(void)
{
	assert_int_equal(hear(WIRE_UP, 1), DROP_SESSION);
}

static void come_anew(void)
{
	assert_int_equal(hear(WIRE_DOWN, 0), DROP_SESSION);
}

static void (*const comers[])(void) = {
	come_nothing, come_settings, come_stray, come_anew,
};

static void test_drained(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(comers); i++) {
		for (int heard = 0; heard < 2; heard++) {
			set_up(state);
			be_silent(DETECTION_MS - 1);
			t.now = mono_add(t.now, mono_ms(2));
			assert_int_equal(t.socket.emptied, 0);
			t.socket.has_message = heard;
			comers[i]();
			assert_true(line_is_up(&t.line));
			wake();
			assert_int_equal(t.socket.emptied, 1);
			assert_int_equal(line_is_up(&t.line), heard);
		}
	}
}

/* We stood still for longer than that: the far end has its time again. */
static void test_stood_still(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(comers); i++) {
		set_up(state);
		be_silent(5);
		t.now = mono_add(t.now, mono_ms(5 * DETECTION_MS));
		comers[i]();
		if (i)
			be_silent(DETECTION_MS - 10);
		else
			wake();
		assert_true(line_is_up(&t.line));
		be_silent(DETECTION_MS);
		assert_false(line_is_up(&t.line));
	}
}

/* There is more in the port than it takes at once: that is not believed, but
 * not for ever; and we are still heard. */
static void test_endless(void **state)
{
	int sent = t.sent;

	(void)state;
	t.socket.is_endless = true;
	be_silent(2 * DETECTION_MS - 2);
	assert_true(line_is_up(&t.line));
	assert_in_range(t.socket.emptied, DETECTION_MS / 2,
			2 * DETECTION_MS);
	assert_in_range(t.sent - sent, 5, 9);
	t.socket.has_message = true;
	be_silent(4);
	assert_true(line_is_up(&t.line));
	be_silent(2 * DETECTION_MS - 8);
	assert_true(line_is_up(&t.line));
	be_silent(12);
	assert_false(line_is_up(&t.line));
}

/* What takes long lets us be heard: when it is time, or before it begins. */
static void test_beat(void **state)
{
	static const struct {
		int ms;			/* after the last message */
		bool early, is_up, is_slow, sends;
	} table[] = {
		{ 1, false, true, false, false },
		{ 1, true, true, false, true },
		{ 11, false, true, false, true },
		{ 11, false, true, true, false },
		{ 11, false, false, false, false },
		{ 11, true, false, false, false },
		{ 1, true, true, true, false },
		{ DETECTION_MS * 2, false, true, false, true },
	};
	static struct slow *const slow = (struct slow *)&t.socket;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		int sent;

		set_up(state);
		be_silent(7);
		t.now = t.line.session.live.sent;
		if (!table[i].is_up)
			hear(WIRE_DOWN, t.line.session.live.mine);
		t.now = mono_add(t.now, mono_ms(table[i].ms));
		t.line.slow = table[i].is_slow ? slow : NULL;
		sent = t.sent;
		line_session_beat(&t.line, table[i].early, t.now);
		assert_int_equal(t.sent - sent, table[i].sends);
		assert_int_equal(line_is_up(&t.line), table[i].is_up);
	}
}

/* A line that was cut is back: a message at once, but not time and again. */
static void test_revived(void **state)
{
	int sent;

	(void)state;
	be_silent(2 * DETECTION_MS + 20);
	assert_false(line_is_up(&t.line));
	for (int i = 0; i < 3; i++) {
		t.now = t.line.session.live.sent;
		be_silent(200);
		sent = t.sent;
		line_session_revived(&t.line, t.now);
		assert_int_equal(t.sent - sent, 1);
		line_session_revived(&t.line, t.now);
		assert_int_equal(t.sent - sent, 1);
		be_silent(9);
		assert_int_equal(t.sent - sent, 1);
		be_silent(2);
		assert_int_equal(t.sent - sent, 2);
	}
}

/* Who hears the far end, or does not want to, has no need of it. */
static void test_not_revived(void **state)
{
	int sent;

	(void)state;
	t.now = mono_add(t.line.session.live.sent, mono_ms(5));
	sent = t.sent;
	line_session_revived(&t.line, t.now);
	assert_int_equal(t.sent, sent);
	liveness_set_admin(&t.line.session.live, true, t.now);
	line_session_follow(&t.line, t.now);
	t.now = mono_add(t.now, mono_ms(200));
	sent = t.sent;
	line_session_revived(&t.line, t.now);
	assert_int_equal(t.sent, sent);
}

static void seconds(int n)
{
	while (n--)
		line_session_tick(&t.line, t.now);
}

static void answer_poll(void)
{
	assert_true(t.line.session.live.polling);
	hear_message(WIRE_UP, t.line.session.live.mine, true);
	assert_false(t.line.session.live.polling);
}

static bool each_ms(int interval, int detection)
{
	const struct liveness *s = &t.line.session.live;

	return liveness_interval(s).ns == mono_ms(interval).ns &&
	       liveness_detection(s).ns == mono_ms(detection).ns;
}

/* A line rests if it is fast and nothing is said of its interval. */
static void test_rests(void **state)
{
	static const struct {
		uint64_t interval_ns, rate;
		bool rests;
	} table[] = {
		{ 0, 0, true },
		{ 10000000, 0, false },
		{ 0, 576000, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		set_up(state);
		answer_poll();
		t.cfg.liveness.interval_ns = table[i].interval_ns;
		t.rate = table[i].rate;
		seconds(REST_CALM - 1);
		assert_false(t.line.session.live.polling);
		seconds(1);
		assert_int_equal(t.line.session.rest.resting, table[i].rests);
		assert_int_equal(t.line.session.live.polling, table[i].rests);
	}
}

static void rest(void)
{
	answer_poll();
	seconds(REST_CALM);
	/* we are as quick as before until the far end has answered */
	assert_int_equal(t.line.session.live.tx.ns, mono_ms(10).ns);
	answer_poll();
	assert_true(each_ms(300, 900));
}

/* Roused at once, and it is told at once. */
static void test_roused(void **state)
{
	int sent;

	(void)state;
	rest();
	t.now = mono_add(t.now, mono_ms(1));
	sent = t.sent;
	line_session_rouse(&t.line, t.now);
	assert_int_equal(t.sent - sent, 1);
	assert_true(each_ms(10, 900));
	answer_poll();
	assert_true(each_ms(10, 30));
}

/* What is configured has effect at once; what comes up anew begins fast. */
static void test_rest_ends(void **state)
{
	rest();
	t.cfg.liveness.interval_ns = 50000000;
	line_session_follow(&t.line, t.now);
	assert_false(t.line.session.rest.resting);
	answer_poll();
	assert_true(each_ms(50, 150));

	set_up(state);
	t.cfg.liveness.interval_ns = 0;
	rest();
	be_silent(890);
	assert_true(line_is_up(&t.line));
	be_silent(20);
	assert_false(line_is_up(&t.line));
	assert_false(t.line.session.rest.resting);
	hear(WIRE_INIT, t.line.session.live.mine);
	assert_true(line_is_up(&t.line));
	answer_poll();
	assert_true(each_ms(10, 30));
}

/* Frames of ours speak for messages, but for some, and the wake-ups do not come
 * much more often than for those; when there are no frames any more, messages
 * go as before. */
static void test_said(void **state)
{
	int sent;

	(void)state;
	answer_poll();
	sent = t.sent;
	t.woken = 0;
	for (int ms = 0; ms < 5000; ms += 2) {
		t.line.session.proven = t.now;
		line_session_said(&t.line, t.now);
		be_silent(2);
	}
	assert_true(line_is_up(&t.line));
	assert_in_range(t.sent - sent, 24, 27);
	assert_in_range(t.woken, 0, 5000 / 7);
	be_silent(10);
	sent = t.sent;
	be_silent(18);
	assert_true(line_is_up(&t.line));
	assert_in_range(t.sent - sent, 1, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_drained, set_up),
		cmocka_unit_test_setup(test_stood_still, set_up),
		cmocka_unit_test_setup(test_endless, set_up),
		cmocka_unit_test_setup(test_beat, set_up),
		cmocka_unit_test_setup(test_revived, set_up),
		cmocka_unit_test_setup(test_not_revived, set_up),
		cmocka_unit_test_setup(test_said, set_up),
		cmocka_unit_test_setup(test_rests, set_up),
		cmocka_unit_test_setup(test_roused, set_up),
		cmocka_unit_test_setup(test_rest_ends, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
