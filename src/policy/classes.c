// SPDX-License-Identifier: ISC
// Which of the four classes a flow is of.
//
// The class is a function of what all frames of a flow have in common, never
// of a frame's size, so that no flow overtakes itself on a line that sends
// class by class. One thing is excepted: a TCP segment that is nothing but an
// acknowledgement is interactive, as the other direction waits for it, and
// TCP does not mind.
//
// The user's rules come first, and their word is final. Then the first of
// the tables below that knows the flow decides: what keeps a LAN together by
// its group address, type or LLC header; the priority of a VLAN tag; the
// DSCP; the IP protocol; the ports.

#include "policy/classes.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/util.h"

enum { UNKNOWN = -1, EITHER = -1 };

/* Group addresses whose last octet is between two values */
static const struct {
	uint8_t first[6];
	uint8_t last;
} control_groups[] = {
	/* reserved: STP, LACP, EAPOL, LLDP (IEEE 802.1Q, table 8-1) */
	{ { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x00 }, 0x0f },
	/* all IS-IS systems of level 1 and 2 (ISO 10589) */
	{ { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x14 }, 0x15 },
	/* GARP and MRP applications (IEEE 802.1Q, table 10-1) */
	{ { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x20 }, 0x2f },
	/* connectivity fault management (IEEE 802.1Q, table 8-13) */
	{ { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x30 }, 0x3f },
	/* all end systems, all intermediate systems (ISO 9542) */
	{ { 0x09, 0x00, 0x2b, 0x00, 0x00, 0x04 }, 0x05 },
	/* CDP, VTP; spanning trees by VLAN */
	{ { 0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc }, 0xcd },
	/* ring protection (ITU-T G.8032) */
	{ { 0x01, 0x19, 0xa7, 0x00, 0x00, 0x00 }, 0xff },
};

static const struct {
	uint16_t type;
	uint8_t class;
} types[] = {
	{ ETHERTYPE_ARP, WIRE_INTERACTIVE },
	{ ETHERTYPE_REVARP, WIRE_INTERACTIVE },
	{ 0x8809, WIRE_CONTROL },		/* slow protocols: LACP, OAM */
	{ 0x888e, WIRE_CONTROL },		/* EAPOL */
	{ 0x88cc, WIRE_CONTROL },		/* LLDP */
	{ 0x88e3, WIRE_CONTROL },		/* MRP, IEC 62439-2 */
	{ 0x88f7, WIRE_INTERACTIVE },		/* PTP */
	{ 0x8902, WIRE_CONTROL },		/* CFM, Y.1731, G.8032 */
};

/* DSAP, SSAP, control and the octet behind them, as far as @mask says */
static const struct {
	uint32_t mask, value;
	uint8_t class;
} llcs[] = {
	{ 0xffffff00, 0x42420300, WIRE_CONTROL },	/* STP */
	{ 0xffffffff, 0xfefe0382, WIRE_CONTROL },	/* ES-IS */
	{ 0xffffffff, 0xfefe0383, WIRE_CONTROL },	/* IS-IS */
	{ 0xffffff00, 0xfefe0300, WIRE_INTERACTIVE },	/* CLNP */
};

/* IEEE 802.1Q, annex I; 0 is what nobody has chosen */
static const int8_t pcps[8] = {
	UNKNOWN, WIRE_BULK, WIRE_NORMAL, WIRE_NORMAL,
	WIRE_NORMAL, WIRE_INTERACTIVE, WIRE_CONTROL, WIRE_CONTROL,
};

/* RFC 4594, RFC 8622; 0 and what is not here nobody has chosen */
static const struct {
	uint8_t dscp;
	uint8_t class;
} dscps[] = {
	{ 1, WIRE_BULK },		/* LE */
	{ 8, WIRE_BULK },		/* CS1 */
	{ 16, WIRE_INTERACTIVE },	/* CS2: OAM */
	{ 40, WIRE_INTERACTIVE },	/* CS5 */
	{ 44, WIRE_INTERACTIVE },	/* voice admitted */
	{ 46, WIRE_INTERACTIVE },	/* EF */
	{ 48, WIRE_CONTROL },		/* CS6 */
	{ 56, WIRE_CONTROL },		/* CS7 */
};

static const struct {
	uint8_t protocol;
	uint8_t class;
} protocols[] = {
	{ IPPROTO_ICMP, WIRE_INTERACTIVE },
	{ IPPROTO_IGMP, WIRE_INTERACTIVE },
	{ IPPROTO_ICMPV6, WIRE_INTERACTIVE },
	{ 88, WIRE_CONTROL },		/* EIGRP */
	{ 89, WIRE_CONTROL },		/* OSPF */
	{ 103, WIRE_CONTROL },		/* PIM */
	{ 112, WIRE_CONTROL },		/* VRRP, CARP */
	{ 124, WIRE_CONTROL },		/* IS-IS over IPv4 */
};

/* Ports of a server, at either end; the first that fits decides */
static const struct {
	int16_t protocol;
	uint16_t first, last;
	uint8_t class;
} ports[] = {
	{ IPPROTO_TCP, 179, 179, WIRE_CONTROL },	/* BGP */
	{ EITHER, 646, 646, WIRE_CONTROL },		/* LDP */
	{ IPPROTO_UDP, 520, 521, WIRE_CONTROL },	/* RIP, RIPng */
	{ IPPROTO_UDP, 1985, 1985, WIRE_CONTROL },	/* HSRP */
	{ IPPROTO_UDP, 3784, 3785, WIRE_CONTROL },	/* BFD */
	{ IPPROTO_UDP, 4784, 4784, WIRE_CONTROL },	/* BFD, many hops */
	{ IPPROTO_TCP, 20, 20, WIRE_BULK },		/* FTP's data */
	{ IPPROTO_UDP, 69, 69, WIRE_BULK },		/* TFTP's requests */
	{ EITHER, 989, 989, WIRE_BULK },		/* FTP's data, TLS */
	{ IPPROTO_TCP, 873, 873, WIRE_BULK },		/* rsync */
	{ IPPROTO_TCP, 21, 23, WIRE_INTERACTIVE },	/* FTP, ssh, telnet */
	{ EITHER, 49, 49, WIRE_INTERACTIVE },		/* TACACS+ */
	{ EITHER, 53, 53, WIRE_INTERACTIVE },		/* DNS */
	{ IPPROTO_UDP, 67, 68, WIRE_INTERACTIVE },	/* DHCP */
	{ IPPROTO_UDP, 123, 123, WIRE_INTERACTIVE },	/* NTP */
	{ EITHER, 161, 162, WIRE_INTERACTIVE },		/* SNMP */
	{ IPPROTO_UDP, 319, 320, WIRE_INTERACTIVE },	/* PTP */
	{ IPPROTO_TCP, 513, 514, WIRE_INTERACTIVE },	/* rlogin, rsh */
	{ IPPROTO_UDP, 546, 547, WIRE_INTERACTIVE },	/* DHCPv6 */
	{ IPPROTO_TCP, 830, 830, WIRE_INTERACTIVE },	/* NETCONF */
	{ EITHER, 853, 853, WIRE_INTERACTIVE },		/* DNS, TLS */
	{ IPPROTO_TCP, 990, 992, WIRE_INTERACTIVE },	/* FTP, telnet, TLS */
	{ IPPROTO_UDP, 1812, 1813, WIRE_INTERACTIVE },	/* RADIUS */
	{ IPPROTO_TCP, 3081, 3083, WIRE_INTERACTIVE },	/* TL1 */
	{ EITHER, 5353, 5353, WIRE_INTERACTIVE },	/* DNS, multicast */
	{ EITHER, 10161, 10162, WIRE_INTERACTIVE },	/* SNMP, TLS */
};

static bool has_port(const struct flow *f, uint8_t protocol, uint16_t port)
{
	return f->has_ports && f->protocol == protocol &&
	       (f->sport == port || f->dport == port);
}

static bool matches(const struct class_rule *r, const struct flow *f)
{
	if (r->has_ethertype && r->ethertype != f->ethertype)
		return false;
	if (r->has_pcp && (!f->tagged || r->pcp != f->pcp))
		return false;
	if (r->has_dscp && (!f->ip || r->dscp != f->dscp))
		return false;
	if (r->has_protocol &&
	    (!f->ip || f->fragment || r->protocol != f->protocol))
		return false;
	if (r->has_udp_port && !has_port(f, IPPROTO_UDP, r->udp_port))
		return false;
	return !r->has_tcp_port || has_port(f, IPPROTO_TCP, r->tcp_port);
}

static bool is_control_group(const uint8_t *mac)
{
	for (size_t i = 0; i < ARRAY_SIZE(control_groups); i++)
		if (!memcmp(mac, control_groups[i].first, 5) &&
		    mac[5] >= control_groups[i].first[5] &&
		    mac[5] <= control_groups[i].last)
			return true;
	return false;
}

static int by_link(const struct flow *f)
{
	if (f->cast == FLOW_MULTICAST && f->dst && is_control_group(f->dst))
		return WIRE_CONTROL;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (f->ethertype == types[i].type)
			return types[i].class;
	for (size_t i = 0; f->llc && i < ARRAY_SIZE(llcs); i++)
		if ((f->llc & llcs[i].mask) == llcs[i].value)
			return llcs[i].class;
	return f->tagged ? pcps[f->pcp & 7] : UNKNOWN;
}

static int by_port(const struct flow *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(ports); i++) {
		if (ports[i].protocol == EITHER ?
		    f->protocol != IPPROTO_TCP && f->protocol != IPPROTO_UDP :
		    f->protocol != ports[i].protocol)
			continue;
		if ((f->sport >= ports[i].first && f->sport <= ports[i].last) ||
		    (f->dport >= ports[i].first && f->dport <= ports[i].last))
			return ports[i].class;
	}
	return UNKNOWN;
}

static int by_ip(const struct flow *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(dscps); i++)
		if (f->dscp == dscps[i].dscp)
			return dscps[i].class;
	for (size_t i = 0; !f->fragment && i < ARRAY_SIZE(protocols); i++)
		if (f->protocol == protocols[i].protocol)
			return protocols[i].class;
	return f->has_ports ? by_port(f) : UNKNOWN;
}

/**
 * classes_of() - The class of a frame
 * @rules:	The user's, first one first; may be NULL where @n is 0
 * @n:		How many
 * @f:		Its flow
 *
 * Return: the class
 */
enum wire_class classes_of(const struct class_rule *rules, size_t n,
			   const struct flow *f)
{
	int class;

	for (size_t i = 0; i < n; i++)
		if (matches(&rules[i], f))
			return (enum wire_class)rules[i].class;
	class = by_link(f);
	if (class == UNKNOWN && f->ip)
		class = by_ip(f);
	if (class == UNKNOWN)
		class = WIRE_NORMAL;
	if (f->pure_ack && class > WIRE_INTERACTIVE)
		class = WIRE_INTERACTIVE;
	return (enum wire_class)class;
}
