// SPDX-License-Identifier: ISC
// pcapng: what is written can be read, in either order; what is corrupt is
// told, wherever the fault is.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/pcapng.h"

static const uint8_t frame[] = { 1, 2, 3, 4, 5 };

/* A file of another's, big-endian, microseconds. */
static const uint8_t foreign[] = {
	0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28, 0x1a, 0x2b, 0x3c, 0x4d,
	0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0, 0, 0, 28,
	0, 0, 0, 1, 0, 0, 0, 20, 0, 147, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20,
	0, 0, 0, 9, 0, 0, 0, 12, 0, 0, 0, 12,	/* unknown: skipped */
	0, 0, 0, 6, 0, 0, 0, 56, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2d, 0xc6,
	0xc0, 0, 0, 0, 3, 0, 0, 0, 9, 7, 8, 9, 0,
	0, 2, 0, 4, 0, 0, 0, 2, 0, 1, 0, 2, 'h', 'i', 0, 0, 0, 0, 0, 0,
	0, 0, 0, 56,
};

/* Brings the blocks to the reader; returns the last packet's number, or the
 * error. */
static int read_file(const uint8_t *file, size_t len,
		     struct pcapng_packet *last)
{
	struct pcapng_reader r = { 0 };
	size_t at = 0;
	int n, packets = 0;

	while (at < len) {
		if (len - at < PCAPNG_HEAD) {
			packets = -ENODATA;
			break;
		}
		n = pcapng_length(&r, file + at);
		if (n >= 0 && (size_t)n > len - at)
			n = -ENODATA;
		if (n < 0) {
			packets = n;
			break;
		}
		at += (size_t)n;
		n = pcapng_read(&r, file + at - n, (size_t)n, last);
		if (n < 0) {
			packets = n;
			break;
		}
		packets += n;
	}
	pcapng_reader_free(&r);
	return packets;
}

static size_t write_file(uint8_t *out)
{
	const struct pcapng_interface i = {
		.link = PCAPNG_USER0, .snaplen = 1000, .name = "line:noc/wan",
		.resolution = 9,
	};
	const struct pcapng_packet p = {
		.time_ns = 1500000000123456789, .direction = PCAPNG_OUTBOUND,
		.comment = "runt", .data = frame, .caplen = sizeof(frame),
		.len = 77,
	};
	size_t n = pcapng_section(out, "test");

	n += pcapng_interface(out + n, &i);
	n += pcapng_packet(out + n, &p);
	return n + pcapng_statistics(out + n, 0, p.time_ns, 5, 4);
}

static void what_is_written_can_be_read(void **state)
{
	uint8_t file[4 * PCAPNG_SMALL];
	struct pcapng_packet p = { 0 };

	(void)state;
	assert_int_equal(read_file(file, write_file(file), &p), 1);
	assert_int_equal(p.interface, 0);
	assert_true(p.time_ns == 1500000000123456789);
	assert_int_equal(p.direction, PCAPNG_OUTBOUND);
	assert_string_equal(p.comment, "runt");
	assert_int_equal(p.caplen, sizeof(frame));
	assert_int_equal(p.len, 77);
	assert_memory_equal(p.data, frame, sizeof(frame));
}

static void a_file_of_another_order(void **state)
{
	struct pcapng_packet p = { 0 };

	(void)state;
	assert_int_equal(read_file(foreign, sizeof(foreign), &p), 1);
	assert_true(p.time_ns == 3000000000);
	assert_int_equal(p.direction, PCAPNG_OUTBOUND);
	assert_string_equal(p.comment, "hi");
	assert_int_equal(p.caplen, 3);
	assert_int_equal(p.len, 9);
	assert_memory_equal(p.data, "\7\10\11", 3);
}

static const struct {
	const char *what;
	size_t at;
	uint8_t octet;
	int wanted;
} faults[] = {
	{ "no section", 0, 0x0b, -EINVAL },
	{ "byte order", 8, 0, -EINVAL },
	{ "length of the section", 7, 24, -EINVAL },
	{ "second length of the section", 27, 24, -EINVAL },
	{ "odd length", 35, 21, -EINVAL },
	{ "huge length", 32, 0x7f, -E2BIG },
	{ "no length", 35, 0, -EINVAL },
	{ "second length of the interface", 47, 24, -EINVAL },
	{ "interface that is none", 71, 1, -EINVAL },
	{ "captured octets behind the end", 83, 100, -EINVAL },
	{ "captured octets beyond 2^31", 80, 0xff, -EINVAL },
	{ "more octets captured than there were", 87, 2, -EINVAL },
	{ "option behind the end", 95, 200, 1 },
};

static void faults_are_told(void **state)
{
	uint8_t file[sizeof(foreign)];
	struct pcapng_packet p;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		int got;

		memcpy(file, foreign, sizeof(file));
		file[faults[i].at] = faults[i].octet;
		got = read_file(file, sizeof(file), &p);
		if (got != faults[i].wanted)
			fail_msg("%s: %d", faults[i].what, got);
	}
}

static void every_beginning_is_harmless(void **state)
{
	struct pcapng_packet p;

	(void)state;
	for (size_t len = 1; len < sizeof(foreign); len++)
		assert_true(read_file(foreign, len, &p) <= 0);
}

static const struct {
	uint8_t resolution;
	uint64_t ticks;
	int64_t ns;
} times[] = {
	{ 9, 1500000000123456789, 1500000000123456789 },
	{ 6, 1500000000123456, 1500000000123456000 },
	{ 3, 1500, 1500000000 },
	{ 0, 7, 7000000000 },
	{ 12, 7000, 7 },
	{ 0x80 | 20, 3 << 19, 1500000000 },
	{ 0x80 | 40, UINT64_C(1) << 40, 1073741824 },
	{ 127, UINT64_MAX, 0 },
};

static void resolutions(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		struct pcapng_interface in = {
			.resolution = times[i].resolution
		};
		struct pcapng_packet p = {
			.time_ns = (int64_t)times[i].ticks,
		};
		uint8_t file[4 * PCAPNG_SMALL];
		size_t n = pcapng_section(file, "test");

		n += pcapng_interface(file + n, &in);
		p.data = frame;
		n += pcapng_packet(file + n, &p);
		assert_int_equal(read_file(file, n, &p), 1);
		assert_true(p.time_ns == times[i].ns);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_can_be_read),
		cmocka_unit_test(a_file_of_another_order),
		cmocka_unit_test(faults_are_told),
		cmocka_unit_test(every_beginning_is_harmless),
		cmocka_unit_test(resolutions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
