// SPDX-License-Identifier: ISC
// Bit-synchronous HDLC on a bad line: what is lost, why, and what is not.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/hdlc.h"
#include "hdlc_reference.h"

#define FLAG "01111110 "
#define OCTET "10100110 "

enum {
	SMALL = 8,		/* octets of a small buffer */
};

static struct results got, want;
static struct row row;
static uint8_t octets[ROW_MAX / 8];

static const uint8_t whole[] = { 0xa5, 0x12, 0xff, 0x00 };

static void put_whole(void)
{
	row_frame(&row, &fcs16, whole, sizeof(whole));
}

static void put_octets(size_t count)
{
	while (count--)
		row_bits(&row, OCTET);
}

static void put_long_frame(size_t len)
{
	uint8_t data[2 * BUFFER];

	memset(data, 0xa5, len);
	row_frame(&row, &fcs16, data, len);
}

/* Octets with a bit too many, in all @bits of them */
static void put_odd(size_t bits)
{
	for (size_t i = 0; i < bits; i++)
		row_bits(&row, i % 3 ? "1" : "0");
}

/* Between two good frames: these are told, and nothing else of it is. */
static const struct {
	const char *name;
	size_t octets;		/* without FCS */
	size_t good;		/* of a frame with FCS */
	size_t odd;		/* bits */
	const char *then;
	int ret[2];
} rows[] = {
	{ "nothing", 0, 0, 0, "", { 0 } },
	{ "wrong FCS", 4, 0, 0, FLAG, { HDLC_EFCS } },
	{ "wrong FCS, long", 8, 0, 0, FLAG, { HDLC_EFCS } },
	{ "one bit", 0, 0, 1, FLAG, { HDLC_ERUNT } },
	{ "seven bits", 0, 0, 7, FLAG, { HDLC_ERUNT } },
	{ "one octet", 1, 0, 0, FLAG, { HDLC_ERUNT } },
	{ "three octets", 3, 0, 0, FLAG, { HDLC_ERUNT } },
	{ "three octets with FCS", 0, 1, 0, FLAG, { HDLC_ERUNT } },
	{ "31 bits", 0, 0, 31, FLAG, { HDLC_ERUNT } },
	{ "33 bits", 0, 0, 33, FLAG, { HDLC_EALIGN } },
	{ "39 bits", 0, 0, 39, FLAG, { HDLC_EALIGN } },
	{ "longest", 0, SMALL - 2, 0, FLAG, { SMALL - 2 } },
	{ "one octet too long", 0, SMALL - 1, 0, FLAG, { HDLC_EGIANT } },
	{ "some bits too long", 0, 0, 8 * SMALL + 7, FLAG, { HDLC_EALIGN } },
	{ "an octet too long", 0, 0, 8 * SMALL + 8, FLAG, { HDLC_EGIANT } },
	{ "much too long", 0, 900, 0, FLAG, { HDLC_EGIANT } },
	{ "abort", 5, 0, 0, "1111111 0000 " FLAG, { HDLC_EABORT } },
	{ "abort after one octet", 1, 0, 0, "1111111" FLAG, { HDLC_EABORT } },
	{ "abort and ones", 7, 0, 0, "111111111111111111" FLAG,
	  { HDLC_EABORT } },
	{ "two aborts", 7, 0, 0, "1111111 01010101010101 1111111 " FLAG,
	  { HDLC_EABORT } },
	{ "abort and frame", 4, 0, 0, "1111111" FLAG OCTET OCTET FLAG,
	  { HDLC_EABORT, HDLC_ERUNT } },
	{ "giant and abort", 20, 0, 0, "1111111" FLAG, { HDLC_EGIANT } },
	{ "two of them", 4, 0, 0, FLAG OCTET FLAG,
	  { HDLC_EFCS, HDLC_ERUNT } },
};

static void put_row(size_t i, size_t phase)
{
	row.len = 0;
	for (size_t k = 0; k < phase; k++)
		row_bits(&row, "0");
	row_bits(&row, FLAG);
	put_whole();
	row_bits(&row, FLAG);
	put_octets(rows[i].octets);
	if (rows[i].good)
		put_long_frame(rows[i].good);
	put_odd(rows[i].odd);
	row_bits(&row, rows[i].then);
	put_whole();
	row_bits(&row, FLAG);
}

/* Each class of error is told as such at every phase, once, and counted. */
static void test_classes(void **state)
{
	struct hdlc_config c = { .order = HDLC_MSB_FIRST };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows) * 8; i++) {
		const int *ret = rows[i / 8].ret;
		size_t len, count = 0;

		put_row(i / 8, i % 8);
		len = row_pack(&row, c.order, octets);
		memset(&got, 0, sizeof(got));
		decode(&c, SMALL, octets, len, 1 + i % 3, &got);
		assert_int_equal(got.ret[count++], sizeof(whole));
		for (size_t k = 0; k < 2 && ret[k]; k++)
			assert_int_equal(got.ret[count++], ret[k]);
		assert_int_equal(got.ret[count++], sizeof(whole));
		if (got.count != count)
			fail_msg("%s, bit %zu: %zu told, not %zu",
				 rows[i / 8].name, i % 8, got.count, count);
		assert_memory_equal(got.data, whole, sizeof(whole));
		assert_memory_equal(got.data + got.len - sizeof(whole), whole,
				    sizeof(whole));
	}
}

/* FCS-32: nothing but an FCS is no frame, though its FCS is right. */
static void test_empty_frame(void **state)
{
	struct hdlc_config c = { .fcs = &fcs32 };
	size_t len;

	(void)state;
	row.len = 0;
	row_bits(&row, FLAG);
	row_frame(&row, &fcs32, NULL, 0);
	row_bits(&row, FLAG);
	row_frame(&row, &fcs32, whole, 1);
	row_bits(&row, FLAG);
	len = row_pack(&row, c.order, octets);
	memset(&got, 0, sizeof(got));
	decode(&c, SMALL, octets, len, len, &got);
	assert_int_equal(got.count, 2);
	assert_int_equal(got.ret[0], HDLC_ERUNT);
	assert_int_equal(got.ret[1], 1);
}

static void test_counters(void **state)
{
	static const struct {
		const char *name;
		int error;
	} names[] = {
		{ "fcs", HDLC_EFCS }, { "abort", HDLC_EABORT },
		{ "runt", HDLC_ERUNT }, { "giant", HDLC_EGIANT },
		{ "align", HDLC_EALIGN },
	};
	uint64_t expected[HDLC_ERROR_NUM] = { 0 };
	struct hdlc_config c = { 0 };
	struct hdlc_decoder d;
	uint8_t buf[SMALL];

	(void)state;
	hdlc_decoder_init(&d, &c, buf, sizeof(buf));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const uint8_t *data = octets;
		size_t len;

		put_row(i, 0);
		len = row_pack(&row, c.order, octets);
		hdlc_resync(&d);
		while (len)
			hdlc_decode(&d, &data, &len);
		for (size_t k = 0; k < 2; k++)
			if (rows[i].ret[k] < 0)
				expected[-rows[i].ret[k] - 1]++;
		assert_memory_equal(d.errors, expected, sizeof(expected));
	}
	assert_int_equal(d.frames, 2 * ARRAY_SIZE(rows) + 1);
	assert_int_equal(d.octets, (d.frames - 1) * sizeof(whole) + SMALL - 2);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_string_equal(hdlc_error_name(names[i].error),
				    names[i].name);
	assert_null(hdlc_error_name(0));
	assert_null(hdlc_error_name(-HDLC_ERROR_NUM - 1));
}

/* A frame without end is told once, and a flag ends it. */
static void test_endless(void **state)
{
	struct hdlc_config c = { 0 };
	size_t len;

	(void)state;
	row.len = 0;
	row_bits(&row, FLAG);
	put_octets(20000);
	row_bits(&row, FLAG);
	put_whole();
	row_bits(&row, FLAG);
	len = row_pack(&row, c.order, octets);
	for (size_t size = 0; size < BUFFER; size += 73) {
		memset(&got, 0, sizeof(got));
		decode(&c, size, octets, len, 1000, &got);
		assert_int_equal(got.count, 2);
		assert_int_equal(got.ret[0], HDLC_EGIANT);
		assert_int_equal(got.ret[1],
				 size ? (int)sizeof(whole) : HDLC_EGIANT);
	}
}

/* What came before is forgotten: the half frame, and how many ones it had */
static void test_resync(void **state)
{
	struct hdlc_config c = { 0 };
	struct hdlc_decoder d;
	uint8_t buf[BUFFER];
	const uint8_t *data = octets;
	size_t len;

	(void)state;
	row.len = 0;
	row_bits(&row, FLAG);
	put_octets(4);
	row_bits(&row, "00011111");
	len = row_pack(&row, c.order, octets);
	hdlc_decoder_init(&d, &c, buf, sizeof(buf));
	assert_int_equal(hdlc_decode(&d, &data, &len), 0);
	hdlc_resync(&d);
	row.len = 0;
	row_bits(&row, "1111110 ");
	put_whole();
	row_bits(&row, FLAG);
	len = row_pack(&row, c.order, octets);
	data = octets;
	assert_int_equal(hdlc_decode(&d, &data, &len), sizeof(whole));
	assert_memory_equal(buf, whole, sizeof(whole));
}

/* The sender gives a frame up, at any place; its neighbours arrive. */
static void test_abort(void **state)
{
	uint8_t long_frame[20];
	const struct hdlc_part good = { whole, sizeof(whole) };
	const struct hdlc_part bad = { long_frame, sizeof(long_frame) };

	(void)state;
	for (size_t i = 0; i < 40; i++) {
		struct hdlc_config c = { .order = HDLC_MSB_FIRST };
		struct hdlc_encoder e;
		size_t n, cut = i / 2;

		memset(long_frame, i % 2 ? 0xf7 : 0, sizeof(long_frame));
		hdlc_encoder_init(&e, &c);
		assert_int_equal(hdlc_send(&e, &good, 1), 0);
		n = hdlc_encode(&e, octets, 64);
		hdlc_abort(&e);
		assert_int_equal(hdlc_send(&e, &bad, 1), 0);
		n += hdlc_encode(&e, octets + n, cut);
		hdlc_abort(&e);
		n += hdlc_encode(&e, octets + n, 64);
		assert_int_equal(hdlc_send(&e, &good, 1), 0);
		hdlc_fill(&e, octets + n, 64);
		memset(&got, 0, sizeof(got));
		decode(&c, BUFFER, octets, n + 64, 64, &got);
		/* what is less than an octet is not worth to be told */
		assert_in_range(got.count, cut > 1 ? 3 : 2, cut ? 3 : 2);
		assert_int_equal(got.ret[0], sizeof(whole));
		assert_int_equal(got.ret[got.count - 1], sizeof(whole));
		if (got.count == 3)
			assert_int_equal(got.ret[1], HDLC_EABORT);
	}
}

/* Frames that went in, and the ones that came out in spite of an error: in
 * order, none of them changed. Returns how many there are.
 */
static size_t count_arrived(const struct results *in,
			    const struct results *out)
{
	size_t at = 0, from = 0, next = 0, arrived = 0;

	for (size_t i = 0; i < out->count; i++) {
		size_t len = (size_t)MAX(out->ret[i], 0);

		if (!len)
			continue;
		while (next < in->count && (in->ret[next] != (int)len ||
		       memcmp(in->data + at, out->data + from, len))) {
			at += (size_t)in->ret[next];
			next++;
		}
		assert_true(next < in->count);
		at += len;
		from += len;
		next++;
		arrived++;
	}
	return arrived;
}

static void put_random_frames(const struct fcs *fcs, uint32_t *seed)
{
	memset(&want, 0, sizeof(want));
	row.len = 0;
	row_bits(&row, FLAG FLAG);
	for (int i = 0; i < 8; i++) {
		size_t len = 20 + noise(seed) % 20;
		uint8_t *data = want.data + want.len;

		for (size_t k = 0; k < len; k++)
			data[k] = i < 6 ? (uint8_t)noise(seed) : 0xff;
		row_frame(&row, fcs, data, len);
		row_bits(&row, i % 2 ? FLAG : FLAG FLAG);
		want.ret[want.count++] = (int)len;
		want.len += len;
	}
}

/* A single wrong bit, wherever it is, costs at most the two frames beside it
 * and never makes one that was not sent.
 */
static void test_single_bit_errors(void **state)
{
	static const struct fcs *const kinds[] = { &fcs16, &fcs32 };
	uint32_t seed = 4;

	(void)state;
	for (size_t i = 0; i < 16; i++) {
		struct hdlc_config c = { .fcs = kinds[i % 2] };

		put_random_frames(c.fcs, &seed);
		for (size_t bit = 0; bit < row.len; bit++) {
			size_t len;

			row.bit[bit] ^= 1;
			len = row_pack(&row, c.order, octets);
			row.bit[bit] ^= 1;
			memset(&got, 0, sizeof(got));
			decode(&c, BUFFER, octets, len, len, &got);
			assert_in_range(count_arrived(&want, &got),
					want.count - 2, want.count);
		}
	}
}

/* A bit too many or too few, as after a slip of the clock */
static void test_slips(void **state)
{
	struct hdlc_config c = { .fcs = &fcs32 };
	uint32_t seed = 9;
	size_t bits;

	(void)state;
	put_random_frames(c.fcs, &seed);
	bits = row.len;
	for (size_t bit = 0; bit < bits; bit++) {
		uint8_t *rest = row.bit + bit;
		uint8_t lost = *rest;
		size_t len;

		memmove(rest, rest + 1, bits - bit - 1);
		row.len = bits - 1;
		len = row_pack(&row, c.order, octets);
		memmove(rest + 1, rest, bits - bit - 1);
		*rest = lost;
		memset(&got, 0, sizeof(got));
		decode(&c, BUFFER, octets, len, len, &got);
		assert_in_range(count_arrived(&want, &got), want.count - 2,
				want.count);
	}
}

/* On noise the codec tells, to the last detail, what the plain one does. */
static void test_noise(void **state)
{
	uint32_t seed = 3;

	(void)state;
	for (int round = 0; round < 400; round++) {
		struct hdlc_config c = {
			.order = (enum hdlc_order)(noise(&seed) % 2),
			.fcs = noise(&seed) % 2 ? &fcs16 : &fcs32,
		};
		size_t len = 2000, size = noise(&seed) % 40;
		uint32_t density = noise(&seed) % 3;

		for (size_t i = 0; i < len; i++) {
			octets[i] = (uint8_t)noise(&seed);
			for (uint32_t k = 0; k < density; k++)
				octets[i] |= (uint8_t)noise(&seed);
		}
		row_unpack(&row, c.order, octets, len);
		memset(&want, 0, sizeof(want));
		reference_decode(&row, &c, size, &want);
		memset(&got, 0, sizeof(got));
		decode(&c, size, octets, len, 1 + noise(&seed) % 99, &got);
		assert_true(got.count > 10);
		assert_same(&got, &want);
	}
}

/* Every octet after every number of ones and before every octet, in a frame
 * and outside one
 */
static void test_table_is_complete(void **state)
{
	static const char *const before[] = {
		FLAG OCTET OCTET OCTET OCTET OCTET OCTET "00 ",
		"0000 0000 0 ",
	};
	struct hdlc_config c = { .fcs = &fcs16 };

	(void)state;
	for (uint32_t i = 0; i < 2 * 8 * 65536u; i++) {
		uint32_t ones = i >> 16 & 7;
		size_t len;

		/* only some of the second octets, for time */
		if ((i & 0xff) % 15 && i & 0x80000)
			continue;
		row.len = 0;
		row_bits(&row, before[i >> 19]);
		while (row.len % 8)
			row_bits(&row, "0");
		for (uint32_t k = 0; k < 8; k++)
			row_bits(&row, k < 8 - ones ? "0" : "1");
		for (uint32_t k = 0; k < 16; k++)
			row_bits(&row, i >> (15 - k) & 1 ? "1" : "0");
		row_bits(&row, FLAG "1111110");
		row_frame(&row, &fcs16, whole, sizeof(whole));
		row_bits(&row, FLAG);
		memset(&want, 0, 64);
		want.len = 0;
		reference_decode(&row, &c, 32, &want);
		len = row_pack(&row, c.order, octets);
		memset(&got, 0, 64);
		got.len = 0;
		decode(&c, 32, octets, len, len, &got);
		assert_same(&got, &want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_empty_frame),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_resync),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_single_bit_errors),
		cmocka_unit_test(test_slips),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_table_is_complete),
	};

	return cmocka_run_group_tests_name("hdlc-errors", tests, NULL, NULL);
}
