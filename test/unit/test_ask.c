// SPDX-License-Identifier: ISC
// Asking the monitor: windows, rests, generations, with a monitor of ours.

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
#include "engine/ask.h"

enum { MANY = 40, WINDOW = 16 };

struct fixture {
	int monitor;
	int sock;
	struct asker asker;
	struct ask asks[MANY];
	int answers[MANY];
	int err[MANY];
};

static struct fixture *fixture_of(struct ask *a)
{
	return container_of(a - a->request.channel, struct fixture, asks);
}

static void answered(struct ask *a, const struct priv_reply *r, int fd,
		     const char *text)
{
	struct fixture *f = fixture_of(a);

	(void)text;
	assert_int_equal(fd, -1);
	f->answers[a->request.channel]++;
	f->err[a->request.channel] = r->err;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int pair[2];

	assert_non_null(f);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK,
				    0, pair), 0);
	f->sock = pair[0];
	f->monitor = pair[1];
	asker_init(&f->asker, f->sock);
	for (uint16_t i = 0; i < MANY; i++) {
		f->asks[i].request.op = PRIV_OPEN;
		f->asks[i].request.channel = i;
		f->asks[i].answered = answered;
	}
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	close(f->sock);
	close(f->monitor);
	free(f);
	return 0;
}

/* How many questions the monitor finds; the last is left in @req. */
static int drain(struct fixture *f, struct priv_request *req)
{
	char text[PRIV_TEXT_MAX];
	int n = 0;

	while (priv_recv_request(f->monitor, req, text) > 0)
		n++;
	return n;
}

static void answer(struct fixture *f, uint16_t channel, uint32_t generation,
		   int err)
{
	struct priv_reply r = {
		.generation = generation,
		.type = PRIV_ANSWER,
		.op = PRIV_OPEN,
		.channel = channel,
		.err = err,
	};

	asker_answer(&f->asker, &r, -1, "");
}

static void test_window(void **state)
{
	struct fixture *f = *state;
	struct priv_request req;

	for (int i = 0; i < MANY; i++)
		ask_now(&f->asker, &f->asks[i]);
	assert_int_equal(drain(f, &req), WINDOW);
	answer(f, 0, 0, 0);
	assert_int_equal(f->answers[0], 1);
	assert_int_equal(drain(f, &req), 1);
	assert_int_equal(req.channel, WINDOW);
	/* asked twice is asked once */
	ask_now(&f->asker, &f->asks[1]);
	assert_int_equal(drain(f, &req), 0);
}

static void test_rest(void **state)
{
	static const int64_t rests[] = {
		1000, 2000, 4000, 8000, 16000, 30000, 30000
	};
	struct fixture *f = *state;
	struct priv_request req;
	struct ask *a = &f->asks[3];
	struct mono now = mono_ms(5000);

	for (size_t i = 0; i < ARRAY_SIZE(rests); i++) {
		ask_later(&f->asker, a, now);
		now = mono_add(now, mono_ms(rests[i] - 1));
		asker_tick(&f->asker, now);
		assert_int_equal(drain(f, &req), 0);
		now = mono_add(now, mono_ms(1));
		asker_tick(&f->asker, now);
		assert_int_equal(drain(f, &req), 1);
		answer(f, 3, 0, -EBUSY);
		assert_int_equal(f->err[3], -EBUSY);
	}
	ask_now(&f->asker, a);
	answer(f, 3, 0, 0);
	assert_int_equal(a->failures, 0);
}

static void test_generation(void **state)
{
	struct fixture *f = *state;
	struct priv_request req;

	ask_now(&f->asker, &f->asks[5]);
	assert_int_equal(drain(f, &req), 1);
	asker_generation(&f->asker, 2);
	assert_int_equal(drain(f, &req), 1);
	assert_int_equal(req.generation, 2);
	answer(f, 5, 1, 0);
	assert_int_equal(f->answers[5], 0);
	answer(f, 5, 2, 0);
	assert_int_equal(f->answers[5], 1);
}

static void test_cancel(void **state)
{
	struct fixture *f = *state;
	struct priv_request req;

	ask_now(&f->asker, &f->asks[9]);
	assert_int_equal(drain(f, &req), 1);
	ask_cancel(&f->asker, &f->asks[9]);
	answer(f, 9, 0, 0);
	assert_int_equal(f->answers[9], 0);
	assert_int_equal(f->asker.outstanding, 0);
}

/* What has no answer: whoever says it hears if nobody took it. */
static void test_say(void **state)
{
	struct fixture *f = *state;
	struct priv_request req;
	int said = 0, err;

	do {
		err = asker_say(&f->asker, PRIV_CARRIER, 7, 1);
		said += !err;
	} while (!err);
	assert_int_equal(err, -EAGAIN);
	assert_int_equal(asker_say_path(&f->asker, PRIV_HOOK, 7, 1, 2),
			 -EAGAIN);
	assert_int_equal(drain(f, &req), said);
	assert_int_equal(asker_say_path(&f->asker, PRIV_HOOK, 7, 1, 2), 0);
	assert_int_equal(drain(f, &req), 1);
	assert_int_equal(req.op, PRIV_HOOK);
	assert_int_equal(req.path, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_window, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_say, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_generation, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_cancel, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
