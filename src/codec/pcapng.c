// SPDX-License-Identifier: ISC
// pcapng, the capture file format: blocks written and read.
//
// As in draft-ietf-opsawg-pcapng. Written are, in the machine's own byte
// order, a section of interfaces, enhanced packets and interface statistics.
// Read are those, in either order; all else is skipped. A block is trusted in
// nothing: its two lengths must agree, and what is in it must end in it.

#include "codec/pcapng.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	MAGIC = 0x1a2b3c4d,
	MAGIC_SWAPPED = 0x4d3c2b1a,
	FRAME_LEN = 12,		/* type and both lengths of a block */

	OPT_END = 0,
	OPT_COMMENT = 1,
	OPT_FLAGS = 2,		/* of a packet */
	OPT_NAME = 2,		/* of an interface */
	OPT_RESOLUTION = 9,
	OPT_APPLICATION = 4,
	OPT_RECEIVED = 4,	/* of statistics */
	OPT_LOST = 5,
};

/** struct cursor - Where the next octets go */
struct cursor {
	uint8_t *start, *at;
};

static void put(struct cursor *c, const void *data, size_t len)
{
	static const uint8_t zeros[4];
	size_t odd = -len & 3;

	memcpy(c->at, data, len);
	memcpy(c->at + len, zeros, odd);
	c->at += len + odd;
}

static void put16(struct cursor *c, uint16_t a, uint16_t b)
{
	uint16_t v[2] = { a, b };

	put(c, v, sizeof(v));
}

static void put32(struct cursor *c, uint32_t v)
{
	put(c, &v, sizeof(v));
}

static void put_time(struct cursor *c, int64_t ns)
{
	put32(c, (uint32_t)((uint64_t)ns >> 32));
	put32(c, (uint32_t)ns);
}

static void put_option(struct cursor *c, uint16_t code, const void *data,
		       size_t len)
{
	put16(c, code, (uint16_t)len);
	put(c, data, len);
}

static void put_text(struct cursor *c, uint16_t code, const char *text)
{
	put_option(c, code, text, strnlen(text, PCAPNG_TEXT_MAX - 1));
}

static struct cursor begin(uint8_t *out, uint32_t type)
{
	struct cursor c = { out, out };

	put32(&c, type);
	put32(&c, 0);
	return c;
}

static size_t end(struct cursor *c)
{
	uint32_t len = (uint32_t)(c->at - c->start) + 4;

	put32(c, len);
	memcpy(c->start + 4, &len, sizeof(len));
	return len;
}

/**
 * pcapng_section() - Write the beginning of a file
 * @out:		Room
 * @application:	Who writes it
 *
 * Return: octets written
 */
size_t pcapng_section(uint8_t out[PCAPNG_SMALL], const char *application)
{
	struct cursor c = begin(out, BLOCK_SECTION);
	const uint64_t unknown = UINT64_MAX;

	put32(&c, MAGIC);
	put16(&c, 1, 0);	/* version */
	put(&c, &unknown, sizeof(unknown));
	put_text(&c, OPT_APPLICATION, application);
	put16(&c, OPT_END, 0);
	return end(&c);
}

/**
 * pcapng_interface() - Write an interface
 * @out:	Room
 * @i:		The interface; its numbers count from 0 in each file
 *
 * Return: octets written
 */
size_t pcapng_interface(uint8_t out[PCAPNG_SMALL],
			const struct pcapng_interface *i)
{
	struct cursor c = begin(out, BLOCK_INTERFACE);

	put16(&c, i->link, 0);
	put32(&c, i->snaplen);
	put_text(&c, OPT_NAME, i->name);
	put_option(&c, OPT_RESOLUTION, &i->resolution, 1);
	put16(&c, OPT_END, 0);
	return end(&c);
}

/**
 * pcapng_packet() - Write a packet
 * @out:	Room for its octets and PCAPNG_PACKET_EXTRA more
 * @p:		The packet
 *
 * Return: octets written
 */
size_t pcapng_packet(uint8_t *out, const struct pcapng_packet *p)
{
	struct cursor c = begin(out, BLOCK_PACKET);
	uint32_t flags = p->direction;

	put32(&c, p->interface);
	put_time(&c, p->time_ns);
	put32(&c, p->caplen);
	put32(&c, p->len);
	put(&c, p->data, p->caplen);
	put_option(&c, OPT_FLAGS, &flags, sizeof(flags));
	if (*p->comment)
		put_text(&c, OPT_COMMENT, p->comment);
	put16(&c, OPT_END, 0);
	return end(&c);
}

/**
 * pcapng_statistics() - Write what is to be said of an interface at the end
 * @out:	Room
 * @interface:	Its number
 * @time_ns:	UTC
 * @received:	Packets that were to be captured
 * @lost:	Packets lost
 *
 * Return: octets written
 */
size_t pcapng_statistics(uint8_t out[PCAPNG_SMALL], uint32_t interface,
			 int64_t time_ns, uint64_t received, uint64_t lost)
{
	struct cursor c = begin(out, BLOCK_STATISTICS);

	put32(&c, interface);
	put_time(&c, time_ns);
	put_option(&c, OPT_RECEIVED, &received, sizeof(received));
	put_option(&c, OPT_LOST, &lost, sizeof(lost));
	put16(&c, OPT_END, 0);
	return end(&c);
}

static uint16_t get16(const struct pcapng_reader *r, const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return r->swapped ? __builtin_bswap16(v) : v;
}

static uint32_t get32(const struct pcapng_reader *r, const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return r->swapped ? __builtin_bswap32(v) : v;
}

/* Does a section begin, and of which endianness? Returns 0, 1 or -EINVAL. */
static int is_section(const uint8_t *head, bool *swapped)
{
	struct pcapng_reader own = { 0 };
	uint32_t magic;

	if (get32(&own, head) != BLOCK_SECTION)
		return 0;
	magic = get32(&own, head + 8);
	*swapped = magic == MAGIC_SWAPPED;
	return magic == MAGIC || magic == MAGIC_SWAPPED ? 1 : -EINVAL;
}

/**
 * pcapng_length() - How long is the block that begins thus?
 * @r:		Reader; all zero at first
 * @head:	Its first octets
 *
 * Return: octets, PCAPNG_HEAD at least; -EINVAL if it is no block, or none
 * can be where no section has begun; -E2BIG over PCAPNG_BLOCK_MAX
 */
int pcapng_length(const struct pcapng_reader *r,
		  const uint8_t head[PCAPNG_HEAD])
{
	struct pcapng_reader as = { .swapped = r->swapped };
	int section = is_section(head, &as.swapped);
	uint32_t len;

	if (section < 0 || (!section && !r->in_section))
		return -EINVAL;
	if (!section)
		as.swapped = r->swapped;
	len = get32(&as, head + 4);
	if (len > PCAPNG_BLOCK_MAX)
		return -E2BIG;
	return len < FRAME_LEN || len % 4 ? -EINVAL : (int)len;
}

/**
 * struct option - An option of a block
 * @code:	0 after the last one
 */
struct option {
	uint16_t code, len;
	const uint8_t *value;
};

/* Takes an option off the front. Returns false at the end, or at nonsense. */
static bool next_option(const struct pcapng_reader *r, const uint8_t **at,
			const uint8_t *limit, struct option *o)
{
	size_t left = (size_t)(limit - *at), whole;

	if (left < 4)
		return false;
	o->code = get16(r, *at);
	o->len = get16(r, *at + 2);
	o->value = *at + 4;
	whole = 4 + DIV_ROUND_UP((size_t)o->len, (size_t)4) * 4;
	if (o->code == OPT_END || whole > left)
		return false;
	*at += whole;
	return true;
}

static void get_text(char out[PCAPNG_TEXT_MAX], const struct option *o)
{
	size_t len = MIN((size_t)o->len, (size_t)PCAPNG_TEXT_MAX - 1);

	memcpy(out, o->value, len);
	out[len] = '\0';
}

static int make_room(struct pcapng_reader *r)
{
	size_t room = r->room ? 2 * r->room : 8;
	void *more;

	if (r->n < r->room)
		return 0;
	if (r->n >= PCAPNG_INTERFACES_MAX)
		return -E2BIG;
	more = realloc(r->interfaces, room * sizeof(*r->interfaces));
	if (!more)
		return -ENOMEM;
	r->interfaces = more;
	r->room = room;
	return 0;
}

static int read_interface(struct pcapng_reader *r, const uint8_t *at,
			  const uint8_t *limit)
{
	struct pcapng_interface *i;
	struct option o;
	int err;

	if (limit - at < 8)
		return -EINVAL;
	err = make_room(r);
	if (err)
		return err;
	i = &r->interfaces[r->n++];
	*i = (struct pcapng_interface){ .link = get16(r, at), .resolution = 6,
					.snaplen = get32(r, at + 4) };
	at += 8;
	while (next_option(r, &at, limit, &o)) {
		if (o.code == OPT_NAME)
			get_text(i->name, &o);
		else if (o.code == OPT_RESOLUTION && o.len >= 1)
			i->resolution = o.value[0];
	}
	return 0;
}

/* Ticks of 10^-n or, with the highest bit set, of 2^-n seconds. */
static int64_t to_ns(uint64_t ticks, uint8_t resolution)
{
	unsigned int n = resolution & 0x7f;
	uint64_t second = 1, s, rest;

	if (resolution & 0x80) {
		if (n > 33)
			return (int64_t)(ticks >> MIN(n - 30, 63U));
		second <<= n;
	} else {
		for (; n > 9; n--)
			ticks /= 10;
		for (; n; n--)
			second *= 10;
	}
	s = ticks / second;
	rest = ticks % second;
	return (int64_t)(s * 1000000000 + rest * 1000000000 / second);
}

static int read_packet(const struct pcapng_reader *r, const uint8_t *at,
		       const uint8_t *limit, struct pcapng_packet *p)
{
	struct option o;
	uint64_t ticks;
	size_t padded;

	if (limit - at < 20)
		return -EINVAL;
	*p = (struct pcapng_packet){ .interface = get32(r, at),
				     .caplen = get32(r, at + 12),
				     .len = get32(r, at + 16),
				     .data = at + 20 };
	padded = DIV_ROUND_UP((size_t)p->caplen, (size_t)4) * 4;
	if (p->interface >= r->n || padded > (size_t)(limit - p->data) ||
	    p->len < p->caplen)
		return -EINVAL;
	ticks = (uint64_t)get32(r, at + 4) << 32 | get32(r, at + 8);
	p->time_ns = to_ns(ticks, r->interfaces[p->interface].resolution);
	at = p->data + padded;
	while (next_option(r, &at, limit, &o)) {
		if (o.code == OPT_COMMENT)
			get_text(p->comment, &o);
		else if (o.code == OPT_FLAGS && o.len == 4)
			p->direction = get32(r, o.value) & 3;
	}
	return 1;
}

static int read_section(struct pcapng_reader *r, const uint8_t *block,
			size_t len)
{
	if (len < 28)
		return -EINVAL;
	if (is_section(block, &r->swapped) <= 0)
		return -EINVAL;
	r->in_section = true;
	r->n = 0;
	return 0;
}

/**
 * pcapng_read() - Read a block
 * @r:		Reader
 * @block:	All of it
 * @len:	Its octets, as pcapng_length() said
 * @p:		Gets the packet, if it is one; points into @block
 *
 * Return: 1 if it is a packet, 0 if something else, -EINVAL if it is
 * corrupt, -E2BIG if there are too many interfaces, -ENOMEM
 */
int pcapng_read(struct pcapng_reader *r, const uint8_t *block, size_t len,
		struct pcapng_packet *p)
{
	const uint8_t *at = block + 8, *limit = block + len - 4;
	struct pcapng_reader own = { 0 };
	bool section = get32(&own, block) == BLOCK_SECTION;

	if (section && read_section(r, block, len) < 0)
		return -EINVAL;
	if (len < FRAME_LEN || get32(r, limit) != len)
		return -EINVAL;
	if (section)
		return 0;
	switch (get32(r, block)) {
	case BLOCK_INTERFACE:
		return read_interface(r, at, limit);
	case BLOCK_PACKET:
		return read_packet(r, at, limit, p);
	default:
		return 0;
	}
}

/**
 * pcapng_reader_free() - End reading
 * @r:	Reader; as new afterwards
 */
void pcapng_reader_free(struct pcapng_reader *r)
{
	free(r->interfaces);
	*r = (struct pcapng_reader){ 0 };
}
