// SPDX-License-Identifier: ISC
// Filters: which programs are refused, and which frames one selects.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/filter.h"

enum {
	LDH_ABS = 0x28, JEQ = 0x15, RET = 0x06, JA = 0x05, LSH_K = 0x64,
	LD_MSH = 0xa0, ST = 0x02, DIV_K = 0x34,
};

/* ether[12:2] = 0x0800 */
static const struct dump_instruction ipv4[] = {
	{ LDH_ABS, 0, 0, 12 }, { JEQ, 0, 1, 0x0800 }, { RET, 0, 0, 1 },
	{ RET, 0, 0, 0 },
};

static const struct {
	const char *what;
	struct dump_instruction program[3];
	size_t n;
} forged[] = {
	{ "nothing", { { 0 } }, 0 },
	{ "no return", { { LDH_ABS, 0, 0, 12 } }, 1 },
	{ "unknown instruction", { { 0xff, 0, 0, 0 }, { RET, 0, 0, 0 } }, 2 },
	{ "known one of another width",
	  { { LD_MSH, 0, 0, 0 }, { RET, 0, 0, 0 } }, 2 },
	{ "high bits", { { 0x8000 | LDH_ABS, 0, 0, 0 }, { RET, 0, 0, 0 } },
	  2 },
	{ "endless loop", { { JA, 0, 0, UINT32_MAX }, { RET, 0, 0, 0 } }, 2 },
	{ "jump behind the end", { { JA, 0, 0, 1 }, { RET, 0, 0, 0 } }, 2 },
	{ "conditional jump behind the end",
	  { { JEQ, 200, 0, 0 }, { RET, 0, 0, 0 } }, 2 },
	{ "memory that is not there",
	  { { ST, 0, 0, 16 }, { RET, 0, 0, 0 } }, 2 },
	{ "division by zero", { { DIV_K, 0, 0, 0 }, { RET, 0, 0, 0 } }, 2 },
	{ "shift by too much", { { LSH_K, 0, 0, 32 }, { RET, 0, 0, 0 } }, 2 },
};

static void forged_programs_are_refused(void **state)
{
	struct filter *f;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forged); i++)
		if (filter_new(&f, forged[i].program, forged[i].n) != -EINVAL)
			fail_msg("%s: taken", forged[i].what);
}

static void long_programs_are_refused(void **state)
{
	static struct dump_instruction many[DUMP_INSTRUCTIONS_MAX + 1];
	struct filter *f;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct dump_instruction){ RET, 0, 0, 0 };
	assert_int_equal(filter_new(&f, many, ARRAY_SIZE(many)), -E2BIG);
	assert_int_equal(filter_new(&f, many, DUMP_INSTRUCTIONS_MAX), 0);
	filter_free(f);
}

static const uint8_t ether_ipv4[] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0
};
static const uint8_t ether_ipv6[] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x86, 0xdd, 0x60, 0
};

/** struct piece - A packet of a line */
struct piece {
	const char *what;
	uint8_t head[7];
	size_t head_len;
	const uint8_t *data;
	uint32_t stream;
	bool selected;
};

static const struct piece pieces[] = {
	{ "a frame", { 0x80, 8, 0, 17, 0, 1 }, 6, ether_ipv4, 1, true },
	{ "another", { 0x80, 8, 0, 17, 0, 2 }, 6, ether_ipv6, 1, false },
	{ "later piece of none", { 0x80, 0x88, 0, 17, 0, 3, 1 }, 7,
	  ether_ipv4, 1, false },
	{ "first piece", { 0x80, 0x88, 0, 17, 0, 4, 0 }, 7, ether_ipv4, 1,
	  true },
	{ "its second", { 0x80, 0x88, 0, 17, 0, 4, 1 }, 7, ether_ipv6, 1,
	  true },
	{ "of another class", { 0x80, 0x8c, 0, 17, 0, 4, 1 }, 7, ether_ipv4,
	  1, false },
	{ "of another stream", { 0x80, 0x88, 0, 17, 0, 4, 1 }, 7, ether_ipv4,
	  2, false },
	{ "of another channel", { 0x80, 0x88, 0, 18, 0, 4, 1 }, 7, ether_ipv4,
	  1, false },
	{ "its last", { 0x80, 0xc8, 0, 17, 0, 4, 2 }, 7, ether_ipv6, 1,
	  true },
	{ "first piece of what is not wanted",
	  { 0x80, 0x88, 0, 17, 0, 5, 0 }, 7, ether_ipv6, 1, false },
	{ "its second", { 0x80, 0x88, 0, 17, 0, 5, 1 }, 7, ether_ipv4, 1,
	  false },
	{ "compressed", { 0x80, 0x28, 0, 17, 0, 6 }, 6, ether_ipv4, 1,
	  false },
	{ "OAM", { 0x83, 0, 0, 0, 0, 1 }, 6, ether_ipv4, 1, false },
	{ "unknown version", { 0x00, 0, 0, 17, 0, 1 }, 6, ether_ipv4, 1,
	  false },
};

/* As it is received, and as it is sent: header apart, and that of a frame out
 * of a super-frame as well. */
static void fragments_follow_their_first(void **state)
{
	(void)state;
	for (size_t apart = 0; apart < 3; apart++) {
		struct filter *f;

		assert_int_equal(filter_new(&f, ipv4, ARRAY_SIZE(ipv4)), 0);
		for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
			const struct piece *p = &pieces[i];
			uint8_t whole[32];
			struct filter_frame fr = {
				.flags = DUMP_F_LINE, .stream = p->stream,
			};
			size_t head = apart ? p->head_len + 8 * (apart - 1) : 0;
			size_t rest = p->head_len + 16 - head;

			memcpy(whole, p->head, p->head_len);
			memcpy(whole + p->head_len, p->data, 16);
			fr.head = whole;
			fr.head_len = head;
			fr.data = whole + head;
			fr.len = fr.wirelen = rest;
			if (filter_match(f, &fr) != p->selected)
				fail_msg("%s", p->what);
		}
		filter_free(f);
	}
}

static void packets_without_a_link_header(void **state)
{
	static const uint8_t four[20] = { 0x45 }, six[40] = { 0x60 };
	static const uint8_t none[20] = { 0x15 };
	struct filter_frame fr = { .flags = DUMP_F_IP };
	struct filter *f;

	(void)state;
	assert_int_equal(filter_new(&f, ipv4, ARRAY_SIZE(ipv4)), 0);
	fr.data = four;
	fr.len = fr.wirelen = sizeof(four);
	assert_true(filter_match(f, &fr));
	fr = (struct filter_frame){ .flags = DUMP_F_IP, .head = four,
				    .head_len = 7, .data = four + 7,
				    .len = 13, .wirelen = 13 };
	assert_true(filter_match(f, &fr));
	fr = (struct filter_frame){ .head = ether_ipv4, .head_len = 13,
				    .data = ether_ipv4 + 13, .len = 3,
				    .wirelen = 3 };
	assert_true(filter_match(f, &fr));
	fr = (struct filter_frame){ .flags = DUMP_F_IP, .len = 20,
				    .wirelen = 20 };
	fr.data = none;
	assert_false(filter_match(f, &fr));
	fr.data = six;
	fr.len = fr.wirelen = sizeof(six);
	assert_false(filter_match(f, &fr));
	fr.len = fr.wirelen = 0;
	assert_false(filter_match(f, &fr));
	filter_free(f);
}

static void told_if_there_are_none(void **state)
{
	struct filter *f;

	(void)state;
	assert_int_equal(filter_new(&f, ipv4, ARRAY_SIZE(ipv4)), -ENOSYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forged_programs_are_refused),
		cmocka_unit_test(long_programs_are_refused),
		cmocka_unit_test(fragments_follow_their_first),
		cmocka_unit_test(packets_without_a_link_header),
	};
	const struct CMUnitTest without[] = {
		cmocka_unit_test(told_if_there_are_none),
	};

	return filter_available() ?
	       cmocka_run_group_tests(tests, NULL, NULL) :
	       cmocka_run_group_tests(without, NULL, NULL);
}
