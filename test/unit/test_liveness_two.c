// SPDX-License-Identifier: ISC
// Two sessions of RFC 5880 and what may lie between them, by chance too.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/liveness.h"

static uint32_t seed;

static uint32_t dice(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed ^ seed >> 16;
}

static uint32_t random_bits(void *arg)
{
	(void)arg;
	return dice();
}

static struct mono at(int64_t ms)
{
	return mono_ms(1000000 + ms);
}

static const struct liveness_pace usual = {
	.interval = { 100000000 }, .multiplier = 3, .jitter = 250,
};

/* Between the two is somebody who records, repeats, reflects and invents. */
enum { ENDS = 2, HELD = 64, RECORDED = 512 };

struct message {
	int64_t at;		/* ns; 0: none */
	struct oam_liveness m;
	uint16_t sequence;
};

struct end {
	struct liveness s;
	uint16_t sequence;
	struct message coming[HELD];
	struct message record[RECORDED];	/* of what it has sent */
	unsigned int recorded;
	bool deaf;		/* nothing reaches it */
};

static struct end ends[ENDS];
static struct mono now;
static bool calm;

static void check(const struct liveness *l)
{
	assert_true(l->state < WIRE_SESSION_NUM);
	assert_true(l->mine && l->mine != l->former);
	if (l->state == WIRE_UP)
		assert_true(l->remote && l->usable && l->far.multiplier);
	if (!l->usable) {
		assert_true(l->state <= WIRE_DOWN);
		assert_true(l->next.ns == INT64_MAX);
	}
}

/* Up with each other, and not only each with somebody */
static bool joined(void)
{
	const struct liveness *a = &ends[0].s, *b = &ends[1].s;

	return a->state == WIRE_UP && b->state == WIRE_UP &&
	       a->remote == b->mine && b->remote == a->mine;
}

static void transmit(unsigned int from, const struct oam_liveness *m)
{
	struct end *e = &ends[from], *to = &ends[!from];
	struct message msg = { .m = *m, .sequence = e->sequence++ };
	unsigned int copies = calm ? 1 : dice() % 8;

	e->record[e->recorded++ % RECORDED] = msg;
	if (to->deaf || (!calm && !(dice() % 4)))
		return;
	copies = copies == 2 ? 2 : 1;
	for (size_t i = 0; i < HELD && copies; i++) {
		if (to->coming[i].at)
			continue;
		msg.at = now.ns + 1000000 +
			 (calm ? 0 : (int64_t)(dice() % 5000000));
		to->coming[i] = msg;
		copies--;
	}
}

static void tick(unsigned int i)
{
	struct liveness *l = &ends[i].s;
	struct oam_liveness out;

	if (liveness_tick(l, now, &out)) {
		assert_true(l->usable);
		transmit(i, &out);
		assert_false(liveness_tick(l, now, &out));
	}
	assert_true(mono_before(now, liveness_deadline(l)));
	check(l);
}

static void deliver(unsigned int i)
{
	for (size_t k = 0; k < HELD; k++) {
		struct message *msg = &ends[i].coming[k];

		if (!msg->at || msg->at > now.ns)
			continue;
		msg->at = 0;
		liveness_receive(&ends[i].s, &msg->m, msg->sequence, now);
		check(&ends[i].s);
	}
}

static void pass(int64_t us)
{
	now.ns += us * 1000;
	for (unsigned int i = 0; i < ENDS; i++) {
		tick(i);
		deliver(i);
		tick(i);
	}
}

/* What the other end once sent, or this one: no more than a nuisance */
static void replay(unsigned int i)
{
	struct liveness *l = &ends[i].s;
	const struct end *from = &ends[dice() % ENDS];
	const struct message *msg = &from->record[dice() % RECORDED];
	bool were = joined();
	uint8_t was = l->state;
	struct oam_liveness m = msg->m;

	if (!m.mine)
		return;
	liveness_receive(l, &m, msg->sequence, now);
	if (were)
		assert_int_equal(l->state, WIRE_UP);
	if (l->state == WIRE_UP && was != WIRE_UP)
		assert_int_equal(m.yours, l->mine);
	check(l);
}

static void invent(unsigned int i)
{
	struct liveness *l = &ends[i].s;
	uint8_t was = l->state;
	struct oam_liveness m = {
		.state = dice() % WIRE_SESSION_NUM, .diagnostic = dice() % 32,
		.poll = dice() & 1, .multiplier = (uint8_t)(dice() % 255 + 1),
		.mine = dice() | 1, .yours = dice() | 1, .tx_us = dice(),
		.rx_us = dice(),
	};

	if (dice() & 1) {
		m.yours = 0;
		m.state &= 1;
	}
	if (m.yours == l->mine || m.yours == l->former)
		return;
	liveness_receive(l, &m, (uint16_t)dice(), now);
	if (was != WIRE_DOWN)
		assert_int_equal(l->state, was);
	else
		assert_in_range(l->state, WIRE_DOWN, WIRE_INIT);
	check(l);
}

static void meddle(unsigned int i)
{
	struct liveness *l = &ends[i].s;
	struct liveness_pace pace = usual;

	switch (dice() % 7) {
	case 0:
		liveness_set_line(l, dice() % 4, now);
		break;
	case 1:
		liveness_set_admin(l, !(dice() % 4), now);
		break;
	case 2:
		pace.interval = mono_ms(dice() % 200 + 5);
		pace.multiplier = (uint8_t)(dice() % 5 + 1);
		liveness_set_pace(l, &pace, now);
		break;
	case 3:
		if (joined())
			liveness_heard(l, now);
		break;
	case 4:
		if (joined() && !ends[!i].deaf) {
			liveness_spoke(l, now);
			liveness_heard(&ends[!i].s, now);
		}
		break;
	case 5:
		ends[i].deaf = !(dice() % 3);
		break;
	default:	/* its process begins anew */
		if (!(dice() % 8)) {
			struct liveness_config c = l->config;

			liveness_init(l, &c, now);
			liveness_set_line(l, true, now);
			ends[i].sequence = (uint16_t)dice();
		}
	}
	check(l);
}

static void settle(void)
{
	for (unsigned int i = 0; i < ENDS; i++) {
		ends[i].deaf = false;
		liveness_set_line(&ends[i].s, true, now);
		liveness_set_admin(&ends[i].s, false, now);
	}
	calm = true;
}

static void begin_two(void)
{
	struct liveness_config c = { .pace = usual, .random = random_bits };

	memset(ends, 0, sizeof(ends));
	now = at(0);
	for (unsigned int i = 0; i < ENDS; i++) {
		liveness_init(&ends[i].s, &c, now);
		liveness_set_line(&ends[i].s, true, now);
	}
	settle();
}

static int64_t until_joined(int64_t limit_ms)
{
	struct mono since = now;

	while (!joined() && mono_sub(now, since).ns < limit_ms * 1000000)
		pass(500);
	return mono_to_ms(mono_sub(now, since));
}

static void test_two(void **state)
{
	(void)state;
	/* three messages of 1 ms each */
	begin_two();
	assert_in_range(until_joined(5000), 1, 6);
	pass(10000000);
	pass(1000000);
	assert_in_range(until_joined(5000), 0, 1100);

	/* one direction alone: both leave, and come back */
	for (int i = 0; i < 2000; i++)
		pass(500);
	ends[0].deaf = true;
	for (int i = 0; i < 620; i++)
		pass(500);
	assert_true(ends[0].s.state != WIRE_UP && ends[1].s.state != WIRE_UP);
	for (int i = 0; i < 40000; i++) {
		pass(500);
		assert_true(ends[0].s.state != WIRE_UP);
		assert_true(ends[1].s.state != WIRE_UP);
	}
	ends[0].deaf = false;
	assert_in_range(until_joined(5000), 0, 1010);

	/* restarted at once: up again when the old session expired */
	for (int i = 0; i < 2000; i++)
		pass(500);
	liveness_init(&ends[1].s, &ends[0].s.config, now);
	liveness_set_line(&ends[1].s, true, now);
	pass(500);
	assert_in_range(until_joined(5000), 200, 310);

	/* restarted later: at once */
	ends[1].deaf = true;
	liveness_set_line(&ends[1].s, false, now);
	for (int i = 0; i < 4000; i++)
		pass(500);
	liveness_init(&ends[1].s, &ends[0].s.config, now);
	ends[1].deaf = false;
	liveness_set_line(&ends[1].s, true, now);
	assert_in_range(until_joined(5000), 1, 6);
}

/* Whatever has happened: with peace they find each other, at last when what
 * was made up about intervals is over. */
static void test_chance(void **state)
{
	enum { EVENTS = 10000000, EPOCH = 20000 };

	(void)state;
	seed = 5880;
	begin_two();
	for (int n = 0; n < EVENTS; n++) {
		unsigned int i = dice() % ENDS, what = dice() % 16;

		calm = false;
		if (what < 10)
			pass(dice() % 20000);
		else if (what < 12)
			replay(i);
		else if (what < 14)
			invent(i);
		else if (what == 14 && !(dice() % 4))
			meddle(i);
		if (n % EPOCH)
			continue;
		settle();
		assert_in_range(until_joined(20000), 0, 10000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
