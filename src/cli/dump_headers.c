// SPDX-License-Identifier: ISC
// The headers before our datagrams, made anew: Ethernet, IP and UDP.
//
// The kernel keeps them from us, so they are made of what is known: the
// addresses are true, all else is what is usual. Where the own address is left
// open, the kernel is asked which one it would choose. What did not come over
// UDP gets an Ethernet header of a type for experiments.

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/dump.h"

enum {
	ETHER_LEN = 14, IPV4_LEN = 20, IPV6_LEN = 40, UDP_LEN = 8,
	TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd,
	TYPE_EXPERIMENT = 0x88b5,	/* IEEE 802, local experiments */
	TTL = 64, PROTOCOL_UDP = 17,
};

static uint8_t *put16(uint8_t *p, size_t v)
{
	*p++ = (uint8_t)(v >> 8);
	*p++ = (uint8_t)v;
	return p;
}

static uint8_t *put(uint8_t *p, const void *data, size_t len)
{
	memcpy(p, data, len);
	return p + len;
}

static uint32_t add_up(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	if (len & 1)
		sum += (uint32_t)p[len - 1] << 8;
	return (sum & 0xffff) + (sum >> 16);
}

static uint16_t complement(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static uint8_t *put_ether(uint8_t *p, uint16_t type, bool out)
{
	static const uint8_t near[6] = { 2, 0, 0, 0, 0, 1 };
	static const uint8_t far[6] = { 2, 0, 0, 0, 0, 2 };

	p = put(p, out ? far : near, sizeof(near));
	p = put(p, out ? near : far, sizeof(near));
	return put16(p, type);
}

static uint8_t *put_ipv4(uint8_t *p, const struct dump_address *from,
			 const struct dump_address *to, size_t len)
{
	uint8_t *start = p;

	p = put16(p, 0x4500);
	p = put16(p, IPV4_LEN + UDP_LEN + len);
	p = put16(p, 0);
	p = put16(p, 0x4000);		/* never cut on the way */
	*p++ = TTL;
	*p++ = PROTOCOL_UDP;
	p = put16(p, 0);
	p = put(p, from->addr, 4);
	p = put(p, to->addr, 4);
	put16(start + 10, complement(add_up(0, start, IPV4_LEN)));
	return p;
}

static uint8_t *put_ipv6(uint8_t *p, const struct dump_address *from,
			 const struct dump_address *to, size_t len)
{
	p = put16(p, 0x6000);
	p = put16(p, 0);
	p = put16(p, UDP_LEN + len);
	*p++ = PROTOCOL_UDP;
	*p++ = TTL;
	p = put(p, from->addr, 16);
	return put(p, to->addr, 16);
}

/* IPv6 knows no datagram without a checksum; of a cut one, ours is wrong. */
static uint16_t checksum(const uint8_t *udp, const struct dump_address *from,
			 const struct dump_address *to,
			 const struct dump_record *r)
{
	uint32_t sum = PROTOCOL_UDP + (uint32_t)r->len + UDP_LEN;
	uint16_t v;

	sum = add_up(sum, from->addr, 16);
	sum = add_up(sum, to->addr, 16);
	sum = add_up(sum, udp, UDP_LEN);
	v = complement(add_up(sum, r->data, r->caplen));
	return v ? v : 0xffff;
}

/**
 * dump_headers() - Make the headers before a packet of a line
 * @out:	Room for them
 * @r:		Packet, with our header first
 *
 * Return: their octets
 */
size_t dump_headers(uint8_t out[DUMP_HEADERS_MAX],
		    const struct dump_record *r)
{
	bool going = r->direction == DUMP_OUT;
	const struct dump_address *from, *to;
	uint8_t *p, *udp;

	from = going ? &r->at->local : &r->at->remote;
	to = going ? &r->at->remote : &r->at->local;
	if (!r->at->remote.family)
		return (size_t)(put_ether(out, TYPE_EXPERIMENT, going) - out);
	if (r->at->remote.family == 4)
		p = put_ipv4(put_ether(out, TYPE_IPV4, going), from, to,
			     r->len);
	else
		p = put_ipv6(put_ether(out, TYPE_IPV6, going), from, to,
			     r->len);
	udp = p;
	p = put16(p, from->port);
	p = put16(p, to->port);
	p = put16(p, UDP_LEN + r->len);
	p = put16(p, 0);
	if (r->at->remote.family == 6)
		put16(udp + 6, checksum(udp, from, to, r));
	return (size_t)(p - out);
}

static socklen_t to_sockaddr(struct sockaddr_storage *out,
			     const struct dump_address *a)
{
	struct sockaddr_in *in = (struct sockaddr_in *)out;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof(*out));
	if (a->family == 4) {
		in->sin_family = AF_INET;
		in->sin_port = htons(a->port);
		memcpy(&in->sin_addr, a->addr, sizeof(in->sin_addr));
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(a->port);
	memcpy(&in6->sin6_addr, a->addr, sizeof(in6->sin6_addr));
	return sizeof(*in6);
}

static void take_address(struct dump_address *local,
			 const struct sockaddr_storage *from)
{
	if (local->family == 4)
		memcpy(local->addr,
		       &((const struct sockaddr_in *)from)->sin_addr, 4);
	else
		memcpy(local->addr,
		       &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
}

/**
 * dump_own_address() - Which address do packets to a far end leave from?
 * @local:	Own address; if it is the wildcard, the one is filled in that
 *		this host would choose now
 * @remote:	Far end's
 */
void dump_own_address(struct dump_address *local,
		      const struct dump_address *remote)
{
	static const uint8_t any[sizeof(local->addr)];
	struct sockaddr_storage a;
	socklen_t len;
	int fd;

	if (!remote->family || local->family != remote->family ||
	    memcmp(local->addr, any, sizeof(any)))
		return;
	len = to_sockaddr(&a, remote);
	fd = socket(a.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* nothing is sent: the kernel only looks for a way there */
	if (!connect(fd, (struct sockaddr *)&a, len) &&
	    !getsockname(fd, (struct sockaddr *)&a, &len))
		take_address(local, &a);
	close(fd);
}
