// SPDX-License-Identifier: ISC
// HDLC devices: what goes to the driver, and what is taken from it.
//
// A pair of datagram sockets stands for the device: its type is none.

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
#include "transport/hdlcdev.h"

enum { MTU = 1500 };

struct site {
	struct config_path cfg;
	struct line_end end;
	struct stats stats;
	struct frame_batch batch;
	int device;
};

static void open_site(struct site *t, const struct config_dcc *dcc)
{
	int fd[2];

	memset(t, 0, sizeof(*t));
	t->cfg.kind = TRANSPORT_DCC;
	t->cfg.dcc = *dcc;
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0,
				    fd), 0);
	t->device = fd[1];
	t->end = (struct line_end){ .fd = fd[0], .mtu = MTU,
				    .stats = &t->stats };
	assert_int_equal(frame_batch_init(&t->batch), 0);
	assert_int_equal(transport_hdlcdev.open(&t->end, &t->cfg), 0);
}

static void close_site(struct site *t)
{
	transport_hdlcdev.close(&t->end);
	frame_batch_free(&t->batch);
	close(t->end.fd);
	close(t->device);
}

static int receive(struct site *t, struct reception *r, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		r[i] = (struct reception){
			.frame = frame_batch_at(&t->batch, i),
		};
	return transport_hdlcdev.receive(&t->end, r, n);
}

static void test_send(void **state)
{
	static const struct config_dcc plain = { .fcs = 16 };
	static const struct config_dcc prefixed = {
		.fcs = 16, .prefix = { 0xff, 0x44 }, .prefix_len = 2 };
	struct packet p[2] = {
		{ { 0x80, 1, 2, 3 }, 4, (const uint8_t *)"abc", 3 },
		{ { 0x80, 4, 5, 6 }, 4, (const uint8_t *)"", 0 },
	};
	uint8_t got[64];
	struct site t;

	(void)state;
	open_site(&t, &plain);
	assert_int_equal(t.end.mtu, MTU);
	assert_int_equal(transport_hdlcdev.send(&t.end, NULL, p, 2), 2);
	assert_int_equal(read(t.device, got, sizeof(got)), 7);
	assert_memory_equal(got, "\x80\1\2\3abc", 7);
	assert_int_equal(read(t.device, got, sizeof(got)), 4);
	close_site(&t);
	open_site(&t, &prefixed);
	assert_int_equal(t.end.mtu, MTU - 2);
	assert_int_equal(transport_hdlcdev.send(&t.end, NULL, p, 1), 1);
	assert_int_equal(read(t.device, got, sizeof(got)), 9);
	assert_memory_equal(got, "\xff\x44\x80\1\2\3abc", 9);
	close_site(&t);
}

static void test_too_long(void **state)
{
	static const struct config_dcc cfg = {
		.fcs = 16, .prefix = { 0xff, 0x44 }, .prefix_len = 2 };
	static uint8_t data[MTU];
	struct packet p[2] = {
		{ { 0x80 }, 4, data, MTU - 6 }, { { 0x80 }, 4, data, MTU - 5 },
	};
	struct site t;

	(void)state;
	open_site(&t, &cfg);
	assert_int_equal(transport_hdlcdev.send(&t.end, NULL, p, 2), 1);
	assert_int_equal(transport_hdlcdev.send(&t.end, NULL, &p[1], 1),
			 -EMSGSIZE);
	close_site(&t);
}

static void test_receive(void **state)
{
	static const struct {
		struct config_dcc cfg;
		const char *frame;
		size_t len;
		const char *packet;	/* NULL: dropped */
		size_t packet_len;
	} cases[] = {
		{ { .trim = 0 }, "\x80\1\2", 3, "\x80\1\2", 3 },
		{ { .trim = 2 }, "\x80\1\2\xaa\xbb", 5, "\x80\1\2", 3 },
		{ { .trim = 2 }, "\x80\1", 2, NULL, 0 },
		{ { .prefix = { 0xff, 0x44 }, .prefix_len = 2 },
		  "\xff\x44\x80\1", 4, "\x80\1", 2 },
		/* the driver took it off */
		{ { .prefix = { 0xff, 0x44 }, .prefix_len = 2 },
		  "\x80\1\2\3", 4, "\x80\1\2\3", 4 },
		{ { .prefix = { 0xff, 0x44 }, .prefix_len = 2, .trim = 2 },
		  "\xff\x44\x80\1\xaa\xbb", 6, "\x80\1", 2 },
	};
	struct reception r[3];
	struct site t;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const bool good = cases[i].packet;

		open_site(&t, &cases[i].cfg);
		assert_int_equal(write(t.device, cases[i].frame,
				       cases[i].len), cases[i].len);
		assert_int_equal(write(t.device, "\x80\0\0\0\0\0\0", 7), 7);
		assert_int_equal(receive(&t, r, 3), 2);
		assert_int_equal(t.stats.count[DROP_FOREIGN], !good);
		assert_int_equal(r[0].damage, good ? 0 : DROP_FOREIGN);
		assert_int_equal(r[1].damage, 0);
		assert_int_equal(r[1].frame->data[0], 0x80);
		if (good) {
			assert_int_equal(r[0].frame->len,
					 cases[i].packet_len);
			assert_memory_equal(r[0].frame->data, cases[i].packet,
					    cases[i].packet_len);
		}
		assert_int_equal(r[0].from.sa.sa_family, 0);
		assert_int_equal(receive(&t, r, 3), -EAGAIN);
		close_site(&t);
	}
}

static void test_truncated(void **state)
{
	static const struct config_dcc cfg = { .fcs = 16 };
	static uint8_t data[FRAME_SIZE + 1];
	struct reception r;
	struct site t;

	(void)state;
	open_site(&t, &cfg);
	assert_int_equal(write(t.device, data, sizeof(data)), sizeof(data));
	assert_int_equal(receive(&t, &r, 1), 1);
	assert_true(r.truncated);
	close_site(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_send),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_receive),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
