// SPDX-License-Identifier: ISC
// A frame in a few words, whole and cut anywhere.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "cli/summary.h"

#define MACS	"\2\0\0\0\0\1\2\0\0\0\0\2"
#define IPV4(proto, len, frag) \
	"\x45\0\0" len "\x12\x34" frag "\x40" proto "\0\0" \
	"\xc0\0\2\1" "\xc0\0\2\2"
#define IPV6(next, len) \
	"\x60\0\0\0\0" len next "\xff" \
	"\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1" \
	"\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2"

static const struct {
	const char *frame;
	size_t len;
	int verbose;
	const char *text;
} cases[] = {
#define CASE(octets, verbose, text) \
	{ octets, sizeof(octets) - 1, verbose, text }
	CASE("\1\2\3", 0, "[|ether] length 3"),
	CASE(MACS "\x08\x06" "\0\1\x08\0\6\4\0\1\2\0\0\0\0\2\xc0\0\2\1"
	     "\0\0\0\0\0\0\xc0\0\2\2", 0,
	     "ARP, Request who-has 192.0.2.2 tell 192.0.2.1, length 28"),
	CASE(MACS "\x08\x06" "\0\1\x08\0\6\4\0\2\2\0\0\0\0\2\xc0\0\2\1"
	     "\2\0\0\0\0\1\xc0\0\2\2", 0,
	     "ARP, Reply 192.0.2.1 is-at 02:00:00:00:00:02, length 28"),
	CASE(MACS "\x08\0" IPV4("\1", "\x1c", "\0\0") "\x08\0\0\0\0\7\0\x09",
	     0, "IP 192.0.2.1 > 192.0.2.2: ICMP echo request, id 7, seq 9, "
	     "length 8"),
	CASE(MACS "\x08\0" IPV4("\x11", "\x1e", "\0\0")
	     "\x0f\xa0\x13\x88\0\x0a\0\0hi\0\0\0\0", 0,
	     "IP 192.0.2.1.4000 > 192.0.2.2.5000: UDP, length 2"),
	CASE(MACS "\x08\0" IPV4("\6", "\x28", "\x40\0")
	     "\0\1\0\2\0\0\0\3\0\0\0\4\x50\x12\2\0\0\0\0\0", 1,
	     "02:00:00:00:00:02 > 02:00:00:00:00:01, 0x0800, length 54: IP "
	     "(tos 0x0, ttl 64, id 4660, flags [DF], proto 6, length 40) "
	     "192.0.2.1.1 > 192.0.2.2.2: Flags [S.], seq 3, ack 4, win 512, "
	     "length 0"),
	CASE(MACS "\x08\0" IPV4("\x11", "\x18", "\0\x10") "abcd", 0,
	     "IP 192.0.2.1 > 192.0.2.2: ip-proto-17, fragment at 128, "
	     "length 4"),
	CASE(MACS "\x08\0" IPV4("\x59", "\x18", "\0\0") "abcd", 0,
	     "IP 192.0.2.1 > 192.0.2.2: OSPF, length 4"),
	CASE(MACS "\x08\0" "\x41rubbishrubbishrubbish", 0,
	     "IP malformed, length 22"),
	CASE(MACS "\x86\xdd" IPV6("\x3a", "\x08") "\x87\0\0\0\0\0\0\0", 0,
	     "IP6 2001:db8::1 > 2001:db8::2: ICMP6 neighbor solicitation, "
	     "length 8"),
	CASE(MACS "\x86\xdd" IPV6("\0", "\x10") "\x11\0\0\0\0\0\0\0"
	     "\0\1\0\2\0\x08\0\0", 0,
	     "IP6 2001:db8::1.1 > 2001:db8::2.2: UDP, length 0"),
	CASE(MACS "\x86\xdd" IPV6("\x2c", "\x0c") "\x11\0\0\x10\0\0\0\0abcd",
	     0, "IP6 2001:db8::1 > 2001:db8::2: fragment at 16, length 4"),
	CASE(MACS "\x81\0\xb0\5\x08\x06", 0,
	     "vlan 5, p 5, DEI, ARP, [|arp] length 0"),
	CASE(MACS "\0\7\x42\x42\3\0\0\0\0", 0, "STP, length 7"),
	CASE(MACS "\0\4\xfe\xfe\3\x83", 0, "IS-IS, length 4"),
	CASE(MACS "\0\x08\xaa\xaa\3\0\0\x0c\1\x0b", 0,
	     "SNAP, oui 0x00000c, type 0x010b, length 8"),
	CASE(MACS "\x88\xcc\0\0", 0, "LLDP, length 2"),
	CASE(MACS "\x88\xb5xyz", 0, "ethertype 0x88b5, length 3"),
};

static void frames(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct summary s = { .verbose = cases[i].verbose };

		summary_ethernet(&s, (const uint8_t *)cases[i].frame,
				 cases[i].len, cases[i].len);
		assert_string_equal(s.text, cases[i].text);
	}
}

/* In memory of just that size, so that a sanitizer sees a step beyond. */
static void cut_anywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t n = 0; n < cases[i].len; n++) {
			uint8_t *data = malloc(n + !n);
			struct summary s = { .verbose = 1 };

			assert_non_null(data);
			memcpy(data, cases[i].frame, n);
			summary_ethernet(&s, data, n, cases[i].len);
			assert_true(s.used > 0);
			free(data);
		}
	}
}

static void packets(void **state)
{
	static const uint8_t ipv4[] = IPV4("\x59", "\x18", "\0\0") "abcd";
	struct summary s = { 0 };

	(void)state;
	summary_ip(&s, ipv4, sizeof(ipv4) - 1, sizeof(ipv4) - 1);
	assert_string_equal(s.text, "IP 192.0.2.1 > 192.0.2.2: OSPF, length 4");
}

static void a_text_never_grows_too_long(void **state)
{
	struct summary s = { 0 };

	(void)state;
	for (int i = 0; i < 2 * SUMMARY_MAX; i++)
		summary_add(&s, "%s", "abc");
	assert_int_equal(strlen(s.text), SUMMARY_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(packets),
		cmocka_unit_test(a_text_never_grows_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
