// SPDX-License-Identifier: ISC
// Which HDLC frames an error hits: drawn bit by bit.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/fcs.h"
#include "codec/hdlc.h"
#include "sdhsim/hits.h"

/* A flag, and five octets of data. */
#define F	"01111110"
#define D	"1010010010100100101001001010010010100100"
#define f	"........"
#define d	"........................................"

/**
 * struct row - A piece of line
 * @sent:	Its bits
 * @errors:	'x' where one is wrong
 * @frames:	In it
 * @hit:	Of them
 */
struct row {
	const char *sent;
	const char *errors;
	unsigned int frames;
	unsigned int hit;
};

static void run(const struct row *r, unsigned int phase)
{
	uint8_t sent[256] = { 0 }, errors[256] = { 0 };
	size_t n = strlen(r->sent);
	struct hits h = { 0 };

	assert_int_equal(strlen(r->errors), n);
	assert_true(phase + n <= 8 * sizeof(sent));
	for (size_t i = 0; i < n; i++) {
		size_t at = i + phase;

		sent[at / 8] |= (uint8_t)((r->sent[i] == '1') << (7 - at % 8));
		errors[at / 8] |= (uint8_t)((r->errors[i] == 'x')
					    << (7 - at % 8));
	}
	for (size_t i = 0; i < sizeof(sent); i += 3)
		hits_step(&h, sent + i, errors + i,
			  MIN((size_t)3, sizeof(sent) - i));
	assert_int_equal(h.frames, r->frames);
	assert_int_equal(h.frames_hit, r->hit);
}

static void test_rows(void **state)
{
	static const struct row rows[] = {
		{ F D F, f d f, 1, 0 },
		{ F F F D F F, f f f d f f, 1, 0 },
		{ F D F D F, f d f d f, 2, 0 },
		/* in the frame, in its first and last bit */
		{ F D F, f "x......................................." f, 1,
		  1 },
		{ F D F, f ".......................................x" f, 1,
		  1 },
		/* in the flag that opens it, in the one that closes it */
		{ F D F, "x......." d f, 1, 1 },
		{ F D F, ".......x" d f, 1, 1 },
		{ F D F, f d "x.......", 1, 1 },
		{ F D F, f d ".......x", 1, 1 },
		/* one flag for two: both neighbours */
		{ F D F D F, f d "...x...." d f, 2, 2 },
		/* a flag of its own for each: one */
		{ F D F F D F, f d "...x...." f d f, 2, 1 },
		{ F D F F D F, f d f "...x...." d f, 2, 1 },
		/* idle flags between: nobody */
		{ F D F F F D F, f d f "xxxxxxxx" f d f, 2, 0 },
		/* two errors in one frame are one frame */
		{ F D F, f "x..x...................................." f, 1,
		  1 },
		/* a zero shared by two flags */
		{ F D "0111111" F D F, f d "......." f d f, 2, 0 },
		{ F D "0111111" F D F, f d "......." "x......." d f, 2, 2 },
		{ F D "0111111" F D F, f d "x......" f d f, 2, 1 },
		/* idle ones, an abort, too short, no end */
		{ F D F "11111111111111" F D F,
		  f d f "x............." f d f, 2, 0 },
		{ F D "1111111" F, f d "......." f, 0, 0 },
		{ F "1010101010101010" F D F, f "x..............." f d f, 1,
		  0 },
		{ F "1010010010100100101001001010010" F,
		  f "..............................." f, 0, 0 },
		{ F "10100100101001001010010010100100" F,
		  f "................................" f, 1, 0 },
		{ F D, f d, 0, 0 },
		{ D F D F, d f d f, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (unsigned int phase = 0; phase < 8; phase++)
			run(&rows[i], phase);
}

/* Bits as they stand in a text, the high one first */
static size_t put_bits(uint8_t *octets, size_t at, const char *bits)
{
	for (; *bits; bits++, at++)
		if (*bits == '1')
			octets[at / 8] |= (uint8_t)(0x80 >> at % 8);
	return at;
}

/* How many of the frames that were sent a receiver misses */
static unsigned int missed(const uint8_t *line, size_t len)
{
	static const struct hdlc_config config = {
		.framing = &hdlc_bit, .fcs = &fcs16, .order = HDLC_MSB_FIRST,
	};
	struct hdlc_decoder decoder;
	uint8_t frame[64];

	hdlc_decoder_init(&decoder, &config, frame, sizeof(frame));
	while (len)
		hdlc_decode(&decoder, &line, &len);
	return 3 - (unsigned int)decoder.frames;
}

/* Three frames, with one flag between the first two and @idle before the
 * third, are cut by @flags flags before octet @at: the observer tells what a
 * receiver loses. */
static void cut(const char *idle, unsigned int phase, size_t at, size_t flags)
{
	/* 80 08 00 11 f5 7e and the FCS, stuffed */
	static const char frame[] =
		"0000000100010000000000001000100010101111"
		"0111110101011000011110111";
	static const uint8_t none[64];
	uint8_t sent[64] = { 0 }, line[128];
	struct hits h = { 0 };
	size_t bits = phase, len;

	bits = put_bits(sent, bits, F);
	bits = put_bits(sent, bits, frame);
	bits = put_bits(sent, bits, F);
	bits = put_bits(sent, bits, frame);
	bits = put_bits(sent, bits, idle);
	bits = put_bits(sent, bits, frame);
	bits = put_bits(sent, bits, F);
	len = bits / 8 + 1;
	if (at > len)
		return;
	memcpy(line, sent, at);
	memset(line + at, 0x7e, flags);
	memcpy(line + at + flags, sent + at, len - at);
	hits_step(&h, sent, none, at);
	hits_fill(&h, none, flags);
	hits_step(&h, sent + at, none, len - at);
	assert_int_equal(h.frames, 3);
	assert_int_equal(h.frames_hit, missed(line, len + flags));
}

static void test_cuts(void **state)
{
	static const char *const idle[] = { F, F F, F F F, "011111101111110" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(idle); i++)
		for (unsigned int phase = 0; phase < 8; phase++)
			for (size_t at = 0; at < 40; at++)
				for (size_t flags = 0; flags < 4; flags++)
					cut(idle[i], phase, at, flags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
