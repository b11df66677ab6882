// SPDX-License-Identifier: ISC
// Information messages, and what is known of a far end by them.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/peer.h"

static const uint8_t vector[] = {
	2, 1, 5, 'n', 'e', '-', '1', '7', 2, 3, 'n', 'o', 'c',
	3, 4, 1, 2, 3, 4, 4, 4, 5, 6, 7, 8, 5, 4, 0, 0, 0, 9, 6, 4, 0, 0, 0, 8,
	7, 1, 1, 8, 3, '1', '.', '0', 9, 4, 0, 0, 5, 0xea, 10, 4, 0, 0, 0, 1,
	11, 4, 0, 0, 0, 6,
};

static const struct oam_information as_struct = {
	.node = "ne-17", .channel = "noc", .version = "1.0",
	.session = 0x01020304, .yours = 0x05060708, .number = 9, .heard = 8,
	.flags = WIRE_INFO_ASKS, .largest = 1514, .abilities = 1,
	.numbering = 6,
};

static const struct peer_self us = { "noc-1", "noc", "", 77, 17 };

static void test_vector(void **state)
{
	uint8_t out[WIRE_INFO_LEN_MAX];
	struct oam_information m;

	(void)state;
	assert_int_equal(oam_information_encode(out, &as_struct),
			 sizeof(vector));
	assert_memory_equal(out, vector, sizeof(vector));
	assert_int_equal(oam_information_decode(&m, vector, sizeof(vector)),
			 0);
	assert_memory_equal(&m, &as_struct, sizeof(m));
}

/* The longest message has room; unknown elements are passed over. */
static void test_longest(void **state)
{
	uint8_t out[WIRE_INFO_LEN_MAX + 2 + 255];
	struct oam_information m, back;
	size_t n;

	(void)state;
	memcpy(&m, &as_struct, sizeof(m));	/* with what lies between */
	memset(m.node, 'a', WIRE_INFO_NODE_MAX);
	memset(m.channel, 'b', WIRE_INFO_CHANNEL_MAX);
	memset(m.version, 'c', WIRE_INFO_VERSION_MAX);
	n = oam_information_encode(out, &m);
	assert_true(n <= WIRE_INFO_LEN_MAX);
	for (unsigned int type = 0; type < 256; type++) {
		if (type && type < WIRE_INFO_NUM)
			continue;
		out[n] = (uint8_t)type;
		out[n + 1] = 255;
		assert_int_equal(oam_information_decode(&back, out,
							n + 2 + 255), 0);
		assert_memory_equal(&back, &m, sizeof(m));
		assert_int_equal(oam_information_decode(&back, out,
							n + 2 + 254),
				 OAM_ESHORT);
	}
}

static void test_malformed(void **state)
{
	static const struct {
		unsigned int at;
		uint8_t value;
		int error;
	} table[] = {
		{ 0, 1, OAM_EKIND }, { 3, ' ', OAM_EVALUE },
		{ 3, 0x1b, OAM_EVALUE }, { 3, '/', OAM_EVALUE },
		{ 3, 0x80, OAM_EVALUE }, { 42, 0x1b, OAM_EVALUE },
		{ 1, 2, OAM_EVALUE },		/* twice a channel's name */
		{ 1, 99, OAM_ESHORT },		/* no node's name */
		{ 2, 0, OAM_EVALUE }, { 2, 65, OAM_ESHORT },
		{ 14, 3, OAM_EVALUE }, { 30, 0, OAM_EVALUE },
	};
	uint8_t data[sizeof(vector)];
	struct oam_information m;
	unsigned int whole = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		memcpy(data, vector, sizeof(data));
		data[table[i].at] = table[i].value;
		assert_int_equal(oam_information_decode(&m, data,
							sizeof(data)),
				 table[i].error);
	}
	/* what is not required may be missing at the end, as a whole */
	for (size_t len = 0; len < sizeof(vector); len++)
		whole += !oam_information_decode(&m, vector, len);
	assert_int_equal(whole, 4);
}

static void test_faults(void **state)
{
	static const struct {
		const char *node, *channel, *wanted;
		uint32_t session;
		uint8_t flags;
		bool heard;
		enum peer_fault fault;
		const char *says;
	} table[] = {
		{ "ne-17", "noc", "", 1, 0, true, PEER_FINE, "" },
		{ "ne-17", "noc", "ne-17", 1, 0, true, PEER_FINE, "" },
		{ "ne-17", "noc", "", 1, 0, false, PEER_UNSURE, "ne-17" },
		{ "ne-17", "noc", "ne-18", 1, 0, true, PEER_NODE, "ne-18" },
		{ "ne-17", "lab", "", 1, 0, true, PEER_CHANNEL, "lab" },
		{ "ne-17", "lab", "ne-17", 1, 0, true, PEER_FINE, "" },
		{ "ne-17", "noc", "", 1, WIRE_INFO_DISABLED, true,
		  PEER_DISABLED, "disabled" },
		{ "ne-17", "noc", "", 1, WIRE_INFO_REFUSES, true, PEER_REFUSES,
		  "ne-17" },
		{ "noc-1", "noc", "", 77, 0, true, PEER_LOOPBACK, "noc-1" },
		{ "noc-1", "lab", "x", 77, 0, true, PEER_LOOPBACK, "lab" },
		/* namesakes are not the same */
		{ "noc-1", "noc", "", 78, 0, true, PEER_FINE, "" },
		{ "ne-17", "noc", "", 77, 0, true, PEER_FINE, "" },
	};
	char text[300];
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct peer_self me = us;
		struct peer p = { .known = true,
				  .confirmed = table[i].heard };

		me.wanted = table[i].wanted;
		strcpy(p.theirs.node, table[i].node);
		strcpy(p.theirs.channel, table[i].channel);
		p.theirs.session = table[i].session;
		p.theirs.flags = table[i].flags;
		assert_int_equal(peer_fault(&p, &me), table[i].fault);
		n = peer_explain(&p, &me, text, sizeof(text));
		assert_int_equal(n, strlen(text));
		assert_non_null(strstr(text, table[i].says));
		assert_true(!*text == (table[i].fault == PEER_FINE));
		p.known = false;
		assert_int_equal(peer_fault(&p, &me), PEER_UNKNOWN);
	}
}

/* Both tell, both acknowledge, and then there is peace. */
static void test_exchange(void **state)
{
	struct peer p = { .number = 0 };
	struct oam_information m = as_struct;

	(void)state;
	assert_false(peer_repeats(&p, 1, 0));
	peer_tell(&p, 5);
	assert_true(peer_repeats(&p, 1, 0));
	m.heard = 0;
	assert_int_equal(peer_receive(&p, &m), PEER_NEWS | PEER_ASKS);
	assert_int_equal(peer_receive(&p, &m), PEER_ASKS);
	assert_true(peer_repeats(&p, 1, 0));
	m.heard = 5;
	m.flags = 0;
	assert_int_equal(peer_receive(&p, &m), PEER_NEWS);
	assert_int_equal(peer_receive(&p, &m), 0);
	assert_int_equal(peer_fault(&p, &us), PEER_FINE);
	assert_false(peer_repeats(&p, 1, 0));

	/* something new on either side takes nobody down */
	peer_tell(&p, 6);
	assert_true(peer_repeats(&p, 1, 0));
	assert_int_equal(peer_fault(&p, &us), PEER_FINE);
	assert_int_equal(peer_receive(&p, &m), 0);
	m.heard = 6;
	m.number = 10;
	assert_int_equal(peer_receive(&p, &m), PEER_NEWS);
	assert_int_equal(peer_fault(&p, &us), PEER_FINE);
	m.number = 9;
	assert_int_equal(peer_receive(&p, &m), -1);
	assert_int_equal(p.theirs.number, 10);
	/* but a far end that has forgotten us is not to be relied on */
	m.number = 11;
	m.heard = 0;
	assert_int_equal(peer_receive(&p, &m), PEER_NEWS);
	assert_int_equal(peer_fault(&p, &us), PEER_UNSURE);

	/* in the next session all is told anew; a restart is seen */
	peer_lost(&p);
	assert_false(peer_repeats(&p, 1, 0));
	peer_tell(&p, 7);
	m.number = 1;
	m.heard = 7;
	assert_int_equal(peer_receive(&p, &m), PEER_NEWS);
	m.session++;
	m.number = 2;
	assert_int_equal(peer_receive(&p, &m), PEER_NEWS | PEER_RESTARTED);
	/* only the channel was made anew there */
	m.numbering++;
	m.number = 3;
	assert_int_equal(peer_receive(&p, &m), PEER_NEWS | PEER_RESTARTED);
	m.number = 4;
	assert_int_equal(peer_receive(&p, &m), PEER_NEWS);
}

/* Nobody answers: it is said on and on, in turns where many say it. */
static void test_repeats(void **state)
{
	struct peer p[7] = { { .number = 0 } };
	unsigned int sent, all = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(p); i++)
		peer_tell(&p[i], 1);
	for (int s = 0; s < 700; s++) {
		sent = 0;
		for (unsigned int i = 0; i < ARRAY_SIZE(p); i++)
			sent += peer_repeats(&p[i], ARRAY_SIZE(p), 30 + i);
		assert_int_equal(sent, 1);
		assert_int_equal(p[0].waited, s + 1 >= (int)ARRAY_SIZE(p));
	}
	for (int s = 0; s < 1000; s++)
		all += peer_repeats(&p[0], 1, 17);
	assert_int_equal(all, 1000);
}

static void test_interval(void **state)
{
	static const struct {
		uint64_t rate;
		size_t octets, paths;
		unsigned int every;
	} table[] = {
		{ 0, 192, 10000, 1 },		/* fast */
		{ 192000, 120, 1, 1 },
		{ 192000, 120, 3, 1 },		/* exactly 1.5 % */
		{ 192000, 120, 4, 2 },
		{ 192000, 120, 30, 10 },
		{ 64000, 120, 1, 1 }, { 64000, 120, 2, 2 },
		{ 64000, 120, 1000, PEER_EVERY_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		assert_int_equal(peer_interval(table[i].rate, table[i].octets,
					       table[i].paths),
				 table[i].every);
}

/* It says nothing of our channel, but something of another one. */
static void test_elsewhere(void **state)
{
	struct peer_other other = { 18, 1, "ne-17", "lab" };
	struct peer p = { .other = &other };
	struct oam_information m = as_struct;
	char text[300];

	(void)state;
	peer_tell(&p, 1);
	/* ours may be about to come */
	for (int i = 0; i < 2; i++) {
		peer_repeats(&p, 1, 0);
		assert_int_equal(peer_fault(&p, &us), PEER_UNKNOWN);
	}
	peer_repeats(&p, 1, 0);
	assert_int_equal(peer_fault(&p, &us), PEER_ELSEWHERE);
	assert_false(peer_is_wrong(PEER_ELSEWHERE));
	peer_explain(&p, &us, text, sizeof(text));
	assert_non_null(strstr(text, "node ne-17, does not speak of channel "
			       "noc (id 17), but of lab (id 18)"));
	/* something new to tell gives it no new time */
	peer_tell(&p, 2);
	assert_int_equal(peer_fault(&p, &us), PEER_ELSEWHERE);
	p.other = NULL;
	assert_int_equal(peer_fault(&p, &us), PEER_UNKNOWN);
	peer_explain(&p, &us, text, sizeof(text));
	assert_non_null(strstr(text, "channel noc: see whether it has id 17"));
	/* once it speaks of ours, the other one does not matter */
	p.other = &other;
	peer_receive(&p, &m);
	assert_int_equal(peer_fault(&p, &us), PEER_UNSURE);
	/* and a new session gives it time again */
	peer_lost(&p);
	peer_tell(&p, 3);
	assert_int_equal(peer_fault(&p, &us), PEER_UNKNOWN);
}

/* The other channel is one of our own. */
static void test_own_other(void **state)
{
	struct peer_other other = { 18, 77, "noc-1", "lab" };
	struct peer p = { .other = &other };
	char text[300];

	(void)state;
	peer_tell(&p, 1);
	assert_int_equal(peer_fault(&p, &us), PEER_LOOPBACK);
	peer_explain(&p, &us, text, sizeof(text));
	assert_non_null(strstr(text, "node noc-1, channel noc here, lab "
			       "there"));
	/* namesakes, and other nodes that drew the same number, are others */
	other.session = 78;
	assert_int_equal(peer_fault(&p, &us), PEER_UNKNOWN);
	other.session = 77;
	strcpy(other.node, "noc-2");
	assert_int_equal(peer_fault(&p, &us), PEER_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vector),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_exchange),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_interval),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_own_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
