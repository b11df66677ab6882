// SPDX-License-Identifier: ISC
// The taps: who dumps gets what he asked for, and costs nobody else anything.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "codec/gso.h"
#include "codec/wire.h"
#include "engine/capture.h"
#include "super_frame.h"

static const uint8_t octets[1000] = { 2, 0, 0, 0, 0, 1 };

/** struct site - Taps, and one client */
struct site {
	struct event_base *base;
	struct capture c;
	int fd;
	size_t used, at;
	uint8_t in[4 * 1024 * 1024];
};

static void turn(struct site *s)
{
	event_base_loop(s->base, EVLOOP_NONBLOCK);
	event_base_loop(s->base, EVLOOP_NONBLOCK);
}

static int set_up(void **state)
{
	static struct site site;

	memset(&site, 0, sizeof(site));
	site.base = event_base_new();
	capture_init(&site.c, site.base);
	site.fd = capture_open(&site.c, NULL);
	*state = &site;
	return site.fd < 0;
}

static int tear_down(void **state)
{
	struct site *s = *state;

	if (s->fd >= 0)
		close(s->fd);
	capture_fini(&s->c);
	event_base_free(s->base);
	return 0;
}

static struct dump_start request(enum dump_point point)
{
	return (struct dump_start){
		.head = { sizeof(struct dump_start), DUMP_START, 0 },
		.version = DUMP_VERSION, .point = (uint8_t)point,
		.directions = DUMP_INOUT, .snaplen = 100,
	};
}

static void say(struct site *s, const void *data, size_t len)
{
	assert_int_equal(send(s->fd, data, len, MSG_NOSIGNAL), len);
	turn(s);
}

static void begin(struct site *s, enum dump_point point)
{
	struct dump_start start = request(point);

	say(s, &start, sizeof(start));
}

static struct tap a_frame(enum dump_point point)
{
	return (struct tap){
		.point = point, .direction = DUMP_IN,
		.reason = point == DUMP_DROP ? "runt" : NULL,
		.place = { 17 << 8 | 255, 17, "noc", "", NULL, NULL },
		.data = octets, .len = sizeof(octets),
	};
}

static void put(struct site *s, enum dump_point point)
{
	struct tap t = a_frame(point);

	if (capture_wants(&s->c, point))
		capture_put(&s->c, &t);
}

/* The next record, or NULL; all that the daemon says is taken meanwhile. */
static const struct dump_head *next(struct site *s)
{
	const struct dump_head *h;
	ssize_t n;

	do {
		turn(s);
		n = recv(s->fd, s->in + s->used, sizeof(s->in) - s->used,
			 MSG_DONTWAIT);
		s->used += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	h = (const void *)(s->in + s->at);
	if (s->used - s->at < sizeof(*h))
		return NULL;
	assert_int_equal(h->len % DUMP_ALIGN, 0);
	s->at += h->len;
	assert_true(s->at <= s->used);
	return h;
}

static const void *expect(struct site *s, enum dump_type type)
{
	const struct dump_head *h = next(s);

	assert_non_null(h);
	assert_int_equal(h->type, type);
	return h;
}

static void nothing_while_nobody_dumps(void **state)
{
	struct site *s = *state;

	for (unsigned i = 0; i < DUMP_POINT_NUM; i++)
		assert_false(capture_wants(&s->c, (enum dump_point)i));
	begin(s, DUMP_LINE);
	assert_false(capture_wants(&s->c, DUMP_LAN));
	assert_true(capture_wants(&s->c, DUMP_LINE));
	close(s->fd);
	s->fd = -1;
	turn(s);
	turn(s);
	assert_false(capture_wants(&s->c, DUMP_LINE));
	assert_int_equal(s->c.n, 0);
}

static void a_frame_as_it_was_caught(void **state)
{
	struct site *s = *state;
	const struct dump_frame *f;
	const struct dump_place *p;

	begin(s, DUMP_DROP);
	put(s, DUMP_LAN);
	put(s, DUMP_DROP);
	put(s, DUMP_DROP);
	expect(s, DUMP_BEGIN);
	p = expect(s, DUMP_PLACE);
	assert_string_equal(p->channel, "noc");
	assert_int_equal(p->id, 17);
	f = expect(s, DUMP_FRAME);
	assert_int_equal(f->place, p->place);
	assert_int_equal(f->len, sizeof(octets));
	assert_int_equal(f->caplen, 100);
	assert_int_equal(f->direction, DUMP_IN);
	assert_int_equal(f->class_, DUMP_CLASS_NONE);
	assert_int_equal(f->reason_len, 4);
	assert_memory_equal(f + 1, "runt", 4);
	assert_memory_equal((const uint8_t *)(f + 1) + 4, octets, 100);
	expect(s, DUMP_FRAME);
	assert_null(next(s));
}

static void a_line_s_header_and_class(void **state)
{
	static const uint8_t head[] = { 0x80, 0x0c, 0, 17, 0, 9 };
	struct site *s = *state;
	struct tap t = a_frame(DUMP_LINE);
	const struct dump_frame *f;

	t.flags = DUMP_F_LINE;
	t.head = head;
	t.head_len = sizeof(head);
	begin(s, DUMP_LINE);
	capture_put(&s->c, &t);
	expect(s, DUMP_BEGIN);
	expect(s, DUMP_PLACE);
	f = expect(s, DUMP_FRAME);
	assert_int_equal(f->class_, 3);
	assert_int_equal(f->len, sizeof(octets) + sizeof(head));
	assert_memory_equal(f + 1, head, sizeof(head));
	assert_memory_equal((const uint8_t *)(f + 1) + sizeof(head), octets,
			    100 - sizeof(head));
}

static void who_does_not_read_loses_alone(void **state)
{
	struct site *s = *state;
	const struct dump_head *h;
	const struct dump_end *end;
	uint64_t frames = 0, lost = 0;
	enum { N = 100000 };
	int other = s->fd;

	begin(s, DUMP_LAN);
	s->fd = capture_open(&s->c, NULL);
	begin(s, DUMP_LAN);
	for (int i = 0; i < N; i++) {
		put(s, DUMP_LAN);
		if (i % 100)
			continue;
		while ((h = next(s)))	/* this one reads */
			frames += h->type == DUMP_FRAME;
		s->at = s->used = 0;
	}
	shutdown(s->fd, SHUT_WR);
	while ((h = next(s)) && h->type != DUMP_END)
		frames += h->type == DUMP_FRAME;
	assert_int_equal(frames, N);
	close(s->fd);
	s->fd = other;
	s->used = s->at = 0;
	shutdown(s->fd, SHUT_WR);
	for (frames = 0; (h = next(s)) && h->type != DUMP_END; ) {
		if (h->type != DUMP_FRAME)
			continue;
		frames++;
		lost += ((const struct dump_frame *)h)->lost;
	}
	assert_non_null(h);
	end = (const void *)h;
	assert_int_equal(end->matched, N);
	assert_int_equal(end->lost, N - frames);
	assert_true(end->lost > 0);
	assert_true(lost <= end->lost);
	turn(s);
	assert_int_equal(s->c.n, 0);
}

static void no_more_than_there_is_place_for(void **state)
{
	struct site *s = *state;
	int fd[CAPTURE_DUMPERS];

	for (int i = 0; i < CAPTURE_DUMPERS - 1; i++) {
		fd[i] = capture_open(&s->c, NULL);
		assert_true(fd[i] >= 0);
	}
	assert_int_equal(capture_open(&s->c, NULL), -EBUSY);
	for (int i = 0; i < CAPTURE_DUMPERS - 1; i++)
		close(fd[i]);
	turn(s);
}

static const struct {
	const char *what;
	size_t offset;
	uint32_t value;
	size_t size;
} wrong[] = {
	{ "length", offsetof(struct dump_start, head.len), 8, 4 },
	{ "type", offsetof(struct dump_start, head.type), 9, 2 },
	{ "version", offsetof(struct dump_start, version), 7, 2 },
	{ "point", offsetof(struct dump_start, point), 3, 1 },
	{ "no direction", offsetof(struct dump_start, directions), 0, 1 },
	{ "directions", offsetof(struct dump_start, directions), 7, 1 },
	{ "no snapshot", offsetof(struct dump_start, snaplen), 0, 4 },
	{ "snapshot", offsetof(struct dump_start, snaplen), 1U << 31, 4 },
	{ "wishes", offsetof(struct dump_start, wishes), 2, 4 },
	{ "instructions", offsetof(struct dump_start, ninstructions),
	  DUMP_INSTRUCTIONS_MAX + 1, 4 },
	{ "all there are", offsetof(struct dump_start, ninstructions),
	  UINT32_MAX, 4 },
};

static void set_field(void *field, uint32_t value, size_t size)
{
	uint8_t octet = (uint8_t)value;
	uint16_t half = (uint16_t)value;

	if (size == sizeof(octet))
		memcpy(field, &octet, size);
	else if (size == sizeof(half))
		memcpy(field, &half, size);
	else
		memcpy(field, &value, sizeof(value));
}

static void nonsense_is_refused(void **state)
{
	struct site *s = *state;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct dump_start start = request(DUMP_LAN);
		const struct dump_head *h;

		set_field((uint8_t *)&start + wrong[i].offset, wrong[i].value,
			  wrong[i].size);
		say(s, &start, sizeof(start));
		h = next(s);
		if (!h || h->type != DUMP_ERROR)
			fail_msg("%s: taken", wrong[i].what);
		assert_false(capture_wants(&s->c, DUMP_LAN));
		turn(s);
		assert_int_equal(s->c.n, 0);
		close(s->fd);
		s->fd = capture_open(&s->c, NULL);
	}
}

static void who_goes_on_talking_is_ended(void **state)
{
	struct site *s = *state;

	begin(s, DUMP_LAN);
	assert_int_equal(s->c.n, 1);
	say(s, "more", 4);
	assert_int_equal(s->c.n, 0);
	assert_false(capture_wants(&s->c, DUMP_LAN));
}

static bool is_lab(const void *sharer, const char *channel)
{
	return !strcmp(sharer, channel);
}

static void one_channel_alone(void **state)
{
	struct site *s = *state;
	struct tap t = a_frame(DUMP_LAN);

	close(s->fd);
	s->fd = capture_open(&s->c, "lab");
	begin(s, DUMP_LAN);
	capture_put(&s->c, &t);
	expect(s, DUMP_BEGIN);
	assert_null(next(s));
	t.place.channel = "lab";
	capture_put(&s->c, &t);
	expect(s, DUMP_PLACE);
	expect(s, DUMP_FRAME);
	t.place.channel = "noc";	/* of several, one of them lab */
	t.concerns = is_lab;
	t.sharer = "lab";
	capture_put(&s->c, &t);
	expect(s, DUMP_FRAME);
}

static void begin_with(struct site *s, enum dump_point point, uint32_t wishes)
{
	struct dump_start start = request(point);

	start.snaplen = DUMP_SNAPLEN_MAX;
	start.wishes = wishes;
	say(s, &start, sizeof(start));
	expect(s, DUMP_BEGIN);
}

static const uint8_t *expect_frame(struct site *s, size_t len)
{
	const struct dump_frame *f = expect(s, DUMP_FRAME);

	assert_int_equal(f->len, len);
	assert_int_equal(f->caplen, len);
	return (const uint8_t *)(f + 1) + f->reason_len;
}

/* What a network card would have made of frame @i. */
static size_t make_whole(const struct gso_cut *c, unsigned int i, uint8_t *out)
{
	struct gso_segment s;

	gso_cut_next(c, i, out, &s);
	memcpy(out + s.head, c->frame + s.offset, s.length);
	gso_cut_complete(c, out, out + s.head, s.length);
	return s.head + s.length;
}

/* In pieces, as frames that were joined: the first one is whole, of the
 * others there is the payload. */
static void tear(struct tap *t, const struct gso_cut *c, struct iovec *rest)
{
	for (unsigned int i = 1; i < c->count; i++) {
		uint8_t head[GSO_HEADER_MAX];
		struct gso_segment s;

		gso_cut_next(c, i, head, &s);
		rest[i - 1] = (struct iovec){
			(uint8_t *)(uintptr_t)c->frame + s.offset, s.length
		};
	}
	t->len = c->count > 1 ? c->at.payload + c->size : t->len;
	t->rest = rest;
	t->nrest = c->count - 1;
}

static void a_super_frame_as_its_frames(void **state)
{
	static uint8_t room[SUPER_ROOM], was[SUPER_ROOM], whole[SUPER_ROOM];
	struct site *s = *state;
	struct dice d = { 3 };
	struct iovec rest[128];
	struct gso_cut cut;

	begin_with(s, DUMP_LAN, 0);
	for (int n = 0; n < 400; n++) {
		struct tap t = a_frame(DUMP_LAN);
		struct frame f;

		super_frame_make(&f, room, &d);
		memcpy(was, room, f.len);
		assert_int_equal(gso_cut_begin(&cut, &f, f.len), 0);
		t.data = f.data;
		t.len = f.len;
		t.offload = f.offload;
		if (n % 2)
			tear(&t, &cut, rest);
		capture_super(&s->c, &t);
		assert_memory_equal(room, was, f.len);
		if (!n)
			expect(s, DUMP_PLACE);
		for (unsigned int i = 0; i < cut.count; i++) {
			size_t len = make_whole(&cut, i, whole);

			assert_memory_equal(expect_frame(s, len), whole, len);
		}
		assert_null(next(s));
		s->used = s->at = 0;
	}
}

static void a_super_frame_as_it_is(void **state)
{
	static uint8_t room[SUPER_ROOM];
	struct site *s = *state;
	struct dice d = { 4 };
	struct iovec rest[128];
	struct gso_cut cut;

	begin_with(s, DUMP_LAN, DUMP_RAW);
	for (int n = 0; n < 100; n++) {
		struct tap t = a_frame(DUMP_LAN);
		struct frame f;

		super_frame_make(&f, room, &d);
		assert_int_equal(gso_cut_begin(&cut, &f, f.len), 0);
		t.data = f.data;
		t.len = f.len;
		t.offload = f.offload;
		if (n % 2)
			tear(&t, &cut, rest);
		capture_super(&s->c, &t);
		if (!n)
			expect(s, DUMP_PLACE);
		assert_memory_equal(expect_frame(s, f.len), room, f.len);
		assert_null(next(s));
		s->used = s->at = 0;
	}
}

/* A frame whose checksum the kernel has left to us, and where it is so. */
static void make_partial(struct frame *f, uint8_t *out, struct dice *d)
{
	static uint8_t room[SUPER_ROOM];
	struct gso_segment s;
	struct gso_cut c;

	super_frame_make(f, room, d);
	assert_int_equal(gso_cut_begin(&c, f, f->len), 0);
	gso_cut_next(&c, 0, out, &s);
	memcpy(out + s.head, f->data + s.offset, s.length);
	f->data = out;
	f->len = s.head + s.length;
	f->offload.gso = FRAME_ORDINARY;
	f->offload.size = 0;
}

/* @apart: octets of it that stand alone */
static void check_completed(struct site *s, struct dice *d, bool line,
			    size_t apart)
{
	static uint8_t out[FRAME_SIZE], whole[FRAME_SIZE], was[FRAME_SIZE];
	struct wire_header h = { .class = 2, .channel = 17, .partial = true };
	size_t n = line ? wire_encode(out, &h) : 0;
	struct tap t = a_frame(line ? DUMP_LINE : DUMP_LAN);
	struct frame f, right;
	size_t len;

	make_partial(&f, out + n, d);
	len = f.len + n;
	memcpy(was, out, len);
	memcpy(whole, out, len);
	right = (struct frame){ whole + n, f.len, f.offload };
	gso_complete(&right);
	h.partial = false;
	if (line)
		wire_encode(whole, &h);
	else
		t.offload = f.offload;
	t.flags = line ? DUMP_F_LINE : 0;
	t.head = out;
	t.head_len = apart;
	t.data = out + apart;
	t.len = len - apart;
	capture_put(&s->c, &t);
	assert_memory_equal(out, was, len);
	assert_memory_equal(expect_frame(s, len), whole, len);
}

static void a_checksum_is_complete_in_the_copy(void **state)
{
	struct site *s = *state;
	struct dice d = { 5 };

	for (enum dump_point point = DUMP_LAN; point <= DUMP_LINE; point++) {
		begin_with(s, point, 0);
		put(s, point);
		expect(s, DUMP_PLACE);
		expect(s, DUMP_FRAME);
		for (size_t i = 0; i < 200; i++)
			check_completed(s, &d, point == DUMP_LINE, i % 3 * 6);
		close(s->fd);
		s->fd = capture_open(&s->c, NULL);
		s->used = s->at = 0;
	}
}

static void a_partial_one_as_it_is(void **state)
{
	static uint8_t out[FRAME_SIZE];
	struct site *s = *state;
	struct dice d = { 6 };
	struct tap t = a_frame(DUMP_LAN);
	struct frame f;

	begin_with(s, DUMP_LAN, DUMP_RAW);
	make_partial(&f, out, &d);
	t.data = f.data;
	t.len = f.len;
	t.offload = f.offload;
	capture_put(&s->c, &t);
	expect(s, DUMP_PLACE);
	assert_memory_equal(expect_frame(s, f.len), out, f.len);
}

/* Nothing is cut for a client that has no room, but all is counted. */
static void super_frames_are_lost_as_frames(void **state)
{
	static uint8_t room[SUPER_ROOM];
	struct site *s = *state;
	const struct dump_head *h;
	struct tap t = a_frame(DUMP_LAN);
	struct dice d = { 7 };
	uint64_t put = 0, got = 0;
	struct gso_cut cut;
	struct frame f;

	begin_with(s, DUMP_LAN, 0);
	for (int i = 0; i < 500; i++) {
		super_frame_make(&f, room, &d);
		assert_int_equal(gso_cut_begin(&cut, &f, f.len), 0);
		t.data = f.data;
		t.len = f.len;
		t.offload = f.offload;
		capture_super(&s->c, &t);
		put += cut.count;
	}
	shutdown(s->fd, SHUT_WR);
	while ((h = next(s)) && h->type != DUMP_END)
		got += h->type == DUMP_FRAME;
	assert_non_null(h);
	assert_int_equal(((const struct dump_end *)h)->matched, put);
	assert_int_equal(((const struct dump_end *)h)->lost, put - got);
	assert_true(got > 0 && got < put);
}

int main(void)
{
#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(nothing_while_nobody_dumps),
		TEST(a_frame_as_it_was_caught),
		TEST(a_line_s_header_and_class),
		TEST(who_does_not_read_loses_alone),
		TEST(no_more_than_there_is_place_for),
		TEST(nonsense_is_refused),
		TEST(who_goes_on_talking_is_ended),
		TEST(one_channel_alone),
		TEST(a_super_frame_as_its_frames),
		TEST(a_super_frame_as_it_is),
		TEST(a_checksum_is_complete_in_the_copy),
		TEST(a_partial_one_as_it_is),
		TEST(super_frames_are_lost_as_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
