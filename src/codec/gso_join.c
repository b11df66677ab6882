// SPDX-License-Identifier: ISC
// Consecutive frames of one flow, joined into a super-frame.
//
// Theory of operation
// -------------------
// Joining must be the inverse of cutting: whoever cuts the whole again, our
// own code, the kernel or a network card, must get each frame back as it was,
// octet for octet. What a cut would make differently therefore is no
// candidate: the headers must be the same but for the lengths, the sequence
// number and an identification that counts up; all payloads are of one length
// but the last, which may be shorter; PSH and FIN are on the last one only;
// and each checksum is right, since the cut makes right ones. A frame whose
// checksum is partial is right by definition, and is joined only to such.
//
// Nothing is written to the frames before the end, and then to the headers
// of the first only; so one that stays alone leaves as it came.

#include "codec/gso.h"

#include <netinet/in.h>

#include "codec/checksum.h"

enum {
	IP6_LEN = 40,
	TCP_FIN = 0x01,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_LAST = TCP_FIN | TCP_PSH,	/* flags that end a train */
};

static bool is_tcp(const struct gso_layout *l)
{
	return l->protocol == IPPROTO_TCP;
}

static uint16_t transport_len(const struct gso_layout *l)
{
	return (uint16_t)(l->end - l->transport);
}

/* The sum of the addresses, the protocol and the length */
static uint16_t pseudo_sum(const struct gso_layout *l, const uint8_t *p)
{
	const uint8_t *h = p + l->network;
	uint16_t sum = l->ip == 4 ? checksum_sum(h + 12, 8) :
				    checksum_sum(h + 8, 32);

	sum = checksum_add(sum, l->protocol);
	return checksum_add(sum, transport_len(l));
}

/* Does a frame have just the checksum that a cut would give it? */
static bool transport_right(const struct gso_layout *l, const uint8_t *p)
{
	uint16_t field = checksum_get16(p + l->checksum);
	uint16_t sum;

	if (field == (is_tcp(l) ? 0xffff : 0))
		return false;
	sum = checksum_add(pseudo_sum(l, p),
			   checksum_sum(p + l->transport, transport_len(l)));
	return sum == 0xffff;
}

static bool ip_right(const struct gso_layout *l, const uint8_t *p)
{
	const uint8_t *h = p + l->network;

	return l->ip == 6 ||
	       (checksum_sum(h, l->transport - l->network) == 0xffff &&
		checksum_get16(h + 10) != 0xffff);
}

/* Could a frame begin or go on with a train at all? */
static bool is_candidate(const struct gso_join *j, const struct frame *f,
			 struct gso_layout *l)
{
	const uint8_t *p = f->data;

	if (f->offload.gso || gso_parse(l, p, f->len) || l->end != f->len ||
	    l->payload == l->end || !ip_right(l, p))
		return false;
	if (is_tcp(l))
		return (p[l->transport + 13] & ~TCP_LAST) == TCP_ACK;
	return j->udp && checksum_get16(p + l->checksum);
}

static bool same(const uint8_t *a, const uint8_t *b, size_t from, size_t to)
{
	return !memcmp(a + from, b + from, to - from);
}

/* The same IP header, but for what a cut writes? */
static bool same_ip(const struct gso_join *j, const uint8_t *p)
{
	size_t n = j->at.network, t = j->at.transport;
	const uint8_t *a = j->first;
	uint16_t id;

	if (j->at.ip == 6)
		return same(a, p, n, n + 4) && same(a, p, n + 6, t);
	id = (uint16_t)(checksum_get16(a + n + 4) + j->count);
	return same(a, p, n, n + 2) && checksum_get16(p + n + 4) == id &&
	       same(a, p, n + 6, n + 10) && same(a, p, n + 12, t);
}

static bool same_transport(const struct gso_join *j, const uint8_t *p)
{
	size_t t = j->at.transport;
	const uint8_t *a = j->first;

	if (!is_tcp(&j->at))
		return same(a, p, t, t + 4);
	return same(a, p, t, t + 4) && same(a, p, t + 8, t + 13) &&
	       checksum_get32(p + t + 4) == j->sequence &&
	       same(a, p, t + 14, t + 16) &&
	       same(a, p, t + 18, j->at.payload);
}

/* Partial sums, too, have to be what a cut would make of the first one's. */
static bool same_pseudo(const struct gso_join *j, const uint8_t *p,
			const struct gso_layout *l)
{
	uint16_t of_first = checksum_get16(j->first + l->checksum);
	uint16_t len_first = (uint16_t)(l->payload - l->transport + j->size);
	uint16_t pseudo = checksum_sub(of_first, len_first);

	return !j->partial || checksum_get16(p + l->checksum) ==
			      checksum_add(pseudo, transport_len(l));
}

static bool follows(struct gso_join *j, const struct frame *f,
		    const struct gso_layout *l)
{
	const struct gso_layout *at = &j->at;
	size_t octets = l->end - l->payload;

	return !j->closed && j->count < GSO_JOIN_MAX &&
	       l->ip == at->ip && l->protocol == at->protocol &&
	       l->network == at->network && l->transport == at->transport &&
	       l->payload == at->payload && octets <= j->size &&
	       j->len + octets - at->network <= GSO_IP_MAX &&
	       j->partial == f->offload.partial &&
	       same(j->first, f->data, 0, at->network) &&
	       same_ip(j, f->data) && same_transport(j, f->data) &&
	       same_pseudo(j, f->data, l);
}

/* What two frames show to be worth the look, where it was not taken yet */
static bool all_right(struct gso_join *j, const struct frame *f,
		      const struct gso_layout *l)
{
	if (j->partial)
		return true;
	if (!j->checked && !transport_right(&j->at, j->first)) {
		j->closed = true;
		return false;
	}
	j->checked = true;
	return transport_right(l, f->data);
}

static void take(struct gso_join *j, const struct frame *f,
		 const struct gso_layout *l)
{
	size_t octets = l->end - l->payload;

	j->count++;
	j->len += octets;
	j->closed = octets < j->size;
	if (!is_tcp(l))
		return;
	j->flags = f->data[l->transport + 13];
	j->sequence += (uint32_t)octets;
	if (j->flags & TCP_LAST)
		j->closed = true;
}

static void begin(struct gso_join *j, const struct frame *f, bool candidate,
		  const struct gso_layout *l)
{
	j->count = 0;
	j->first = f->data;
	j->first_len = f->len;
	j->offload = f->offload;
	j->partial = f->offload.partial;
	j->checked = false;
	j->iov[1] = (struct iovec){ f->data, f->len };
	if (!candidate) {
		j->count = 1;
		j->len = f->len;
		j->closed = true;
		return;
	}
	j->at = *l;
	j->len = l->payload;
	j->size = l->end - l->payload;
	if (is_tcp(l))
		j->sequence = checksum_get32(f->data + l->transport + 4);
	take(j, f, l);
}

/**
 * gso_join_add() - A frame that came: join it to those before it
 * @j:	Join
 * @f:	Ordinary frame; its octets are borrowed until gso_join_end()
 *
 * The first one after gso_join_end() is taken in any case.
 *
 * Return: true if it was taken; false if what was taken has to leave first
 */
bool gso_join_add(struct gso_join *j, const struct frame *f)
{
	struct gso_layout l;
	bool candidate;

	/* most of what is alone is known to be so without a look at it */
	if (j->count && j->closed)
		return false;
	candidate = is_candidate(j, f, &l);
	if (!j->count) {
		begin(j, f, candidate, &l);
		return true;
	}
	if (!candidate || !follows(j, f, &l) || !all_right(j, f, &l))
		return false;
	take(j, f, &l);
	j->iov[j->count] = (struct iovec){
		f->data + l.payload, l.end - l.payload
	};
	return true;
}

static void write_ip(struct gso_join *j)
{
	uint8_t *h = j->first + j->at.network;
	uint16_t total = (uint16_t)(j->len - j->at.network);
	uint16_t sum;

	if (j->at.ip == 6) {
		checksum_put16(h + 4, (uint16_t)(total - IP6_LEN));
		return;
	}
	sum = (uint16_t)~checksum_get16(h + 10);
	sum = checksum_sub(sum, checksum_get16(h + 2));
	checksum_put16(h + 2, total);
	checksum_put16(h + 10, (uint16_t)~checksum_add(sum, total));
}

/* The field gets the sum of the whole's pseudo-header. */
static void write_transport(struct gso_join *j)
{
	struct gso_layout *l = &j->at;
	uint8_t *field = j->first + l->checksum;
	uint16_t sum = j->partial ? checksum_get16(field) :
				    pseudo_sum(l, j->first);

	sum = checksum_sub(sum, transport_len(l));
	l->end = j->len;
	checksum_put16(field, checksum_add(sum, transport_len(l)));
	if (is_tcp(l))
		j->first[l->transport + 13] = j->flags;
	else
		checksum_put16(j->first + l->transport + 4, transport_len(l));
}

/**
 * gso_join_end() - Make one of what was taken
 * @j:	Join, not empty; iov[1] and on, @count of them, hold the whole
 *
 * Set @count to 0 before the next gso_join_add().
 */
void gso_join_end(struct gso_join *j)
{
	const struct gso_layout *l = &j->at;

	if (j->count < 2)
		return;
	write_ip(j);
	write_transport(j);
	j->offload = (struct offload){
		.gso = (uint8_t)(!is_tcp(l) ? FRAME_UDP :
				 l->ip == 4 ? FRAME_TCP4 : FRAME_TCP6),
		.partial = true,
		.size = (uint16_t)j->size,
		.csum_start = (uint16_t)l->transport,
		.csum_offset = (uint16_t)(l->checksum - l->transport),
	};
}
