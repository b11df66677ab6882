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
#include "engine/capture.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
