// SPDX-License-Identifier: ISC
// What a frame belongs to: its addresses, marks, protocol and ports.
//
// The input is whatever a LAN carries, so nothing in it is believed before
// its length is known: all is read through a cursor that never moves past
// the end. A header that does not fit or contradicts itself ends the parse;
// what was understood up to there stands. Two frames of a flow so give the
// same, unless one of them is broken.
//
// A transport header counts only if it lies within what the IP header says,
// not merely within the frame, since Ethernet padding follows short packets.

#include "codec/flow.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/util.h"

enum {
	LENGTH_MAX = 1500,	/* larger: not a length but a type (802.3) */
	TYPE_SERVICE_TAG = 0x88a8,
	TYPE_OLD_TAG = 0x9100,
	SNAP = 0xaaaa03,
	SNAP_LEN = 8,
	EXTENSIONS_MAX = 8,	/* IPv6 extension headers that we go behind */
	TCP_ACK = 0x10,
	TCP_NOT_PURE = 0x27,	/* URG, RST, SYN, FIN */
};

/* What is left to read. */
struct cursor {
	const uint8_t *p;
	size_t left;
};

/* The next @n octets, and go behind them; NULL if there are fewer */
static const uint8_t *take(struct cursor *c, size_t n)
{
	const uint8_t *p = c->p;

	if (n > c->left)
		return NULL;
	c->p += n;
	c->left -= n;
	return p;
}

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void parse_tcp(struct flow *f, struct cursor c)
{
	const uint8_t *p = take(&c, 20);
	size_t header;

	if (!p)
		return;
	header = (size_t)(p[12] >> 4) * 4;
	f->tcp_flags = p[13];
	if (header < 20 || header - 20 > c.left)
		return;
	f->pure_ack = (p[13] & TCP_ACK) && !(p[13] & TCP_NOT_PURE) &&
		      c.left == header - 20;
}

static void parse_transport(struct flow *f, uint8_t protocol, struct cursor c)
{
	f->protocol = protocol;
	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		break;
	default:
		return;
	}
	if (c.left < 4)
		return;
	f->has_ports = true;
	f->sport = get16(c.p);
	f->dport = get16(c.p + 2);
	if (protocol == IPPROTO_TCP)
		parse_tcp(f, c);
}

/* RFC 791, section 3.1 */
static void parse_ip4(struct flow *f, struct cursor c)
{
	const uint8_t *p = take(&c, 20);
	size_t header, total;

	if (!p || p[0] >> 4 != 4)
		return;
	header = (size_t)(p[0] & 15) * 4;
	total = get16(p + 2);
	if (header < 20 || total < header || total > c.left + 20)
		return;
	f->ip = 4;
	f->dscp = p[1] >> 2;
	f->addresses = p + 12;
	f->fragment = get16(p + 6) & 0x3fff;
	c.left = total - 20;
	if (!f->fragment && take(&c, header - 20))
		parse_transport(f, p[9], c);
}

/*
 * Go behind the extension headers (RFC 8200 section 4, RFC 4302).
 * Return: what is behind them; -1 if that cannot be told
 */
static int skip_extensions(struct flow *f, int next, struct cursor *c)
{
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		size_t len = 8;

		switch (next) {
		case IPPROTO_HOPOPTS:
		case IPPROTO_ROUTING:
		case IPPROTO_DSTOPTS:
		case IPPROTO_MH:
			if (c->left >= 2)
				len = (c->p[1] + 1U) * 8;
			break;
		case IPPROTO_AH:
			if (c->left >= 2)
				len = (c->p[1] + 2U) * 4;
			break;
		case IPPROTO_FRAGMENT:
			/* one that is all of its datagram is none (RFC 6946) */
			f->fragment = c->left < 4 ||
				      (get16(c->p + 2) & 0xfff9);
			break;
		default:
			return next;
		}
		if (f->fragment || c->left < len)
			return -1;
		next = c->p[0];
		take(c, len);
	}
	return -1;
}

/* RFC 8200, section 3; no jumbograms */
static void parse_ip6(struct flow *f, struct cursor c)
{
	const uint8_t *p = take(&c, 40);
	int next;

	if (!p || p[0] >> 4 != 6 || get16(p + 4) > c.left)
		return;
	c.left = get16(p + 4);
	f->ip = 6;
	f->dscp = (uint8_t)((get16(p) >> 6) & 0x3f);
	f->addresses = p + 8;
	next = skip_extensions(f, p[6], &c);
	if (next >= 0)
		parse_transport(f, (uint8_t)next, c);
}

static void parse_network(struct flow *f, struct cursor c)
{
	if (f->ethertype == ETHERTYPE_IP)
		parse_ip4(f, c);
	else if (f->ethertype == ETHERTYPE_IPV6)
		parse_ip6(f, c);
}

static bool is_tag(uint16_t type)
{
	return type == ETHERTYPE_VLAN || type == TYPE_SERVICE_TAG ||
	       type == TYPE_OLD_TAG;
}

/* IEEE 802.1Q, section 9.6. Return: the type behind the tags */
static uint16_t parse_tags(struct flow *f, uint16_t type, struct cursor *c)
{
	for (int i = 0; i < FLOW_TAGS && is_tag(type); i++) {
		const uint8_t *p = take(c, 4);
		uint16_t tci;

		if (!p)
			break;
		tci = get16(p);
		type = get16(p + 2);
		if (i) {
			f->inner_vlan = tci & 0xfff;
			continue;
		}
		f->tagged = true;
		f->pcp = (uint8_t)(tci >> 13);
		f->vlan = tci & 0xfff;
	}
	return type;
}

/* IEEE 802.2; a SNAP header of OUI 0 has an ethertype (RFC 1042) */
static void parse_llc(struct flow *f, struct cursor *c)
{
	const uint8_t *p = c->p;

	if (c->left >= SNAP_LEN && get32(p) >> 8 == SNAP &&
	    !p[3] && !p[4] && !p[5]) {
		f->ethertype = get16(p + 6);
		take(c, SNAP_LEN);
	} else if (c->left >= 4) {
		f->llc = get32(p);
	}
}

static enum flow_cast cast_of(const uint8_t *mac)
{
	static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };

	if (!(mac[0] & 1))
		return FLOW_UNICAST;
	return memcmp(mac, all, sizeof(all)) ? FLOW_MULTICAST : FLOW_BROADCAST;
}

/**
 * flow_parse_ether() - What an Ethernet frame says of itself
 * @f:		Filled in; points into @frame
 * @frame:	Frame, without its FCS; borrowed as long as @f is used
 * @len:	Its octets; any number
 *
 * Ethernet II and 802.3 with LLC or SNAP, behind up to FLOW_TAGS VLAN tags.
 */
void flow_parse_ether(struct flow *f, const uint8_t *frame, size_t len)
{
	struct cursor c = { frame, len };
	const uint8_t *p = take(&c, ETHER_HDR_LEN);
	uint16_t type;

	*f = (struct flow){ .ethertype = FLOW_LLC };
	if (!p)
		return;
	f->dst = p;
	f->src = p + 6;
	f->cast = cast_of(p);
	type = parse_tags(f, get16(p + 12), &c);
	if (type > LENGTH_MAX) {
		f->ethertype = type;
	} else {
		c.left = MIN(c.left, type);
		parse_llc(f, &c);
	}
	parse_network(f, c);
}

static enum flow_cast cast_of_ip(const struct flow *f)
{
	if (f->ip == 6)
		return f->addresses[16] == 0xff ? FLOW_MULTICAST : FLOW_UNICAST;
	if (f->ip != 4 || f->addresses[4] < 0xe0)
		return FLOW_UNICAST;
	if (f->addresses[4] < 0xf0)
		return FLOW_MULTICAST;
	return get32(f->addresses + 4) == UINT32_MAX ? FLOW_BROADCAST :
						       FLOW_UNICAST;
}

/**
 * flow_parse_ip() - What an IP packet says of itself
 * @f:		Filled in; points into @packet
 * @packet:	Packet; borrowed as long as @f is used
 * @len:	Its octets; any number
 */
void flow_parse_ip(struct flow *f, const uint8_t *packet, size_t len)
{
	*f = (struct flow){ .ethertype = FLOW_LLC };
	if (!len)
		return;
	if (packet[0] >> 4 == 4)
		f->ethertype = ETHERTYPE_IP;
	else if (packet[0] >> 4 == 6)
		f->ethertype = ETHERTYPE_IPV6;
	parse_network(f, (struct cursor){ packet, len });
	f->cast = cast_of_ip(f);
}

/**
 * flow_hash() - A number that all frames of a flow have in common
 * @f:		Flow
 * @key:	Secret, so that nobody can aim at another's queue
 *
 * Made of the VLANs, the addresses, protocol and ports; of the MAC addresses
 * and the type where there is no IP. The two directions of a connection
 * differ, and so do the pieces of an IP datagram from whole ones, but not from
 * each other. Marks do not count.
 *
 * Return: the hash; all bits are equally good
 */
uint64_t flow_hash(const struct flow *f, const struct siphash_key *key)
{
	uint8_t in[48] = {
		(uint8_t)(f->vlan >> 8), (uint8_t)f->vlan,
		(uint8_t)(f->inner_vlan >> 8), (uint8_t)f->inner_vlan,
		(uint8_t)(f->ethertype >> 8), (uint8_t)f->ethertype,
		f->protocol, f->fragment,
		(uint8_t)(f->sport >> 8), (uint8_t)f->sport,
		(uint8_t)(f->dport >> 8), (uint8_t)f->dport,
	};
	size_t len = 12;

	if (f->ip) {
		size_t n = f->ip == 4 ? 8 : 32;

		memcpy(in + len, f->addresses, n);
		len += n;
	} else if (f->dst) {
		memcpy(in + len, f->dst, 12);
		len += 12;
	}
	return siphash(key, in, len);
}
