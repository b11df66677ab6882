// SPDX-License-Identifier: ISC
// The scheduler of a slow line, call by call.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/sched.h"

enum { FULL = 1522, PIECE = 240 };

static const struct mono now = { 1000000 };

/* A scheduler of a 192 kbit/s line with two channels, "a" and "b" */
struct site {
	struct sched *s;
	struct sched_slot *a, *b;
	unsigned int drops[SCHED_WHY_NUM];
	uint8_t last_dropped;
	struct sched_piece piece;
};

static void note_drop(void *arg, enum sched_why why,
		      const struct sched_frame *frame)
{
	struct site *t = arg;

	t->drops[why]++;
	t->last_dropped = frame->len ? frame->data[0] : 0;
	assert_non_null(frame->owner);
}

static int setup(void **state)
{
	static struct site site;
	struct sched_config c = {
		.line = { 192000, PIECE, 1500, 3, FULL },
		.drop = note_drop, .arg = &site,
	};

	memset(&site, 0, sizeof(site));
	site.s = sched_new(&c, now);
	site.a = sched_join(site.s, (void *)(uintptr_t)"a", 1, false);
	site.b = sched_join(site.s, (void *)(uintptr_t)"b", 1, false);
	*state = &site;
	return !site.a || !site.b;
}

static int teardown(void **state)
{
	struct site *t = *state;

	sched_free(t->s);
	return 0;
}

static int put_at(struct sched_slot *slot, uint8_t class, uint8_t mark,
		  size_t len, struct mono at)
{
	struct wire_header h = {
		.type = WIRE_ETHERNET, .class = class, .channel = 17,
		.zeros = mark & 1,
	};
	uint8_t data[10000];

	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(mark + i);
	return sched_put(slot, &h, mark, data, len, at);
}

static int put(struct sched_slot *slot, uint8_t class, uint8_t mark, size_t len)
{
	return put_at(slot, class, mark, len, now);
}

/* The mark of the frame that the next piece begins, is in, or ends */
static uint8_t next(struct site *t)
{
	size_t offset;

	assert_true(sched_next(t->s, now, &t->piece));
	offset = t->piece.final ? t->piece.frame_len - t->piece.len :
				  t->piece.header->index * t->piece.len;
	for (size_t i = 0; i < t->piece.len; i++)
		assert_int_equal((uint8_t)(t->piece.data[i] - i),
				 t->piece.data[0]);
	return (uint8_t)(t->piece.data[0] - offset);
}

static void check_piece(struct site *t, uint8_t mark, unsigned int index,
			bool first, bool final)
{
	assert_int_equal(next(t), mark);
	assert_int_equal(t->piece.header->index, index);
	assert_int_equal(t->piece.first, first);
	assert_int_equal(t->piece.final, final);
}

static void check_nothing(struct site *t)
{
	assert_false(sched_next(t->s, now, &t->piece));
	assert_true(sched_is_empty(t->s));
}

static void test_whole_frame(void **state)
{
	struct site *t = *state;

	check_nothing(t);
	assert_int_equal(put(t->a, 2, 5, PIECE - 6), 0);
	assert_false(sched_is_empty(t->s));
	assert_int_equal(sched_level(t->a, 2).frames, 1);
	assert_int_equal(sched_level(t->a, 2).octets, PIECE + 3);
	assert_int_equal(sched_level(t->a, 1).frames, 0);
	check_piece(t, 5, 0, true, true);
	assert_string_equal(t->piece.owner, "a");
	assert_int_equal(t->piece.len, PIECE - 6);
	assert_false(t->piece.header->fragment || t->piece.header->last);
	assert_int_equal(t->piece.header->channel, 17);
	assert_true(t->piece.header->zeros);
	check_nothing(t);
}

static void test_pieces(void **state)
{
	struct site *t = *state;
	size_t sum = 0;

	put(t->a, 3, 9, 1514);
	for (unsigned int i = 0; i < 7; i++) {
		check_piece(t, 9, i, !i, i == 6);
		assert_true(t->piece.header->fragment);
		assert_int_equal(t->piece.header->last, i == 6);
		assert_true(t->piece.len + WIRE_HEADER_MAX <= PIECE);
		assert_int_equal(sched_level(t->a, 3).frames, i < 6);
		if (!i)
			t->piece.header->sequence = 4711;
		assert_int_equal(t->piece.header->sequence, 4711);
		sum += t->piece.len;
	}
	assert_int_equal(sum, 1514);
	check_nothing(t);
}

/* What is better goes between the pieces of what is worse */
static void test_between(void **state)
{
	static const struct wire_header oam = { .type = WIRE_OAM };
	static const uint8_t hello[31] = { 77 };
	struct site *t = *state;

	put(t->a, 2, 9, 1514);
	check_piece(t, 9, 0, true, false);
	check_piece(t, 9, 1, false, false);
	put(t->b, 1, 20, 60);
	put(t->b, 0, 30, 60);
	assert_int_equal(sched_put_oam(t->a, &oam, hello, 31, now), 0);
	assert_true(sched_next(t->s, now, &t->piece));
	assert_int_equal(t->piece.header->type, WIRE_OAM);
	assert_int_equal(t->piece.data[0], 77);
	check_piece(t, 30, 0, true, true);
	assert_string_equal(t->piece.owner, "b");
	check_piece(t, 20, 0, true, true);
	check_piece(t, 9, 2, false, false);
	/* another channel of the same class, which was quiet */
	put(t->b, 2, 40, 60);
	check_piece(t, 40, 0, true, true);
	check_piece(t, 9, 3, false, false);
	/* but never another frame of the same channel and class */
	put(t->a, 2, 50, 60);
	check_piece(t, 9, 4, false, false);
	check_piece(t, 9, 5, false, false);
	check_piece(t, 9, 6, false, true);
	check_piece(t, 50, 0, true, true);
	check_nothing(t);
}

static void set_line(struct site *t, size_t piece, size_t largest, size_t frame)
{
	struct sched_line line = { 192000, piece, largest, 3, frame };

	sched_set_line(t->s, &line, now);
}

static void test_sizes(void **state)
{
	static const struct {
		size_t piece, largest, len, unit;
	} table[] = {
		/* more than 128 pieces: larger ones */
		{ 50, 1500, 9238, 79 },
		/* by the line's MTU alone */
		{ 9300, 9300, 9238, 9238 }, { 1500, 1500, 1514, 757 },
		{ 1500, 1500, 1494, 1494 }, { 1500, 1500, 1495, 748 },
		/* the line carries less than a piece */
		{ 240, 107, 200, 100 },
	};
	struct site *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		size_t left = table[i].len;

		set_line(t, table[i].piece, table[i].largest, 9238);
		put(t->a, 2, 1, left);
		for (; left; left -= t->piece.len) {
			next(t);
			assert_in_range(t->piece.len, 1, table[i].unit);
		}
		assert_true(t->piece.final);
	}
	/* 128 pieces of 64 octets are not enough */
	set_line(t, 71, 71, 9238);
	put(t->a, 2, 3, 9238);
	check_nothing(t);
	assert_int_equal(t->drops[SCHED_TOO_BIG], 1);
	assert_true(put(t->a, 2, 3, 9239) < 0);
	assert_true(put(t->a, 2, 3, 0) < 0);
	assert_int_equal(t->drops[SCHED_TOO_BIG], 3);
}

/* The wire format has no fragments of these */
static void test_uncut(void **state)
{
	static const struct wire_header oam = {
		.type = WIRE_OAM, .class = WIRE_INTERACTIVE,
	};
	static const uint8_t echo[1400];
	struct site *t = *state;

	sched_put(t->a, &oam, 1, echo, sizeof(echo), now);
	assert_true(sched_next(t->s, now, &t->piece));
	assert_int_equal(t->piece.len, sizeof(echo));
	assert_false(t->piece.header->fragment);
	set_line(t, PIECE, 1000, FULL);
	sched_put(t->a, &oam, 1, echo, sizeof(echo), now);
	check_nothing(t);
	assert_int_equal(t->drops[SCHED_TOO_BIG], 1);
}

/* Who has much waiting loses first; no more than half a second stays */
static void test_full(void **state)
{
	struct site *t = *state;

	put(t->a, 2, 1, 100);
	for (int i = 0; i < 1000; i++)
		put(t->a, 2, 2, 1000);
	assert_int_equal(t->drops[SCHED_FULL], 1000 - 11);
	assert_int_equal(t->last_dropped, 2);
	assert_in_range(sched_level(t->a, 2).octets, 11000, 12000);
	/* other channels and classes are none of its business */
	put(t->b, 2, 3, 1000);
	put(t->a, 1, 4, 1000);
	assert_int_equal(t->drops[SCHED_FULL], 1000 - 11);
	check_piece(t, 4, 0, true, false);
}

/* Two jumbo frames fit where half a second would not hold them. */
static void test_jumbo(void **state)
{
	struct site *t = *state;

	set_line(t, PIECE, 1500, 9238);
	for (int i = 0; i < 100; i++)
		put(t->a, 2, 1, 1000);
	assert_in_range(sched_level(t->a, 2).octets, 11000, 12000);
	for (int i = 0; i < 3; i++)
		put(t->b, 2, 1, 9238);
	assert_int_equal(sched_level(t->b, 2).frames, 2);
}

static void test_oam_full(void **state)
{
	static const struct wire_header oam = { .type = WIRE_OAM };
	static const uint8_t data[1000];
	struct site *t = *state;
	int taken = 0;

	while (!sched_put_oam(t->a, &oam, data, sizeof(data), now))
		taken++;
	assert_int_equal(taken, 11);
	assert_int_equal(t->drops[SCHED_FULL], 1);
	sched_flush(t->a);
	assert_int_equal(t->drops[SCHED_REMOVED], 11);
	check_nothing(t);
}

/* Our own goes first, but a flood of it leaves the line to others. */
static void test_oam_flood(void **state)
{
	static const struct wire_header oam = { .type = WIRE_OAM };
	static const uint8_t hello[31];
	struct site *t = *state;
	struct mono at = now;
	unsigned int own = 0, normal = 0, all = 1000;

	for (unsigned int i = 0; i < all; i++) {
		while (sched_level(t->a, 0).frames < 2)
			put_at(t->a, 0, 1, 60, at);
		while (sched_level(t->a, 2).frames < 2)
			put_at(t->a, 2, 1, 60, at);
		sched_put_oam(t->b, &oam, hello, sizeof(hello), at);
		assert_true(sched_next(t->s, at, &t->piece));
		own += t->piece.header->type == WIRE_OAM;
		normal += t->piece.header->class == 2;
		/* as long as the piece lasts at 192 kbit/s */
		at.ns += (int64_t)(t->piece.len + 9) * 8 * 1000000 / 192;
	}
	/* a tenth of the octets are nearly a fifth of the pieces */
	assert_in_range(own, all / 10, all / 4);
	assert_in_range(normal, all / 5, all / 2);
	/* what is beyond is dropped, and what waits goes when all else is */
	assert_true(t->drops[SCHED_FULL]);
	for (all = 0; sched_next(t->s, at, &t->piece); all++)
		own = t->piece.header->type;
	assert_int_equal(own, WIRE_OAM);
	assert_true(all > 100);
	check_nothing(t);
}

static void test_restart(void **state)
{
	struct site *t = *state;

	put(t->a, 2, 9, 1514);
	next(t);
	t->piece.header->sequence = 1;
	next(t);
	sched_restart(t->a);
	check_piece(t, 9, 0, true, false);
	assert_int_equal(t->drops[SCHED_REMOVED], 0);
	/* a line that carries less now: what is too large begins again */
	next(t);
	set_line(t, PIECE, 1500, FULL);
	check_piece(t, 9, 2, false, false);
	set_line(t, 100, 100, FULL);
	check_piece(t, 9, 0, true, false);
	assert_true(t->piece.len <= 93);
}

static void test_move(void **state)
{
	static const struct wire_header oam = { .type = WIRE_OAM };
	struct site *t = *state;

	put(t->a, 2, 9, 1514);
	put(t->a, 2, 11, 60);
	put(t->a, 1, 13, 60);
	sched_put_oam(t->a, &oam, (const uint8_t *)"x", 1, now);
	sched_next(t->s, now, &t->piece);
	check_piece(t, 13, 0, true, true);
	next(t);
	next(t);
	sched_put_oam(t->a, &oam, (const uint8_t *)"x", 1, now);
	put(t->a, 1, 15, 60);
	sched_move(t->a, t->b, now);
	assert_int_equal(t->drops[SCHED_REMOVED], 1);
	for (uint8_t class = 0; class < 4; class++)
		assert_int_equal(sched_level(t->a, class).frames, 0);
	assert_int_equal(sched_level(t->b, 2).frames, 2);
	check_piece(t, 15, 0, true, true);
	assert_string_equal(t->piece.owner, "b");
	check_piece(t, 9, 0, true, false);
	for (unsigned int i = 1; i < 7; i++)
		check_piece(t, 9, i, false, i == 6);
	check_piece(t, 11, 0, true, true);
	check_nothing(t);
}

/* To a fast line, which has no queue: frames, whole, and nothing else */
static void test_take(void **state)
{
	static const struct wire_header oam = { .type = WIRE_OAM };
	static const struct { uint8_t mark; size_t len; } order[] = {
		{ 13, 60 }, { 9, 1514 }, { 11, 60 },
	};
	struct site *t = *state;
	struct sched_frame f;

	put(t->a, 2, 9, 1514);
	put(t->a, 2, 11, 60);
	check_piece(t, 9, 0, true, false);
	put(t->a, 1, 13, 60);
	sched_put(t->a, &oam, 0, (const uint8_t *)"x", 1, now);
	sched_put_oam(t->a, &oam, (const uint8_t *)"x", 1, now);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		assert_true(sched_take(t->a, &f));
		assert_int_equal(f.data[0], order[i].mark);
		assert_int_equal(f.len, order[i].len);
		assert_false(f.header->fragment);
		assert_string_equal(f.owner, "a");
	}
	assert_false(sched_take(t->a, &f));
	assert_int_equal(t->drops[SCHED_REMOVED], 2);
	check_nothing(t);
}

static void test_leave(void **state)
{
	struct site *t = *state;

	put(t->a, 2, 9, 1514);
	put(t->a, 3, 9, 1514);
	put(t->b, 2, 21, 60);
	check_piece(t, 9, 0, true, false);
	sched_leave(t->a);
	assert_int_equal(t->drops[SCHED_REMOVED], 2);
	check_piece(t, 21, 0, true, true);
	check_nothing(t);
	put(t->b, 2, 23, 60);
	check_piece(t, 23, 0, true, true);
}

static void test_fifo(void **state)
{
	struct site *t = *state;
	struct sched_slot *slot = sched_join(t->s, t, 1, true);

	for (uint8_t i = 0; i < 20; i++)
		put(slot, 2, i, i % 3 ? 60 : 400);
	for (uint8_t i = 0; i < 20; i++)
		do
			assert_int_equal(next(t), i);
		while (!t->piece.final);
	check_nothing(t);
}

int main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(test_whole_frame), TEST(test_pieces), TEST(test_between),
		TEST(test_sizes), TEST(test_uncut), TEST(test_full),
		TEST(test_oam_full), TEST(test_oam_flood), TEST(test_jumbo),
		TEST(test_restart), TEST(test_move),
		TEST(test_take), TEST(test_leave), TEST(test_fifo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
