// SPDX-License-Identifier: ISC
// Flows and the classes that they are of.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/classes.h"

#define MAC(...)	((const uint8_t[6]){ __VA_ARGS__ })
#define GROUP(...)	.cast = FLOW_MULTICAST, .dst = MAC(__VA_ARGS__)
#define IP(p)		.ethertype = 0x800, .ip = 4, .protocol = (p)
#define PORTS(p, s, d)	IP(p), .has_ports = true, .sport = (s), .dport = (d)

static const struct {
	const char *name;
	struct flow flow;
	enum wire_class class;
} built_in[] = {
	{ "nothing known", { .ethertype = 0x88b5 }, WIRE_NORMAL },
	{ "stp", { GROUP(1, 0x80, 0xc2, 0, 0, 0) }, WIRE_CONTROL },
	{ "stp by llc", { .llc = 0x42420300 }, WIRE_CONTROL },
	{ "lacp", { .ethertype = 0x8809 }, WIRE_CONTROL },
	{ "lldp", { .ethertype = 0x88cc }, WIRE_CONTROL },
	{ "pvst", { GROUP(1, 0, 0x0c, 0xcc, 0xcc, 0xcd) },
	  WIRE_CONTROL },
	{ "no pvst", { GROUP(1, 0, 0x0c, 0xcc, 0xcc, 0xce) },
	  WIRE_NORMAL },
	{ "is-is to all", { GROUP(1, 0x80, 0xc2, 0, 0, 0x15) },
	  WIRE_CONTROL },
	{ "is-is", { .llc = 0xfefe0383 }, WIRE_CONTROL },
	{ "es-is", { .llc = 0xfefe0382 }, WIRE_CONTROL },
	{ "clnp", { .llc = 0xfefe0381 }, WIRE_INTERACTIVE },
	{ "netbeui", { .llc = 0xf0f00300 }, WIRE_NORMAL },
	{ "arp", { .ethertype = 0x806 }, WIRE_INTERACTIVE },
	{ "icmp", { IP(1) }, WIRE_INTERACTIVE },
	{ "nd", { .ethertype = 0x86dd, .ip = 6, .protocol = 58 },
	  WIRE_INTERACTIVE },
	{ "ospf", { IP(89) }, WIRE_CONTROL },
	{ "bgp", { PORTS(6, 40000, 179) }, WIRE_CONTROL },
	{ "ssh", { PORTS(6, 40000, 22) }, WIRE_INTERACTIVE },
	{ "ssh back", { PORTS(6, 22, 40000) }, WIRE_INTERACTIVE },
	{ "udp to 22", { PORTS(17, 40000, 22) }, WIRE_NORMAL },
	{ "telnet", { PORTS(6, 40000, 23) }, WIRE_INTERACTIVE },
	{ "snmp", { PORTS(17, 40000, 161) }, WIRE_INTERACTIVE },
	{ "trap", { PORTS(17, 40000, 162) }, WIRE_INTERACTIVE },
	{ "dns by tcp", { PORTS(6, 40000, 53) }, WIRE_INTERACTIVE },
	{ "sctp to 53", { PORTS(132, 40000, 53) }, WIRE_NORMAL },
	{ "ntp", { PORTS(17, 123, 123) }, WIRE_INTERACTIVE },
	{ "tl1", { PORTS(6, 40000, 3083) }, WIRE_INTERACTIVE },
	{ "no tl1", { PORTS(6, 40000, 3084) }, WIRE_NORMAL },
	{ "http", { PORTS(6, 40000, 80) }, WIRE_NORMAL },
	{ "ftp", { PORTS(6, 40000, 21) }, WIRE_INTERACTIVE },
	{ "ftp's data", { PORTS(6, 20, 40000) }, WIRE_BULK },
	{ "tftp", { PORTS(17, 40000, 69) }, WIRE_BULK },
	{ "its acknowledgement",
	  { PORTS(6, 40000, 20), .pure_ack = true },
	  WIRE_INTERACTIVE },
	{ "acknowledgement", { PORTS(6, 40000, 80), .pure_ack = true },
	  WIRE_INTERACTIVE },
	{ "bgp's", { PORTS(6, 40000, 179), .pure_ack = true },
	  WIRE_CONTROL },
	{ "cs1", { PORTS(6, 40000, 80), .dscp = 8 }, WIRE_BULK },
	{ "cs1 by ssh", { PORTS(6, 40000, 22), .dscp = 8 },
	  WIRE_BULK },
	{ "ef", { PORTS(17, 5004, 5004), .dscp = 46 },
	  WIRE_INTERACTIVE },
	{ "cs6", { IP(47), .dscp = 48 }, WIRE_CONTROL },
	{ "cs7", { IP(47), .dscp = 56 }, WIRE_CONTROL },
	{ "af41", { PORTS(6, 40000, 80), .dscp = 34 }, WIRE_NORMAL },
	{ "fragment, cs1", { IP(0), .fragment = true, .dscp = 8 },
	  WIRE_BULK },
	{ "fragment", { IP(0), .fragment = true }, WIRE_NORMAL },
	{ "pcp 0 says nothing",
	  { PORTS(6, 40000, 22), .tagged = true }, WIRE_INTERACTIVE },
	{ "pcp 1", { PORTS(6, 40000, 22), .tagged = true, .pcp = 1 },
	  WIRE_BULK },
	{ "pcp 3", { PORTS(6, 40000, 22), .tagged = true, .pcp = 3 },
	  WIRE_NORMAL },
	{ "pcp 5", { IP(47), .tagged = true, .pcp = 5 },
	  WIRE_INTERACTIVE },
	{ "pcp 7", { IP(47), .tagged = true, .pcp = 7 },
	  WIRE_CONTROL },
	{ "pcp 1, arp",
	  { .ethertype = 0x806, .tagged = true, .pcp = 1 },
	  WIRE_INTERACTIVE },
};

static void test_built_in(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(built_in); i++) {
		enum wire_class class = classes_of(NULL, 0, &built_in[i].flow);

		if (class != built_in[i].class)
			fail_msg("%s: class %d", built_in[i].name, class);
	}
}

static void test_rules(void **state)
{
	static const struct class_rule rules[] = {
		{ .has_udp_port = true, .udp_port = 161, .class = 0 },
		{ .has_tcp_port = true, .tcp_port = 161, .class = 3 },
		{ .has_protocol = true, .protocol = 17, .has_dscp = true,
		  .dscp = 10, .class = 3 },
		{ .has_protocol = true, .protocol = 0, .class = 0 },
		{ .has_ethertype = true, .ethertype = 0x806, .class = 2 },
		{ .has_pcp = true, .pcp = 0, .class = 3 },
		{ .has_dscp = true, .dscp = 0, .has_tcp_port = true,
		  .tcp_port = 22, .class = 2 },
	};
	static const struct {
		const char *name;
		struct flow flow;
		enum wire_class class;
	} table[] = {
		{ "udp there", { PORTS(17, 40000, 161) }, WIRE_CONTROL },
		{ "udp back", { PORTS(17, 161, 40000) }, WIRE_CONTROL },
		{ "tcp", { PORTS(6, 40000, 161) }, WIRE_BULK },
		{ "its acknowledgement",
		  { PORTS(6, 40000, 161), .pure_ack = true }, WIRE_BULK },
		{ "both", { PORTS(17, 1, 2), .dscp = 10 }, WIRE_BULK },
		{ "one of two", { PORTS(17, 1, 2), .dscp = 9 }, WIRE_NORMAL },
		{ "arp", { .ethertype = 0x806 }, WIRE_NORMAL },
		{ "no tag is not pcp 0", { .ethertype = 0x88b5 },
		  WIRE_NORMAL },
		{ "pcp 0", { .ethertype = 0x88b5, .tagged = true },
		  WIRE_BULK },
		{ "no ip is not protocol 0", { .ethertype = 0x88cc },
		  WIRE_CONTROL },
		{ "nor is a fragment", { IP(0), .fragment = true },
		  WIRE_NORMAL },
		{ "dscp 0", { PORTS(6, 22, 5) }, WIRE_NORMAL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		enum wire_class class = classes_of(rules, ARRAY_SIZE(rules),
						   &table[i].flow);

		if (class != table[i].class)
			fail_msg("%s: class %d", table[i].name, class);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_built_in),
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
