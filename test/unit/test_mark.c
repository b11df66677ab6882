// SPDX-License-Identifier: ISC
// What devices of ours are known by: their addresses and their mark.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "monitor/host.h"
#include "monitor/mac.h"

/* These values are on networks by now: they must never change. */
static void test_mac_is_stable(void **state)
{
	static const uint8_t expect[6] = { 0xfe, 0x2a, 0xe9, 0xde, 0xdf, 0x3e };
	uint8_t mac[6];

	(void)state;
	mac_derive(mac, MAC_TAP, "0123456789abcdef", "ne-17", "noc");
	assert_memory_equal(mac, expect, 6);
}

static void test_mac_differs(void **state)
{
	static const char *const words[][3] = {
		{ "m", "n", "c" }, { "m", "n", "d" }, { "m", "o", "c" },
		{ "l", "n", "c" }, { "mn", "", "c" }, { "", "mn", "c" },
		{ "m", "nc", "" }, { "", "", "" },
	};
	uint8_t mac[ARRAY_SIZE(words)][6];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		mac_derive(mac[i], MAC_TAP, words[i][0], words[i][1],
			   words[i][2]);
		/* the highest first octet of a single, local station */
		assert_int_equal(mac[i][0], 0xfe);
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(mac[i], mac[j], 6);
	}
}

static void test_mark(void **state)
{
	const struct host us = { .socket = "/run/dccbridge/control" };
	char mark[RTNL_ALIAS_MAX], channel[CONFIG_NAME_MAX + 1];

	(void)state;
	host_mark(&us, "noc", mark);
	assert_string_equal(mark, "dccbridge: made for noc, "
			    "/run/dccbridge/control");
	assert_true(host_marked(&us, mark, channel));
	assert_string_equal(channel, "noc");
}

static void test_not_our_mark(void **state)
{
	static const char *const aliases[] = {
		"", "uplink", "dccbridge", "dccbridge: made for ",
		"dccbridge: made for noc",
		"dccbridge: made for , /run/dccbridge/control",
		"dccbridge: made for noc, /run/dccbridge/other",
		"dccbridge: made for noc, /run/dccbridge/control2",
		("dccbridge: made for 0123456789012345678901234567890123, "
		 "/run/dccbridge/control"),
	};
	const struct host us = { .socket = "/run/dccbridge/control" };
	char channel[CONFIG_NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (host_marked(&us, aliases[i], channel))
			fail_msg("\"%s\"", aliases[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mac_is_stable),
		cmocka_unit_test(test_mac_differs),
		cmocka_unit_test(test_mark),
		cmocka_unit_test(test_not_our_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
