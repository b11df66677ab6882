// SPDX-License-Identifier: ISC
// Which network devices a DCC line can be on.

#include <errno.h>
#include <net/if_arp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "monitor/dcc_interface.h"

static void test_check(void **state)
{
	static const struct config_dcc plain;
	static const struct config_dcc header = {
		.prefix = { [12] = 0x88, [13] = 0xb6 }, .prefix_len = 14 };
	static const struct config_dcc length = {
		.prefix = { [12] = 0, [13] = 60 }, .prefix_len = 14 };
	static const struct {
		const struct config_dcc *cfg;
		uint16_t type;
		bool up;
		int err;
		const char *words;
	} cases[] = {
		{ &plain, ARPHRD_RAWHDLC, true, 0, "" },
		{ &plain, ARPHRD_NONE, true, 0, "" },
		{ &plain, ARPHRD_RAWHDLC, false, -ENETDOWN,
		  "hdlc0 is down; set it up: ip link set hdlc0 up" },
		{ &plain, ARPHRD_PPP, true, -EPROTOTYPE, "in PPP mode" },
		{ &plain, ARPHRD_CISCO, false, -EPROTOTYPE, "sethdlc hdlc0" },
		{ &plain, ARPHRD_FRAD, true, -EPROTOTYPE, "Frame Relay" },
		{ &plain, ARPHRD_ETHER, true, -EPROTOTYPE, "14 octets" },
		{ &length, ARPHRD_ETHER, true, -EPROTOTYPE, "0600 or more" },
		{ &header, ARPHRD_ETHER, true, 0, "" },
		{ &header, ARPHRD_ETHER, false, -ENETDOWN, "is down" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct rtnl_link link = {
			.name = "hdlc0", .type = cases[i].type,
			.up = cases[i].up,
		};
		char reason[320] = "";

		if (dcc_interface_check(cases[i].cfg, &link, reason,
					sizeof(reason)) != cases[i].err ||
		    !strstr(reason, cases[i].words))
			fail_msg("case %zu: %s", i, reason);
	}
}

static void test_warn(void **state)
{
	const struct rtnl_link lo = { .name = "lo" };
	const struct rtnl_link port = { .name = "none0", .master = 3 };
	const struct rtnl_link good = { .name = "none0" };
	char text[320];

	(void)state;
	dcc_interface_warn(&port, text, sizeof(text));
	assert_non_null(strstr(text, "port of a bridge"));
	dcc_interface_warn(&good, text, sizeof(text));
	assert_string_equal(text, "");
	dcc_interface_warn(&lo, text, sizeof(text));
	assert_true(!*text || strstr(text, "lo has the address"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_warn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
