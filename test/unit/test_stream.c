// SPDX-License-Identifier: ISC
// Streams of octets: two ends of a socket pair, and a hostile line.

#include <dccbridge/wire.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "transport/stream.h"

enum { TURNS = 2000, PREFIX_LEN = 2 };

/** struct side - One end of a line */
struct side {
	struct config_path cfg;
	struct line_end end;
	struct stats stats;
	struct frame_batch batch;
};

/**
 * struct site - A line with two ends, or one end and a bare socket
 * @damage:	Of what came last in feed()
 * @left:	What was left of it
 */
struct site {
	struct side side[2];
	struct mono now;
	uint8_t damage;
	size_t left_len;
	uint8_t left[64];
};

static const struct config_path settings[] = {
	{ .kind = TRANSPORT_DCC, .dcc = {
		.rate = 192000, .framing = FRAMING_BIT, .fcs = 16 } },
	{ .kind = TRANSPORT_DCC, .dcc = {
		.rate = 192000, .framing = FRAMING_BIT, .fcs = 32,
		.bit_order = ORDER_LSB, .prefix = { 0xff, 0x44 },
		.prefix_len = PREFIX_LEN } },
	{ .kind = TRANSPORT_DCC, .dcc = {
		.rate = 192000, .framing = FRAMING_OCTET, .fcs = 16 } },
	{ .kind = TRANSPORT_DCC, .dcc = {
		.rate = 64000, .framing = FRAMING_OCTET, .fcs = 32,
		.prefix = { 0x7e, 0x7d }, .prefix_len = PREFIX_LEN } },
};

static void open_side(struct side *s, const struct config_path *cfg, int fd)
{
	s->cfg = *cfg;
	s->end = (struct line_end){ .fd = fd, .stats = &s->stats,
				    .due = MONO_NEVER };
	assert_int_equal(frame_batch_init(&s->batch), 0);
	assert_int_equal(transport_stream.open(&s->end, &s->cfg), 0);
}

static void close_side(struct side *s)
{
	transport_stream.close(&s->end);
	frame_batch_free(&s->batch);
	close(s->end.fd);
}

static void open_site(struct site *t, const struct config_path *cfg)
{
	int fd[2];

	memset(t, 0, sizeof(*t));
	t->now = mono_ms(1);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
				    fd), 0);
	for (int i = 0; i < 2; i++)
		open_side(&t->side[i], cfg, fd[i]);
}

static void close_site(struct site *t)
{
	close_side(&t->side[0]);
	close_side(&t->side[1]);
}

static int send_type(struct side *s, uint8_t type, const uint8_t *data,
		     size_t len)
{
	struct packet p = { .head = { 0x80 | type, 0x08, 0, 17 },
			    .head_len = 4, .data = data, .len = len };

	return transport_stream.send(&s->end, NULL, &p, 1);
}

static int send_one(struct side *s, const uint8_t *data, size_t len)
{
	return send_type(s, WIRE_ETHERNET, data, len);
}

static int receive(struct side *s, struct reception *r, unsigned int room)
{
	for (unsigned int i = 0; i < room; i++)
		r[i] = (struct reception){
			.frame = frame_batch_at(&s->batch, i),
		};
	return transport_stream.receive(&s->end, r, room);
}

static void clock_both(struct site *t)
{
	t->now = mono_add(t->now, mono_ms(2));
	for (int i = 0; i < 2; i++)
		assert_int_equal(transport_stream.clock(&t->side[i].end,
							t->now), 0);
}

/* Turn after turn until @to has a frame. Return: its length. */
static size_t wait_frame(struct site *t, struct side *to, struct reception *r)
{
	struct side *from = to == &t->side[0] ? &t->side[1] : &t->side[0];
	struct reception other;

	for (int i = 0; i < TURNS; i++) {
		int n;

		clock_both(t);
		assert_true(receive(from, &other, 1) <= 0 || other.damage);
		n = receive(to, r, 1);
		if (n > 0 && !r->damage)
			return r->frame->len;
	}
	return 0;
}

static void fill(uint8_t *data, size_t len, unsigned int pattern)
{
	for (size_t i = 0; i < len; i++)
		data[i] = pattern == 0 ? 0xff : pattern == 1 ? 0x7e :
			  pattern == 2 ? 0 : (uint8_t)(i * 167 + (i >> 8));
}

static void test_round_trip(void **state)
{
	static const size_t sizes[] = { 1, 2, 10, 42, 240, 1514, 9238 };
	static uint8_t data[9238];
	struct reception r;
	struct site t;

	(void)state;
	for (size_t c = 0; c < ARRAY_SIZE(settings); c++) {
		open_site(&t, &settings[c]);
		for (unsigned int i = 0; i < 4 * ARRAY_SIZE(sizes); i++) {
			size_t len = sizes[i / 4];

			fill(data, len, i % 4);
			assert_int_equal(send_one(&t.side[i % 2], data, len),
					 1);
			assert_int_equal(wait_frame(&t, &t.side[1 - i % 2],
						    &r), len + 4);
			assert_memory_equal(r.frame->data + 4, data, len);
			assert_int_equal(r.frame->data[3], 17);
			assert_int_equal(r.from.sa.sa_family, 0);
			assert_false(r.truncated);
		}
		for (int i = 0; i < 2; i++)
			assert_int_equal(stats_drops(&t.side[i].stats), 0);
		close_site(&t);
	}
}

/* What comes in one read is more than a batch takes. */
static void test_pending(void **state)
{
	static const uint8_t data[3];
	struct reception r[4];
	struct site t;
	int n, sum = 0;

	(void)state;
	open_site(&t, &settings[2]);
	for (int i = 0; i < 50; i++)
		assert_int_equal(send_one(&t.side[0], data, 3), 1);
	clock_both(&t);
	while ((n = receive(&t.side[1], r, 4)) >= 0) {
		sum += n;
		assert_true(sum == 50 || (n == 4 && t.side[1].end.pending));
	}
	assert_int_equal(n, -EAGAIN);
	assert_int_equal(sum, 50);
	assert_false(t.side[1].end.pending);
	close_site(&t);
}

static void test_full(void **state)
{
	static uint8_t data[9000];
	struct site t;
	int i;

	(void)state;
	open_site(&t, &settings[0]);
	for (i = 0; send_one(&t.side[0], data, sizeof(data)) == 1; i++)
		assert_true(i < 10);
	assert_int_equal(send_one(&t.side[0], data, sizeof(data)), -EAGAIN);
	assert_int_equal(i, 3);
	assert_int_equal(send_one(&t.side[0], data, 20000), -EMSGSIZE);
	close_site(&t);
}

/* The octets that lie below a bit stream, and what makes it write more. */
static void test_bit_stream_follows_the_line(void **state)
{
	uint8_t line[8192];
	struct side *s;
	struct site t;

	(void)state;
	open_site(&t, &settings[0]);
	s = &t.side[0];
	assert_true(s->end.polled);
	assert_int_equal(s->end.due.ns, 0);
	assert_int_equal(transport_stream.clock(&s->end, t.now), 0);
	assert_int_equal(read(t.side[1].end.fd, line, sizeof(line)), 120);
	for (int i = 0; i < 120; i++)
		assert_int_equal(line[i], 0x7e);
	for (int i = 1; i < 120; i++) {
		struct reception r;

		memset(line, 0x7e, sizeof(line));
		assert_int_equal(write(t.side[1].end.fd, line, (size_t)i), i);
		assert_int_equal(receive(s, &r, 1), 0);
		t.now = mono_add(t.now, mono_ms(2));
		assert_int_equal(transport_stream.clock(&s->end, t.now), 0);
		assert_int_equal(read(t.side[1].end.fd, line, sizeof(line)),
				 i);
	}
	close_site(&t);
}

/* The line gives and takes octets until the next turn, 24 in a millisecond;
 * then that turn. Return: how long it took, in milliseconds. */
static int to_next_turn(struct site *t)
{
	struct side *s = &t->side[0];
	int ms = (int)(mono_sub(s->end.due, t->now).ns / 1000000);
	uint8_t line[1024];
	struct reception r;

	memset(line, 0x7e, sizeof(line));
	assert_int_equal(write(t->side[1].end.fd, line, (size_t)ms * 24),
			 ms * 24);
	t->now = s->end.due;
	assert_int_equal(receive(s, &r, 1), 0);
	assert_int_equal(transport_stream.clock(&s->end, t->now), 0);
	while (read(t->side[1].end.fd, line, sizeof(line)) > 0)
		continue;
	return ms;
}

/* A long frame takes many turns: it must not run dry in its midst. */
static void test_turns_last_as_long_as_a_frame(void **state)
{
	static const uint8_t data[1500];
	struct site t;

	(void)state;
	open_site(&t, &settings[0]);
	assert_int_equal(transport_stream.clock(&t.side[0].end, t.now), 0);
	for (int ms = 0; ms < 1000; )
		ms += to_next_turn(&t);
	assert_true(to_next_turn(&t) > 2);
	assert_int_equal(send_one(&t.side[0], data, sizeof(data)), 1);
	assert_int_equal(transport_stream.clock(&t.side[0].end, t.now), 0);
	for (int ms = 0; ms < 60; )
		ms += to_next_turn(&t);
	assert_int_equal(t.side[0].stats.count[STAT_LINE_UNDERRUNS], 0);
	assert_int_equal(to_next_turn(&t), 2);
	for (int ms = 0; ms < 200; )
		ms += to_next_turn(&t);
	assert_true(to_next_turn(&t) > 2);
	/* a sign of life has gone in one turn, and nobody waits for more */
	assert_int_equal(send_type(&t.side[0], WIRE_OAM, data, 32), 1);
	assert_int_equal(transport_stream.clock(&t.side[0].end, t.now), 0);
	assert_true(to_next_turn(&t) > 2);
	/* a long one is in the way of none, but must not run dry */
	assert_int_equal(send_type(&t.side[0], WIRE_OAM, data, 1500), 1);
	assert_int_equal(transport_stream.clock(&t.side[0].end, t.now), 0);
	for (int ms = 0; ms < 58; )
		ms += to_next_turn(&t);
	assert_int_equal(t.side[0].stats.count[STAT_LINE_UNDERRUNS], 0);
	assert_int_equal(to_next_turn(&t), 2);
	close_site(&t);
}

static void test_octet_framing_is_silent(void **state)
{
	static const uint8_t data[3];
	uint8_t line[64];
	struct site t;

	(void)state;
	open_site(&t, &settings[2]);
	assert_false(t.side[0].end.polled);
	assert_int_equal(t.side[0].end.due.ns, MONO_NEVER.ns);
	clock_both(&t);
	assert_int_equal(read(t.side[1].end.fd, line, sizeof(line)), -1);
	assert_int_equal(send_one(&t.side[0], data, 3), 1);
	assert_int_equal(t.side[0].end.due.ns, 0);
	clock_both(&t);
	assert_int_equal(t.side[0].end.due.ns, MONO_NEVER.ns);
	assert_true(read(t.side[1].end.fd, line, sizeof(line)) >= 11);
	close_site(&t);
}

/* A device that takes nothing for a while loses nothing either. */
static void test_blocked_device(void **state)
{
	static uint8_t data[9000], drain[1 << 20];
	struct reception r;
	struct site t;
	int n = 0;

	(void)state;
	open_site(&t, &settings[2]);
	for (int i = 0; i < 200; i++) {
		n += send_one(&t.side[0], data, sizeof(data)) == 1;
		assert_int_equal(transport_stream.clock(&t.side[0].end,
							t.now), 0);
	}
	assert_true(n > 3 && n < 200);
	assert_true(t.side[0].end.due.ns > t.now.ns &&
		    t.side[0].end.due.ns < MONO_NEVER.ns);
	for (int i = 0; i < n; i++)
		assert_int_equal(wait_frame(&t, &t.side[1], &r), 9004);
	assert_int_equal(read(t.side[1].end.fd, drain, sizeof(drain)), -1);
	close_site(&t);
}

static void keep_left(struct site *t, const struct reception *r)
{
	t->damage = r->damage;
	t->left_len = r->frame->len;
	memcpy(t->left, r->frame->data, MIN(r->frame->len, sizeof(t->left)));
}

static void feed(struct site *t, const void *octets, size_t len)
{
	struct reception r;
	const char *from = octets;
	int got;

	while (len) {
		ssize_t n = write(t->side[1].end.fd, from, MIN(len, 2048));

		assert_true(n > 0);
		from += n;
		len -= (size_t)n;
		while ((got = receive(&t->side[0], &r, 1)) >= 0)
			if (got)
				keep_left(t, &r);
	}
}

static void test_damage_is_counted(void **state)
{
	static const struct {
		const char *octets;
		size_t len;
		enum stat_id stat;
		size_t left;
	} cases[] = {
		{ "~\x80\0\0\1\2\3\4\5~", 10, DROP_FCS, 6 },
		{ "~\x80\0\0\1\2\3}~", 9, DROP_ABORT, 6 },
		{ "~\1\2~", 4, DROP_LINE_RUNT, 2 },
	};
	static uint8_t endless[20000];
	struct site t;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		open_site(&t, &settings[2]);
		feed(&t, cases[i].octets, cases[i].len);
		assert_int_equal(t.side[0].stats.count[cases[i].stat], 1);
		assert_int_equal(stats_drops(&t.side[0].stats), 1);
		assert_int_equal(t.damage, cases[i].stat);
		assert_int_equal(t.left_len, cases[i].left);
		assert_memory_equal(t.left, cases[i].octets + 1,
				    cases[i].left);
		close_site(&t);
	}
	open_site(&t, &settings[2]);
	feed(&t, "~", 1);
	feed(&t, endless, sizeof(endless));
	feed(&t, "~", 1);
	assert_int_equal(t.side[0].stats.count[DROP_GIANT], 1);
	close_site(&t);
}

static void test_garbage(void **state)
{
	static uint8_t octets[200000], data[100];
	uint32_t seed = 1;
	struct reception r;
	struct site t;

	(void)state;
	for (size_t i = 0; i < sizeof(octets); i++) {
		seed = seed * 1664525 + 1013904223;
		octets[i] = (uint8_t)(seed >> 24);
	}
	for (size_t c = 0; c < ARRAY_SIZE(settings); c++) {
		open_site(&t, &settings[c]);
		feed(&t, octets, sizeof(octets));
		assert_true(stats_drops(&t.side[0].stats) > 100);
		/* a flag ends whatever it began, and all is well again */
		for (int i = 0; i < 5; i++)
			clock_both(&t);
		assert_int_equal(send_one(&t.side[1], data, 100), 1);
		assert_int_equal(wait_frame(&t, &t.side[0], &r), 104);
		close_site(&t);
	}
}

static void test_end_of_the_device(void **state)
{
	struct reception r;
	struct site t;

	(void)state;
	open_site(&t, &settings[0]);
	shutdown(t.side[1].end.fd, SHUT_RDWR);
	assert_int_equal(receive(&t.side[0], &r, 1), -ENODEV);
	close_site(&t);
}

static void test_cost(void **state)
{
	static const uint8_t data[100];
	struct packet p = { .head_len = 4, .data = data, .len = 100 };
	const struct far_end none = { .dscp = 0 };

	(void)state;
	assert_int_equal(transport_stream.overhead(&settings[0], &none), 3);
	assert_int_equal(transport_stream.overhead(&settings[1], &none), 7);
	assert_int_equal(transport_stream.overhead(&settings[2], &none), 4);
	assert_in_range(transport_stream.cost(&settings[0], &none, &p), 107,
			108);
	assert_in_range(transport_stream.cost(&settings[2], &none, &p), 108,
			110);
}

/* Turns for so long, in which only one end is served: how often it revives */
static int turns(struct site *t, struct side *s, int ms)
{
	struct reception r[4];
	int revivals = 0;

	for (int i = 0; i < ms; i += 2) {
		t->now = mono_add(t->now, mono_ms(2));
		while (receive(s, r, 4) > 0)
			continue;
		assert_int_equal(transport_stream.clock(&s->end, t->now), 0);
		revivals += s->end.revived;
		s->end.revived = false;
	}
	return revivals;
}

/* A cut line is silent, or has no flags; one flag says that it is back. */
static void test_revival(void **state)
{
	static const uint8_t flag = 0x7e, frame[] = { 0x7e, 1, 2, 3, 0x7e };
	static const struct {
		const uint8_t *octets;
		size_t len;
		int after, revives;
	} table[] = {
		{ &flag, 1, 200, 1 },
		{ &flag, 1, 20, 0 },
		{ &flag, 1, 90, 0 },
		{ &flag, 1, 120, 1 },
		{ frame, sizeof(frame), 1000, 1 },
		{ frame, 1, 50, 0 },
		{ (const uint8_t *)"\xff\xff\xff\xff", 4, 200, 0 },
		{ (const uint8_t *)"\x01\x02\x03\x04", 4, 10, 0 },
		{ &flag, 1, 20, 1 },
	};
	struct site t;

	(void)state;
	open_site(&t, &settings[1]);
	turns(&t, &t.side[0], 10);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		assert_int_equal(turns(&t, &t.side[0], table[i].after), 0);
		assert_int_equal(write(t.side[1].end.fd, table[i].octets,
				       table[i].len), table[i].len);
		assert_int_equal(turns(&t, &t.side[0], 2), table[i].revives);
	}
	close_site(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_pending),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_bit_stream_follows_the_line),
		cmocka_unit_test(test_turns_last_as_long_as_a_frame),
		cmocka_unit_test(test_octet_framing_is_silent),
		cmocka_unit_test(test_blocked_device),
		cmocka_unit_test(test_damage_is_counted),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_end_of_the_device),
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_revival),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
