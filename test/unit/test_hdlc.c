// SPDX-License-Identifier: ISC
// Bit-synchronous HDLC: what is on the line, at any bit, in any pieces.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "base/util.h"
#include "codec/hdlc.h"
#include "hdlc_reference.h"

#define FLAG "01111110 "

static const struct fcs *const kinds[] = { &fcs16, &fcs32 };

/* Frames that try the stuffing: none, some, all of it; at any place */
static const struct {
	const char *data;
	size_t len;
} frames[] = {
	{ "\xff\x03\xc0\x21\x01\x01\x00\x04", 8 },
	{ "\x8f\x00\x80\x35\x00\x00\x00\x02\x00\x00\x00\x01"
	  "\x00\x00\x00\x00\xff\xff\x00\x00\x00\x00", 22 },
	{ "\xf8\x01\x7f", 3 },
	{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9 },
	{ "\x00\x00\x00\x00\x00", 5 },
	{ "\x7e\x7e\x7d\x7e\x3f\xfc\xf8\x1f\x0f\xe0\xf0\x7f\x3e\x7c", 14 },
	{ "\xdf\xf7\xfb\xef\xbe\x7d\x5e\xaf", 8 },
};

/* The frames above on a row, with one flag between them */
static void put_frames(struct row *r, const struct fcs *fcs)
{
	row_bits(r, FLAG);
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		row_frame(r, fcs, (const uint8_t *)frames[i].data,
			  frames[i].len);
		row_bits(r, FLAG);
	}
}

/* What a decoder should tell of them */
static void expect_frames(struct results *to)
{
	memset(to, 0, sizeof(*to));
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		to->ret[to->count++] = (int)frames[i].len;
		memcpy(to->data + to->len, frames[i].data, frames[i].len);
		to->len += frames[i].len;
	}
}

static struct results got, want;
static struct row row, line;
static uint8_t octets[ROW_MAX / 8], more[ROW_MAX / 8];

static void decode_row(const struct hdlc_config *c, size_t chunk)
{
	size_t len = row_pack(&row, c->order, octets);

	memset(&got, 0, sizeof(got));
	decode(c, BUFFER, octets, len, chunk, &got);
}

/* As much of a line as all of the frames above take, in pieces of @chunk */
static size_t encode_frames(struct hdlc_encoder *e, uint8_t *out, size_t size,
			    size_t chunk)
{
	size_t done = 0, next = 0;

	while (done < size) {
		size_t n = MIN(chunk, size - done);

		done += hdlc_encode(e, out + done, n);
		if (!hdlc_ready(e))
			continue;
		if (next == ARRAY_SIZE(frames))
			break;
		assert_int_equal(hdlc_send(e, &(struct hdlc_part){
			(const uint8_t *)frames[next].data, frames[next].len,
		}, 1), 0);
		next++;
	}
	for (; done < size; done += MIN(chunk, size - done))
		hdlc_fill(e, out + done, MIN(chunk, size - done));
	return done;
}

/* LAPD's F8 01 7F with FCS 92 1E, written out */
static void test_bits_on_the_line(void **state)
{
	static const uint8_t lapd[] = { 0xf8, 0x01, 0x7f };
	static const char bits[] = FLAG "000111110 10000000 111110110 "
		"01001001 01111000 " FLAG;
	static const enum hdlc_order orders[] = {
		HDLC_LSB_FIRST, HDLC_MSB_FIRST,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		struct hdlc_config c = { .order = orders[i] };
		struct hdlc_encoder e;

		hdlc_encoder_init(&e, &c);
		assert_int_equal(hdlc_send(&e, &(struct hdlc_part){
			lapd, sizeof(lapd) }, 1), 0);
		hdlc_fill(&e, octets, 10);
		row.len = 0;
		row_bits(&row, bits);
		row_bits(&row, FLAG FLAG FLAG);
		assert_true(row.len >= 80);
		row.len = 80;
		row_pack(&row, c.order, more);
		assert_memory_equal(octets, more, 10);
	}
	row.len = 0;
	row_bits(&row, FLAG);
	row_frame(&row, &fcs16, lapd, sizeof(lapd));
	row_bits(&row, FLAG);
	line.len = 0;
	row_bits(&line, bits);
	assert_int_equal(row.len, line.len);
	assert_memory_equal(row.bit, line.bit, row.len);
}

/* Every octet after every number of ones, and what follows it */
static void test_stuffing_is_complete(void **state)
{
	static const uint8_t before[] = { 0x00, 0x80, 0xc0, 0xe0, 0xf0 };
	struct hdlc_encoder e;

	(void)state;
	hdlc_encoder_init(&e, &(struct hdlc_config){ 0 });
	line.len = 0;
	row_bits(&line, FLAG);
	memset(octets, 0, sizeof(octets));
	size_t done = 0;
	for (size_t i = 0; i < ARRAY_SIZE(before) * 256; i++) {
		uint8_t data[] = { before[i / 256], (uint8_t)i, 0xff };

		row_frame(&line, &fcs16, data, sizeof(data));
		row_bits(&line, FLAG);
		assert_int_equal(hdlc_send(&e, &(struct hdlc_part){
			data, sizeof(data) }, 1), 0);
		done += hdlc_encode(&e, octets + done, 64);
	}
	assert_true(done > 1280 * 5 && line.len / 8 == done);
	row_unpack(&row, HDLC_LSB_FIRST, octets, done);
	assert_memory_equal(row.bit, line.bit, row.len);
}

/* Frames begin at every bit of an octet, in either order of the bits. */
static void test_every_phase(void **state)
{
	(void)state;
	expect_frames(&want);
	for (size_t i = 0; i < 2 * 2 * 16; i++) {
		struct hdlc_config c = {
			.fcs = kinds[i / 16 % 2],
			.order = i / 32 ? HDLC_MSB_FIRST : HDLC_LSB_FIRST,
		};

		row.len = 0;
		for (size_t k = 0; k < i % 16; k++)
			row_bits(&row, "0");
		put_frames(&row, c.fcs);
		decode_row(&c, sizeof(octets));
		assert_same(&got, &want);
	}
}

/* Two chunks, cut anywhere; and chunks of one size */
static void test_every_split_of_input(void **state)
{
	struct hdlc_config c = { .order = HDLC_MSB_FIRST };
	size_t len;

	(void)state;
	expect_frames(&want);
	row.len = 0;
	row_bits(&row, "000");
	put_frames(&row, &fcs16);
	len = row_pack(&row, c.order, octets);
	for (size_t chunk = 1; chunk <= len; chunk++) {
		memset(&got, 0, sizeof(got));
		decode(&c, BUFFER, octets, len, chunk, &got);
		assert_same(&got, &want);
	}
}

/* The line is the same, however it is asked for. */
static void test_every_split_of_output(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * HDLC_IDLE_NUM; i++) {
		struct hdlc_config c = {
			.fcs = kinds[i % 2],
			.idle = (enum hdlc_idle)(i / 2),
			.order = HDLC_MSB_FIRST,
		};
		struct hdlc_encoder e;

		hdlc_encoder_init(&e, &c);
		encode_frames(&e, octets, 160, 160);
		memset(&got, 0, sizeof(got));
		decode(&c, BUFFER, octets, 160, 160, &got);
		expect_frames(&want);
		assert_same(&got, &want);
		for (size_t chunk = 1; chunk < 160; chunk++) {
			hdlc_encoder_init(&e, &c);
			memset(more, 0, 160);
			encode_frames(&e, more, 160, chunk);
			assert_memory_equal(octets, more, 160);
		}
	}
}

/* Idle flags become whole octets, wherever the frame before them ended. */
static void test_idle_is_aligned(void **state)
{
	static const uint8_t data[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	const struct hdlc_config c = { .idle = HDLC_IDLE_ALIGNED };

	(void)state;
	for (size_t len = 2; len <= sizeof(data); len++) {
		const struct hdlc_part part = { data, len };
		struct hdlc_encoder e;
		size_t n, flags = 0;

		hdlc_encoder_init(&e, &c);
		for (int i = 0; i < 8; i++) {
			assert_int_equal(hdlc_send(&e, &part, 1), 0);
			n = hdlc_encode(&e, octets, 64);
			hdlc_fill(&e, octets + n, 16);
			for (flags = 0; octets[n + 15 - flags] == 0x7e; )
				flags++;
			assert_true(flags >= 8);
		}
	}
}

/* One flag between frames, unless two are asked for; idle as it should be */
static void test_flags_and_idle(void **state)
{
	static const struct {
		enum hdlc_idle idle;
		bool two_flags;
		const char *between, *after;
	} rows[] = {
		{ HDLC_IDLE_FLAGS, false, FLAG, FLAG FLAG FLAG },
		{ HDLC_IDLE_FLAGS, true, FLAG FLAG, FLAG FLAG FLAG },
		{ HDLC_IDLE_SHARED, false, FLAG, FLAG "1111110 1111110 11" },
		{ HDLC_IDLE_ONES, false, FLAG, FLAG "11111111 11111111" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct hdlc_config c = {
			.idle = rows[i].idle, .two_flags = rows[i].two_flags,
		};
		static const uint8_t data[] = { 1, 2, 3 };
		const struct hdlc_part part = { data, sizeof(data) };
		struct hdlc_encoder e;
		size_t n;

		hdlc_encoder_init(&e, &c);
		assert_int_equal(hdlc_send(&e, &part, 1), 0);
		n = hdlc_encode(&e, octets, 64);
		assert_int_equal(hdlc_send(&e, &part, 1), 0);
		n += hdlc_encode(&e, octets + n, 64);
		hdlc_fill(&e, octets + n, 8);
		row_unpack(&row, c.order, octets, n + 8);
		line.len = 0;
		row_bits(&line, FLAG);
		row_frame(&line, &fcs16, data, sizeof(data));
		row_bits(&line, rows[i].between);
		row_frame(&line, &fcs16, data, sizeof(data));
		row_bits(&line, rows[i].after);
		assert_true(line.len <= row.len);
		assert_memory_equal(row.bit, line.bit, line.len);
	}
}

/* Whatever lies between them, the frames arrive, and nothing is an error. */
static void test_idle_is_silent(void **state)
{
	static const char *const between[] = {
		"", FLAG, FLAG FLAG, "1111110 1111110 1111110",
		"1111111111111111" FLAG, "1111111 1111111 0000" FLAG,
		"1111111 01111111 01111111 011111111111 " FLAG,
		"0 1111111 " FLAG, "0101 1111111" FLAG, "01111111" FLAG,
		"1111111 000111010101010101 " FLAG,
	};
	static const uint8_t data[] = { 0xa5, 0xff, 0xff };
	struct hdlc_config c = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(between) * 8; i++) {
		row.len = 0;
		for (size_t k = 0; k < i % 8; k++)
			row_bits(&row, "1");
		row_bits(&row, FLAG);
		row_frame(&row, &fcs16, data, sizeof(data));
		row_bits(&row, FLAG);
		row_bits(&row, between[i / 8]);
		row_frame(&row, &fcs16, data, sizeof(data));
		row_bits(&row, FLAG);
		decode_row(&c, 1);
		assert_int_equal(got.count, 2);
		assert_int_equal(got.ret[0], 3);
		assert_int_equal(got.ret[1], 3);
	}
}

/* A line that has never had a flag does not share a zero with one. */
static void test_first_flag_is_whole(void **state)
{
	struct hdlc_config c = { .idle = HDLC_IDLE_SHARED };
	struct hdlc_encoder e;

	(void)state;
	hdlc_encoder_init(&e, &c);
	hdlc_fill(&e, octets, 4);
	row_unpack(&row, c.order, octets, 4);
	line.len = 0;
	row_bits(&line, FLAG "1111110 1111110 1111110");
	assert_memory_equal(row.bit, line.bit, line.len);
}

static void random_frame(uint32_t *seed, uint8_t *data, size_t len)
{
	uint32_t kind = noise(seed) % 4;

	for (size_t i = 0; i < len; i++)
		data[i] = kind == 0 ? 0xff : kind == 1 ? 0x00 :
			(uint8_t)noise(seed);
	for (size_t i = 0; i < len && kind == 3; i++)
		data[i] |= (uint8_t)noise(seed) | (uint8_t)noise(seed);
}

static struct hdlc_config random_config(uint32_t *seed)
{
	return (struct hdlc_config){
		.framing = noise(seed) % 4 ? &hdlc_bit : &hdlc_octet,
		.fcs = kinds[noise(seed) % 2],
		.order = (enum hdlc_order)(noise(seed) % 2),
		.idle = (enum hdlc_idle)(noise(seed) % HDLC_IDLE_NUM),
		.accm = noise(seed) % 2 ? noise(seed) : 0,
		.two_flags = noise(seed) % 2,
	};
}

/* Cut a frame in parts, some of them empty. */
static unsigned int cut(uint32_t *seed, const uint8_t *data, size_t len,
			struct hdlc_part *parts)
{
	unsigned int count = 1 + noise(seed) % HDLC_PARTS_MAX;
	size_t at = 0;

	for (unsigned int i = 0; i < count; i++) {
		size_t n = noise(seed) % (len - at + 1);

		parts[i] = (struct hdlc_part){ data + at, n };
		if (i + 1 == count)
			parts[i].len = len - at;
		at += parts[i].len;
	}
	return count;
}

/* Send a frame in odd pieces, some idle behind it; what went on the line? */
static size_t send_random(struct hdlc_encoder *e, uint32_t *seed,
			  const struct hdlc_part *parts, unsigned int count,
			  uint8_t *out)
{
	size_t done = 0, n, idle = noise(seed) % 3 ? 0 : noise(seed) % 20;

	assert_int_equal(hdlc_send(e, parts, count), 0);
	do {
		assert_int_equal(hdlc_ready(e) ? 0 :
				 hdlc_send(e, parts, count), -EBUSY);
		n = 1 + noise(seed) % 40;
		done += hdlc_encode(e, out + done, n);
	} while (!hdlc_ready(e));
	hdlc_fill(e, out + done, idle);
	return done + idle;
}

static void test_round_trips(void **state)
{
	uint32_t seed = 20;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct hdlc_config c = random_config(&seed);
		struct hdlc_encoder e;
		size_t len = noise(&seed) % 3;

		hdlc_encoder_init(&e, &c);
		hdlc_fill(&e, octets, len);
		memset(&want, 0, sizeof(want));
		memset(&got, 0, sizeof(got));
		for (int i = 0; i < 20; i++) {
			size_t n = 2 + noise(&seed) % (BUFFER - 5);
			uint8_t *data = want.data + want.len;
			struct hdlc_part parts[HDLC_PARTS_MAX];
			unsigned int count;

			random_frame(&seed, data, n);
			count = cut(&seed, data, n, parts);
			want.ret[want.count++] = (int)n;
			want.len += n;
			len += send_random(&e, &seed, parts, count,
					   octets + len);
		}
		hdlc_fill(&e, octets + len, 2);
		decode(&c, BUFFER, octets, len + 2, 1 + noise(&seed) % 300,
		       &got);
		assert_same(&got, &want);
	}
}

/* The pacer's count is that of the line, to the bit. */
static void test_line_bits(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct hdlc_config c = random_config(&seed);
		size_t len = 2 + noise(&seed) % 200, before, after;
		struct hdlc_part parts[HDLC_PARTS_MAX];
		struct hdlc_encoder e;
		unsigned int count;
		uint8_t data[256];

		c.idle = HDLC_IDLE_FLAGS;
		random_frame(&seed, data, len);
		count = cut(&seed, data, len, parts);
		hdlc_encoder_init(&e, &c);
		hdlc_fill(&e, octets, 1);
		for (int i = 0; i < 3; i++) {
			before = e.bits.count;
			assert_int_equal(hdlc_send(&e, parts, count), 0);
			after = hdlc_encode(&e, octets, 1024) * 8;
			after += e.bits.count;
			assert_int_equal(hdlc_line_bits(&c, parts, count),
					 after - before);
		}
	}
}

/* 20 % more for ones, nothing for zeros */
static void test_line_bits_extremes(void **state)
{
	uint8_t data[1000];
	const struct hdlc_part part = { data, sizeof(data) };
	const struct hdlc_config c = { 0 };

	(void)state;
	memset(data, 0xff, sizeof(data));
	assert_in_range(hdlc_line_bits(&c, &part, 1), 9600 + 24, 9600 + 28);
	memset(data, 0, sizeof(data));
	assert_in_range(hdlc_line_bits(&c, &part, 1), 8000 + 24, 8000 + 28);
	data[0] = 0xf8;
	assert_int_equal(hdlc_line_bits(&(struct hdlc_config){
		.framing = &hdlc_octet, .two_flags = true },
		&(struct hdlc_part){ (const uint8_t *)"\x7e\x7d\x01", 3 }, 1),
		8 * (2 + 5 + 2));
}

static void test_keep_fcs(void **state)
{
	struct hdlc_config c = { .keep_fcs = true };

	(void)state;
	row.len = 0;
	row_bits(&row, FLAG);
	row_frame(&row, &fcs16, (const uint8_t *)"\xf8\x01\x7f", 3);
	row_bits(&row, FLAG);
	decode_row(&c, 1);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.ret[0], 5);
	assert_memory_equal(got.data, "\xf8\x01\x7f\x92\x1e", 5);
}

static void test_refusals(void **state)
{
	static const uint8_t data[8] = { 0 };
	const struct hdlc_part part = { data, 1 };
	const struct hdlc_part many[HDLC_PARTS_MAX + 1] = {
		{ data, 1 }, { data, 1 }, { data, 1 }, { data, 1 }, { data, 1 },
	};
	struct hdlc_encoder e;

	(void)state;
	hdlc_encoder_init(&e, &(struct hdlc_config){ 0 });
	assert_int_equal(hdlc_send(&e, many, ARRAY_SIZE(many)), -EINVAL);
	assert_int_equal(hdlc_send(&e, &part, 1), -EMSGSIZE);
	assert_int_equal(hdlc_send(&e, NULL, 0), -EMSGSIZE);
	assert_true(hdlc_ready(&e));
	assert_int_equal(hdlc_encode(&e, octets, 8), 0);
	assert_int_equal(hdlc_send(&e, many, 2), 0);
	assert_int_equal(hdlc_send(&e, many, 2), -EBUSY);
	hdlc_encoder_init(&e, &(struct hdlc_config){ .fcs = &fcs32 });
	assert_int_equal(hdlc_send(&e, NULL, 0), -EMSGSIZE);
	assert_int_equal(hdlc_send(&e, &part, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bits_on_the_line),
		cmocka_unit_test(test_stuffing_is_complete),
		cmocka_unit_test(test_every_phase),
		cmocka_unit_test(test_every_split_of_input),
		cmocka_unit_test(test_every_split_of_output),
		cmocka_unit_test(test_idle_is_aligned),
		cmocka_unit_test(test_flags_and_idle),
		cmocka_unit_test(test_idle_is_silent),
		cmocka_unit_test(test_first_flag_is_whole),
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_line_bits),
		cmocka_unit_test(test_line_bits_extremes),
		cmocka_unit_test(test_keep_fcs),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests_name("hdlc", tests, NULL, NULL);
}
