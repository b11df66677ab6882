// SPDX-License-Identifier: ISC
// Frames of every kind, whole and cut short, and what their flows are.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/flow.h"

enum { ROOM = 256 };

#define A	"020000000001"
#define B	"020000000002"
#define ALL	"ffffffffffff"
#define TO_B	B A
#define V4_TCP(flags, more) \
	"45000028000040004006 0000 0a000001 0a000002" \
	"0016 c000 00000001 00000002 50" flags "1000 0000 0000" more
#define V6(len, next)	"60000000" len next "40" \
	"20010db8000000000000000000000001" "20010db8000000000000000000000002"
#define UDP	"d431 00a1 0008 0000"

static const struct siphash_key key = { { 1, 2 } };

/* Hex digits, blanks between them; returns octets */
static size_t unhex(uint8_t out[ROOM], const char *hex)
{
	size_t n = 0;

	for (unsigned int digits = 0, value = 0; *hex; hex++) {
		if (*hex == ' ')
			continue;
		value = value << 4 | (unsigned int)(*hex <= '9' ? *hex - '0' :
						    *hex - 'a' + 10);
		if (++digits % 2 == 0)
			out[n++] = (uint8_t)value;
	}
	return n;
}

struct expected {
	enum flow_cast cast;
	bool tagged;
	uint8_t pcp;
	uint16_t vlan, inner_vlan, ethertype;
	uint32_t llc;
	uint8_t ip, dscp, protocol;
	bool fragment, has_ports;
	uint16_t sport, dport;
	uint8_t tcp_flags;
	bool pure_ack;
};

static void check(const char *name, const struct flow *f,
		  const struct expected *e)
{
	if (f->cast != e->cast || f->tagged != e->tagged ||
	    f->pcp != e->pcp || f->vlan != e->vlan ||
	    f->inner_vlan != e->inner_vlan || f->ethertype != e->ethertype ||
	    f->llc != e->llc || f->ip != e->ip || f->dscp != e->dscp)
		fail_msg("%s: type %04x llc %08x ip %d", name, f->ethertype,
			 f->llc, f->ip);
	if (f->protocol != e->protocol || f->fragment != e->fragment ||
	    f->has_ports != e->has_ports || f->sport != e->sport ||
	    f->dport != e->dport || f->tcp_flags != e->tcp_flags ||
	    f->pure_ack != e->pure_ack)
		fail_msg("%s: protocol %d fragment %d ports %d %d flags %02x "
			 "ack %d", name, f->protocol, f->fragment, f->sport,
			 f->dport, f->tcp_flags, f->pure_ack);
}

static const struct {
	const char *name, *hex;
	struct expected e;
} frames[] = {
	{ "arp", ALL A "0806 0001080006040001",
	  { .cast = FLOW_BROADCAST, .ethertype = 0x806 } },
	{ "stp", "0180c2000000" A "0026 424203 0000",
	  { .cast = FLOW_MULTICAST, .llc = 0x42420300 } },
	{ "is-is", "0180c2000014" A "0005 fefe03 831b ffff",
	  { .cast = FLOW_MULTICAST, .llc = 0xfefe0383 } },
	{ "llc too short", TO_B "0003 fefe03 83", { .llc = 0 } },
	{ "ipx in snap of another oui", TO_B "0010 aaaa03 00000c 0800 4500",
	  { .llc = 0xaaaa0300 } },
	{ "arp in snap", TO_B "0010 aaaa03 000000 0806 0001",
	  { .ethertype = 0x806 } },
	{ "tcp ack", TO_B "0800" V4_TCP("10", ""),
	  { .ethertype = 0x800, .ip = 4, .protocol = 6, .has_ports = true,
	    .sport = 22, .dport = 0xc000, .tcp_flags = 0x10,
	    .pure_ack = true } },
	{ "tcp ack, padded", TO_B "0800" V4_TCP("10", "000000000000"),
	  { .ethertype = 0x800, .ip = 4, .protocol = 6, .has_ports = true,
	    .sport = 22, .dport = 0xc000, .tcp_flags = 0x10,
	    .pure_ack = true } },
	{ "tcp fin ack", TO_B "0800" V4_TCP("11", ""),
	  { .ethertype = 0x800, .ip = 4, .protocol = 6, .has_ports = true,
	    .sport = 22, .dport = 0xc000, .tcp_flags = 0x11 } },
	{ "tcp with a datum", TO_B "0800"
	  "45000029000040004006 0000 0a000001 0a000002"
	  "0016 c000 00000001 00000002 50101000 0000 0000 41",
	  { .ethertype = 0x800, .ip = 4, .protocol = 6, .has_ports = true,
	    .sport = 22, .dport = 0xc000, .tcp_flags = 0x10 } },
	{ "tcp with options, ack", TO_B "0800"
	  "4500002c000040004006 0000 0a000001 0a000002"
	  "0016 c000 00000001 00000002 60101000 0000 0000 01010101",
	  { .ethertype = 0x800, .ip = 4, .protocol = 6, .has_ports = true,
	    .sport = 22, .dport = 0xc000, .tcp_flags = 0x10,
	    .pure_ack = true } },
	{ "two tags, options, dscp 46, udp", TO_B "88a8 a064 8100 00c8 0800"
	  "46b80020000000004011 0000 0a000001 0a000002 01010100" UDP,
	  { .tagged = true, .pcp = 5, .vlan = 100, .inner_vlan = 200,
	    .ethertype = 0x800, .ip = 4, .dscp = 46, .protocol = 17,
	    .has_ports = true, .sport = 54321, .dport = 161 } },
	{ "a third tag is a type", TO_B "8100 0001 8100 0002 8100 0003 0800",
	  { .tagged = true, .vlan = 1, .inner_vlan = 2,
	    .ethertype = 0x8100 } },
	{ "first fragment", TO_B "0800"
	  "4500001c000020004011 0000 0a000001 0a000002" UDP,
	  { .ethertype = 0x800, .ip = 4, .fragment = true } },
	{ "later fragment", TO_B "0800"
	  "4500001c000000b94011 0000 0a000001 0a000002" UDP,
	  { .ethertype = 0x800, .ip = 4, .fragment = true } },
	{ "header of 16", TO_B "0800"
	  "4400001c000000004011 0000 0a000001 0a000002" UDP,
	  { .ethertype = 0x800 } },
	{ "total length too long", TO_B "0800"
	  "4500001d000000004011 0000 0a000001 0a000002" UDP,
	  { .ethertype = 0x800 } },
	{ "icmp", TO_B "0800"
	  "4500001c000000004001 0000 0a000001 0a000002 0800 f7ff 0000 0000",
	  { .ethertype = 0x800, .ip = 4, .protocol = 1 } },
	{ "v6 udp", TO_B "86dd" V6("0008", "11") UDP,
	  { .ethertype = 0x86dd, .ip = 6, .protocol = 17, .has_ports = true,
	    .sport = 54321, .dport = 161 } },
	{ "v6 options, udp", TO_B "86dd" V6("0010", "00")
	  "1100 010400000000" UDP,
	  { .ethertype = 0x86dd, .ip = 6, .protocol = 17, .has_ports = true,
	    .sport = 54321, .dport = 161 } },
	{ "v6 authentication, udp", TO_B "86dd" V6("0014", "33")
	  "1101 0000 00000001 00000001" UDP,
	  { .ethertype = 0x86dd, .ip = 6, .protocol = 17, .has_ports = true,
	    .sport = 54321, .dport = 161 } },
	{ "v6 fragment", TO_B "86dd" V6("0010", "2c")
	  "1100 0001 00000001" UDP,
	  { .ethertype = 0x86dd, .ip = 6, .fragment = true } },
	{ "v6 atomic fragment", TO_B "86dd" V6("0010", "2c")
	  "1100 0000 00000001" UDP,
	  { .ethertype = 0x86dd, .ip = 6, .protocol = 17, .has_ports = true,
	    .sport = 54321, .dport = 161 } },
	{ "v6 extension too long", TO_B "86dd" V6("0010", "00")
	  "11ff 010400000000" UDP,
	  { .ethertype = 0x86dd, .ip = 6 } },
};

static void test_frames(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		uint8_t octets[ROOM];
		struct flow f;

		flow_parse_ether(&f, octets, unhex(octets, frames[i].hex));
		check(frames[i].name, &f, &frames[i].e);
	}
}

/* Nothing is read that is not there, and nothing is made up */
static void test_cut_short(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		uint8_t octets[ROOM], *copy;
		size_t len = unhex(octets, frames[i].hex);
		struct flow f;

		for (size_t n = 0; n < len; n++) {
			copy = malloc(n ? n : 1);
			assert_non_null(copy);
			memcpy(copy, octets, n);
			flow_parse_ether(&f, copy, n);
			assert_true(!f.dst == (n < 14));
			assert_false(f.has_ports && n < 38);
			assert_true(f.ip || !f.protocol);
			flow_hash(&f, &key);
			if (n > 14)
				flow_parse_ip(&f, copy + 14, n - 14);
			free(copy);
		}
	}
}

static void test_packets(void **state)
{
	static const struct {
		const char *hex;
		struct expected e;
	} table[] = {
		{ "", { 0 } }, { "50", { 0 } },
		{ "45", { .ethertype = 0x800 } },
		{ V4_TCP("10", ""),
		  { .ethertype = 0x800, .ip = 4, .protocol = 6,
		    .has_ports = true, .sport = 22, .dport = 0xc000,
		    .tcp_flags = 0x10, .pure_ack = true } },
		{ "4500001c000000004011 0000 0a000001 e0000005" UDP,
		  { .cast = FLOW_MULTICAST, .ethertype = 0x800, .ip = 4,
		    .protocol = 17, .has_ports = true, .sport = 54321,
		    .dport = 161 } },
		{ "4500001c000000004011 0000 0a000001 ffffffff" UDP,
		  { .cast = FLOW_BROADCAST, .ethertype = 0x800, .ip = 4,
		    .protocol = 17, .has_ports = true, .sport = 54321,
		    .dport = 161 } },
		{ V6("0008", "11") UDP,
		  { .ethertype = 0x86dd, .ip = 6, .protocol = 17,
		    .has_ports = true, .sport = 54321, .dport = 161 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		uint8_t octets[ROOM];
		struct flow f;

		flow_parse_ip(&f, octets, unhex(octets, table[i].hex));
		assert_null(f.dst);
		check(table[i].hex, &f, &table[i].e);
	}
}

static uint64_t hash(const char *hex, const struct siphash_key *k)
{
	uint8_t octets[ROOM];
	struct flow f;

	flow_parse_ether(&f, octets, unhex(octets, hex));
	return flow_hash(&f, k);
}

#define FRAGMENT(from, ports)	TO_B "0800 4500001c0000" from "4011 0000" \
	"0a000001 0a000002" ports "0008 0000"

static void test_hash(void **state)
{
	static const struct siphash_key other = { { 1, 3 } };
	static const struct {
		const char *a, *b;
		bool same;
	} table[] = {
		/* flags, padding and marks do not matter */
		{ TO_B "0800" V4_TCP("10", ""), TO_B "0800" V4_TCP("18", "00"),
		  true },
		{ TO_B "8100 0001 0800" V4_TCP("10", ""),
		  TO_B "8100 e001 0800" V4_TCP("10", ""), true },
		{ TO_B "8100 0001 0800" V4_TCP("10", ""),
		  TO_B "8100 0002 0800" V4_TCP("10", ""), false },
		/* all pieces of all datagrams between two hosts */
		{ FRAGMENT("2000", "d431 00a1"), FRAGMENT("00b9", "4141 4242"),
		  true },
		{ FRAGMENT("2000", "d431 00a1"), FRAGMENT("0000", "d431 00a1"),
		  false },
		{ FRAGMENT("0000", "d431 00a1"), FRAGMENT("0000", "d431 00a2"),
		  false },
		/* without IP, the stations */
		{ ALL A "0806 0001", ALL A "0806 0002", true },
		{ ALL A "0806 0001", ALL B "0806 0001", false },
		{ ALL A "0806 0001", ALL A "88b5 0001", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if ((hash(table[i].a, &key) == hash(table[i].b, &key)) !=
		    table[i].same)
			fail_msg("%s and %s", table[i].a, table[i].b);
	assert_int_not_equal(hash(table[0].a, &key), hash(table[0].a, &other));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
