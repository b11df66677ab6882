// SPDX-License-Identifier: ISC
// What a TAP and a TUN let pass, and what a frame looks like on its way.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "engine/device.h"

enum { MTU = 1500 };

static const struct config_device plain;
static const struct config_device informed = { .packet_information = true };

static struct frame frame(uint8_t *memory, size_t len)
{
	memset(memory, 0xa5, FRAME_HEADROOM + FRAME_SIZE);
	return (struct frame){ memory + FRAME_HEADROOM, len };
}

static void test_tap_lengths(void **state)
{
	static const struct {
		size_t len;
		int drop;
	} rows[] = {
		{ 0, DROP_RUNT }, { 13, DROP_RUNT }, { 14, 0 }, { 60, 0 },
		{ MTU + 14, 0 }, { MTU + 22, 0 }, { MTU + 23, DROP_OVERSIZE },
		{ FRAME_SIZE, DROP_OVERSIZE },
	};
	const struct device *d = device_of(ATTACH_TAP);
	uint8_t memory[FRAME_HEADROOM + FRAME_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct wire_header h = { 0 };
		struct frame f = frame(memory, rows[i].len);

		assert_int_equal(d->from_lan(&plain, MTU, &f, &h),
				 rows[i].drop);
		f = frame(memory, rows[i].len);
		assert_int_equal(d->to_lan(&plain, MTU, &f, &h),
				 rows[i].drop);
	}
}

/* Padding does not travel, and the frame arrives as it was. */
static void test_tap_padding(void **state)
{
	const struct device *d = device_of(ATTACH_TAP);
	uint8_t memory[FRAME_HEADROOM + FRAME_SIZE], want[60];
	struct wire_header h = { 0 };
	struct frame f = frame(memory, 60);

	(void)state;
	memset(f.data + 42, 0, 18);
	memcpy(want, f.data, 60);
	assert_int_equal(d->from_lan(&plain, MTU, &f, &h), 0);
	assert_true(h.zeros);
	assert_int_equal(f.len, 42);
	memset(f.data + 42, 0xff, 18);
	assert_int_equal(d->to_lan(&plain, MTU, &f, &h), 0);
	assert_int_equal(f.len, 60);
	assert_memory_equal(f.data, want, 60);
}

static void put_information(struct frame *f, uint16_t flags, uint16_t proto)
{
	const uint8_t pi[] = {
		/* flags in the host's order, as the kernel has them */
		((const uint8_t *)&flags)[0], ((const uint8_t *)&flags)[1],
		(uint8_t)(proto >> 8), (uint8_t)proto,
	};

	memcpy(f->data, pi, sizeof(pi));
}

static void test_tun_information(void **state)
{
	static const struct {
		uint16_t flags, proto;
		uint8_t version;
		int drop;
	} rows[] = {
		{ 0, 0x0800, 0x45, 0 },
		{ 0, 0x86dd, 0x60, 0 },
		{ 1, 0x0800, 0x45, DROP_TRUNCATED },
		{ 0, 0x86dd, 0x45, DROP_PROTOCOL },
		{ 0, 0x88cc, 0x45, DROP_PROTOCOL },
		{ 0, 0x0800, 0x25, DROP_PROTOCOL },
	};
	const struct device *d = device_of(ATTACH_TUN);
	uint8_t memory[FRAME_HEADROOM + FRAME_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct wire_header h = { 0 };
		struct frame f = frame(memory, 4 + 40);

		put_information(&f, rows[i].flags, rows[i].proto);
		f.data[4] = rows[i].version;
		assert_int_equal(d->from_lan(&informed, MTU, &f, &h),
				 rows[i].drop);
		if (rows[i].drop)
			continue;
		assert_int_equal(f.len, 40);
		memset(f.data - 4, 0xff, 4);
		assert_int_equal(d->to_lan(&informed, MTU, &f, &h), 0);
		assert_int_equal(f.len, 44);
		assert_int_equal(f.data[2] << 8 | f.data[3], rows[i].proto);
		assert_int_equal(f.data[0] | f.data[1], 0);
	}
}

static void test_tun_plain(void **state)
{
	const struct device *d = device_of(ATTACH_TUN);
	uint8_t memory[FRAME_HEADROOM + FRAME_SIZE];
	struct wire_header h = { 0 };
	struct frame f = frame(memory, MTU + 1);

	(void)state;
	f.data[0] = 0x45;
	assert_int_equal(d->from_lan(&plain, MTU, &f, &h), DROP_OVERSIZE);
	assert_int_equal(d->to_lan(&plain, MTU, &f, &h), DROP_OVERSIZE);
	f.len = MTU;
	assert_int_equal(d->from_lan(&plain, MTU, &f, &h), 0);
	assert_int_equal(d->to_lan(&plain, MTU, &f, &h), 0);
	assert_int_equal(f.len, MTU);
	f.data[0] = 0;
	assert_int_equal(d->from_lan(&plain, MTU, &f, &h), DROP_PROTOCOL);
	assert_int_equal(d->to_lan(&plain, MTU, &f, &h), DROP_PROTOCOL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tap_lengths),
		cmocka_unit_test(test_tap_padding),
		cmocka_unit_test(test_tun_information),
		cmocka_unit_test(test_tun_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
