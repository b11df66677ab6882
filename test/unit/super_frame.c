// SPDX-License-Identifier: ISC
// Super-frames of every shape, made of a seed; for tests.

#include "super_frame.h"

#include <netinet/in.h>
#include <string.h>

enum { PAYLOAD_MAX = 24000 };

/* A number below @sides */
uint32_t dice_throw(struct dice *d, uint32_t sides)
{
	d->state = d->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(d->state >> 33) % sides;
}

/* As RFC 1071 says it, without a trick */
uint16_t slow_sum(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static void put16(uint8_t *p, size_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static size_t noise(uint8_t *p, size_t n, struct dice *d)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)dice_throw(d, 256);
	return n;
}

static size_t make_ether(uint8_t *p, bool v6, struct dice *d)
{
	size_t at = noise(p, 12, d);

	for (uint32_t tags = dice_throw(d, 3); tags--; at += 4) {
		put16(p + at, tags ? 0x88a8 : 0x8100);
		noise(p + at + 2, 2, d);
	}
	put16(p + at, v6 ? 0x86dd : 0x0800);
	return at + 2;
}

static size_t make_ip4(uint8_t *p, int protocol, struct dice *d)
{
	size_t len = 20 + dice_throw(d, 3) * 4;

	noise(p, len, d);
	p[0] = (uint8_t)(0x40 | len / 4);
	put16(p + 6, dice_throw(d, 2) ? 0x4000 : 0);
	p[9] = (uint8_t)protocol;
	put16(p + 10, 0);
	return len;
}

static size_t make_ip6(uint8_t *p, int protocol, struct dice *d)
{
	size_t len = 40, next = 6;

	noise(p, len, d);
	p[0] = 0x60;
	for (uint32_t n = dice_throw(d, 3); n--; ) {
		size_t more = 8 + dice_throw(d, 3) * 8;

		p[next] = IPPROTO_DSTOPTS;
		noise(p + len, more, d);
		p[len + 1] = (uint8_t)(more / 8 - 1);
		next = len;
		len += more;
	}
	p[next] = (uint8_t)protocol;
	return len;
}

static size_t make_transport(uint8_t *p, int protocol, struct dice *d)
{
	static const uint8_t flags[] = { 0x10, 0x18, 0x11, 0x19 };
	size_t len = 20 + dice_throw(d, 4) * 4;

	if (protocol == IPPROTO_UDP)
		return noise(p, 8, d);
	noise(p, len, d);
	p[12] = (uint8_t)(len / 4 << 4);
	p[13] = flags[dice_throw(d, 4)];
	return len;
}

static void finish_ip(uint8_t *ip, size_t header, size_t all, bool v6)
{
	if (v6) {
		put16(ip + 4, all - 40);
		return;
	}
	put16(ip + 2, all);
	put16(ip + 10, (uint16_t)~slow_sum(ip, header));
}

static size_t pseudo(const uint8_t *ip, bool v6, int protocol, size_t len)
{
	uint32_t sum = v6 ? slow_sum(ip + 8, 32) : slow_sum(ip + 12, 8);

	sum += (uint32_t)protocol + (uint32_t)len;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* One TCP or UDP super-frame as the kernel hands them over. */
void super_frame_make(struct frame *f, uint8_t room[SUPER_ROOM],
		      struct dice *d)
{
	bool v6 = dice_throw(d, 2), udp = !dice_throw(d, 3);
	int protocol = udp ? IPPROTO_UDP : IPPROTO_TCP;
	size_t network = make_ether(room, v6, d);
	size_t header = v6 ? make_ip6(room + network, protocol, d) :
			     make_ip4(room + network, protocol, d);
	size_t at = network + header;
	size_t payload = at + make_transport(room + at, protocol, d);
	size_t octets = 1 + dice_throw(d, PAYLOAD_MAX);
	size_t len = payload + noise(room + payload, octets, d);

	finish_ip(room + network, header, len - network, v6);
	if (udp)
		put16(room + at + 4, len - at);
	put16(room + at + (udp ? 6 : 16),
	      pseudo(room + network, v6, protocol, len - at));
	*f = (struct frame){
		.data = room,
		.len = len,
		.offload = {
			.gso = udp ? FRAME_UDP : v6 ? FRAME_TCP6 : FRAME_TCP4,
			.partial = true,
			.size = (uint16_t)(400 + dice_throw(d, 2000)),
			.csum_start = (uint16_t)at,
			.csum_offset = udp ? 6 : 16,
		},
	};
}
