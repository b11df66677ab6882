// SPDX-License-Identifier: ISC
// The header, octet for octet, and every way in which it can be wrong.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/wire.h"

/* Written in bits, as the manual draws them; the masks are on trial here. */
static const struct {
	const char *what;
	struct wire_header h;
	size_t len;
	uint8_t octets[WIRE_HEADER_MAX];
} vectors[] = {
	{ "whole Ethernet frame",
	  { .type = WIRE_ETHERNET, .class = WIRE_NORMAL, .channel = 17,
	    .sequence = 0x1234 },
	  6, { 0x80, 0x08, 0x00, 0x11, 0x12, 0x34 } },
	{ "first of several",
	  { .type = WIRE_ETHERNET, .class = WIRE_BULK, .channel = 65535,
	    .sequence = 65535, .fragment = true },
	  7, { 0x80, 0x8c, 0xff, 0xff, 0xff, 0xff, 0x00 } },
	{ "last, at the highest index",
	  { .type = WIRE_IP, .class = WIRE_CONTROL, .channel = 1,
	    .fragment = true, .last = true, .index = 127 },
	  7, { 0x81, 0xc0, 0x00, 0x01, 0x00, 0x00, 0x7f } },
	{ "compressed",
	  { .type = WIRE_HDLC, .class = WIRE_INTERACTIVE, .channel = 256,
	    .sequence = 1, .compressed = true },
	  6, { 0x82, 0x24, 0x01, 0x00, 0x00, 0x01 } },
	{ "partial checksum",
	  { .type = WIRE_IP, .channel = 2, .partial = true },
	  6, { 0x81, 0x10, 0x00, 0x02, 0x00, 0x00 } },
	{ "zeros cut",
	  { .type = WIRE_ETHERNET, .channel = 2, .zeros = true },
	  6, { 0x80, 0x02, 0x00, 0x02, 0x00, 0x00 } },
	{ "all flags at once",
	  { .type = WIRE_ETHERNET, .class = WIRE_BULK, .channel = 2,
	    .fragment = true, .last = true, .compressed = true,
	    .partial = true, .zeros = true, .index = 1 },
	  7, { 0x80, 0xfe, 0x00, 0x02, 0x00, 0x00, 0x01 } },
	{ "OAM of the line",
	  { .type = WIRE_OAM, .sequence = 7 },
	  6, { 0x83, 0x00, 0x00, 0x00, 0x00, 0x07 } },
	{ "key exchange of a channel",
	  { .type = WIRE_KEY, .channel = 3 },
	  6, { 0x84, 0x00, 0x00, 0x03, 0x00, 0x00 } },
};

static void same(const struct wire_header *a, const struct wire_header *b)
{
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->class, b->class);
	assert_int_equal(a->fragment, b->fragment);
	assert_int_equal(a->last, b->last);
	assert_int_equal(a->compressed, b->compressed);
	assert_int_equal(a->partial, b->partial);
	assert_int_equal(a->zeros, b->zeros);
	assert_int_equal(a->channel, b->channel);
	assert_int_equal(a->sequence, b->sequence);
	assert_int_equal(a->index, b->index);
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		uint8_t out[WIRE_HEADER_MAX + 1] = { [0 ... 7] = 0xaa };
		struct wire_header h;

		assert_int_equal(wire_encode(out, &vectors[i].h),
				 vectors[i].len);
		assert_memory_equal(out, vectors[i].octets, vectors[i].len);
		assert_int_equal(out[vectors[i].len], 0xaa);
		memset(&h, 0xff, sizeof(h));
		assert_int_equal(wire_decode(&h, out, vectors[i].len),
				 vectors[i].len);
		same(&h, &vectors[i].h);
	}
}

/* Each header cut short anywhere */
static void test_short(void **state)
{
	struct wire_header h;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++)
		for (size_t len = 0; len < vectors[i].len; len++)
			assert_int_equal(wire_decode(&h, vectors[i].octets,
						     len), WIRE_ESHORT);
}

/* What the rules say of the first two octets, on a channel, with index 1 */
static int expected(unsigned int first, unsigned int second)
{
	unsigned int type = first % 64;
	bool f = second & 0x80, l = second & 0x40, c = second & 0x20,
	     p = second & 0x10, z = second & 0x02;

	if (first < 128 || first > 191)
		return WIRE_EVERSION;
	if (type > 4)
		return WIRE_ETYPE;
	if (second & 1)
		return WIRE_ERESERVED;
	if (l && !f)
		return WIRE_EFLAGS;
	if (type >= 3 && (f || c || p || z))
		return WIRE_EFLAGS;
	if ((type == 2 && (p || z)) || (type == 1 && z))
		return WIRE_EFLAGS;
	return f ? 7 : 6;
}

static void test_every_pattern(void **state)
{
	unsigned int taken = 0;

	(void)state;
	for (unsigned int n = 0; n < 0x10000; n++) {
		const uint8_t in[] = { (uint8_t)(n >> 8), (uint8_t)n,
				       0x00, 0x09, 0xab, 0xcd, 0x01, 0x55 };
		uint8_t out[WIRE_HEADER_MAX];
		struct wire_header h;
		int r = wire_decode(&h, in, sizeof(in));

		if (r != expected(n >> 8, n & 0xff))
			fail_msg("%04x gives %d", n, r);
		if (r < 0)
			continue;
		taken++;
		assert_int_equal(wire_encode(out, &h), r);
		assert_memory_equal(out, in, (size_t)r);
	}
	/* flags besides the class: 3/4 of 2^5, 3/4 of 2^4, of 2^3, none */
	assert_int_equal(taken, (24 + 12 + 6 + 1 + 1) * 4);
}

static void test_index(void **state)
{
	struct wire_header h;

	(void)state;
	for (unsigned int index = 0; index < 256; index++) {
		for (int last = 0; last < 2; last++) {
			uint8_t in[] = { 0x80, last ? 0xc0 : 0x80, 0, 1, 0, 0,
					 (uint8_t)index };
			bool bad = index > 127 || (last && !index);

			assert_int_equal(wire_decode(&h, in, sizeof(in)),
					 bad ? WIRE_EINDEX : 7);
			if (!bad)
				assert_int_equal(h.index, index);
		}
	}
}

/* The line itself has no LAN side. */
static void test_channel_zero(void **state)
{
	struct wire_header h;

	(void)state;
	for (uint8_t type = 0; type < WIRE_TYPE_NUM; type++) {
		uint8_t in[] = { (uint8_t)(0x80 | type), 0, 0, 0, 0, 0 };

		assert_int_equal(wire_decode(&h, in, sizeof(in)),
				 type < 3 ? WIRE_ECHANNEL : 6);
	}
}

/* Others may share the line: PPP, Cisco HDLC, IPv4, IPv6, LAPD. */
static void test_neighbours(void **state)
{
	static const uint8_t first[] = { 0xff, 0x0f, 0x8f, 0x45, 0x60, 0x00,
					 0x34 };
	struct wire_header h;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(first); i++) {
		uint8_t in[20] = { first[i], 0x00, 0x00, 0x01 };

		assert_in_range(-wire_decode(&h, in, sizeof(in)),
				-WIRE_EVERSION, -WIRE_ETYPE);
	}
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(wire_type_name(WIRE_ETHERNET), "ethernet");
	assert_string_equal(wire_type_name(WIRE_KEY), "key");
	assert_string_equal(wire_type_name(WIRE_TYPE_NUM), "unknown");
	assert_string_equal(wire_error_name(WIRE_ESHORT), "short");
	assert_string_equal(wire_error_name(WIRE_ECHANNEL), "channel-zero");
	assert_string_equal(wire_error_name(-WIRE_ERROR_NUM - 1), "unknown");
	assert_string_equal(wire_error_name(0), "unknown");
	assert_string_equal(wire_error_name(6), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_every_pattern),
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_channel_zero),
		cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
