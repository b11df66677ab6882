// SPDX-License-Identifier: ISC
// Frames cut and made whole again, in every order and with all that goes
// wrong on the way.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/fragment.h"
#include "reassembly_site.h"

static const size_t pieces_of[] = { 1, 2, 3, 7, 64, 73, 79, 100, 233, 640,
				    1165, 1465, 4096, 8965, 9300 };

/* Is there a unit that obeys the rules? */
static bool can_be_cut(size_t len, size_t max)
{
	for (size_t unit = 1; unit <= max; unit++) {
		size_t count = DIV_ROUND_UP(len, unit);

		if (count <= 128 && (len - (count - 1) * unit) * 128 >= len)
			return true;
	}
	return false;
}

static void check_plan(const struct fragment_plan *p, size_t len, size_t max)
{
	size_t sum = 0;

	assert_int_equal(p->len, len);
	assert_in_range(p->count, DIV_ROUND_UP(len, max), 128);
	for (unsigned int i = 0; i < p->count; i++) {
		size_t offset, length;

		fragment_slice(p, i, &offset, &length);
		if (offset != sum || !length || length > max ||
		    length * 128 < len ||
		    (i < p->count - 1 && length != p->unit))
			fail_msg("%zu by %zu: piece %u", len, max, i);
		sum += length;
	}
	assert_int_equal(sum, len);
}

static void test_every_plan(void **state)
{
	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(pieces_of); m++) {
		for (size_t len = 1; len <= FRAME_MAX; len++) {
			struct fragment_plan plan;
			int r = fragment_plan(&plan, len, pieces_of[m]);

			if (r == 0)
				check_plan(&plan, len, pieces_of[m]);
			else if (r != -EMSGSIZE ||
				 can_be_cut(len, pieces_of[m]))
				fail_msg("%zu by %zu", len, pieces_of[m]);
		}
	}
}

static void test_plans(void **state)
{
	static const struct {
		size_t len, max;
		int r;
		size_t unit;
		unsigned int count;
	} table[] = {
		{ 0, 100, -EMSGSIZE, 0, 0 }, { 100, 0, -EMSGSIZE, 0, 0 },
		{ 1, 1, 0, 1, 1 }, { 100, 100, 0, 100, 1 },
		{ 101, 100, 0, 51, 2 }, { 1514, 1465, 0, 757, 2 },
		{ 1522, 233, 0, 218, 7 }, { 128, 1, 0, 1, 128 },
		{ 129, 1, -EMSGSIZE, 0, 0 }, { 9238, 1465, 0, 1320, 7 },
		/* evenly by 80 would leave 38 octets, less than 1/128 */
		{ 9238, 80, 0, 79, 117 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct fragment_plan plan = { 0, 0, 0 };

		assert_int_equal(fragment_plan(&plan, table[i].len,
					       table[i].max), table[i].r);
		assert_int_equal(plan.unit, table[i].unit);
		assert_int_equal(plan.count, table[i].count);
	}
}

/* Each length, forwards and backwards */
static void round_trips(struct site *s, size_t max)
{
	unsigned int sequence = 65000;

	for (size_t len = 1; len <= FRAME_MAX; len += len < 400 ? 1 : 17) {
		struct fragment_plan plan;

		if (fragment_plan(&plan, len, max) || plan.count < 2)
			continue;
		for (unsigned int i = 0; i < plan.count; i++)
			assert_int_equal(give(s, sequence, &plan, i),
					 i == plan.count - 1);
		check_out(s, sequence++, len);
		for (unsigned int i = plan.count; i--;)
			assert_int_equal(give(s, sequence, &plan, i), !i);
		check_out(s, sequence++, len);
	}
}

static void test_round_trips(void **state)
{
	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(pieces_of); m++) {
		struct site s;

		site_new(&s, 4, false);
		round_trips(&s, pieces_of[m]);
		assert_int_equal(s.pool.made, m < ARRAY_SIZE(pieces_of) - 1);
		site_end(&s);
	}
}

/* All orders of @n pieces, by Heap's algorithm, without recursion */
static void permute(struct site *s, unsigned int n)
{
	struct fragment_plan plan;
	unsigned int order[8], at[8] = { 0 }, sequence = 0, i = 0;

	assert_int_equal(fragment_plan(&plan, n * 50 - 3, 50), 0);
	assert_int_equal(plan.count, n);
	for (unsigned int k = 0; k < n; k++)
		order[k] = k;
	for (;;) {
		unsigned int k;

		for (k = 0; k < n; k++) {
			assert_int_equal(give(s, sequence, &plan, order[k]),
					 k == n - 1);
			if (k < n - 1)
				assert_int_equal(give(s, sequence, &plan,
						      order[k]),
						 -REASSEMBLY_DUPLICATE);
		}
		check_out(s, sequence++, n * 50 - 3);
		while (i < n && at[i] >= i)
			at[i++] = 0;
		if (i >= n)
			break;
		k = i % 2 ? at[i] : 0;
		at[i]++;
		order[k] ^= order[i];
		order[i] ^= order[k];
		order[k] ^= order[i];
		i = 0;
	}
	assert_int_equal(s->r.count[REASSEMBLY_FRAMES], sequence);
	assert_int_equal(s->r.count[REASSEMBLY_DUPLICATE],
			 sequence * (n - 1));
}

static void test_every_order(void **state)
{
	(void)state;
	for (unsigned int n = 2; n <= 7; n++) {
		struct site s;

		permute(site_new(&s, 2, false), n);
		site_end(&s);
	}
}

/* A whole frame passes through, where it lies. */
static void test_whole(void **state)
{
	static const uint8_t data[20];
	struct wire_header h = { .type = WIRE_IP, .partial = true,
				 .sequence = 9 };
	struct site s;

	(void)state;
	site_new(&s, 0, false);
	assert_int_equal(reassembly_add(&s.r, MONO_ZERO, &h, data, 20,
					&s.out), 1);
	assert_ptr_equal(s.out.data, data);
	assert_int_equal(s.out.len, 20);
	assert_int_equal(s.out.type, WIRE_IP);
	assert_true(s.out.partial);
	assert_false(s.out.compressed || s.out.zeros);
	site_end(&s);
}

/* Two fragments that do not belong together */
static const struct {
	const char *what;
	struct wire_header a, b;
	size_t alen, blen;
	enum reassembly_count count;
} pairs[] = {
	{ "type", { .type = WIRE_IP }, { .index = 1 }, 50, 50,
	  REASSEMBLY_MISMATCH },
	{ "Z", { .zeros = true }, { .index = 1 }, 50, 50,
	  REASSEMBLY_MISMATCH },
	{ "P", { .index = 0 }, { .index = 1, .partial = true }, 50, 50,
	  REASSEMBLY_MISMATCH },
	{ "C", { .index = 0 }, { .index = 1, .compressed = true }, 50, 50,
	  REASSEMBLY_MISMATCH },
	{ "two lengths", { .index = 0 }, { .index = 1 }, 50, 51,
	  REASSEMBLY_MISMATCH },
	{ "duplicate of another length", { .index = 1 }, { .index = 1 },
	  50, 49, REASSEMBLY_MISMATCH },
	{ "two last", { .last = true, .index = 2 },
	  { .last = true, .index = 3 }, 50, 50, REASSEMBLY_MISMATCH },
	{ "two lengths of the last", { .last = true, .index = 2 },
	  { .last = true, .index = 2 }, 50, 49, REASSEMBLY_MISMATCH },
	{ "beyond the last", { .last = true, .index = 2 }, { .index = 3 },
	  50, 50, REASSEMBLY_MISMATCH },
	{ "at the last", { .last = true, .index = 2 }, { .index = 2 },
	  50, 50, REASSEMBLY_MISMATCH },
	{ "last too early", { .index = 2 }, { .last = true, .index = 1 },
	  50, 50, REASSEMBLY_MISMATCH },
	{ "last where another is", { .index = 2 },
	  { .last = true, .index = 2 }, 50, 50, REASSEMBLY_MISMATCH },
	{ "empty", { .index = 0 }, { .index = 1 }, 50, 0,
	  REASSEMBLY_MISMATCH },
	{ "too long", { .index = 0 }, { .index = 93 }, 100, 100,
	  REASSEMBLY_TOO_LONG },
	{ "too long with the last", { .index = 1 },
	  { .last = true, .index = 2 }, 4000, 1301, REASSEMBLY_TOO_LONG },
	{ "too long, last first", { .last = true, .index = 2 },
	  { .index = 1 }, 1301, 4000, REASSEMBLY_TOO_LONG },
};

static void test_pairs(void **state)
{
	static uint8_t data[FRAME_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct wire_header a = pairs[i].a, b = pairs[i].b;
		struct site s;
		int r;

		site_new(&s, 2, false);
		a.fragment = b.fragment = true;
		assert_int_equal(reassembly_add(&s.r, MONO_ZERO, &a, data,
						pairs[i].alen, &s.out), 0);
		r = reassembly_add(&s.r, MONO_ZERO, &b, data, pairs[i].blen,
				   &s.out);
		if (r != -(int)pairs[i].count)
			fail_msg("%s gives %d", pairs[i].what, r);
		assert_int_equal(s.r.count[pairs[i].count], 1);
		assert_int_equal(s.r.pending, 0);
		/* the rest of the frame is not begun anew */
		assert_int_equal(reassembly_add(&s.r, MONO_ZERO, &a, data,
						pairs[i].alen, &s.out),
				 -REASSEMBLY_LATE);
		site_end(&s);
	}
}

static void test_too_long_at_once(void **state)
{
	static uint8_t data[FRAME_MAX + 1];
	struct wire_header h = { .fragment = true, .index = 0 };
	struct site s;

	(void)state;
	site_new(&s, 2, false);
	/* there must be room for the rest, too */
	assert_int_equal(reassembly_add(&s.r, MONO_ZERO, &h, data, FRAME_MAX,
					&s.out), -REASSEMBLY_TOO_LONG);
	h.sequence = 1;
	assert_int_equal(reassembly_add(&s.r, MONO_ZERO, &h, data,
					FRAME_MAX - 1, &s.out), 0);
	h.last = true;
	h.index = 1;
	assert_int_equal(reassembly_add(&s.r, MONO_ZERO, &h, data, 1,
					&s.out), 1);
	assert_int_equal(s.out.len, FRAME_MAX);
	h.sequence = 2;
	assert_int_equal(reassembly_add(&s.r, MONO_ZERO, &h, data,
					FRAME_MAX + 1, &s.out),
			 -REASSEMBLY_TOO_LONG);
	site_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_plan),
		cmocka_unit_test(test_plans),
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_every_order),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_too_long_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
