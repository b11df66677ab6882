// SPDX-License-Identifier: ISC
// HDLC bit by bit, to hold the codec against: slow, without tables, plain.

#include "hdlc_reference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"

/* xorshift32 */
uint32_t noise(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

uint32_t reference_fcs(const struct fcs *fcs, const uint8_t *data, size_t len)
{
	uint32_t polynomial = fcs == &fcs16 ? 0x8408 : 0xedb88320;
	uint32_t reg = fcs == &fcs16 ? 0xffff : 0xffffffff;

	for (size_t i = 0; i < len * 8; i++) {
		uint32_t bit = (reg ^ data[i / 8] >> i % 8) & 1;

		reg = reg >> 1 ^ (bit ? polynomial : 0);
	}
	return fcs == &fcs16 ? reg ^ 0xffff : ~reg;
}

static void put(struct row *r, unsigned int bit)
{
	assert_in_range(r->len, 0, ROW_MAX - 1);
	r->bit[r->len++] = bit != 0;
}

/* Bits as text; blanks are for the eye */
void row_bits(struct row *r, const char *bits)
{
	for (; *bits; bits++)
		if (*bits != ' ')
			put(r, *bits == '1');
}

static void put_stuffed(struct row *r, unsigned int *ones, const uint8_t *data,
			size_t len)
{
	for (size_t i = 0; i < len * 8; i++) {
		unsigned int bit = data[i / 8] >> i % 8 & 1;

		put(r, bit);
		*ones = bit ? *ones + 1 : 0;
		if (*ones == 5) {
			put(r, 0);
			*ones = 0;
		}
	}
}

/* A frame and its FCS, without flags */
void row_frame(struct row *r, const struct fcs *fcs, const uint8_t *data,
	       size_t len)
{
	uint32_t sum = reference_fcs(fcs, data, len);
	uint8_t tail[4] = { (uint8_t)sum, (uint8_t)(sum >> 8),
			    (uint8_t)(sum >> 16), (uint8_t)(sum >> 24) };
	unsigned int ones = 0;

	put_stuffed(r, &ones, data, len);
	put_stuffed(r, &ones, tail, fcs == &fcs16 ? 2 : 4);
}

static unsigned int place(enum hdlc_order order, size_t i)
{
	return (unsigned int)(order == HDLC_MSB_FIRST ? 7 - i % 8 : i % 8);
}

/* The row in octets, the last one filled up with zeros */
size_t row_pack(const struct row *r, enum hdlc_order order, uint8_t *out)
{
	memset(out, 0, DIV_ROUND_UP(r->len, 8));
	for (size_t i = 0; i < r->len; i++)
		out[i / 8] |= (uint8_t)(r->bit[i] << place(order, i));
	return DIV_ROUND_UP(r->len, 8);
}

void row_unpack(struct row *r, enum hdlc_order order, const uint8_t *in,
		size_t len)
{
	r->len = 0;
	for (size_t i = 0; i < len * 8; i++)
		put(r, in[i / 8] >> place(order, i) & 1);
}

static void tell(struct results *to, int ret, const uint8_t *frame)
{
	assert_in_range(to->count, 0, RESULTS_MAX - 1);
	to->ret[to->count++] = ret;
	if (ret <= 0)
		return;
	memcpy(to->data + to->len, frame, (size_t)ret);
	to->len += (size_t)ret;
}

/* A frame of @bits bits, which are in @data; @bits includes no flag. */
static void tell_frame(struct results *to, const struct hdlc_config *c,
		       size_t size, const uint8_t *data, long bits)
{
	size_t fcs = c->fcs == &fcs16 ? 2 : 4, len = (size_t)bits / 8;
	uint32_t sum = 0;

	if (bits <= 0)
		return;
	if (len > size) {
		tell(to, HDLC_EGIANT, NULL);
		return;
	}
	if (len < 4 || len == fcs) {
		tell(to, HDLC_ERUNT, NULL);
		return;
	}
	if (bits % 8) {
		tell(to, HDLC_EALIGN, NULL);
		return;
	}
	for (size_t i = 0; i < fcs; i++)
		sum |= (uint32_t)data[len - fcs + i] << 8 * i;
	if (sum != reference_fcs(c->fcs, data, len - fcs))
		tell(to, HDLC_EFCS, NULL);
	else
		tell(to, (int)(c->keep_fcs ? len : len - fcs), data);
}

/* What a decoder with a buffer of @size should tell of a row */
void reference_decode(const struct row *r, const struct hdlc_config *c,
		      size_t size, struct results *to)
{
	uint8_t data[2 * BUFFER] = { 0 };
	unsigned int ones = 0;
	int inside = 0;
	long n = 0, giant = (long)size * 8 + 8 + 7;

	for (size_t i = 0; i < r->len; i++) {
		unsigned int bit = r->bit[i];

		if (!bit && ones == 6) {
			if (inside)
				tell_frame(to, c, size, data, n - 7);
			inside = 1;
			n = 0;
			memset(data, 0, sizeof(data));
		} else if (bit && ones == 6) {
			if (inside && n - 6 >= 8)
				tell(to, HDLC_EABORT, NULL);
			inside = 0;
		} else if (inside && (bit || ones != 5)) {
			data[n / 8] |= (uint8_t)(bit << n % 8);
			n++;
		}
		if (inside && n == giant) {
			tell(to, HDLC_EGIANT, NULL);
			inside = 0;
		}
		ones = bit ? ones + 1 : 0;
	}
}

/* The decoder's view of octets that come in chunks. Its buffer has just the
 * size that it is told.
 */
void decode(const struct hdlc_config *c, size_t size, const uint8_t *in,
	    size_t len, size_t chunk, struct results *to)
{
	uint8_t *buf = malloc(size + GUARD);
	struct hdlc_decoder d;

	assert_non_null(buf);
	memset(buf, 0x5a, size + GUARD);
	hdlc_decoder_init(&d, c, buf, size);
	for (size_t i = 0; i < len; i += chunk) {
		const uint8_t *data = in + i;
		size_t left = MIN(chunk, len - i);

		while (left) {
			size_t before = left;
			int ret = hdlc_decode(&d, &data, &left);

			assert_true(left < before);
			assert_ptr_equal(data + left,
					 in + MIN(i + chunk, len));
			if (ret)
				tell(to, ret, buf);
			else
				assert_int_equal(left, 0);
		}
	}
	for (size_t i = 0; i < GUARD; i++)
		assert_int_equal(buf[size + i], 0x5a);
	free(buf);
}

void assert_same(const struct results *a, const struct results *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		assert_int_equal(a->ret[i], b->ret[i]);
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->data, b->data, a->len);
}
