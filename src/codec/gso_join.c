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
// All that must be the same is compared at once, under a mask made for the
// first frame; whose headers pass that has them at the same places, so only
// the first frame's are taken apart.
//
// Nothing is written to the frames before the end, and then to the headers
// of the first only; so one that stays alone leaves as it came.

#include "codec/gso.h"

#include <netinet/in.h>
#include <string.h>

#include "base/util.h"
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
	    l->payload == l->end || l->payload > GSO_HEADER_MAX ||
	    !ip_right(l, p))
		return false;
	if (is_tcp(l))
		return (p[l->transport + 13] & ~TCP_LAST) == TCP_ACK;
	return j->udp && checksum_get16(p + l->checksum);
}

static void free_field(struct gso_join *j, size_t at, size_t len)
{
	memset(j->mask + at, 0, len);
}

/* Everything is fixed but what a cut writes. */
static void make_mask(struct gso_join *j)
{
	const struct gso_layout *l = &j->at;

	memset(j->mask, 0xff, l->payload);
	free_field(j, l->checksum, 2);
	if (l->ip == 4) {
		free_field(j, l->network + 2, 4);	/* length, number */
		free_field(j, l->network + 10, 2);	/* checksum */
	} else {
		free_field(j, l->network + 4, 2);	/* length */
	}
	if (is_tcp(l)) {
		free_field(j, l->transport + 4, 4);	/* sequence number */
		free_field(j, l->transport + 13, 1);	/* flags */
	} else {
		free_field(j, l->transport + 4, 2);	/* length */
	}
}

static uint64_t load(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

static uint64_t differ(const struct gso_join *j, const uint8_t *p, size_t at)
{
	return (load(j->first + at) ^ load(p + at)) & load(j->mask + at);
}

/* No headers are shorter than a word; the last one may overlap. */
static bool same_headers(const struct gso_join *j, const uint8_t *p)
{
	size_t last = j->at.payload - sizeof(uint64_t);
	uint64_t differs = differ(j, p, last);

	for (size_t at = 0; at < last; at += sizeof(uint64_t))
		differs |= differ(j, p, at);
	return !differs;
}

/* The IPv4 header's sum without length and number: of all frames the same */
static uint16_t steady_sum(const uint8_t *h)
{
	uint16_t sum = (uint16_t)~checksum_get16(h + 10);

	return checksum_sub(checksum_sub(sum, checksum_get16(h + 2)),
			    checksum_get16(h + 4));
}

static bool next_ip(const struct gso_join *j, const uint8_t *p, size_t len)
{
	const uint8_t *h = p + j->at.network;
	uint16_t total = (uint16_t)(len - j->at.network);
	uint16_t id, sum;

	if (j->at.ip == 6)
		return checksum_get16(h + 4) == total - IP6_LEN;
	id = (uint16_t)(checksum_get16(j->first + j->at.network + 4) +
			j->count);
	sum = checksum_add(checksum_add(j->ip_sum, total), id);
	return checksum_get16(h + 2) == total && checksum_get16(h + 4) == id &&
	       checksum_add(checksum_get16(h + 10), sum) == 0xffff &&
	       checksum_get16(h + 10) != 0xffff;
}

static bool next_transport(const struct gso_join *j, const uint8_t *p,
			   size_t len)
{
	const uint8_t *h = p + j->at.transport;

	if (is_tcp(&j->at))
		return checksum_get32(h + 4) == j->sequence &&
		       (h[13] & ~TCP_LAST) == TCP_ACK;
	return checksum_get16(h + 4) == len - j->at.transport &&
	       checksum_get16(p + j->at.checksum);
}

/* Partial sums, too, have to be what a cut would make of the first one's. */
static bool same_pseudo(const struct gso_join *j, const uint8_t *p, size_t len)
{
	uint16_t pseudo = checksum_sub(
		checksum_get16(j->first + j->at.checksum),
		(uint16_t)(j->at.payload - j->at.transport + j->size));

	return !j->partial || checksum_get16(p + j->at.checksum) ==
	       checksum_add(pseudo, (uint16_t)(len - j->at.transport));
}

static bool follows(struct gso_join *j, const struct frame *f)
{
	const uint8_t *p = f->data;
	size_t octets = f->len - j->at.payload;

	if (f->len <= j->at.payload || octets > j->size || f->offload.gso ||
	    j->partial != f->offload.partial || j->count == GSO_JOIN_MAX ||
	    j->len + octets - j->at.network > GSO_IP_MAX)
		return false;
	if (j->count == 1)
		make_mask(j);
	return same_headers(j, p) && next_ip(j, p, f->len) &&
	       next_transport(j, p, f->len) && same_pseudo(j, p, f->len);
}

/* What two frames show to be worth the look, where it was not taken yet */
static bool all_right(struct gso_join *j, const struct frame *f)
{
	struct gso_layout l = j->at;

	if (j->partial)
		return true;
	if (!j->checked && !transport_right(&j->at, j->first)) {
		j->closed = true;
		return false;
	}
	j->checked = true;
	l.end = f->len;
	return transport_right(&l, f->data);
}

static HOT void take(struct gso_join *j, const struct frame *f)
{
	size_t octets = f->len - j->at.payload;

	j->count++;
	j->len += octets;
	j->closed = octets < j->size;
	if (!is_tcp(&j->at))
		return;
	j->flags = f->data[j->at.transport + 13];
	j->sequence += (uint32_t)octets;
	if (j->flags & TCP_LAST)
		j->closed = true;
}

static void begin(struct gso_join *j, const struct frame *f)
{
	struct gso_layout *l = &j->at;

	j->count = 0;
	j->first = f->data;
	j->first_len = f->len;
	j->offload = f->offload;
	j->partial = f->offload.partial;
	j->checked = false;
	j->iov[1] = (struct iovec){ f->data, f->len };
	if (!is_candidate(j, f, l)) {
		j->count = 1;
		j->len = f->len;
		j->closed = true;
		return;
	}
	j->len = l->payload;
	j->size = l->end - l->payload;
	if (l->ip == 4)
		j->ip_sum = steady_sum(f->data + l->network);
	if (is_tcp(l))
		j->sequence = checksum_get32(f->data + l->transport + 4);
	take(j, f);
}

static HOT bool add(struct gso_join *j, const struct frame *f)
{
	if (j->closed || !follows(j, f) || !all_right(j, f))
		return false;
	take(j, f);
	j->iov[j->count] = (struct iovec){
		f->data + j->at.payload, f->len - j->at.payload
	};
	return true;
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
HOT bool gso_join_add(struct gso_join *j, const struct frame *f)
{
	if (j->count)
		return add(j, f);
	begin(j, f);
	return true;
}

/**
 * gso_join_row() - Frames that lie in a row: join those that follow
 * @j:		Join, not empty
 * @f:		The first of them, as gso_join_add(); all are as long
 * @stride:	Octets from one to the next
 * @n:		How many
 *
 * Return: how many, from the first on, were taken
 */
HOT unsigned int gso_join_row(struct gso_join *j, const struct frame *f,
			      size_t stride, unsigned int n)
{
	struct frame one = *f;
	unsigned int i;

	for (i = 0; i < n && add(j, &one); i++)
		one.data += stride;
	return i;
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
HOT void gso_join_end(struct gso_join *j)
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
