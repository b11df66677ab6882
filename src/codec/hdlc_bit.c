// SPDX-License-Identifier: ISC
// Bit-synchronous HDLC: a zero goes in after five ones, flags are 01111110.
//
// A row of bits is handled as an octet is: whole, with a table that says what
// happens in it. The row of the table is what the octets before it left
// behind, a number of ones.
//
// stuff[ones][octet] says after which of the octet's bits a zero goes in. No
// more than two do, and ones is 0..4, for after the fifth comes the zero.
//
// destuff[ones][octet] says which bits are such zeros, at most two, and
// which end a flag or begin an abort (events; a zero ends a flag, a one is
// the seventh in a row). There are two events in an octet only if its first
// bit ends a flag: that flag shares its last zero with the next flag, or is
// followed by seven ones. ones is 0..7, seven being seven or more.
//
// The six ones of a flag and the zero before them are taken for data until
// the flag's last zero shows what they were: seven bits that are no frame's.
// In a good frame these seven are all that waits for its octet to be full.

#include "codec/hdlc.h"

#include "base/util.h"
#include "codec/table.h"

enum {
	ABORT_ONES = 7,		/* so many ones, and more, are no data */
	FLAG_BITS = 7,		/* of a flag, before it is known for one */
};

/**
 * struct stuff - What sending an octet takes
 * @after:	A zero goes in after these bits
 * @ones:	That end it
 */
struct stuff {
	uint8_t after;
	uint8_t ones;
};

/**
 * struct destuff - What is in an octet of the line
 * @zeros:	These bits were put in by the sender
 * @events:	These bits end a flag or begin an abort
 * @ones:	That end it
 */
struct destuff {
	uint8_t zeros;
	uint8_t events;
	uint8_t ones;
};

#define LOWEST(m)	((m) & -(m))

/* A word is an octet n and, below it, the ones that went before. Its bit i is
 * in TX_FIVES if five ones end at the octet's bit i. A zero goes in after the
 * lowest of those, and after the next one whose five ones are all above it.
 * Counted from the last zero, put in or not, ones are those at the top of the
 * word, less each five that got their zero.
 */
#define TX_WORD(ones, n)	((n) << 4 | (0xfu << (4 - (ones)) & 0xf))
#define TX_FIVES(w)	((w) & (w) >> 1 & (w) >> 2 & (w) >> 3 & (w) >> 4)
#define TX_SECOND(m)	LOWEST((m) & -(LOWEST(m) << 5))
#define TX_ENTRY(w) { \
	.after = LOWEST(TX_FIVES(w)) | TX_SECOND(TX_FIVES(w)), \
	.ones = __builtin_clz(~((w) << 20)) % 5, \
}
#define TX(ones, n)	TX_ENTRY(TX_WORD(ones, n))

static const struct stuff stuff[5][256] = {
	{ TABLE_256(TX, 0) },
	{ TABLE_256(TX, 1) },
	{ TABLE_256(TX, 2) },
	{ TABLE_256(TX, 3) },
	{ TABLE_256(TX, 4) },
};

/* The same for receiving, with more of what went before. RX_BACK(w, k) has, in
 * the place of each bit of the octet, the bit that came k bits earlier.
 */
#define RX_WORD(ones, n)	((n) << 7 | (0x7fu << (7 - (ones)) & 0x7f))
#define RX_BACK(w, k)	((w) >> (7 - (k)))
#define RX_FIVES(w)	(RX_BACK(w, 1) & RX_BACK(w, 2) & RX_BACK(w, 3) & \
			 RX_BACK(w, 4) & RX_BACK(w, 5))
#define RX_ENTRY(w) { \
	.zeros = RX_FIVES(w) & ~RX_BACK(w, 0) & ~RX_BACK(w, 6) & 0xff, \
	.events = RX_FIVES(w) & RX_BACK(w, 6) & ~RX_BACK(w, 7) & 0xff, \
	.ones = MIN(__builtin_clz(~((w) << 17)), ABORT_ONES), \
}
#define RX(ones, n)	RX_ENTRY(RX_WORD(ones, n))

static const struct destuff destuff[ABORT_ONES + 1][256] = {
	{ TABLE_256(RX, 0) },
	{ TABLE_256(RX, 1) },
	{ TABLE_256(RX, 2) },
	{ TABLE_256(RX, 3) },
	{ TABLE_256(RX, 4) },
	{ TABLE_256(RX, 5) },
	{ TABLE_256(RX, 6) },
	{ TABLE_256(RX, 7) },
};

/* How many bits of a mask are set, of which there are at most two */
static inline unsigned int count_two(unsigned int mask)
{
	return (mask != 0) + ((mask & (mask - 1)) != 0);
}

/* Put a zero behind each bit of @mask, the higher one first, so that the
 * lower one is where it was. -(m << 1) are the bits above m, none if m is 0.
 */
static inline uint32_t insert_zeros(uint32_t x, uint32_t mask)
{
	uint32_t low = LOWEST(mask), high = mask ^ low;

	x += x & -(high << 1);
	return x + (x & -(low << 1));
}

/* Take out the bits of @mask, which are zeros */
static inline uint32_t remove_zeros(uint32_t x, uint32_t mask)
{
	uint32_t low = LOWEST(mask), high = mask ^ low;

	x -= (x & -(high << 1)) >> 1;
	return x - ((x & -(low << 1)) >> 1);
}

static size_t bit_encode(struct hdlc_encoder *e, struct hdlc_part *part,
			 uint8_t *out, size_t size)
{
	size_t done = 0;

	while (part->len && done < size) {
		uint8_t x = *part->data++;
		const struct stuff *s = &stuff[e->ones][x];

		part->len--;
		e->ones = s->ones;
		bits_put(&e->bits, insert_zeros(x, s->after),
			 8 + count_two(s->after));
		done += bits_drain(&e->bits, out + done, size - done);
	}
	return done;
}

static uint64_t bit_cost(const struct hdlc_config *c, unsigned int *ones,
			 const struct hdlc_part *part)
{
	uint64_t bits = (uint64_t)part->len * 8;

	(void)c;
	for (size_t i = 0; i < part->len; i++) {
		const struct stuff *s = &stuff[*ones][part->data[i]];

		*ones = s->ones;
		bits += count_two(s->after);
	}
	return bits;
}

/* Take the bits from @from up to @to of an octet for data. */
static void take(struct hdlc_decoder *d, uint32_t x, uint32_t zeros,
		 unsigned int from, unsigned int to)
{
	uint32_t mask = (1u << (to - from)) - 1;

	x = x >> from & mask;
	zeros = zeros >> from & mask;
	bits_put(&d->bits, remove_zeros(x, zeros),
		 to - from - count_two(zeros));
}

/* Bits since the last flag that are no part of one that ends here, if @flag
 * bits of that are among them. Two flags can share a zero: then those are
 * all, and one short.
 */
static size_t frame_bits(const struct hdlc_decoder *d, unsigned int flag)
{
	size_t all = d->len * 8 + d->bits.count;

	return all > flag ? all - flag : 0;
}

/* Seven ones. After a flag they are idle; what was not even an octet is no
 * frame that anybody would miss. A giant is one wherever it is noticed.
 */
static int take_abort(struct hdlc_decoder *d)
{
	bool giant = frame_bits(d, FLAG_BITS) / 8 > d->size;
	bool frame = frame_bits(d, ABORT_ONES - 1) >= 8;

	if (frame && !d->hunting)
		return hdlc_frame_lost(d, giant ? HDLC_EGIANT : HDLC_EABORT);
	hdlc_frame_none(d);
	return 0;
}

/* An octet with a flag's end or an abort's beginning. If there are two, the
 * first one is a flag, and the second one ends no frame that anybody is told.
 */
static int take_events(struct hdlc_decoder *d, uint8_t x,
		       const struct destuff *s)
{
	unsigned int from = 0;
	int ret = 0;

	for (unsigned int left = s->events; left; left &= left - 1) {
		unsigned int at = (unsigned int)__builtin_ctz(left);
		int end;

		take(d, x, s->zeros, from, at);
		end = x >> at & 1 ? take_abort(d) :
			hdlc_frame_end(d, frame_bits(d, FLAG_BITS));
		ret = ret ? ret : end;
		from = at + 1;
	}
	take(d, x, s->zeros, from, 8);
	return ret;
}

/* An octet of data. What finds no room in the buffer is kept back until it is
 * too much to be a flag's beginning.
 */
static int take_data(struct hdlc_decoder *d, uint8_t x,
		     const struct destuff *s)
{
	take(d, x, s->zeros, 0, 8);
	d->len += bits_drain(&d->bits, d->buf + d->len, d->size - d->len);
	if (d->bits.count < 8 + FLAG_BITS)
		return 0;
	return hdlc_frame_lost(d, HDLC_EGIANT);
}

static int take_octet(struct hdlc_decoder *d, uint8_t x)
{
	const struct destuff *s = &destuff[d->ones][x];

	d->ones = s->ones;
	if (s->events)
		return take_events(d, x, s);
	return d->hunting ? 0 : take_data(d, x, s);
}

static int bit_decode(struct hdlc_decoder *d, const uint8_t **data,
		      size_t *len)
{
	bool reverse = d->config.order == HDLC_MSB_FIRST;
	int ret = 0;

	while (*len && !ret) {
		uint8_t x = *(*data)++;

		--*len;
		ret = take_octet(d, reverse ? bits_reversed[x] : x);
	}
	return ret;
}

const struct hdlc_framing hdlc_bit = {
	.name = "bit",
	.flag = { 0x7e, 8, true },
	.abort = { 0xff, 8, false },
	.idle = {
		[HDLC_IDLE_FLAGS] = { 0x7e, 8, true },
		[HDLC_IDLE_SHARED] = { 0x3f, 7, true },
		[HDLC_IDLE_ONES] = { 0xff, 8, false },
	},
	.encode = bit_encode,
	.cost = bit_cost,
	.decode = bit_decode,
};
