// SPDX-License-Identifier: ISC
// Super-frames: cut into right frames, and joined again just as they were.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <netinet/in.h>

#include "base/util.h"
#include "codec/checksum.h"
#include "codec/gso.h"
#include "super_frame.h"

enum { ROUNDS = 3000, FRAMES_MAX = 128, NO_BOUND = 65536 };

/* Frames one after the other, each in memory of its own. */
struct row {
	struct frame frames[FRAMES_MAX];
	unsigned int n;
};

static void row_add(struct row *r, const uint8_t *head, size_t head_len,
		    const uint8_t *rest, size_t len)
{
	struct frame *f = &r->frames[r->n++];

	assert_true(r->n <= FRAMES_MAX);
	*f = (struct frame){ .len = head_len + len };
	f->data = malloc(f->len);
	assert_non_null(f->data);
	memcpy(f->data, head, head_len);
	memcpy(f->data + head_len, rest, len);
}

static void row_clear(struct row *r)
{
	while (r->n)
		free(r->frames[--r->n].data);
}

/* Cut @f into the row's frames; with right or with partial checksums. */
static void cut(struct row *r, const struct frame *f, size_t room,
		bool partial)
{
	uint8_t head[GSO_HEADER_MAX];
	struct gso_segment s;
	struct gso_cut c;

	assert_int_equal(gso_cut_begin(&c, f, room), 0);
	for (unsigned int i = 0; i < c.count; i++) {
		gso_cut_next(&c, i, head, &s);
		if (!partial)
			gso_cut_complete(&c, head, f->data + s.offset,
					 s.length);
		row_add(r, head, s.head, f->data + s.offset, s.length);
		if (partial)
			assert_int_equal(gso_take_partial(
					 &r->frames[r->n - 1], true), 0);
	}
}

/* Is a frame what a network card would have sent? By slow means. */
static void check_right(const struct frame *f)
{
	struct gso_layout l;
	const uint8_t *ip;
	uint32_t sum;

	assert_int_equal(gso_parse(&l, f->data, f->len), 0);
	assert_int_equal(l.end, f->len);
	ip = f->data + l.network;
	if (l.ip == 4)
		assert_int_equal(slow_sum(ip, l.transport - l.network),
				 0xffff);
	sum = l.ip == 4 ? slow_sum(ip + 12, 8) : slow_sum(ip + 8, 32);
	sum += l.protocol + (uint32_t)(l.end - l.transport);
	sum += slow_sum(f->data + l.transport, l.end - l.transport);
	assert_int_equal(sum % 0xffff, 0);
}

static void cuts_are_right(void **state)
{
	static uint8_t room[SUPER_ROOM];
	struct dice d = { 1 };

	(void)state;
	for (int round = 0; round < ROUNDS / 10; round++) {
		struct row r = { .n = 0 };
		struct gso_layout l, of;
		struct frame f;
		size_t at;

		super_frame_make(&f, room, &d);
		cut(&r, &f, NO_BOUND, false);
		assert_int_equal(gso_parse(&of, f.data, f.len), 0);
		at = of.payload;
		for (unsigned int i = 0; i < r.n; i++) {
			const struct frame *s = &r.frames[i];
			bool last = i + 1 == r.n;

			check_right(s);
			gso_parse(&l, s->data, s->len);
			assert_memory_equal(s->data + l.payload, f.data + at,
					    l.end - l.payload);
			assert_true(last || l.end - l.payload ==
				    f.offload.size);
			if (l.protocol == IPPROTO_TCP)
				assert_int_equal(checksum_get32(s->data +
					l.transport + 4), (uint32_t)(
					checksum_get32(f.data + l.transport +
					4) + (at - of.payload)));
			if (l.protocol == IPPROTO_TCP && !last)
				assert_int_equal(s->data[l.transport + 13],
						 0x10);
			at += l.end - l.payload;
		}
		assert_int_equal(at, f.len);
		row_clear(&r);
	}
}

/* TCP is cut to fit the line; datagrams are not ours to cut. */
static void cuts_fit(void **state)
{
	static uint8_t room[SUPER_ROOM];
	struct dice d = { 2 };

	(void)state;
	for (int round = 0; round < ROUNDS / 10; round++) {
		struct row r = { .n = 0 };
		struct frame f;

		super_frame_make(&f, room, &d);
		cut(&r, &f, 600, false);
		for (unsigned int i = 0; i < r.n; i++) {
			check_right(&r.frames[i]);
			if (f.offload.gso != FRAME_UDP)
				assert_true(r.frames[i].len <= 600);
		}
		row_clear(&r);
	}
}

/* What left the join as one frame, in one piece of memory. */
static struct frame flat(const struct gso_join *j, uint8_t room[SUPER_ROOM])
{
	struct frame f = { .data = room, .offload = j->offload };

	for (unsigned int i = 1; i <= j->count; i++) {
		memcpy(room + f.len, j->iov[i].iov_base, j->iov[i].iov_len);
		f.len += j->iov[i].iov_len;
	}
	assert_int_equal(f.len, j->len);
	return f;
}

static void take_off(struct gso_join *j, struct row *out, bool partial)
{
	static uint8_t room[SUPER_ROOM];
	struct frame f;

	gso_join_end(j);
	f = flat(j, room);
	if (f.offload.gso)
		cut(out, &f, NO_BOUND, partial);
	else
		row_add(out, f.data, f.len, f.data, 0);
	j->count = 0;
}

/* Join a row, cut what came of it, and hold it against what it was. */
static unsigned int there_and_back(const struct row *in, bool udp,
				   bool partial)
{
	struct gso_join j = { .udp = udp };
	struct row out = { .n = 0 }, copy = { .n = 0 };
	unsigned int writes = 0;

	for (unsigned int i = 0; i < in->n; i++) {
		const struct frame *f = &in->frames[i];

		row_add(&copy, f->data, f->len, f->data, 0);
		copy.frames[i].offload = f->offload;
		if (!gso_join_add(&j, &copy.frames[i])) {
			take_off(&j, &out, partial);
			writes++;
			assert_true(gso_join_add(&j, &copy.frames[i]));
		}
	}
	take_off(&j, &out, partial);
	assert_int_equal(out.n, in->n);
	for (unsigned int i = 0; i < in->n; i++) {
		assert_int_equal(out.frames[i].len, in->frames[i].len);
		assert_memory_equal(out.frames[i].data, in->frames[i].data,
				    in->frames[i].len);
	}
	row_clear(&out);
	row_clear(&copy);
	return writes + 1;
}

/* Frames of one length that lie in a row are joined as one by one. */
static void row_as_one_by_one(const struct row *in, bool udp)
{
	enum { GAP = 6 };
	static uint8_t room[SUPER_ROOM + FRAMES_MAX * 256];
	struct gso_join a = { .udp = udp }, b = { .udp = udp };
	size_t len = in->frames[in->n > 1].len;
	struct frame first = in->frames[0];
	unsigned int n = 0, taken = 0;

	gso_join_add(&a, &first);
	gso_join_add(&b, &first);
	for (unsigned int i = 1; i < in->n && in->frames[i].len == len; i++) {
		struct frame f = in->frames[i];

		if (f.offload.partial != in->frames[1].offload.partial)
			break;
		f.data = memcpy(room + n++ * (len + GAP), f.data, len);
		if (taken + 1 == n)
			taken += gso_join_add(&a, &f);
	}
	if (n) {
		struct frame f = in->frames[1];

		f.data = room;
		assert_int_equal(gso_join_row(&b, &f, len + GAP, n), taken);
	}
	assert_int_equal(a.count, b.count);
	assert_int_equal(a.len, b.len);
	assert_int_equal(a.closed, b.closed);
	for (unsigned int i = 1; i <= a.count; i++) {
		assert_ptr_equal(a.iov[i].iov_base, b.iov[i].iov_base);
		assert_int_equal(a.iov[i].iov_len, b.iov[i].iov_len);
	}
}

static void joins_as_they_were(void **state)
{
	static uint8_t room[SUPER_ROOM];
	struct dice d = { 3 };

	(void)state;
	for (int round = 0; round < ROUNDS / 10; round++) {
		bool partial = dice_throw(&d, 2);
		struct row r = { .n = 0 };
		struct frame f;
		unsigned int writes;

		super_frame_make(&f, room, &d);
		cut(&r, &f, NO_BOUND, partial);
		row_as_one_by_one(&r, true);
		writes = there_and_back(&r, true, partial);
		assert_int_equal(writes,
				 (r.n + GSO_JOIN_MAX - 1) / GSO_JOIN_MAX);
		if (f.offload.gso == FRAME_UDP)
			assert_int_equal(there_and_back(&r, false, partial),
					 r.n);
		row_clear(&r);
	}
}

/* A bit turned over, two frames exchanged, one lost or come twice. */
static void disturb(struct row *r, struct dice *d)
{
	unsigned int i = dice_throw(d, r->n);
	struct frame *f = &r->frames[i], *g = &r->frames[r->n - 1], x = *f;
	size_t head = MIN(f->len, 130);

	switch (dice_throw(d, 4)) {
	case 0:
		f->data[dice_throw(d, (uint32_t)f->len)] ^=
			(uint8_t)(1 << dice_throw(d, 8));
		break;
	case 1:
		f->data[dice_throw(d, (uint32_t)head)] ^=
			(uint8_t)(1 << dice_throw(d, 8));
		break;
	case 2:
		*f = *g;
		*g = x;
		break;
	case 3:
		if (r->n == FRAMES_MAX)
			break;
		row_add(r, x.data, x.len, x.data, 0);
		r->frames[r->n - 1].offload = x.offload;
		break;
	}
}

static void joins_nothing_else(void **state)
{
	static uint8_t room[SUPER_ROOM];
	struct dice d = { 4 };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		bool partial = dice_throw(&d, 2);
		struct row r = { .n = 0 };
		struct frame f;

		do
			super_frame_make(&f, room, &d);
		while (f.len / f.offload.size > 20);
		cut(&r, &f, NO_BOUND, partial);
		for (uint32_t n = 1 + dice_throw(&d, 3); n--; )
			disturb(&r, &d);
		row_as_one_by_one(&r, true);
		there_and_back(&r, true, partial);
		row_clear(&r);
	}
}

static void completes(void **state)
{
	static uint8_t room[SUPER_ROOM];
	struct dice d = { 5 };

	(void)state;
	for (int round = 0; round < ROUNDS / 10; round++) {
		struct row r = { .n = 0 };
		struct frame f;

		super_frame_make(&f, room, &d);
		cut(&r, &f, NO_BOUND, true);
		for (unsigned int i = 0; i < r.n; i++) {
			assert_true(gso_may_stay_partial(&r.frames[i]));
			gso_complete(&r.frames[i]);
			assert_false(r.frames[i].offload.partial);
			check_right(&r.frames[i]);
		}
		row_clear(&r);
	}
}

/* As of VXLAN, where the kernel means the inner frame's checksum */
static void completes_what_the_parse_does_not_find(void **state)
{
	static uint8_t room[SUPER_ROOM];
	struct dice d = { 6 };
	struct frame f;

	(void)state;
	super_frame_make(&f, room, &d);
	f.offload = (struct offload){ .partial = true, .csum_start = 120,
				      .csum_offset = 16 };
	f.len = 1201;
	f.data[136] = f.data[137] = 0;	/* a pseudo-header's sum of zero */
	assert_false(gso_may_stay_partial(&f));
	gso_complete(&f);
	assert_int_equal(slow_sum(f.data + 120, f.len - 120), 0xffff);
}

static void sums_as_the_slow_one(void **state)
{
	static uint8_t room[SUPER_ROOM];
	struct dice d = { 7 };
	struct frame f;

	(void)state;
	super_frame_make(&f, room, &d);
	for (size_t len = 0; len < 300; len++)
		for (size_t at = 0; at < 9; at++)
			assert_int_equal(checksum_sum(room + at, len),
					 slow_sum(room + at, len));
	memset(room, 0xff, sizeof(room));
	assert_int_equal(checksum_sum(room, 65535), slow_sum(room, 65535));
}

static void vnet_header_there_and_back(void **state)
{
	static uint8_t room[SUPER_ROOM];
	uint8_t header[GSO_VNET_LEN];
	struct dice d = { 8 };
	struct offload o;
	struct frame f;

	(void)state;
	for (int round = 0; round < 50; round++) {
		super_frame_make(&f, room, &d);
		gso_to_vnet(header, &f.offload, 54);
		assert_int_equal(gso_from_vnet(&o, header, f.len), 0);
		assert_memory_equal(&o, &f.offload, sizeof(o));
		/* a checksum beyond the end, a type we did not ask for */
		assert_true(gso_from_vnet(&o, header, f.offload.csum_start) <
			    0);
		header[1] = 3;
		assert_true(gso_from_vnet(&o, header, f.len) < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_as_the_slow_one),
		cmocka_unit_test(cuts_are_right),
		cmocka_unit_test(cuts_fit),
		cmocka_unit_test(joins_as_they_were),
		cmocka_unit_test(joins_nothing_else),
		cmocka_unit_test(completes),
		cmocka_unit_test(completes_what_the_parse_does_not_find),
		cmocka_unit_test(vnet_header_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
