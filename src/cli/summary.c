// SPDX-License-Identifier: ISC
// A frame in a few words: layers 2 to 4.
//
// Each layer looks at its own header only, and only if all of it is there;
// else it says so and stops. Nothing is decoded deeper than ports and flags.

#include "cli/summary.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/util.h"

enum { TAGS_MAX = 4, EXTENSIONS_MAX = 8 };

/** struct octets - What is left of a frame */
struct octets {
	const uint8_t *p;
	size_t cap, len;	/* that are here; that there were */
};

struct named {
	unsigned number;
	const char *name;
};

/**
 * summary_add() - Append to the text, as far as there is room
 * @s:		Text
 * @fmt:	As for printf(3)
 */
void summary_add(struct summary *s, const char *fmt, ...)
{
	size_t room = sizeof(s->text) - s->used;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(s->text + s->used, room, fmt, ap);
	va_end(ap);
	if (n > 0)
		s->used += MIN((size_t)n, room - 1);
}

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

static void skip(struct octets *o, size_t n)
{
	n = MIN(n, o->cap);
	o->p += n;
	o->cap -= n;
	o->len -= MIN(n, o->len);
}

/* Are N octets here? Else the summary ends at the layer named. */
static bool has(struct summary *s, const struct octets *o, size_t n,
		const char *layer)
{
	if (o->cap >= n)
		return true;
	summary_add(s, "[|%s] length %zu", layer, o->len);
	return false;
}

static const char *name_of(const struct named *table, size_t n,
			   unsigned number)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].number == number)
			return table[i].name;
	return NULL;
}

static void add_host(struct summary *s, int family, const uint8_t *addr)
{
	char text[SUMMARY_NAME];

	if (s->names)
		s->names->host(s->names->arg, family, addr, text);
	else if (!inet_ntop(family, addr, text, sizeof(text)))
		return;
	summary_add(s, "%s", text);
}

static void add_port(struct summary *s, const char *protocol, uint16_t port)
{
	char text[SUMMARY_NAME];

	if (!s->names) {
		summary_add(s, ".%u", port);
		return;
	}
	s->names->port(s->names->arg, protocol, port, text);
	summary_add(s, ".%s", text);
}

/** struct flow - Between whom */
struct flow {
	int family;
	const uint8_t *from, *to;
};

static void add_flow(struct summary *s, const struct flow *f,
		     const char *protocol, const uint8_t *ports)
{
	add_host(s, f->family, f->from);
	if (ports)
		add_port(s, protocol, be16(ports));
	summary_add(s, " > ");
	add_host(s, f->family, f->to);
	if (ports)
		add_port(s, protocol, be16(ports + 2));
	summary_add(s, ": ");
}

static void tcp(struct summary *s, const struct flow *f, struct octets o)
{
	static const char letters[] = "FSRP.UEW";
	char flags[sizeof(letters)];
	size_t n = 0, head;

	if (o.cap < 20) {
		add_flow(s, f, "tcp", o.cap >= 4 ? o.p : NULL);
		has(s, &o, 20, "tcp");
		return;
	}
	add_flow(s, f, "tcp", o.p);
	for (unsigned i = 0; i < 8; i++)
		if (o.p[13] & 1U << i)
			flags[n++] = letters[i];
	flags[n] = '\0';
	head = (size_t)(o.p[12] >> 4) * 4;
	summary_add(s, "Flags [%s], seq %u", n ? flags : "none", be32(o.p + 4));
	if (o.p[13] & 0x10)
		summary_add(s, ", ack %u", be32(o.p + 8));
	summary_add(s, ", win %u", be16(o.p + 14));
	if (head < 20 || head > o.len)
		summary_add(s, ", bad header length %zu", head);
	else
		summary_add(s, ", length %zu", o.len - head);
}

static void udp(struct summary *s, const struct flow *f, struct octets o)
{
	add_flow(s, f, "udp", o.cap >= 4 ? o.p : NULL);
	if (!has(s, &o, 8, "udp"))
		return;
	summary_add(s, "UDP, length %zu", o.len - 8);
	if (be16(o.p + 4) != o.len)
		summary_add(s, " (says %u)", be16(o.p + 4));
}

static const struct named icmp_types[] = {
	{ 0, "echo reply" }, { 3, "unreachable" }, { 5, "redirect" },
	{ 8, "echo request" }, { 9, "router advertisement" },
	{ 10, "router solicitation" }, { 11, "time exceeded" },
	{ 12, "parameter problem" },
};

static const struct named icmp6_types[] = {
	{ 1, "unreachable" }, { 2, "packet too big" },
	{ 3, "time exceeded" }, { 4, "parameter problem" },
	{ 128, "echo request" }, { 129, "echo reply" },
	{ 130, "listener query" }, { 131, "listener report" },
	{ 133, "router solicitation" }, { 134, "router advertisement" },
	{ 135, "neighbor solicitation" }, { 136, "neighbor advertisement" },
	{ 137, "redirect" }, { 143, "listener report v2" },
};

static void icmp(struct summary *s, const struct flow *f, struct octets o,
		 bool six)
{
	const char *name;

	add_flow(s, f, NULL, NULL);
	if (!has(s, &o, 4, six ? "icmp6" : "icmp"))
		return;
	name = six ? name_of(icmp6_types, ARRAY_SIZE(icmp6_types), o.p[0]) :
		     name_of(icmp_types, ARRAY_SIZE(icmp_types), o.p[0]);
	summary_add(s, "%s ", six ? "ICMP6" : "ICMP");
	if (name)
		summary_add(s, "%s", name);
	else
		summary_add(s, "type %u code %u", o.p[0], o.p[1]);
	if (o.cap >= 8 && (six ? o.p[0] == 128 || o.p[0] == 129 :
			   o.p[0] == 8 || o.p[0] == 0))
		summary_add(s, ", id %u, seq %u", be16(o.p + 4),
			    be16(o.p + 6));
	else if (name && o.p[1])
		summary_add(s, " code %u", o.p[1]);
	summary_add(s, ", length %zu", o.len);
}

static const struct named protocols[] = {
	{ 2, "IGMP" }, { 4, "IP" }, { 41, "IP6" }, { 46, "RSVP" },
	{ 47, "GRE" }, { 50, "ESP" }, { 51, "AH" }, { 59, "no next header" },
	{ 80, "ISO-IP" }, { 88, "EIGRP" }, { 89, "OSPF" }, { 103, "PIM" },
	{ 112, "VRRP" }, { 132, "SCTP" },
};

static void transport(struct summary *s, const struct flow *f,
		      uint8_t protocol, struct octets o)
{
	const char *name = name_of(protocols, ARRAY_SIZE(protocols), protocol);

	switch (protocol) {
	case 1:
	case 58:
		icmp(s, f, o, protocol == 58);
		return;
	case 6:
		tcp(s, f, o);
		return;
	case 17:
		udp(s, f, o);
		return;
	}
	add_flow(s, f, NULL, NULL);
	if (name)
		summary_add(s, "%s, length %zu", name, o.len);
	else
		summary_add(s, "ip-proto-%u, length %zu", protocol, o.len);
}

static void cut_to(struct octets *o, size_t len)
{
	o->len = MIN(o->len, len);
	o->cap = MIN(o->cap, o->len);
}

static void ipv4(struct summary *s, struct octets o)
{
	struct flow f = { AF_INET, o.p + 12, o.p + 16 };
	size_t head, total;
	uint16_t offset;
	uint8_t protocol;

	summary_add(s, "IP ");
	if (!has(s, &o, 20, "ip"))
		return;
	head = (size_t)(o.p[0] & 15) * 4;
	total = be16(o.p + 2);
	if (o.p[0] >> 4 != 4 || head < 20 || total < head) {
		summary_add(s, "malformed, length %zu", o.len);
		return;
	}
	offset = be16(o.p + 6);
	protocol = o.p[9];
	if (s->verbose)
		summary_add(s, "(tos 0x%x, ttl %u, id %u, flags [%s%s], "
			    "proto %u, length %zu) ", o.p[1], o.p[8],
			    be16(o.p + 4), offset & 0x4000 ? "DF" : "",
			    offset & 0x2000 ? "+" : "", protocol, total);
	cut_to(&o, total);
	skip(&o, head);
	if (!(offset & 0x1fff)) {
		transport(s, &f, protocol, o);
		return;
	}
	add_flow(s, &f, NULL, NULL);
	summary_add(s, "ip-proto-%u, fragment at %u, length %zu", protocol,
		    (offset & 0x1fff) * 8U, o.len);
}

/* Hop-by-hop, routing, destination options; a fragment. */
static bool is_extension(uint8_t protocol)
{
	return !protocol || protocol == 43 || protocol == 60 ||
	       protocol == 44;
}

static void ipv6(struct summary *s, struct octets o)
{
	struct flow f = { AF_INET6, o.p + 8, o.p + 24 };
	uint8_t next;

	summary_add(s, "IP6 ");
	if (!has(s, &o, 40, "ip6"))
		return;
	if (o.p[0] >> 4 != 6) {
		summary_add(s, "malformed, length %zu", o.len);
		return;
	}
	next = o.p[6];
	if (s->verbose)
		summary_add(s, "(hlim %u, next header %u, payload length %u) ",
			    o.p[7], next, be16(o.p + 4));
	cut_to(&o, (size_t)be16(o.p + 4) + 40);
	skip(&o, 40);
	for (int i = 0; i < EXTENSIONS_MAX && is_extension(next) &&
	     o.cap >= 8; i++) {
		bool later = next == 44 && be16(o.p + 2) & 0xfff8;
		size_t n = next == 44 ? 8 : ((size_t)o.p[1] + 1) * 8;

		next = o.p[0];
		if (later) {
			add_flow(s, &f, NULL, NULL);
			summary_add(s, "fragment at %u, length %zu",
				    be16(o.p + 2) & 0xfff8U, o.len - 8);
			return;
		}
		skip(&o, n);
	}
	transport(s, &f, next, o);
}

static void arp(struct summary *s, struct octets o)
{
	summary_add(s, "ARP, ");
	if (!has(s, &o, 28, "arp"))
		return;
	if (be16(o.p) != 1 || be16(o.p + 2) != 0x800 || o.p[4] != 6 ||
	    o.p[5] != 4) {
		summary_add(s, "hardware 0x%x, protocol 0x%x, length %zu",
			    be16(o.p), be16(o.p + 2), o.len);
		return;
	}
	if (be16(o.p + 6) == 1) {
		summary_add(s, "Request who-has ");
		add_host(s, AF_INET, o.p + 24);
		summary_add(s, " tell ");
		add_host(s, AF_INET, o.p + 14);
	} else if (be16(o.p + 6) == 2) {
		summary_add(s, "Reply ");
		add_host(s, AF_INET, o.p + 14);
		summary_add(s, " is-at %02x:%02x:%02x:%02x:%02x:%02x", o.p[8],
			    o.p[9], o.p[10], o.p[11], o.p[12], o.p[13]);
	} else {
		summary_add(s, "operation %u", be16(o.p + 6));
	}
	summary_add(s, ", length %zu", o.len);
}

static const struct named saps[] = {
	{ 0x42, "STP" }, { 0xe0, "IPX" }, { 0xf0, "NetBIOS" },
	{ 0xfe, "ISO" }, { 0xaa, "SNAP" },
};

static const struct named nlpids[] = {
	{ 0x81, "CLNP" }, { 0x82, "ES-IS" }, { 0x83, "IS-IS" },
};

static void llc(struct summary *s, struct octets o, size_t length)
{
	const char *name;

	cut_to(&o, length);
	if (!has(s, &o, 3, "llc"))
		return;
	name = name_of(saps, ARRAY_SIZE(saps), o.p[0]);
	if (o.p[0] == 0xfe && o.cap > 3 &&
	    name_of(nlpids, ARRAY_SIZE(nlpids), o.p[3]))
		name = name_of(nlpids, ARRAY_SIZE(nlpids), o.p[3]);
	if (o.p[0] == 0xaa && o.cap >= 8)
		summary_add(s, "SNAP, oui 0x%06x, type 0x%04x, length %zu",
			    be32(o.p + 2) & 0xffffff, be16(o.p + 6), o.len);
	else if (name)
		summary_add(s, "%s, length %zu", name, o.len);
	else
		summary_add(s, "LLC, dsap 0x%02x, ssap 0x%02x, ctrl 0x%02x, "
			    "length %zu", o.p[0], o.p[1], o.p[2], o.len);
}

static const struct named ethertypes[] = {
	{ 0x8035, "RARP" }, { 0x8137, "IPX" }, { 0x8808, "PAUSE" },
	{ 0x8809, "Slow protocols" }, { 0x8847, "MPLS" },
	{ 0x8848, "MPLS multicast" }, { 0x8863, "PPPoE discovery" },
	{ 0x8864, "PPPoE" }, { 0x888e, "EAPOL" }, { 0x88cc, "LLDP" },
	{ 0x88f7, "PTP" }, { 0x8902, "CFM" }, { 0x9000, "loopback" },
};

static void by_type(struct summary *s, uint16_t type, struct octets o)
{
	const char *name = name_of(ethertypes, ARRAY_SIZE(ethertypes), type);

	if (type == 0x800)
		ipv4(s, o);
	else if (type == 0x86dd)
		ipv6(s, o);
	else if (type == 0x806)
		arp(s, o);
	else if (type <= 1500)
		llc(s, o, type);
	else if (name)
		summary_add(s, "%s, length %zu", name, o.len);
	else
		summary_add(s, "ethertype 0x%04x, length %zu", type, o.len);
}

static bool is_tag(uint16_t type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/**
 * summary_ethernet() - Append an Ethernet frame
 * @s:		Text
 * @data:	Its octets
 * @caplen:	How many are here
 * @len:	How many it had
 */
void summary_ethernet(struct summary *s, const uint8_t *data, size_t caplen,
		      size_t len)
{
	struct octets o = { data, caplen, MAX(len, caplen) };
	const uint8_t *d = data;
	uint16_t type;

	if (!has(s, &o, 14, "ether"))
		return;
	type = be16(data + 12);
	if (s->verbose)
		summary_add(s, "%02x:%02x:%02x:%02x:%02x:%02x > "
			    "%02x:%02x:%02x:%02x:%02x:%02x, 0x%04x, "
			    "length %zu: ", d[6], d[7], d[8], d[9], d[10],
			    d[11], d[0], d[1], d[2], d[3], d[4], d[5], type,
			    o.len);
	skip(&o, 14);
	for (int i = 0; i < TAGS_MAX && is_tag(type); i++) {
		if (!has(s, &o, 4, "vlan"))
			return;
		summary_add(s, "vlan %u, p %u%s, ", be16(o.p) & 0xfff,
			    o.p[0] >> 5, o.p[0] & 0x10 ? ", DEI" : "");
		type = be16(o.p + 2);
		skip(&o, 4);
	}
	by_type(s, type, o);
}

/**
 * summary_ip() - Append an IP packet
 * @s:		Text
 * @data:	Its octets
 * @caplen:	How many are here
 * @len:	How many it had
 */
void summary_ip(struct summary *s, const uint8_t *data, size_t caplen,
		size_t len)
{
	struct octets o = { data, caplen, MAX(len, caplen) };

	if (!has(s, &o, 1, "ip"))
		return;
	if (data[0] >> 4 == 6)
		ipv6(s, o);
	else
		ipv4(s, o);
}
