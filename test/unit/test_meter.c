// SPDX-License-Identifier: ISC
// Loss and delay as two ends measure them, and messages that would mislead.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/meter.h"

/* One of the two; their clocks have nothing to do with each other. */
struct end {
	struct meter meter;
	uint32_t session;
	uint64_t sent, received;
	uint32_t beats, beats_received;
	struct mono offset;
};

struct pair {
	struct end a, b;
	struct mono now;
};

static struct mono clock_of(const struct pair *p, const struct end *e)
{
	return mono_add(p->now, e->offset);
}

static void begin(struct pair *p, uint64_t count)
{
	memset(p, 0, sizeof(*p));
	p->now = mono_ms(1000);
	p->b.offset = mono_ms(987654321);
	p->a.sent = p->b.sent = p->a.received = p->b.received = count;
	p->a.session = 0x11111111;
	p->b.session = 0x22222222;
	meter_init(&p->a.meter, 0x1111, clock_of(p, &p->a));
	meter_init(&p->b.meter, 0x2222, clock_of(p, &p->b));
}

static void frames(struct end *from, struct end *to, unsigned int sent,
		   unsigned int came)
{
	from->sent += sent;
	to->received += came;
}

static void beats(struct end *from, struct end *to, unsigned int sent,
		  unsigned int came)
{
	from->beats += sent;
	to->beats_received += came;
}

static int hear(struct pair *p, struct end *e, const struct oam_counters *c)
{
	const struct meter_count received = {
		e->received, e->beats_received
	};

	return meter_heard(&e->meter, c, &received, clock_of(p, e));
}

/* A message takes @ms to the other end. */
static struct oam_counters tell(struct pair *p, struct end *from,
				struct end *to, int64_t ms)
{
	const struct meter_count sent = { from->sent++, from->beats };
	struct oam_counters c;

	meter_send(&from->meter, &c, from->session, &sent, clock_of(p, from));
	p->now = mono_add(p->now, mono_ms(ms));
	to->received++;
	assert_int_equal(hear(p, to, &c), 0);
	return c;
}

static void both(struct pair *p)
{
	tell(p, &p->a, &p->b, 10);
	p->now = mono_add(p->now, mono_ms(200));
	tell(p, &p->b, &p->a, 30);
	p->now = mono_add(p->now, mono_ms(760));
}

/* Until each knows that the other one hears it, nothing is counted. */
static void meet(struct pair *p, uint64_t count)
{
	begin(p, count);
	both(p);
	both(p);
}

static void loss_is(const struct meter_loss *l, uint64_t sent, uint64_t lost)
{
	assert_int_equal(l->sent, sent);
	assert_int_equal(l->lost, lost);
}

/* Counters begin where one of them is about to wrap, too. */
static void test_both_directions(void **state)
{
	static const uint64_t counts[] = {
		0, 5, UINT32_MAX - 50, UINT32_MAX, UINT64_C(1) << 40,
	};
	struct meter_report r;
	struct pair p;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		begin(&p, counts[i]);
		meter_report(&p.a.meter, &r);
		assert_false(r.measured);
		meet(&p, counts[i]);
		frames(&p.a, &p.b, 1000, 990);
		frames(&p.b, &p.a, 500, 500);
		both(&p);
		frames(&p.b, &p.a, 100, 97);
		both(&p);
		/* a message itself counts as well */
		meter_report(&p.a.meter, &r);
		loss_is(&r.near, 603, 3);
		loss_is(&r.far, 1003, 10);
		loss_is(&r.recent_near, 603, 3);
		loss_is(&r.recent_far, 1003, 10);
		assert_true(r.measured);
		assert_int_equal(mono_to_ms(r.rtt), 40);
		assert_int_equal(mono_to_ms(r.average), 40);
		assert_int_equal(mono_to_ms(r.least), 40);
		assert_int_equal(mono_to_ms(r.most), 40);
		meter_report(&p.b.meter, &r);
		loss_is(&r.near, 1002, 10);
		/* of what came after its last message nobody has told it */
		loss_is(&r.far, 502, 0);
	}
}

static void test_recent(void **state)
{
	struct meter_report r;
	struct pair p;

	(void)state;
	meet(&p, 0);
	frames(&p.a, &p.b, 100, 50);
	for (int i = 0; i < 90; i++)
		both(&p);
	meter_report(&p.a.meter, &r);
	loss_is(&r.far, 191, 50);
	assert_int_equal(r.recent_far.lost, 0);
	assert_in_range(r.recent_far.sent, 29, 61);
}

/* A message that overtakes packets: too many now, as many too few later. */
static void test_overtaken(void **state)
{
	struct meter_report r;
	struct pair p;

	(void)state;
	meet(&p, 0);
	p.b.received += 10;		/* duplicates, or from before */
	frames(&p.a, &p.b, 100, 80);
	both(&p);
	meter_report(&p.b.meter, &r);
	loss_is(&r.near, 101, 10);
	/* what comes too much hides no more than so much */
	p.b.received += 1000;
	both(&p);
	frames(&p.a, &p.b, 1000, 0);
	both(&p);
	meter_report(&p.b.meter, &r);
	loss_is(&r.near, 1103, 10 + 1000 - 64);
}

static void refuses(struct pair *p, const struct oam_counters *c)
{
	struct meter before = p->a.meter;

	assert_int_equal(hear(p, &p->a, c), -1);
	assert_memory_equal(&before, &p->a.meter, sizeof(before));
}

static void test_hostile(void **state)
{
	struct oam_counters good, bad;
	struct meter_report r, again;
	struct pair p;

	(void)state;
	begin(&p, 0);
	both(&p);
	tell(&p, &p.a, &p.b, 1);
	good = tell(&p, &p.b, &p.a, 1);
	meter_report(&p.a.meter, &r);

	refuses(&p, &good);			/* again */
	bad = good;
	bad.timestamp--;			/* older */
	bad.sent++;
	refuses(&p, &bad);
	bad = good;
	bad.timestamp += UINT64_C(1) << 62;	/* a day that has not come */
	bad.sent++;
	refuses(&p, &bad);
	bad.timestamp = UINT64_MAX;
	refuses(&p, &bad);
	bad = good;
	bad.timestamp++;			/* more than any line carries */
	bad.sent += 1000000000;
	refuses(&p, &bad);
	bad.sent = good.sent - 1;
	refuses(&p, &bad);

	/* an answer to nothing that we have sent */
	bad = good;
	bad.timestamp++;
	bad.sent++;
	bad.yours ^= 1;
	bad.received += 1000;
	p.a.received++;
	assert_int_equal(hear(&p, &p.a, &bad), 0);
	meter_report(&p.a.meter, &again);
	assert_memory_equal(&r.far, &again.far, sizeof(r.far));
	assert_int_equal(r.rtt.ns, again.rtt.ns);

	/* one that rested longer than it can have */
	bad.timestamp++;
	bad.sent++;
	bad.yours = good.yours;
	bad.hold_us = UINT32_MAX;
	p.a.received++;
	hear(&p, &p.a, &bad);
	meter_report(&p.a.meter, &again);
	assert_in_range(again.rtt.ns, 0, mono_ms(1).ns);
}

/* The far end starts again: nothing of before is lost for that. */
static void test_restart(void **state)
{
	struct oam_counters old;
	struct meter_report r;
	struct pair p;

	(void)state;
	meet(&p, 1000);
	frames(&p.b, &p.a, 50, 49);
	tell(&p, &p.a, &p.b, 1);
	old = tell(&p, &p.b, &p.a, 1);
	p.b.sent = p.b.received = 0;
	p.b.session = 0x33333333;
	meter_init(&p.b.meter, 0x3333, clock_of(&p, &p.b));
	both(&p);
	both(&p);
	frames(&p.b, &p.a, 20, 18);
	both(&p);
	meter_report(&p.a.meter, &r);
	loss_is(&r.near, 1 + 51 + 1 + 21, 1 + 2);
	assert_int_equal(r.far.lost, 0);

	/* the path is made anew there, in the same session */
	p.b.sent = p.b.received = 0;
	meter_init(&p.b.meter, 0x4444, clock_of(&p, &p.b));
	both(&p);
	both(&p);
	/* nothing of before is taken any more, whatever run it is of */
	old.session = p.b.session;
	refuses(&p, &old);
	frames(&p.b, &p.a, 20, 19);
	both(&p);
	meter_report(&p.a.meter, &r);
	assert_int_equal(r.near.lost, 1 + 2 + 1);
	assert_int_equal(r.far.lost, 0);
}

/* Liveness messages are counted beside packets, within a session. */
static void test_beats(void **state)
{
	struct meter_report r;
	struct pair p;

	(void)state;
	begin(&p, 0);
	p.a.beats = UINT32_MAX - 70;
	p.b.beats_received = 12345;
	both(&p);
	both(&p);
	beats(&p.a, &p.b, 100, 75);
	beats(&p.b, &p.a, 200, 200);
	both(&p);
	both(&p);
	meter_report(&p.a.meter, &r);
	loss_is(&r.far_beats, 100, 25);
	loss_is(&r.near_beats, 200, 0);
	assert_int_equal(r.near.lost + r.far.lost, 0);
	meter_report(&p.b.meter, &r);
	loss_is(&r.near_beats, 100, 25);
	loss_is(&r.far_beats, 200, 0);
	/* those of a fault are nobody's */
	beats(&p.a, &p.b, 50, 0);
	p.a.session++;
	p.b.session++;
	both(&p);
	both(&p);
	meter_report(&p.a.meter, &r);
	assert_int_equal(r.far_beats.lost, 25);
	meter_report(&p.b.meter, &r);
	assert_int_equal(r.near_beats.lost, 25);
}

/* A fault ends the line's session, but nobody's counting. */
static void test_fault(void **state)
{
	struct meter_report r;
	struct pair p;

	(void)state;
	meet(&p, 1000);
	frames(&p.b, &p.a, 50, 0);
	frames(&p.a, &p.b, 30, 0);
	p.now = mono_add(p.now, mono_ms(600000));
	p.a.session++;
	p.b.session++;
	both(&p);
	meter_report(&p.a.meter, &r);
	loss_is(&r.near, 1 + 51, 50);
	loss_is(&r.far, 1 + 31, 30);
	/* so many cannot have crossed: begin anew */
	p.b.sent += 1000000000;
	p.b.session++;
	both(&p);
	both(&p);
	meter_report(&p.a.meter, &r);
	assert_int_equal(r.near.lost, 50);
}

/* What was recorded earlier in the session, or comes before all else, is not
 * what anything is compared with. */
static void test_replayed_first(void **state)
{
	struct oam_counters old, older;
	struct meter_report r;
	struct pair p;

	(void)state;
	meet(&p, 1000);
	older = tell(&p, &p.b, &p.a, 1);
	old = tell(&p, &p.b, &p.a, 1);
	frames(&p.b, &p.a, 5000, 5000);
	p.now = mono_add(p.now, mono_ms(600000));
	/* the path is made anew here */
	p.a.sent = p.a.received = 0;
	meter_init(&p.a.meter, 0x5555, clock_of(&p, &p.a));
	for (int i = 0; i < 3; i++) {
		p.a.received++;
		assert_int_equal(hear(&p, &p.a, i ? &old : &older), 0);
		tell(&p, &p.a, &p.b, 1);
	}
	both(&p);
	both(&p);
	meter_report(&p.a.meter, &r);
	assert_int_equal(r.near.lost, 0);
	assert_int_equal(r.far.lost, 0);
	loss_is(&r.recent_near, 1, 0);
	refuses(&p, &old);
}

static void test_interval(void **state)
{
	static const struct {
		uint64_t rate;
		size_t octets, paths;
		int64_t ms;
	} table[] = {
		{ 0, 42, 1, 1000 }, { 0, 42, 1000, 1000 },
		{ 192000, 47, 1, 9791 }, { 192000, 47, 8, 78333 },
		{ 64000, 47, 1, 29375 }, { 576000, 47, 1, 3263 },
		{ 100000000, 84, 1, 1000 }, { 1, 84, 65535, 3600000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		assert_int_equal(mono_to_ms(meter_interval(table[i].rate,
			table[i].octets, table[i].paths)), table[i].ms);
}

static void test_ppm(void **state)
{
	(void)state;
	assert_int_equal(meter_ppm(&(struct meter_loss){ 0, 0 }), 0);
	assert_int_equal(meter_ppm(&(struct meter_loss){ 3, 1 }), 333333);
	assert_int_equal(meter_ppm(&(struct meter_loss){ 7, 7 }), 1000000);
	assert_int_equal(meter_ppm(&(struct meter_loss){ 1000000000, 999 }),
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_directions),
		cmocka_unit_test(test_recent),
		cmocka_unit_test(test_overtaken),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_beats),
		cmocka_unit_test(test_fault),
		cmocka_unit_test(test_replayed_first),
		cmocka_unit_test(test_interval),
		cmocka_unit_test(test_ppm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
