// SPDX-License-Identifier: ISC
// The transmit ring: frames leave in their order, and bad ones not at all.

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
#include "sdhsim/ring.h"

/**
 * struct fixture - A ring between a device and a line
 * @device:	A pair of sockets that keep frames apart; [0] is the ring's
 */
struct fixture {
	int device[2];
	struct ring ring;
	struct hdlc_encoder encoder;
	struct hdlc_decoder decoder;
	uint8_t frame[2000];
	struct sdh_stats stats;
};

static int set_up(void **state)
{
	const struct hdlc_config config = { .order = HDLC_MSB_FIRST };
	struct fixture *x = calloc(1, sizeof(*x));

	*state = x;
	hdlc_encoder_init(&x->encoder, &config);
	hdlc_decoder_init(&x->decoder, &config, x->frame, sizeof(x->frame));
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0,
			  x->device);
}

static int tear_down(void **state)
{
	struct fixture *x = *state;

	close(x->device[0]);
	close(x->device[1]);
	free(x);
	return 0;
}

/* A frame of @len octets, numbered, with what stands before it. */
static void give(struct fixture *x, uint16_t flags, uint8_t number,
		 size_t len)
{
	uint8_t data[RING_INFORMATION + 1600];

	memset(data, number, sizeof(data));
	memcpy(data, &flags, sizeof(flags));
	assert_int_equal(write(x->device[1], data, RING_INFORMATION + len),
			 RING_INFORMATION + len);
}

/* Takes @len octets off the line; the frames' numbers come as text. */
static void take(struct fixture *x, size_t len, char *numbers)
{
	uint8_t octets[8192];
	const uint8_t *data = octets;

	assert_true(len <= sizeof(octets));
	ring_send(&x->ring, &x->encoder, octets, len, &x->stats);
	while (len) {
		int n = hdlc_decode(&x->decoder, &data, &len);

		if (n <= 0)
			continue;
		for (int i = 0; i < n; i++)
			assert_int_equal(x->frame[i], x->frame[0]);
		*numbers++ = (char)x->frame[0];
	}
	*numbers = '\0';
}

static void test_order(void **state)
{
	struct fixture *x = *state;
	char got[64];

	take(x, 10, got);
	assert_string_equal(got, "");
	give(x, 0, 'a', 2);
	give(x, 0, 'b', 1500);
	give(x, 0, 'c', 3);
	assert_int_equal(ring_refill(&x->ring, x->device[0], &x->stats), 0);
	assert_int_equal(x->ring.count, 3);
	take(x, 1000, got);
	assert_string_equal(got, "a");
	assert_int_equal(x->ring.count, 2);
	take(x, 600, got);
	assert_string_equal(got, "bc");
	assert_int_equal(x->ring.count, 0);
	assert_int_equal(x->stats.count[SDH_TAKEN], 3);
	assert_int_equal(x->stats.count[SDH_RING_MOST], 3);
}

/* An octet at a time, and frames keep coming: nothing is lost or doubled. */
static void test_trickle(void **state)
{
	struct fixture *x = *state;
	char all[256] = "", got[64];

	for (int i = 0; i < 1000; i++) {
		if (i % 20 == 0 && i < 500)
			give(x, 0, (uint8_t)('A' + i / 20), 5);
		ring_refill(&x->ring, x->device[0], &x->stats);
		take(x, 1, got);
		strcat(all, got);
	}
	assert_string_equal(all, "ABCDEFGHIJKLMNOPQRSTUVWXY");
	assert_int_equal(x->stats.count[SDH_RING_MOST], 1);
}

static void test_full(void **state)
{
	struct fixture *x = *state;
	char got[64];

	for (uint8_t i = 0; i < 20; i++)
		give(x, 0, 'a' + i, 4);
	ring_refill(&x->ring, x->device[0], &x->stats);
	assert_int_equal(x->ring.count, RING_FRAMES);
	take(x, 8, got);
	assert_string_equal(got, "a");
	ring_refill(&x->ring, x->device[0], &x->stats);
	assert_int_equal(x->ring.count, RING_FRAMES);
	take(x, 200, got);
	assert_string_equal(got, "bcdefghijklmnopq");
	ring_refill(&x->ring, x->device[0], &x->stats);
	take(x, 200, got);
	assert_string_equal(got, "rst");
	assert_int_equal(x->stats.count[SDH_RING_MOST], 16);
	assert_int_equal(x->stats.count[SDH_TAKEN_BAD], 0);
}

/* Too short for a line; cut by the kernel because it was too long. */
static void test_bad(void **state)
{
	struct fixture *x = *state;
	char got[64];

	give(x, 0, 'a', 1);
	give(x, 0, 'b', 0);
	give(x, 1, 'c', 1500);
	give(x, 0, 'd', 2);
	give(x, 0, 'e', 1);
	ring_refill(&x->ring, x->device[0], &x->stats);
	take(x, 100, got);
	assert_string_equal(got, "d");
	assert_int_equal(x->ring.count, 0);
	assert_int_equal(x->stats.count[SDH_TAKEN_BAD], 4);
}

#define each(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		each(test_order), each(test_trickle), each(test_full),
		each(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
