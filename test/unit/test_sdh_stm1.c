// SPDX-License-Identifier: ISC
// The STM-1 frame: scrambler, parities, sender and receiver.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "sdhsim/receiver.h"
#include "sdhsim/scrambler.h"
#include "sdhsim/sender.h"

/* A bit of a frame: in row and column from 1, the high bit is 0. */
static unsigned int bit_at(const uint8_t *frame, size_t i)
{
	return frame[i / 8] >> (7 - i % 8) & 1;
}

/* The register as the standard draws it: seven stages, a sum fed back. */
static void test_scrambler(void **state)
{
	static const uint8_t first[] = {
		0xfe, 0x04, 0x18, 0x51, 0xe4, 0x59, 0xd4, 0xfa,
		0x1c, 0x49, 0xb5, 0xbd, 0x8d, 0x2e, 0xe6, 0x55,
	};
	static const uint8_t clear[STM1_OVERHEAD];
	uint8_t sequence[STM1_OCTETS];
	size_t begin = 8 * STM1_OVERHEAD;

	(void)state;
	scrambler_sequence(sequence);
	assert_memory_equal(sequence, clear, sizeof(clear));
	assert_memory_equal(sequence + STM1_OVERHEAD, first, sizeof(first));
	for (size_t i = begin + 7; i < STM1_BITS; i++)
		assert_int_equal(bit_at(sequence, i),
				 bit_at(sequence, i - 7) ^
				 bit_at(sequence, i - 6));
	for (size_t i = begin + 127; i < STM1_BITS; i++)
		assert_int_equal(bit_at(sequence, i),
				 bit_at(sequence, i - 127));
}

/* One octet in an empty frame is its own parity, in its lane. */
static void test_parity_lanes(void **state)
{
	static const struct {
		size_t place;
		unsigned int lane;
		bool regenerator;
	} rows[] = {
		{ STM1_PLACE(1, 1), 0, true },
		{ STM1_PLACE(1, 9), 2, true },
		{ STM1_PLACE(1, 10), 0, false },
		{ STM1_PLACE(1, 270), 2, false },
		{ STM1_PLACE(2, 2), 1, true },
		{ STM1_PLACE(3, 9), 2, true },
		{ STM1_PLACE(3, 10), 0, false },
		{ STM1_PLACE(4, 1), 0, false },
		{ STM1_PLACE(9, 8), 1, false },
		{ STM1_PLACE(9, 269), 1, false },
		{ STM1_PLACE(9, 270), 2, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t frame[STM1_OCTETS] = { 0 };
		struct parity want = { { 0 } }, got;

		frame[rows[i].place] = 0xa3;
		want.lane[rows[i].lane] = 0xa3;
		got = parity_of(frame);
		assert_memory_equal(&got, &want, sizeof(want));
		assert_int_equal(parity_bip8(got), 0xa3);
		got = parity_of_regenerator(frame);
		if (!rows[i].regenerator)
			want.lane[rows[i].lane] = 0;
		assert_memory_equal(&got, &want, sizeof(want));
	}
}

static void test_parity_sums(void **state)
{
	uint8_t frame[STM1_OCTETS];
	struct parity p;

	(void)state;
	/* 810 octets a lane: an even number */
	memset(frame, 0xff, sizeof(frame));
	p = parity_of(frame);
	assert_int_equal(p.lane[0] | p.lane[1] | p.lane[2], 0);
	/* of 0 to 255 each bit is set in an even number, but for the rest */
	for (size_t i = 0; i < STM1_OCTETS; i++)
		frame[i] = (uint8_t)i;
	assert_int_equal(parity_bip8(parity_of(frame)), 0x7d ^ 0x7c);
	assert_int_equal(parity_violations(0xf0, 0x0f), 8);
	assert_int_equal(parity_violations(0x55, 0x54), 1);
}

/* Everything about a frame, computed bit by bit from the one before it. */
static uint8_t slow_b1(const uint8_t *scrambled)
{
	unsigned int sum[8] = { 0 };
	uint8_t b1 = 0;

	for (size_t i = 0; i < STM1_BITS; i++)
		sum[i % 8] += bit_at(scrambled, i);
	for (size_t i = 0; i < 8; i++)
		b1 |= (uint8_t)((sum[i] & 1) << (7 - i));
	return b1;
}

static void slow_b2(const uint8_t *plain, uint8_t b2[3])
{
	unsigned int sum[24] = { 0 }, n = 0;

	memset(b2, 0, 3);
	for (size_t i = 0; i < STM1_OCTETS; i++) {
		if (i / 270 < 3 && i % 270 < 9)
			continue;
		for (size_t k = 0; k < 8; k++)
			sum[n++ % 24] += plain[i] >> (7 - k) & 1;
	}
	for (size_t i = 0; i < 24; i++)
		b2[i / 8] |= (uint8_t)((sum[i] & 1) << (7 - i % 8));
}

static void descramble(uint8_t *plain, const uint8_t *frame,
		       const uint8_t *sequence)
{
	for (size_t i = 0; i < STM1_OCTETS; i++)
		plain[i] = frame[i] ^ sequence[i];
}

static const char *const channels[] = { "rs", "ms", "all" };

/* What the sender keeps up to date is what one gets from scratch. */
static void check_sender(const struct stm1_dcc *dcc)
{
	uint8_t sequence[STM1_OCTETS], plain[STM1_OCTETS], b1 = 0, b2[3];
	uint8_t octets[STM1_DCC_OCTETS];
	struct sender s;

	scrambler_sequence(sequence);
	sender_init(&s, dcc, sequence);
	for (unsigned int n = 0; n < 20; n++) {
		const uint8_t *frame;

		for (size_t i = 0; i < sizeof(octets); i++)
			octets[i] = (uint8_t)(n * 37 + i * 101);
		frame = sender_step(&s, octets);
		descramble(plain, frame, sequence);
		assert_memory_equal(frame, "\xf6\xf6\xf6\x28\x28\x28", 6);
		for (size_t i = 0; i < dcc->count; i++)
			assert_int_equal(plain[stm1_dcc_place(dcc, i)],
					 octets[i]);
		if (n) {
			assert_int_equal(plain[270], b1);
			assert_memory_equal(plain + 4 * 270, b2, 3);
		}
		b1 = slow_b1(frame);
		slow_b2(plain, b2);
	}
}

static void test_sender(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(channels); i++)
		check_sender(stm1_dcc_find(channels[i]));
}

/* D1 to D12 where the figure of the section overhead has them. */
static void test_places(void **state)
{
	static const size_t d[] = {
		540, 543, 546, 1350, 1353, 1356, 1620, 1623, 1626, 1890, 1893,
		1896,
	};
	const struct stm1_dcc *dcc = stm1_dcc_find("all");

	(void)state;
	assert_int_equal(dcc->count, 12);
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(stm1_dcc_place(dcc, i), d[i]);
	dcc = stm1_dcc_find("rs");
	assert_int_equal(dcc->count, 3);
	assert_int_equal(stm1_dcc_place(dcc, 0), d[0]);
	dcc = stm1_dcc_find("ms");
	assert_int_equal(dcc->count, 9);
	assert_int_equal(stm1_dcc_place(dcc, 0), d[3]);
	assert_null(stm1_dcc_find("d1"));
}

/* A wrong bit shows in the next frame's parities, and B2 has blind spots. */
static void test_receiver(void **state)
{
	static const struct {
		size_t place;
		unsigned int b1, b2;		/* in this frame */
		unsigned int next_b1, next_b2;	/* in the next */
	} rows[] = {
		{ STM1_PLACE(5, 100), 0, 0, 1, 1 },
		{ STM1_PLACE(9, 270), 0, 0, 1, 1 },
		{ STM1_PLACE(1, 10), 0, 0, 1, 1 },
		{ STM1_PLACE(1, 1), 0, 0, 1, 0 },	/* A1 */
		{ STM1_PLACE(3, 4), 0, 0, 1, 0 },	/* D2 */
		{ STM1_PLACE(6, 4), 0, 0, 1, 1 },	/* D5 */
		{ STM1_B1, 1, 0, 1, 0 },
		{ STM1_B2 + 2, 0, 1, 1, 1 },
	};
	const struct stm1_dcc *dcc = stm1_dcc_find("all");
	uint8_t sequence[STM1_OCTETS], frame[STM1_OCTETS];
	uint8_t octets[STM1_DCC_OCTETS], got[STM1_DCC_OCTETS];
	struct violations v;
	struct receiver r;
	struct sender s;

	(void)state;
	scrambler_sequence(sequence);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		sender_init(&s, dcc, sequence);
		receiver_init(&r, dcc, sequence);
		for (unsigned int n = 0; n < 5; n++) {
			memset(octets, (int)(n * 51 + i), sizeof(octets));
			memcpy(frame, sender_step(&s, octets), sizeof(frame));
			receiver_channel(&r, frame, got);
			assert_memory_equal(got, octets, sizeof(got));
			if (n == 2)
				frame[rows[i].place] ^= 0x10;
			v = receiver_check(&r, frame);
			assert_int_equal(v.b1, n == 2 ? rows[i].b1 :
					 n == 3 ? rows[i].next_b1 : 0);
			assert_int_equal(v.b2, n == 2 ? rows[i].b2 :
					 n == 3 ? rows[i].next_b2 : 0);
		}
	}
}

/* After a gap there is nothing to compare with. */
static void test_receiver_forgets(void **state)
{
	uint8_t sequence[STM1_OCTETS], octets[STM1_DCC_OCTETS] = { 0 };
	const struct stm1_dcc *dcc = stm1_dcc_find("rs");
	struct violations v;
	struct receiver r;
	struct sender s;

	(void)state;
	scrambler_sequence(sequence);
	sender_init(&s, dcc, sequence);
	receiver_init(&r, dcc, sequence);
	receiver_check(&r, sender_step(&s, octets));
	octets[0] = 0x77;
	sender_step(&s, octets);
	octets[0] = 0x01;
	v = receiver_check(&r, sender_step(&s, octets));
	assert_int_not_equal(v.b1, 0);
	octets[0] = 0x70;
	sender_step(&s, octets);
	receiver_forget(&r);
	v = receiver_check(&r, sender_step(&s, octets));
	assert_int_equal(v.b1 + v.b2, 0);
	v = receiver_check(&r, sender_step(&s, octets));
	assert_int_equal(v.b1 + v.b2, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scrambler),
		cmocka_unit_test(test_parity_lanes),
		cmocka_unit_test(test_parity_sums),
		cmocka_unit_test(test_sender),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_receiver),
		cmocka_unit_test(test_receiver_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
