// SPDX-License-Identifier: ISC
// Super-frames: what is in them, and how they are cut into ordinary frames.
//
// Theory of operation
// -------------------
// A super-frame is what the kernel hands over where it leaves to others what
// a network card would do: the headers of one TCP segment or UDP datagram,
// and the payload of many. Nothing is copied to cut it: each frame is its own
// small headers, written anew, and a slice of the payload where it lies.
//
// Of what differs between the frames all sums are known beforehand but for
// that itself: the IPv4 header's without length, identification and checksum,
// and the pseudo-header's without the length. The latter is taken from the
// checksum field, where the kernel has put it, so that neither addresses nor
// a routing header need be understood.
//
// Frames may leave here with their checksums as partial as they came, if the
// far end can find the place again: it sees but the frame, so it is our own
// parse that must give what the kernel says.

#include "codec/gso.h"

#include <errno.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <netinet/in.h>

#include "base/util.h"
#include "codec/checksum.h"

/* USO is younger than some headers */
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4	5
#endif

enum {
	TYPE_SERVICE_TAG = 0x88a8,
	TAGS_MAX = 2,
	EXTENSIONS_MAX = 8,
	IP4_LEN = 20,
	IP6_LEN = 40,
	TCP_LEN = 20,
	TCP_CHECKSUM = 16,
	UDP_LEN = 8,
	UDP_CHECKSUM = 6,
	TCP_FIN = 0x01,
	TCP_PSH = 0x08,
	TCP_CWR = 0x80,
};

/* Where the transport's payload begins, and its checksum is. */
static HOT int parse_transport(struct gso_layout *l, const uint8_t *p, int next)
{
	size_t left = l->end - l->transport;
	size_t header;

	l->protocol = (uint8_t)next;
	if (next == IPPROTO_TCP && left >= TCP_LEN) {
		header = (size_t)(p[l->transport + 12] >> 4) * 4;
		l->checksum = l->transport + TCP_CHECKSUM;
		if (header < TCP_LEN || header > left)
			return -EINVAL;
	} else if (next == IPPROTO_UDP && left >= UDP_LEN) {
		header = UDP_LEN;
		l->checksum = l->transport + UDP_CHECKSUM;
		if (checksum_get16(p + l->transport + 4) != left)
			return -EINVAL;
	} else {
		return -EINVAL;
	}
	l->payload = l->transport + header;
	return 0;
}

/* RFC 791, section 3.1 */
static HOT int parse_ip4(struct gso_layout *l, const uint8_t *p, size_t len)
{
	const uint8_t *h = p + l->network;
	size_t left = len - l->network, header, total;

	if (left < IP4_LEN || h[0] >> 4 != 4)
		return -EINVAL;
	header = (size_t)(h[0] & 15) * 4;
	total = checksum_get16(h + 2);
	if (header < IP4_LEN || total < header || total > left ||
	    (checksum_get16(h + 6) & 0x3fff))
		return -EINVAL;
	l->ip = 4;
	l->end = l->network + total;
	l->transport = l->network + header;
	return parse_transport(l, p, h[9]);
}

/* RFC 8200, sections 3 and 4; fragments have no transport header for us. */
static int parse_ip6(struct gso_layout *l, const uint8_t *p, size_t len)
{
	const uint8_t *h = p + l->network;
	size_t left = len - l->network, at = l->network + IP6_LEN;
	int next;

	if (left < IP6_LEN || h[0] >> 4 != 6 ||
	    checksum_get16(h + 4) > left - IP6_LEN)
		return -EINVAL;
	l->ip = 6;
	l->end = at + checksum_get16(h + 4);
	next = h[6];
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		size_t header;

		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING &&
		    next != IPPROTO_DSTOPTS)
			break;
		if (l->end - at < 8)
			return -EINVAL;
		header = (p[at + 1] + 1U) * 8;
		if (header > l->end - at)
			return -EINVAL;
		next = p[at];
		at += header;
	}
	l->transport = at;
	return parse_transport(l, p, next);
}

static int parse_network(struct gso_layout *l, uint16_t type,
			 const uint8_t *p, size_t len)
{
	if (type == ETHERTYPE_IP)
		return parse_ip4(l, p, len);
	if (type == ETHERTYPE_IPV6)
		return parse_ip6(l, p, len);
	return -EINVAL;
}

/**
 * gso_parse() - Find the headers of a TCP segment or UDP datagram
 * @l:		Filled in
 * @frame:	Ethernet frame, without its FCS
 * @len:	Its octets; any number
 *
 * Behind up to two VLAN tags, IPv4 options and IPv6 extension headers.
 *
 * Return: 0, or -EINVAL if it is none, is a fragment of one, or is broken
 */
HOT int gso_parse(struct gso_layout *l, const uint8_t *frame, size_t len)
{
	size_t at = ETHER_HDR_LEN;
	uint16_t type;

	if (len < at)
		return -EINVAL;
	type = checksum_get16(frame + at - 2);
	for (int i = 0; i < TAGS_MAX && (type == ETHERTYPE_VLAN ||
					 type == TYPE_SERVICE_TAG); i++) {
		if (len - at < 4)
			return -EINVAL;
		type = checksum_get16(frame + at + 2);
		at += 4;
	}
	l->network = at;
	return parse_network(l, type, frame, len);
}

/* The same for an IP packet without anything before it */
static int parse_ip(struct gso_layout *l, const uint8_t *packet, size_t len)
{
	l->network = 0;
	if (!len)
		return -EINVAL;
	return packet[0] >> 4 == 4 ? parse_ip4(l, packet, len) :
				     parse_ip6(l, packet, len);
}

static uint8_t gso_of(const struct gso_layout *l)
{
	if (l->protocol == IPPROTO_UDP)
		return FRAME_UDP;
	return l->ip == 4 ? FRAME_TCP4 : FRAME_TCP6;
}

static const uint8_t vnet_types[FRAME_GSO_NUM] = {
	[FRAME_ORDINARY] = VIRTIO_NET_HDR_GSO_NONE,
	[FRAME_TCP4] = VIRTIO_NET_HDR_GSO_TCPV4,
	[FRAME_TCP6] = VIRTIO_NET_HDR_GSO_TCPV6,
	[FRAME_UDP] = VIRTIO_NET_HDR_GSO_UDP_L4,
};

static int gso_type(uint8_t vnet)
{
	for (int i = 0; i < FRAME_GSO_NUM; i++)
		if (vnet_types[i] == vnet)
			return i;
	return -EINVAL;
}

/**
 * gso_from_vnet() - What the kernel says of a frame that it hands over
 * @o:		Filled in
 * @header:	struct virtio_net_hdr before the frame, of the host's
 *		endianness
 * @len:	The frame's octets
 *
 * Return: 0, or -EINVAL if it is nothing that we asked for
 */
HOT int gso_from_vnet(struct offload *o, const uint8_t header[GSO_VNET_LEN],
		      size_t len)
{
	struct virtio_net_hdr h;
	int type;

	memcpy(&h, header, GSO_VNET_LEN);
	*o = (struct offload){ 0 };
	type = gso_type(h.gso_type);
	if (type < 0)
		return type;
	o->gso = (uint8_t)type;
	o->partial = h.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;
	if (o->gso) {
		o->size = h.gso_size;
		if (!o->size || !o->partial)
			return -EINVAL;
	}
	if (o->partial) {
		o->csum_start = h.csum_start;
		o->csum_offset = h.csum_offset;
		if ((size_t)h.csum_start + h.csum_offset + 2 > len)
			return -EINVAL;
	}
	return 0;
}

/**
 * gso_to_vnet() - Tell the kernel what a frame is that it gets
 * @header:	Filled in
 * @o:		What it is
 * @head:	Octets of its headers; 0 if it is no super-frame
 */
HOT void gso_to_vnet(uint8_t header[GSO_VNET_LEN], const struct offload *o,
		     size_t head)
{
	struct virtio_net_hdr h = {
		.flags = o->partial ? VIRTIO_NET_HDR_F_NEEDS_CSUM : 0,
		.gso_type = vnet_types[o->gso],
		.hdr_len = (uint16_t)head,
		.gso_size = o->size,
		.csum_start = o->csum_start,
		.csum_offset = o->csum_offset,
	};

	memcpy(header, &h, GSO_VNET_LEN);
}

/* Is the checksum where the parse of a frame alone would look for it? */
static bool agrees(const struct frame *f, const struct gso_layout *l)
{
	return l->end == f->len && f->offload.csum_start == l->transport &&
	       f->offload.csum_offset == l->checksum - l->transport;
}

/**
 * gso_may_stay_partial() - Would the far end find what is to be completed?
 * @f:	Frame whose checksum is partial
 *
 * Return: false if it has to be completed here
 */
HOT bool gso_may_stay_partial(const struct frame *f)
{
	struct gso_layout l;

	return !gso_parse(&l, f->data, f->len) && agrees(f, &l);
}

/**
 * gso_take_partial() - A frame came whose checksum is partial: find it
 * @f:		Frame; its offload state is set
 * @ether:	false: it is an IP packet
 *
 * Return: 0, or -EINVAL if it has none
 */
HOT int gso_take_partial(struct frame *f, bool ether)
{
	struct gso_layout l;
	int err = ether ? gso_parse(&l, f->data, f->len) :
			  parse_ip(&l, f->data, f->len);

	if (err || l.end != f->len)
		return -EINVAL;
	f->offload = (struct offload){
		.partial = true,
		.csum_start = (uint16_t)l.transport,
		.csum_offset = (uint16_t)(l.checksum - l.transport),
	};
	return 0;
}

/* What is written into a checksum field; UDP's zero would mean none. */
static uint16_t final(uint16_t sum, bool udp)
{
	uint16_t value = (uint16_t)~sum;

	return udp && !value ? 0xffff : value;
}

/**
 * gso_complete() - Complete the checksum of an ordinary frame
 * @f:	Frame whose checksum is partial; its offload state is cleared
 */
void gso_complete(struct frame *f)
{
	const struct offload *o = &f->offload;
	uint8_t *field = f->data + o->csum_start + o->csum_offset;
	uint16_t sum;

	sum = checksum_sum(f->data + o->csum_start, f->len - o->csum_start);
	checksum_put16(field, final(sum, o->csum_offset == UDP_CHECKSUM));
	f->offload = (struct offload){ 0 };
}

/* The sum of the IPv4 header without length, identification and checksum */
static uint16_t steady_sum(const uint8_t *h, size_t len)
{
	uint16_t sum = checksum_sum(h, len);

	sum = checksum_sub(sum, checksum_get16(h + 2));
	sum = checksum_sub(sum, checksum_get16(h + 4));
	return checksum_sub(sum, checksum_get16(h + 10));
}

/* Payload of a segment: of TCP it is ours to choose, of datagrams it is not. */
static size_t segment_size(const struct frame *f, const struct gso_layout *l,
			   size_t room)
{
	if (l->protocol == IPPROTO_UDP || room < l->payload + GSO_SEGMENT_MIN)
		return f->offload.size;
	return MIN(f->offload.size, room - l->payload);
}

/**
 * gso_cut_begin() - Look how a super-frame is to be cut
 * @c:		Filled in; points to the frame
 * @f:		Super-frame
 * @room:	Longest frame that needs no fragments: TCP is cut so that it
 *		fits
 *
 * Return: 0, or -EINVAL if it is not what it says
 */
HOT int gso_cut_begin(struct gso_cut *c, const struct frame *f, size_t room)
{
	struct gso_layout *l = &c->at;
	size_t octets;

	if (gso_parse(l, f->data, f->len) || !agrees(f, l) ||
	    gso_of(l) != f->offload.gso || l->payload > GSO_HEADER_MAX ||
	    l->payload == l->end)
		return -EINVAL;
	octets = l->end - l->payload;
	c->frame = f->data;
	c->size = segment_size(f, l, room);
	c->count = (unsigned int)((octets + c->size - 1) / c->size);
	c->ip_sum = l->ip == 6 ? 0 :
		    steady_sum(f->data + l->network, l->transport - l->network);
	c->pseudo = checksum_sub(checksum_get16(f->data + l->checksum),
				 (uint16_t)(l->end - l->transport));
	return 0;
}

static void cut_ip(const struct gso_cut *c, uint8_t *head, unsigned int i,
		   size_t len)
{
	uint8_t *h = head + c->at.network;
	uint16_t total = (uint16_t)(len - c->at.network);
	uint16_t id;

	if (c->at.ip == 6) {
		checksum_put16(h + 4, (uint16_t)(total - IP6_LEN));
		return;
	}
	id = (uint16_t)(checksum_get16(h + 4) + i);
	checksum_put16(h + 2, total);
	checksum_put16(h + 4, id);
	checksum_put16(h + 10, (uint16_t)~checksum_add(
			       checksum_add(c->ip_sum, total), id));
}

static void cut_tcp(const struct gso_cut *c, uint8_t *head, unsigned int i)
{
	uint8_t *h = head + c->at.transport;

	checksum_put32(h + 4, (uint32_t)(checksum_get32(h + 4) + i * c->size));
	if (i + 1 < c->count)
		h[13] &= (uint8_t)~(TCP_FIN | TCP_PSH);
	if (i)
		h[13] &= (uint8_t)~TCP_CWR;
}

/**
 * gso_cut_next() - One frame of a super-frame
 * @c:		The cut
 * @i:		Which, below @c->count
 * @out:	Gets its headers, with a partial checksum
 * @s:		Filled in: how long those are, and where its payload is
 */
HOT void gso_cut_next(const struct gso_cut *c, unsigned int i,
		      uint8_t out[GSO_HEADER_MAX], struct gso_segment *s)
{
	const struct gso_layout *l = &c->at;
	uint16_t length;

	s->head = l->payload;
	s->offset = l->payload + i * c->size;
	s->length = MIN(c->size, l->end - s->offset);
	length = (uint16_t)(l->payload - l->transport + s->length);
	memcpy(out, c->frame, l->payload);
	cut_ip(c, out, i, l->payload + s->length);
	if (l->protocol == IPPROTO_TCP)
		cut_tcp(c, out, i);
	else
		checksum_put16(out + l->transport + 4, length);
	checksum_put16(out + l->checksum, checksum_add(c->pseudo, length));
}

/**
 * gso_cut_complete() - Complete the checksum of one frame of a super-frame
 * @c:		The cut
 * @head:	The frame's headers, as gso_cut_next() made them
 * @payload:	What follows them
 * @len:	Octets of that
 */
void gso_cut_complete(const struct gso_cut *c, uint8_t *head,
		      const uint8_t *payload, size_t len)
{
	const struct gso_layout *l = &c->at;
	uint16_t sum;

	/* a transport's header has an even length */
	sum = checksum_add(checksum_sum(head + l->transport,
					l->payload - l->transport),
			   checksum_sum(payload, len));
	checksum_put16(head + l->checksum,
		       final(sum, l->protocol == IPPROTO_UDP));
}
