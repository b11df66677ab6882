// SPDX-License-Identifier: ISC
// Octet-stuffed HDLC: what RFC 1662 section 4 says, and bad lines.

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

#define LCP "\xff\x03\xc0\x21\x01\x01\x00\x04"
#define SMALL_FRAME "\x11\x22\x33\x44"
/* the same on the line */
#define SMALL_LINE SMALL_FRAME "\xad\x0d"

static struct results got, want;
static uint8_t octets[4096];

/* Frames and what they are on the line */
static const struct {
	const char *data;
	size_t len;
	uint32_t accm;
	const char *line;
	size_t line_len;
} vectors[] = {
	{ LCP, 8, 0,
	  "\x7e" LCP "\xd1\xb5\x7e", 12 },
	{ LCP, 8, 0xffffffff,
	  "\x7e\xff\x7d\x23\xc0\x21\x7d\x21\x7d\x21\x7d\x20\x7d\x24"
	  "\xd1\xb5\x7e", 17 },
	{ LCP, 8, 1 << 3,
	  "\x7e\xff\x7d\x23\xc0\x21\x01\x01\x00\x04\xd1\xb5\x7e", 13 },
	{ "\xf8\x01\x7f", 3, 0, "\x7e\xf8\x01\x7f\x92\x1e\x7e", 7 },
	{ "\xf8\x01\x7f", 3, 1u << 0x1e,
	  "\x7e\xf8\x01\x7f\x92\x7d\x3e\x7e", 8 },
	{ "\x7e\x7d\x5e\x5d", 4, 0,
	  "\x7e\x7d\x5e\x7d\x5d\x5e\x5d\xf9\xb7\x7e", 10 },
};

static struct hdlc_config config(uint32_t accm)
{
	return (struct hdlc_config){ .framing = &hdlc_octet, .accm = accm };
}

static void take(const struct hdlc_config *c, size_t size, const void *line,
		 size_t len, size_t chunk)
{
	memset(&got, 0, sizeof(got));
	decode(c, size, line, len, chunk, &got);
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct hdlc_config c = config(vectors[i].accm);
		const struct hdlc_part part = {
			(const uint8_t *)vectors[i].data, vectors[i].len,
		};
		size_t len = vectors[i].line_len;
		struct hdlc_encoder e;

		for (size_t chunk = 1; chunk <= len; chunk++) {
			size_t done = 0;

			hdlc_encoder_init(&e, &c);
			assert_int_equal(hdlc_send(&e, &part, 1), 0);
			while (!hdlc_ready(&e))
				done += hdlc_encode(&e, octets + done, chunk);
			assert_int_equal(done, len);
			assert_memory_equal(octets, vectors[i].line, len);

			take(&c, 64, octets, len, chunk);
			assert_int_equal(got.count, 1);
			assert_int_equal(got.ret[0], vectors[i].len);
			assert_memory_equal(got.data, part.data, part.len);
		}
		c.two_flags = true;
		assert_int_equal(hdlc_line_bits(&c, &part, 1), len * 8);
	}
}

/* When a frame is out, all of it is: nothing waits for the next one. */
static void test_nothing_stays_behind(void **state)
{
	struct hdlc_config c = config(0);
	const struct hdlc_part part = { (const uint8_t *)"\x7e\x7e\x7e", 3 };
	struct hdlc_encoder e;

	(void)state;
	c.two_flags = true;
	hdlc_encoder_init(&e, &c);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(hdlc_send(&e, &part, 1), 0);
		assert_int_equal(hdlc_encode(&e, octets, 64),
				 hdlc_line_bits(&c, &part, 1) / 8);
		assert_int_equal(octets[0], 0x7e);
		assert_int_equal(e.bits.count, 0);
	}
	hdlc_fill(&e, octets, 3);
	assert_memory_equal(octets, "\x7e\x7e\x7e", 3);
}

static void test_errors(void **state)
{
	static const struct {
		const char *what, *line;
		size_t len;
		int ret[3];
	} rows[] = {
		{ "before the first flag", SMALL_LINE "\x7e", 7, { 0 } },
		{ "much before the first flag",
		  SMALL_LINE SMALL_LINE "\x7e" SMALL_LINE "\x7e", 20, { 4 } },
		{ "flags", "\x7e\x7e\x7e\x7e", 4, { 0 } },
		{ "wrong FCS", "\x7e" SMALL_FRAME "\xad\x0c\x7e", 8,
		  { HDLC_EFCS } },
		{ "runt", "\x7e\x01\x02\x03\x7e", 5, { HDLC_ERUNT } },
		{ "abort", "\x7e\x01\x7d\x7e", 4, { HDLC_EABORT } },
		{ "abort of nothing", "\x7e\x7d\x7e", 3, { 0 } },
		{ "abort and frame",
		  "\x7e\x01\x02\x03\x04\x05\x7d\x7e" SMALL_LINE "\x7e", 15,
		  { HDLC_EABORT, 4 } },
		{ "longest", "\x7e\0\0\0\0\0\0\0\0\x7e", 10, { HDLC_EFCS } },
		{ "giant", "\x7e\0\0\0\0\0\0\0\0\0\x7e" SMALL_LINE "\x7e", 18,
		  { HDLC_EGIANT, 4 } },
		{ "giant, then abort",
		  "\x7e\0\0\0\0\0\0\0\0\0\x7d\x7e" SMALL_LINE "\x7e", 19,
		  { HDLC_EGIANT, 4 } },
		{ "escape in a giant",
		  "\x7e\0\0\0\0\0\0\0\0\x7d\x5e\x7e" SMALL_LINE "\x7e", 19,
		  { HDLC_EGIANT, 4 } },
		{ "escaped escape", "\x7e\x7d\x7d\x01\x02\x03\x7e", 7,
		  { HDLC_EFCS } },
	};
	struct hdlc_config c = config(0);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows) * 2; i++) {
		const int *ret = rows[i / 2].ret;
		size_t count = 0;

		take(&c, 8, rows[i / 2].line, rows[i / 2].len, 1 + i % 2 * 99);
		for (; ret[count]; count++)
			assert_int_equal(got.ret[count], ret[count]);
		if (got.count != count)
			fail_msg("%s: %zu told", rows[i / 2].what, got.count);
	}
}

/* What a modem has put in between is no part of the frame. */
static void test_accm_ignores_bare_ones(void **state)
{
	struct hdlc_config c = config(1u << 0x11 | 1u << 0x13);
	static const char line[] = "\x7e\x13\x7d\x11\x31\x22\x13\x33\x44"
		"\xad\x11\x0d\x7e";

	(void)state;
	take(&c, 8, line, sizeof(line) - 1, 1);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.ret[0], 4);
	assert_memory_equal(got.data, SMALL_FRAME, 4);
}

static void test_abort(void **state)
{
	static const uint8_t all_escaped[] = { 0x7e, 0x7d, 0x7e, 0x7d };
	const struct hdlc_part bad = { all_escaped, sizeof(all_escaped) };
	const struct hdlc_part good = { (const uint8_t *)SMALL_FRAME, 4 };
	struct hdlc_config c = config(0);

	(void)state;
	for (size_t cut = 0; cut < 10; cut++) {
		struct hdlc_encoder e;
		size_t n;

		hdlc_encoder_init(&e, &c);
		assert_int_equal(hdlc_send(&e, &bad, 1), 0);
		n = hdlc_encode(&e, octets, cut);
		hdlc_abort(&e);
		hdlc_abort(&e);
		n += hdlc_encode(&e, octets + n, 32);
		assert_true(hdlc_ready(&e));
		/* the abort ends with a flag; there is no other */
		assert_int_equal(octets[n - 1], 0x7e);
		assert_int_equal(hdlc_send(&e, &good, 1), 0);
		assert_int_equal(hdlc_encode(&e, octets + n, 32), 7);
		n += 7;
		take(&c, 8, octets, n, n);
		assert_int_equal(got.count, cut > 1 ? 2 : 1);
		assert_int_equal(got.ret[0], cut > 1 ? HDLC_EABORT : 4);
		assert_int_equal(got.ret[got.count - 1], 4);
	}
}

/* Noise, cut anywhere, is the same as in one piece. */
static void test_noise(void **state)
{
	uint32_t seed = 5;

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct hdlc_config c = config(noise(&seed));
		size_t size = noise(&seed) % 30;

		for (size_t i = 0; i < sizeof(octets); i++) {
			uint32_t x = noise(&seed);

			octets[i] = (uint8_t)(x % 9 ? x >> 8 :
					      x % 2 ? 0x7e : 0x7d);
		}
		memset(&want, 0, sizeof(want));
		decode(&c, size, octets, sizeof(octets), sizeof(octets),
		       &want);
		take(&c, size, octets, sizeof(octets), 1 + noise(&seed) % 50);
		assert_same(&got, &want);
		assert_true(got.count > 50);
	}
}

/* A wrong bit costs at most two frames, and never makes another one. */
static void test_single_bit_errors(void **state)
{
	static const char line[] = "\x7e" SMALL_LINE "\x7e" LCP "\xd1\xb5"
		"\x7e\x7d\x5e\x7d\x5d\x5e\x5d\xf9\xb7\x7e" SMALL_LINE "\x7e";
	static const char *const frames[] = {
		SMALL_FRAME, LCP, "\x7e\x7d\x5e\x5d", SMALL_FRAME,
	};
	static const size_t lens[] = { 4, 8, 4, 4 };
	struct hdlc_config c = config(0);

	(void)state;
	for (size_t bit = 0; bit < (sizeof(line) - 1) * 8; bit++) {
		size_t arrived = 0, at = 0, next = 0;

		memcpy(octets, line, sizeof(line) - 1);
		octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
		take(&c, 64, octets, sizeof(line) - 1, 3);
		for (size_t i = 0; i < got.count; i++) {
			if (got.ret[i] <= 0)
				continue;
			while (next < 4 && ((int)lens[next] != got.ret[i] ||
			       memcmp(got.data + at, frames[next],
				      lens[next])))
				next++;
			assert_true(next < 4);
			at += lens[next++];
			arrived++;
		}
		assert_in_range(arrived, 2, 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_nothing_stays_behind),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_accm_ignores_bare_ones),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_single_bit_errors),
	};

	return cmocka_run_group_tests_name("hdlc-octet", tests, NULL, NULL);
}
