// SPDX-License-Identifier: ISC
// Path MTU discovery against a path in software that shrinks, grows and dies.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <netinet/in.h>

#include "base/util.h"
#include "policy/mtu.h"
#include "policy/mtu_size.h"

enum { IN_FLIGHT = 64 };

/* What is on its way to us: an answer, or an ICMP message */
struct message {
	int64_t at;		/* ms; 0: empty */
	uint32_t sequence;
	size_t ip_mtu;		/* 0: an answer */
};

/* MTUs are those of IP, in octets; times are ms. */
struct sim {
	struct mtu m;
	int family;
	size_t local, path;
	bool local_tells, icmp, dead;
	unsigned int loss;	/* per cent, of a probe and its answer */
	uint32_t random;
	int64_t now, trip;
	struct message box[IN_FLIGHT];
	unsigned int probes;
	size_t least;		/* smallest payload since it was set */
	bool checked;		/* payload must never exceed the path */
};

static size_t payload_of(const struct sim *s, size_t ip_mtu)
{
	return mtu_size_payload(s->family, ip_mtu);
}

static unsigned int dice(struct sim *s)
{
	s->random = s->random * 1664525 + 1013904223;
	return (s->random >> 16) % 100;
}

static void post(struct sim *s, uint32_t sequence, size_t ip_mtu)
{
	for (size_t i = 0; i < IN_FLIGHT; i++) {
		if (s->box[i].at)
			continue;
		s->box[i] = (struct message){ s->now + s->trip, sequence,
					      ip_mtu };
		return;
	}
	fail_msg("more than %d messages in flight", IN_FLIGHT);
}

static void send_probe(struct sim *s, const struct mtu_probe *p)
{
	s->probes++;
	assert_true(p->size > 0);
	if (p->size > payload_of(s, s->local))
		mtu_refused(&s->m, mono_ms(s->now), p->size,
			    s->local_tells ? s->local : 0);
	else if (s->dead || dice(s) < s->loss)
		return;
	else if (p->size <= payload_of(s, s->path))
		post(s, p->sequence, 0);
	else if (s->icmp)
		post(s, 0, s->path);
}

static void deliver(struct sim *s)
{
	for (size_t i = 0; i < IN_FLIGHT; i++) {
		struct message msg = s->box[i];

		if (!msg.at || msg.at > s->now)
			continue;
		s->box[i].at = 0;
		if (s->dead)
			continue;
		if (msg.ip_mtu)
			mtu_too_big(&s->m, mono_ms(s->now), msg.ip_mtu);
		else
			mtu_answered(&s->m, mono_ms(s->now), msg.sequence);
	}
}

static void note(struct sim *s)
{
	size_t payload = mtu_payload(&s->m);

	s->least = MIN(s->least, payload);
	if (s->checked)
		assert_in_range(payload, 1, payload_of(s, s->path));
}

static void tick(struct sim *s)
{
	struct mtu_probe p;

	for (int n = 0; mtu_tick(&s->m, mono_ms(s->now), &p); n++) {
		assert_true(n < 40);
		send_probe(s, &p);
	}
	assert_true(mono_before(mono_ms(s->now), mtu_deadline(&s->m)));
}

static int64_t next_event(const struct sim *s)
{
	struct mono deadline = mtu_deadline(&s->m);
	int64_t at = deadline.ns == INT64_MAX ? INT64_MAX :
		     (deadline.ns + 999999) / 1000000;

	for (size_t i = 0; i < IN_FLIGHT; i++)
		if (s->box[i].at)
			at = MIN(at, s->box[i].at);
	return at;
}

static void run(struct sim *s, int64_t span)
{
	int64_t end = s->now + span;

	for (;;) {
		int64_t at;

		deliver(s);
		tick(s);
		note(s);
		at = next_event(s);
		if (at > end)
			break;
		s->now = MAX(at, s->now);
	}
	s->now = end;
}

static void begin(struct sim *s, size_t fixed, size_t need)
{
	struct mtu_config c = {
		.family = s->family,
		.fixed = fixed,
		.need = need,
		.sequence = UINT32_MAX - 1,
	};

	s->now = 1000;
	s->random = 1;
	s->least = SIZE_MAX;
	if (!s->trip)
		s->trip = 20;
	if (!s->local)
		s->local = 65535;
	mtu_init(&s->m, &c, mono_ms(s->now));
}

static const struct {
	const char *what;
	int family;
	size_t local, path, need;
	bool tells, icmp;
	int64_t within;		/* ms */
	size_t expected;	/* UDP payload */
} found[] = {
	{ "clean, one round trip", AF_INET, 0, 1500, 1472, 0, 0, 20, 1472 },
	{ "never above the need", AF_INET, 0, 9000, 1529, 0, 0, 20, 1529 },
	{ "a need below the base", AF_INET, 0, 1500, 600, 0, 0, 20, 600 },
	{ "local, figure", AF_INET, 1500, 1500, 1529, 1, 0, 20, 1472 },
	{ "local, no figure", AF_INET, 1500, 1500, 1529, 0, 0, 20, 1472 },
	{ "local, jumbo", AF_INET, 9000, 9000, 9245, 1, 0, 20, 8972 },
	{ "local, thin", AF_INET, 576, 576, 1529, 1, 0, 20, 548 },
	{ "local, very thin", AF_INET, 300, 300, 1529, 1, 0, 20, 272 },
	{ "local v6", AF_INET6, 1500, 1500, 1529, 1, 0, 20, 1452 },
	{ "ICMP, two round trips", AF_INET, 0, 1433, 1529, 0, 1, 40, 1405 },
	{ "ICMP v6", AF_INET6, 0, 1280, 1529, 0, 1, 40, 1232 },
	{ "no ICMP", AF_INET, 0, 1500, 1529, 0, 0, 1050, 1472 },
	{ "no ICMP, jumbo", AF_INET, 0, 1500, 9245, 0, 0, 1050, 1472 },
	{ "no ICMP, PPPoE", AF_INET, 0, 1492, 1529, 0, 0, 1050, 1464 },
	{ "no ICMP, WireGuard", AF_INET, 0, 1420, 1529, 0, 0, 1050, 1392 },
	{ "no ICMP, v6", AF_INET6, 0, 1420, 1529, 0, 0, 1050, 1372 },
	{ "no ICMP, least v6", AF_INET6, 0, 1280, 1529, 0, 0, 1050, 1232 },
	{ "no ICMP, thin", AF_INET, 0, 576, 1529, 0, 0, 60000, 548 },
	{ "ICMP, thin", AF_INET, 0, 576, 1529, 0, 1, 60000, 548 },
};

static void test_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(found); i++) {
		struct sim s = {
			.family = found[i].family,
			.local = found[i].local,
			.path = found[i].path,
			.local_tells = found[i].tells,
			.icmp = found[i].icmp,
		};

		begin(&s, 0, found[i].need);
		run(&s, found[i].within);
		if (mtu_payload(&s.m) != found[i].expected)
			fail_msg("%s: %zu instead of %zu", found[i].what,
				 mtu_payload(&s.m), found[i].expected);
		/* and there it stays, through confirming and raising */
		run(&s, 60000);
		s.least = SIZE_MAX;
		s.checked = true;
		run(&s, 1500000);
		assert_int_equal(mtu_state(&s.m), MTU_COMPLETE);
		assert_int_equal(mtu_payload(&s.m), found[i].expected);
		assert_int_equal(s.least, found[i].expected);
	}
}

/* Whatever the path, the loss is less than sixteen octets. */
static void test_any_path(void **state)
{
	(void)state;
	for (size_t path = 576; path < 9300; path += path < 1700 ? 1 : 61) {
		struct sim s = { .family = AF_INET, .path = path };
		size_t best = MIN(path - 28, (size_t)9245);

		begin(&s, 0, 9245);
		run(&s, 120000);
		assert_int_equal(mtu_state(&s.m), MTU_COMPLETE);
		assert_in_range(mtu_payload(&s.m), best - 15, best);
	}
}

static void test_shrinks(void **state)
{
	(void)state;
	for (int icmp = 0; icmp < 2; icmp++) {
		struct sim s = { .family = AF_INET, .path = 1500 };

		begin(&s, 0, 1472);
		run(&s, 35000);
		assert_int_equal(mtu_payload(&s.m), 1472);
		s.path = 1400;
		s.icmp = icmp;
		/* the next confirmation, and three losses */
		run(&s, icmp ? 10100 : 13100);
		assert_in_range(mtu_payload(&s.m), 1200, 1372);
		run(&s, 40000);
		assert_int_equal(mtu_payload(&s.m), 1372);
		assert_int_equal(mtu_state(&s.m), MTU_COMPLETE);
	}
}

static void test_grows(void **state)
{
	struct sim s = { .family = AF_INET, .path = 1400 };

	(void)state;
	begin(&s, 0, 1472);
	run(&s, 60000);
	assert_int_equal(mtu_payload(&s.m), 1372);
	s.path = 1500;
	run(&s, 540000 - 1000);
	assert_int_equal(mtu_payload(&s.m), 1372);
	run(&s, 60000);
	assert_int_equal(mtu_payload(&s.m), 1472);
	assert_int_equal(s.least, 1200);
}

/* A dead path is no reason for smaller datagrams. */
static void test_dead(void **state)
{
	(void)state;
	for (int heard = 0; heard < 2; heard++) {
		struct sim s = { .family = AF_INET, .path = 1500 };

		begin(&s, 0, 1472);
		run(&s, 35000);
		s.least = SIZE_MAX;
		s.dead = true;
		run(&s, 100000);
		assert_int_equal(mtu_state(&s.m), MTU_ERROR);
		s.probes = 0;
		run(&s, 100000);
		assert_in_range(s.probes, 10, 33);
		assert_int_equal(s.least, 1472);
		s.dead = false;
		s.now += 2000;
		if (heard)
			mtu_heard(&s.m, mono_ms(s.now));
		run(&s, heard ? 50 : 10100);
		assert_int_equal(mtu_state(&s.m), MTU_COMPLETE);
		assert_int_equal(mtu_payload(&s.m), 1472);
	}
}

/* The far end starts later than we do. */
static void test_late_start(void **state)
{
	struct sim s = { .family = AF_INET, .path = 1500, .dead = true };

	(void)state;
	begin(&s, 0, 1472);
	run(&s, 300000);
	assert_int_equal(mtu_payload(&s.m), 1200);
	s.dead = false;
	mtu_heard(&s.m, mono_ms(s.now));
	run(&s, 1100);
	assert_int_equal(mtu_payload(&s.m), 1472);
}

/* It shrinks while it is dead: what is back is found, too. */
static void test_back_smaller(void **state)
{
	struct sim s = { .family = AF_INET, .path = 1500 };

	(void)state;
	begin(&s, 0, 1472);
	run(&s, 35000);
	s.dead = true;
	run(&s, 60000);
	s.dead = false;
	s.path = 1420;
	run(&s, 60000);
	assert_int_equal(mtu_payload(&s.m), 1392);
}

/* An outage of any length at any time, and all is as before. */
static void test_outages(void **state)
{
	(void)state;
	for (int64_t begins = 0; begins < 10000; begins += 370) {
		for (int64_t lasts = 300; lasts < 9000; lasts += 490) {
			struct sim s = { .family = AF_INET, .path = 1500 };

			begin(&s, 0, 1472);
			run(&s, 30000 + begins);
			s.dead = true;
			run(&s, lasts);
			s.dead = false;
			run(&s, 15000);
			assert_int_equal(mtu_state(&s.m), MTU_COMPLETE);
			assert_int_equal(mtu_payload(&s.m), 1472);
		}
	}
}

/* All common sizes at once, but once: the search is no burden. */
static void test_modest(void **state)
{
	struct sim s = { .family = AF_INET, .path = 1433 };
	unsigned int first;

	(void)state;
	begin(&s, 0, 1529);
	run(&s, 2000);
	first = s.probes;
	assert_in_range(first, 10, 2 + 1 + MTU_ROUND);
	run(&s, 60000);
	assert_int_equal(mtu_state(&s.m), MTU_COMPLETE);
	assert_in_range(s.probes - first, 10, 25);
}

/* An outage in the midst of a search rules nothing out. */
static void test_dies_in_search(void **state)
{
	struct sim s = { .family = AF_INET, .path = 1400 };

	(void)state;
	begin(&s, 0, 1472);
	run(&s, 1030);
	assert_int_equal(mtu_payload(&s.m), 1372);
	s.dead = true;
	s.path = 1500;
	run(&s, 2500);
	s.dead = false;
	run(&s, 5000);
	assert_int_equal(mtu_payload(&s.m), 1472);
}

static void test_loss(void **state)
{
	struct sim s = { .family = AF_INET, .path = 1500, .loss = 10 };

	(void)state;
	begin(&s, 0, 1529);
	s.checked = true;
	run(&s, 60000);
	s.least = SIZE_MAX;
	for (int i = 0; i < 60; i++) {
		run(&s, 60000);
		assert_in_range(mtu_payload(&s.m), 1200, 1472);
	}
	s.loss = 0;
	run(&s, 700000);
	assert_int_equal(mtu_payload(&s.m), 1472);
}

/* Round trips of seconds, as behind a full queue on a slow line */
static void test_slow(void **state)
{
	struct sim s = { .family = AF_INET, .path = 1500, .trip = 2100 };

	(void)state;
	begin(&s, 0, 1472);
	run(&s, 2200);
	assert_int_equal(mtu_payload(&s.m), 1472);
	s.least = SIZE_MAX;
	s.trip = 3300;
	run(&s, 120000);
	s.probes = 0;
	run(&s, 120000);
	assert_in_range(s.probes, 5, 12);
	assert_int_equal(mtu_state(&s.m), MTU_COMPLETE);
	assert_int_equal(s.least, 1472);
}

static void test_fixed(void **state)
{
	static const struct {
		int family;
		size_t mtu, payload;
	} table[] = {
		{ AF_INET, 1500, 1472 }, { AF_INET6, 1500, 1452 },
		{ AF_INET, 9000, 8972 }, { AF_INET, 300, 272 },
		{ AF_INET, 1, 40 }, { AF_INET6, 300, 1232 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct sim s = { .family = table[i].family, .path = 1500 };

		begin(&s, table[i].mtu, 1529);
		assert_int_equal(mtu_deadline(&s.m).ns, INT64_MAX);
		mtu_too_big(&s.m, mono_ms(s.now), 600);
		mtu_heard(&s.m, mono_ms(s.now));
		mtu_need(&s.m, mono_ms(s.now), 9000);
		mtu_restart(&s.m, mono_ms(s.now));
		run(&s, 3600000);
		assert_int_equal(s.probes, 0);
		assert_int_equal(mtu_payload(&s.m), table[i].payload);
		assert_int_equal(mtu_state(&s.m), MTU_DISABLED);
	}
}

/* What the kernel cannot send at all even a number does not change. */
static void test_fixed_refused(void **state)
{
	struct sim s = { .family = AF_INET, .path = 1500 };

	(void)state;
	begin(&s, 1500, 1529);
	assert_true(mtu_refused(&s.m, mono_ms(s.now), 1472, 1400));
	assert_int_equal(mtu_payload(&s.m), 1372);
	assert_false(mtu_refused(&s.m, mono_ms(s.now), 1472, 1400));
	run(&s, 599000);
	assert_int_equal(mtu_payload(&s.m), 1372);
	run(&s, 2000);
	assert_int_equal(mtu_payload(&s.m), 1472);
	assert_int_equal(s.probes, 0);
}

/* Nobody makes us use what was not confirmed, or less than the base. */
static void test_forged(void **state)
{
	static const size_t claims[] = { 0, 1, 27, 28, 68, 576, 1227, 65535,
					 SIZE_MAX, 1500 };
	struct sim s = { .family = AF_INET, .path = 1500 };

	(void)state;
	begin(&s, 0, 1472);
	run(&s, 5000);
	s.checked = true;
	s.least = SIZE_MAX;
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		mtu_too_big(&s.m, mono_ms(s.now), claims[i]);
		run(&s, 100);
	}
	assert_int_equal(s.least, 1200);
	run(&s, 700000);
	assert_int_equal(mtu_payload(&s.m), 1472);
	/* a flood does not make a flood of probes */
	s.probes = 0;
	for (int i = 0; i < 10000; i++) {
		mtu_too_big(&s.m, mono_ms(s.now), 1200 + (size_t)i % 300);
		tick(&s);
	}
	assert_in_range(s.probes, 0, 40);
}

/* Answers to what nobody asked, or asked once */
static void test_forged_answers(void **state)
{
	struct sim s = { .family = AF_INET, .path = 1400, .dead = true };
	struct mtu_probe p;

	(void)state;
	begin(&s, 0, 1472);
	run(&s, 5000);
	for (uint32_t seq = 1000; seq < 4000; seq++)
		assert_false(mtu_answered(&s.m, mono_ms(s.now), seq));
	assert_int_equal(mtu_state(&s.m), MTU_ERROR);

	mtu_restart(&s.m, mono_ms(s.now));
	assert_true(mtu_tick(&s.m, mono_ms(s.now), &p));
	assert_int_equal(p.size, 1472);
	assert_true(mtu_answered(&s.m, mono_ms(s.now), p.sequence));
	assert_int_equal(mtu_payload(&s.m), 1472);
	s.dead = false;
	for (int i = 0; i < 30; i++) {
		run(&s, 2000);
		mtu_answered(&s.m, mono_ms(s.now), p.sequence);
	}
	assert_int_equal(mtu_payload(&s.m), 1372);
}

static void test_refused_later(void **state)
{
	struct sim s = { .family = AF_INET, .path = 1500 };

	(void)state;
	begin(&s, 0, 1472);
	run(&s, 5000);
	s.local = 1300;
	assert_true(mtu_refused(&s.m, mono_ms(s.now), 1472, 1300));
	assert_int_equal(mtu_payload(&s.m), 1200);
	run(&s, 100);
	assert_int_equal(mtu_payload(&s.m), 1272);
	s.local = 1500;
	run(&s, 620000);
	assert_int_equal(mtu_payload(&s.m), 1472);
	/* without a figure, and below the base */
	s.local = 1000;
	assert_true(mtu_refused(&s.m, mono_ms(s.now), 1472, 0));
	run(&s, 30000);
	assert_in_range(mtu_payload(&s.m), 548, 972);
	assert_int_equal(mtu_state(&s.m), MTU_COMPLETE);
}

static void test_restart_and_need(void **state)
{
	struct sim s = { .family = AF_INET, .path = 9000 };

	(void)state;
	begin(&s, 0, 1472);
	run(&s, 5000);
	assert_int_equal(mtu_payload(&s.m), 1472);
	mtu_need(&s.m, mono_ms(s.now), 8000);
	assert_int_equal(mtu_payload(&s.m), 1472);
	run(&s, 100);
	assert_int_equal(mtu_payload(&s.m), 8000);
	mtu_need(&s.m, mono_ms(s.now), 1000);
	s.least = SIZE_MAX;
	run(&s, 60000);
	assert_int_equal(s.least, 8000);
	mtu_restart(&s.m, mono_ms(s.now));
	assert_int_equal(mtu_state(&s.m), MTU_BASE);
	assert_int_equal(mtu_payload(&s.m), 1000);
	run(&s, 100);
	assert_int_equal(mtu_state(&s.m), MTU_COMPLETE);
	assert_int_equal(mtu_payload(&s.m), 1000);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(mtu_state_name(MTU_DISABLED), "fixed");
	assert_string_equal(mtu_state_name(MTU_ERROR), "error");
	assert_string_equal(mtu_state_name(MTU_STATE_NUM), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_any_path),
		cmocka_unit_test(test_shrinks),
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_dead),
		cmocka_unit_test(test_late_start),
		cmocka_unit_test(test_back_smaller),
		cmocka_unit_test(test_outages),
		cmocka_unit_test(test_dies_in_search),
		cmocka_unit_test(test_modest),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_fixed_refused),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_forged_answers),
		cmocka_unit_test(test_refused_later),
		cmocka_unit_test(test_restart_and_need),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
