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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
