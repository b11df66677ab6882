// SPDX-License-Identifier: ISC
// Frame check sequences: known values, any pieces, every bit counts.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/fcs.h"
#include "hdlc_reference.h"

#define SLARP "\x8f\x00\x80\x35\x00\x00\x00\x02\x00\x00\x00\x01" \
	"\x00\x00\x00\x00\xff\xff\x00\x00\x00\x00"
#define LCP "\xff\x03\xc0\x21\x01\x01\x00\x04"

static const struct {
	const char *name;
	const char *data;
	size_t len;
	uint8_t fcs16[2];
	uint8_t fcs32[4];
} vectors[] = {
	{ "check", "123456789", 9,
	  { 0x6e, 0x90 }, { 0x26, 0x39, 0xf4, 0xcb } },
	{ "LCP", LCP, 8,
	  { 0xd1, 0xb5 }, { 0x59, 0x12, 0xdb, 0x21 } },
	{ "SLARP", SLARP, 22,
	  { 0xe0, 0xa7 }, { 0xf6, 0x6a, 0x4b, 0x1c } },
	{ "empty", "", 0, { 0x00, 0x00 }, { 0x00, 0x00, 0x00, 0x00 } },
};

static void check(const struct fcs *fcs, const char *data, size_t len,
		  const uint8_t *want)
{
	uint8_t octets[64], out[FCS_SIZE_MAX];
	uint32_t reg = fcs->update(fcs->init, data, len);

	fcs_put(fcs, reg, out);
	assert_memory_equal(out, want, fcs->size);
	memcpy(octets, data, len);
	memcpy(octets + len, out, fcs->size);
	assert_int_equal(fcs->update(reg, out, fcs->size), fcs->good);
	assert_true(fcs_check(fcs, octets, len + fcs->size));
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		check(&fcs16, vectors[i].data, vectors[i].len,
		      vectors[i].fcs16);
		check(&fcs32, vectors[i].data, vectors[i].len,
		      vectors[i].fcs32);
	}
	check(&fcs16, "\xf8\x01\x7f", 3, (const uint8_t[]){ 0x92, 0x1e });
}

static void test_values(void **state)
{
	(void)state;
	assert_int_equal(~fcs16.update(fcs16.init, "123456789", 9) & 0xffff,
			 0x906e);
	assert_int_equal(~fcs32.update(fcs32.init, "123456789", 9),
			 0xcbf43926);
	assert_int_equal(fcs16.good, 0xf0b8);
	assert_int_equal(fcs32.good, 0xdebb20e3);
}

static const struct fcs *const kinds[] = { &fcs16, &fcs32 };

/* In any two pieces it is what it is in one, and what the division says. */
static void test_pieces(void **state)
{
	uint32_t seed = 1;
	uint8_t data[300];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)noise(&seed);
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		const struct fcs *f = kinds[k];
		uint32_t mask = f == &fcs16 ? 0xffff : 0xffffffff;
		uint32_t want = ~reference_fcs(f, data, sizeof(data)) & mask;

		for (size_t cut = 0; cut <= sizeof(data); cut++) {
			uint32_t reg = f->update(f->init, data, cut);

			reg = f->update(reg, data + cut, sizeof(data) - cut);
			assert_int_equal(reg, want);
		}
	}
}

/* No wrong bit goes unseen, neither in the data nor in the FCS. */
static void test_single_bits(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		const struct fcs *f = kinds[k];
		uint8_t data[22 + FCS_SIZE_MAX];
		size_t len = 22 + f->size;

		memcpy(data, SLARP, 22);
		fcs_put(f, f->update(f->init, data, 22), data + 22);
		for (size_t bit = 0; bit < len * 8; bit++) {
			data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_false(fcs_check(f, data, len));
			data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_true(fcs_check(f, data, len));
	}
}

static void test_too_short(void **state)
{
	(void)state;
	assert_false(fcs_check(&fcs16, "\x00", 1));
	assert_false(fcs_check(&fcs32, "\x00\x00\x00", 3));
	assert_false(fcs_check(&fcs16, NULL, 0));
}

static void test_find(void **state)
{
	(void)state;
	assert_ptr_equal(fcs_find(16), &fcs16);
	assert_ptr_equal(fcs_find(32), &fcs32);
	assert_null(fcs_find(0));
	assert_null(fcs_find(24));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_single_bits),
		cmocka_unit_test(test_too_short),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests_name("fcs", tests, NULL, NULL);
}
