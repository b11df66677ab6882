// SPDX-License-Identifier: ISC
// The selector: every request of G.841 in its order, and chance.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/protection.h"

enum { WTR = 1000, HOLD = 100 };	/* ms, where they are set */

/* What happens; the letter is a path, 'A' being preferred */
enum event { GOOD, DEGRADE, FAIL, MANUAL, FORCE, LOCKOUT, CLEAR, DISABLE,
	     ENABLE, WAIT };

/* @at: ms. @active: letter of the path that carries then, '-' for none */
struct step {
	int64_t at;
	enum event event;
	char path;
	char active;
	enum protection_cause why;
};

static struct mono at(int64_t ms)
{
	return mono_ms(5000 + ms);
}

static enum protection_refusal command(struct protection *p, enum event e,
				       unsigned int path)
{
	static const enum protection_command commands[] = {
		[MANUAL] = COMMAND_MANUAL, [FORCE] = COMMAND_FORCE,
		[LOCKOUT] = COMMAND_LOCKOUT, [CLEAR] = COMMAND_NONE,
	};

	return protection_command(p, commands[e], path);
}

static void happen(struct protection *p, enum event e, unsigned int path,
		   struct mono now)
{
	switch (e) {
	case GOOD:
		protection_signal(p, path, SIGNAL_GOOD, now);
		break;
	case DEGRADE:
		protection_signal(p, path, SIGNAL_DEGRADE, now);
		break;
	case FAIL:
		protection_signal(p, path, SIGNAL_FAIL, now);
		break;
	case DISABLE:
	case ENABLE:
		protection_disable(p, path, e == DISABLE);
		break;
	case WAIT:
		break;
	default:
		command(p, e, path);
	}
	protection_decide(p, now);
}

static void run(const struct protection_config *c, const struct step *steps)
{
	struct protection p;

	protection_init(&p, c);
	for (int i = 0; steps[i].active; i++) {
		const struct step *s = &steps[i];
		unsigned int path = s->path ? (unsigned int)(s->path - 'A') : 0;
		char active;

		happen(&p, s->event, path, at(s->at));
		active = p.active == PROTECTION_NONE ? '-' :
						       (char)('A' + p.active);
		if (active != s->active ||
		    protection_cause(&p, at(s->at)) != s->why)
			fail_msg("step %d: %c, %s", i, active,
				 protection_cause_name(
					protection_cause(&p, at(s->at))));
	}
}

static const struct protection_config two = { 2, true, { 0 },
					      { WTR * 1000000 } };
static const struct protection_config three = { 3, true, { 0 },
						{ WTR * 1000000 } };
static const struct protection_config stays = { 2, false, { 0 },
						{ WTR * 1000000 } };
static const struct protection_config held = { 2, true, { HOLD * 1000000 },
					       { WTR * 1000000 } };

static void test_start(void **state)
{
	(void)state;
	run(&two, (const struct step[]){
		{ 0, WAIT, 0, '-', CAUSE_SIGNAL_FAIL },
		{ 0, GOOD, 'B', 'B', CAUSE_SIGNAL_FAIL },
		{ 10, GOOD, 'A', 'A', CAUSE_NONE },	/* need not wait */
		{ 20, FAIL, 'B', 'A', CAUSE_NONE },
		{ 30, FAIL, 'A', '-', CAUSE_SIGNAL_FAIL },
		{ 0 }
	});
}

static void test_revert(void **state)
{
	(void)state;
	run(&two, (const struct step[]){
		{ 0, GOOD, 'A', 'A', CAUSE_NONE },
		{ 0, GOOD, 'B', 'A', CAUSE_NONE },
		{ 1, FAIL, 'A', 'B', CAUSE_SIGNAL_FAIL },
		{ 100, GOOD, 'A', 'B', CAUSE_WAIT_TO_RESTORE },
		{ 1099, WAIT, 0, 'B', CAUSE_WAIT_TO_RESTORE },
		{ 1100, WAIT, 0, 'A', CAUSE_NONE },
		/* it fails while it is waited for: the wait begins again */
		{ 2000, FAIL, 'A', 'B', CAUSE_SIGNAL_FAIL },
		{ 2001, GOOD, 'A', 'B', CAUSE_WAIT_TO_RESTORE },
		{ 2900, FAIL, 'A', 'B', CAUSE_SIGNAL_FAIL },
		{ 2901, GOOD, 'A', 'B', CAUSE_WAIT_TO_RESTORE },
		{ 3900, WAIT, 0, 'B', CAUSE_WAIT_TO_RESTORE },
		{ 3901, WAIT, 0, 'A', CAUSE_NONE },
		/* the other fails: nobody waits */
		{ 4000, FAIL, 'A', 'B', CAUSE_SIGNAL_FAIL },
		{ 4001, GOOD, 'A', 'B', CAUSE_WAIT_TO_RESTORE },
		{ 4002, FAIL, 'B', 'A', CAUSE_NONE },
		{ 0 }
	});
}

/* The path in use fails: one that is steady goes before one that is not. */
static void test_steady(void **state)
{
	(void)state;
	run(&three, (const struct step[]){
		{ 0, GOOD, 'A', 'A', CAUSE_NONE },
		{ 0, GOOD, 'B', 'A', CAUSE_NONE },
		{ 0, GOOD, 'C', 'A', CAUSE_NONE },
		{ 1, FAIL, 'A', 'B', CAUSE_SIGNAL_FAIL },
		{ 2, GOOD, 'A', 'B', CAUSE_WAIT_TO_RESTORE },
		{ 3, FAIL, 'B', 'C', CAUSE_SIGNAL_FAIL },
		{ 1002, WAIT, 0, 'A', CAUSE_NONE },
		{ 0 }
	});
}

static void test_degrade(void **state)
{
	(void)state;
	run(&two, (const struct step[]){
		{ 0, GOOD, 'A', 'A', CAUSE_NONE },
		{ 0, GOOD, 'B', 'A', CAUSE_NONE },
		{ 1, DEGRADE, 'A', 'B', CAUSE_SIGNAL_DEGRADE },
		{ 2, FAIL, 'B', 'A', CAUSE_SIGNAL_DEGRADE },
		{ 3, GOOD, 'B', 'A', CAUSE_SIGNAL_DEGRADE },	/* waits */
		{ 1003, WAIT, 0, 'B', CAUSE_SIGNAL_DEGRADE },
		{ 1004, DEGRADE, 'B', 'A', CAUSE_SIGNAL_DEGRADE },
		{ 1005, FAIL, 'A', 'B', CAUSE_SIGNAL_FAIL },
		{ 1006, DEGRADE, 'A', 'B', CAUSE_SIGNAL_DEGRADE },
		{ 2006, WAIT, 0, 'A', CAUSE_SIGNAL_DEGRADE },
		{ 0 }
	});
}

static void test_stays(void **state)
{
	(void)state;
	run(&stays, (const struct step[]){
		{ 0, GOOD, 'A', 'A', CAUSE_NONE },
		{ 0, GOOD, 'B', 'A', CAUSE_NONE },
		{ 1, FAIL, 'A', 'B', CAUSE_SIGNAL_FAIL },
		{ 2, GOOD, 'A', 'B', CAUSE_DO_NOT_REVERT },
		{ 5000, WAIT, 0, 'B', CAUSE_DO_NOT_REVERT },
		{ 5001, MANUAL, 'A', 'A', CAUSE_MANUAL },
		{ 5002, CLEAR, 0, 'A', CAUSE_NONE },
		{ 5003, MANUAL, 'B', 'B', CAUSE_MANUAL },
		{ 5004, CLEAR, 0, 'B', CAUSE_DO_NOT_REVERT },
		{ 5005, DEGRADE, 'B', 'A', CAUSE_NONE },
		{ 5006, GOOD, 'B', 'A', CAUSE_NONE },
		{ 0 }
	});
	/* at the start preference counts, but only then */
	run(&stays, (const struct step[]){
		{ 0, GOOD, 'B', 'B', CAUSE_SIGNAL_FAIL },
		{ 1, GOOD, 'A', 'A', CAUSE_NONE },
		{ 2, DISABLE, 'A', 'B', CAUSE_NONE },
		{ 3, FAIL, 'A', 'B', CAUSE_NONE },
		{ 4, ENABLE, 'A', 'B', CAUSE_SIGNAL_FAIL },
		{ 5, GOOD, 'A', 'B', CAUSE_DO_NOT_REVERT },
		{ 0 }
	});
}

static void test_hold_off(void **state)
{
	(void)state;
	run(&held, (const struct step[]){
		{ 0, GOOD, 'A', 'A', CAUSE_NONE },
		{ 0, GOOD, 'B', 'A', CAUSE_NONE },
		{ 1000, FAIL, 'A', 'A', CAUSE_SIGNAL_FAIL },
		{ 1099, WAIT, 0, 'A', CAUSE_SIGNAL_FAIL },
		{ 1099, GOOD, 'A', 'A', CAUSE_NONE },
		{ 2000, FAIL, 'A', 'A', CAUSE_SIGNAL_FAIL },
		{ 2100, WAIT, 0, 'B', CAUSE_SIGNAL_FAIL },
		{ 2101, DEGRADE, 'B', 'B', CAUSE_SIGNAL_FAIL },
		{ 2102, DISABLE, 'B', '-', CAUSE_SIGNAL_FAIL },
		{ 2103, GOOD, 'A', 'A', CAUSE_NONE },
		/* a command is obeyed at once */
		{ 4000, ENABLE, 'B', 'A', CAUSE_NONE },
		{ 4000, FAIL, 'A', 'A', CAUSE_SIGNAL_FAIL },
		{ 4001, LOCKOUT, 'A', 'B', CAUSE_LOCKOUT },
		{ 0 }
	});
}

static void test_commands(void **state)
{
	(void)state;
	run(&three, (const struct step[]){
		{ 0, GOOD, 'A', 'A', CAUSE_NONE },
		{ 0, GOOD, 'B', 'A', CAUSE_NONE },
		{ 0, GOOD, 'C', 'A', CAUSE_NONE },
		{ 1, MANUAL, 'C', 'C', CAUSE_MANUAL },
		{ 2, MANUAL, 'B', 'B', CAUSE_MANUAL },
		{ 3, DEGRADE, 'C', 'B', CAUSE_MANUAL },
		{ 4, FORCE, 'C', 'C', CAUSE_FORCED },
		{ 5, MANUAL, 'B', 'C', CAUSE_FORCED },	/* outranked */
		{ 6, FAIL, 'C', 'C', CAUSE_FORCED },
		{ 7, LOCKOUT, 'A', 'B', CAUSE_LOCKOUT },
		{ 8, FORCE, 'C', 'B', CAUSE_LOCKOUT },	/* outranked */
		{ 9, FAIL, 'B', '-', CAUSE_LOCKOUT },
		{ 10, CLEAR, 0, 'A', CAUSE_NONE },
		{ 11, MANUAL, 'B', 'A', CAUSE_NONE },		/* has failed */
		{ 0 }
	});
}

/* Signals end a manual switch, and it is not remembered. */
static void test_manual_ends(void **state)
{
	(void)state;
	run(&three, (const struct step[]){
		{ 0, GOOD, 'A', 'A', CAUSE_NONE },
		{ 0, GOOD, 'B', 'A', CAUSE_NONE },
		{ 1, MANUAL, 'B', 'B', CAUSE_MANUAL },
		{ 2, DEGRADE, 'B', 'A', CAUSE_NONE },
		{ 3, GOOD, 'B', 'A', CAUSE_NONE },
		{ 2000, MANUAL, 'B', 'B', CAUSE_MANUAL },
		{ 2001, FAIL, 'A', 'B', CAUSE_SIGNAL_FAIL },
		{ 2002, GOOD, 'A', 'B', CAUSE_WAIT_TO_RESTORE },
		{ 2003, CLEAR, 0, 'A', CAUSE_NONE },	/* waits no longer */
		/* with all of them bad it stays, until one is better */
		{ 4000, DEGRADE, 'A', 'B', CAUSE_SIGNAL_DEGRADE },
		{ 4001, DEGRADE, 'B', 'A', CAUSE_SIGNAL_DEGRADE },
		{ 4002, MANUAL, 'B', 'B', CAUSE_SIGNAL_DEGRADE },
		{ 4003, GOOD, 'C', 'C', CAUSE_SIGNAL_DEGRADE },
		{ 0 }
	});
}

static void test_disable(void **state)
{
	(void)state;
	run(&two, (const struct step[]){
		{ 0, GOOD, 'A', 'A', CAUSE_NONE },
		{ 0, GOOD, 'B', 'A', CAUSE_NONE },
		{ 1, FORCE, 'A', 'A', CAUSE_FORCED },
		{ 2, DISABLE, 'A', 'B', CAUSE_NONE },
		{ 3, FORCE, 'A', 'B', CAUSE_NONE },	/* refused */
		{ 4, FAIL, 'A', 'B', CAUSE_NONE },
		{ 5, ENABLE, 'A', 'B', CAUSE_SIGNAL_FAIL },
		{ 6, GOOD, 'A', 'A', CAUSE_NONE },	/* need not wait */
		{ 0 }
	});
}

static void test_refusals(void **state)
{
	struct protection p;

	(void)state;
	protection_init(&p, &two);
	happen(&p, GOOD, 0, at(0));
	assert_int_equal(command(&p, MANUAL, 1), REFUSED_SIGNAL);
	assert_int_equal(command(&p, FORCE, 1), REFUSED_NOT);
	assert_int_equal(command(&p, MANUAL, 0), REFUSED_OUTRANKED);
	assert_int_equal(command(&p, LOCKOUT, 0), REFUSED_NOT);
	assert_int_equal(command(&p, LOCKOUT, 1), REFUSED_NOT);
	assert_int_equal(command(&p, FORCE, 0), REFUSED_OUTRANKED);
	assert_int_equal(command(&p, CLEAR, 0), REFUSED_NOT);
	happen(&p, DISABLE, 1, at(0));
	assert_int_equal(command(&p, FORCE, 1), REFUSED_DISABLED);
}

/* A reload that puts another path first, and leaves one out */
static void test_inherit(void **state)
{
	struct protection was, p;

	(void)state;
	protection_init(&was, &three);
	for (unsigned int i = 0; i < 3; i++)
		happen(&was, GOOD, i, at(0));
	happen(&was, LOCKOUT, 2, at(0));
	happen(&was, FAIL, 0, at(1));
	happen(&was, GOOD, 0, at(2));
	assert_int_equal(was.active, 1);
	protection_init(&p, &two);
	protection_inherit(&p, 0, &was, 2, true);
	protection_inherit(&p, 1, &was, 0, true);
	protection_decide(&p, at(3));
	assert_int_equal(p.active, 1);
	assert_int_equal(p.command, COMMAND_LOCKOUT);
	assert_int_equal(p.commanded, 0);
	/* with new settings only what was asked of a path stays */
	protection_init(&p, &two);
	happen(&was, DISABLE, 2, at(3));
	protection_inherit(&p, 0, &was, 2, false);
	protection_inherit(&p, 1, &was, 1, false);
	assert_int_equal(p.command, COMMAND_LOCKOUT);
	assert_int_equal(p.active, PROTECTION_NONE);
	protection_signal(&p, 0, SIGNAL_GOOD, at(4));
	protection_decide(&p, at(4));
	assert_int_equal(p.active, PROTECTION_NONE);
	protection_signal(&p, 1, SIGNAL_GOOD, at(4));
	protection_decide(&p, at(4));
	assert_int_equal(p.active, 1);
}

static uint64_t chance(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static bool can_carry(const struct protection *p, int i)
{
	return !p->paths[i].disabled && p->paths[i].signal != SIGNAL_FAIL &&
	       !(p->command == COMMAND_LOCKOUT && p->commanded == i);
}

static bool is_holding(const struct protection *p, struct mono now)
{
	return p->paths[p->active].signal != SIGNAL_GOOD &&
	       now.ns < p->paths[p->active].worse.ns + p->config.hold_off.ns;
}

static bool is_told(const struct protection *p)
{
	return p->command == COMMAND_FORCE || p->command == COMMAND_MANUAL;
}

/* What must be true of any decision */
static void check(const struct protection *p, struct mono now)
{
	int a = p->active, i, can = 0, better = 0;

	for (i = 0; i < (int)p->config.paths; i++) {
		can += can_carry(p, i);
		better += a >= 0 && can_carry(p, i) &&
			  p->paths[i].signal > p->paths[a].signal &&
			  now.ns >= p->paths[i].restore.ns;
	}
	if (is_told(p)) {
		assert_int_equal(a, p->commanded);
		assert_false(p->paths[a].disabled);
		return;
	}
	if (a < 0) {
		assert_int_equal(can, 0);
		return;
	}
	assert_false(p->command == COMMAND_LOCKOUT && p->commanded == a);
	assert_true(can_carry(p, a) || is_holding(p, now));
	assert_true(!better || is_holding(p, now));
	if (p->config.revertive && p->paths[a].signal == SIGNAL_GOOD)
		for (i = 0; i < a; i++)
			assert_false(can_carry(p, i) &&
				     p->paths[i].signal == SIGNAL_GOOD &&
				     now.ns >= p->paths[i].restore.ns);
	assert_true(protection_next(p, now).ns > now.ns);
}

/* Has a path that works been left for one that has not waited, unasked? */
static void check_switch(const struct protection *was,
			 const struct protection *p, struct mono now)
{
	if (was->active < 0 || p->active < 0 || was->active == p->active ||
	    is_told(p) || !can_carry(p, was->active))
		return;
	assert_true(now.ns >= p->paths[p->active].restore.ns);
}

/* Time alone changes nothing before the selector said so. */
static struct mono pass(struct protection *p, struct mono now, uint64_t ns)
{
	struct mono end = { now.ns + (int64_t)ns };
	struct mono next = protection_next(p, now);

	while (next.ns < end.ns) {
		struct mono early = { next.ns - 1 };

		assert_false(protection_decide(p, early));
		now = next;
		protection_decide(p, now);
		check(p, now);
		next = protection_next(p, now);
	}
	assert_false(protection_decide(p, end));
	return end;
}

static void random_events(uint64_t seed, long events)
{
	struct protection p, was;
	struct protection_config c = {
		.paths = 1 + (unsigned int)(chance(&seed) % 8),
		.revertive = chance(&seed) & 1,
		.hold_off = mono_ms((chance(&seed) & 1) * HOLD),
		.wait_to_restore = mono_ms((int64_t)(chance(&seed) % WTR)),
	};
	struct mono now = at(0);

	protection_init(&p, &c);
	for (long i = 0; i < events; i++) {
		uint64_t r = chance(&seed);
		enum event e = r % 16 < 10 ? r % 3 : r / 16 % WAIT;

		now = pass(&p, now, (r >> 32) % (WTR * 300000));
		was = p;
		happen(&p, e, (unsigned int)(r >> 16) % c.paths, now);
		check(&p, now);
		check_switch(&was, &p, now);
		assert_in_range(protection_cause(&p, now), 0,
				CAUSE_NUM - 1);
	}
}

static void test_random(void **state)
{
	const char *events = getenv("DCCBRIDGE_TEST_EVENTS");
	long each = (events ? atol(events) : 10000000) / 100;

	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++)
		random_events(seed * 0x9e3779b97f4a7c15, each);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_revert),
		cmocka_unit_test(test_steady),
		cmocka_unit_test(test_degrade),
		cmocka_unit_test(test_stays),
		cmocka_unit_test(test_hold_off),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_manual_ends),
		cmocka_unit_test(test_disable),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_inherit),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
