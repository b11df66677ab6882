// SPDX-License-Identifier: ISC
// Messages between monitor and engine: whole ones, and all that is not.

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "os/priv.h"

struct pair {
	int monitor, engine;
	char text[PRIV_TEXT_MAX];
};

static int set_up(void **state)
{
	static struct pair p;
	int sock[2];

	assert_int_equal(priv_pair(sock), 0);
	p.monitor = sock[0];
	p.engine = sock[1];
	*state = &p;
	return 0;
}

static int tear_down(void **state)
{
	struct pair *p = *state;

	if (p->monitor >= 0)
		close(p->monitor);
	close(p->engine);
	return 0;
}

/* Send octets and descriptors as no function of ours would. */
static void send_raw(int sock, const void *data, size_t len, const int *fds,
		     size_t nfds)
{
	union {
		struct cmsghdr align;
		char octets[CMSG_SPACE(4 * sizeof(int))];
	} control = { .octets = { 0 } };
	struct iovec iov = { (void *)(uintptr_t)data, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (nfds) {
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(nfds * sizeof(int));
		memcpy(CMSG_DATA(&control.align), fds, nfds * sizeof(int));
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
	}
	assert_int_equal(sendmsg(sock, &msg, 0), len);
}

/* Is the other end of a pipe closed everywhere? */
static bool all_closed(int read_end)
{
	char c;

	return read(read_end, &c, 1) == 0;
}

static void make_pipe(int fds[2])
{
	assert_int_equal(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
}

static void test_request(void **state)
{
	const struct priv_request sent = { 7, PRIV_LOG, 3, 4, -5 };
	struct pair *p = *state;
	struct priv_request got;

	assert_int_equal(priv_recv_request(p->monitor, &got, p->text),
			 -EAGAIN);
	assert_int_equal(priv_send_request(p->engine, &sent, "text"), 0);
	assert_int_equal(priv_send_request(p->engine, &sent, NULL), 0);
	assert_int_equal(priv_recv_request(p->monitor, &got, p->text),
			 sizeof(sent) + 4);
	assert_memory_equal(&got, &sent, sizeof(sent));
	assert_string_equal(p->text, "text");
	assert_int_equal(priv_recv_request(p->monitor, &got, p->text),
			 sizeof(sent));
	assert_string_equal(p->text, "");
}

static void test_long_text_is_cut(void **state)
{
	static char text[2 * PRIV_TEXT_MAX];
	const struct priv_request sent = { .op = PRIV_LOG };
	struct pair *p = *state;
	struct priv_request got;

	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(priv_send_request(p->engine, &sent, text), 0);
	assert_int_equal(priv_recv_request(p->monitor, &got, p->text),
			 sizeof(sent) + PRIV_TEXT_MAX - 1);
	assert_int_equal(strlen(p->text), PRIV_TEXT_MAX - 1);
}

static void test_reply_with_descriptor(void **state)
{
	const struct priv_reply sent = { .generation = 9, .mtu = 1500,
					 .gid = { -1, 4 } };
	struct pair *p = *state;
	struct priv_reply got;
	int fds[2], fd;

	make_pipe(fds);
	assert_int_equal(priv_send_reply(p->monitor, &sent, fds[1], NULL), 0);
	close(fds[1]);
	assert_int_equal(priv_recv_reply(p->engine, &got, &fd, p->text),
			 sizeof(sent));
	assert_memory_equal(&got, &sent, sizeof(sent));
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
	close(fds[0]);
	assert_int_equal(priv_send_reply(p->monitor, &sent, -1, "why"), 0);
	assert_true(priv_recv_reply(p->engine, &got, &fd, p->text) > 0);
	assert_int_equal(fd, -1);
	assert_string_equal(p->text, "why");
}

static void test_gone(void **state)
{
	struct pair *p = *state;
	struct priv_reply got;
	int fd;

	close(p->monitor);
	p->monitor = -1;
	assert_int_equal(priv_recv_reply(p->engine, &got, &fd, p->text), 0);
	assert_int_equal(fd, -1);
}

static void test_full(void **state)
{
	const struct priv_request r = { .op = PRIV_LOG };
	struct pair *p = *state;
	struct priv_request got;
	int err = 0, sent = 0;

	while (!err && sent < 10000000) {
		err = priv_send_request(p->engine, &r, NULL);
		sent += !err;
	}
	assert_int_equal(err, -EAGAIN);
	/* what was taken is all there */
	while (priv_recv_request(p->monitor, &got, p->text) > 0)
		sent--;
	assert_int_equal(sent, 0);
}

static void test_malformed_requests(void **state)
{
	static char octets[sizeof(struct priv_request) + PRIV_TEXT_MAX];
	static const struct {
		const char *what;
		size_t len;
		char fill;
	} cases[] = {
		{ "one octet", 1, 'x' },
		{ "one octet short", sizeof(struct priv_request) - 1, 'x' },
		{ "a NUL octet in the text", sizeof(struct priv_request) + 1,
		  '\0' },
		{ "text too long", sizeof(octets), 'x' },
	};
	struct pair *p = *state;
	struct priv_request got;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(octets, cases[i].fill, sizeof(octets));
		send_raw(p->engine, octets, cases[i].len, NULL, 0);
		if (priv_recv_request(p->monitor, &got, p->text) != -EBADMSG)
			fail_msg("%s", cases[i].what);
	}
	assert_int_equal(priv_recv_request(p->monitor, &got, p->text),
			 -EAGAIN);
}

static void test_request_with_descriptor(void **state)
{
	const struct priv_request r = { .op = PRIV_ALIVE };
	struct pair *p = *state;
	struct priv_request got;
	int fds[2];

	make_pipe(fds);
	send_raw(p->engine, &r, sizeof(r), &fds[1], 1);
	close(fds[1]);
	assert_int_equal(priv_recv_request(p->monitor, &got, p->text),
			 -EBADMSG);
	assert_true(all_closed(fds[0]));
	close(fds[0]);
}

static void test_malformed_replies(void **state)
{
	static char octets[sizeof(struct priv_reply) + PRIV_TEXT_MAX];
	static const struct {
		const char *what;
		size_t len, nfds;
	} cases[] = {
		{ "short", sizeof(struct priv_reply) - 1, 0 },
		{ "short, with a descriptor", 1, 1 },
		{ "long, with a descriptor", sizeof(octets), 1 },
		{ "two descriptors", sizeof(struct priv_reply), 2 },
		{ "four descriptors", sizeof(struct priv_reply), 4 },
	};
	struct pair *p = *state;
	struct priv_reply got;

	memset(octets, 'x', sizeof(octets));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int fds[2], list[4], fd;

		make_pipe(fds);
		for (size_t j = 0; j < ARRAY_SIZE(list); j++)
			list[j] = fds[1];
		send_raw(p->monitor, octets, cases[i].len, list, cases[i].nfds);
		close(fds[1]);
		if (priv_recv_reply(p->engine, &got, &fd, p->text) !=
		    -EBADMSG || fd != -1 || !all_closed(fds[0]))
			fail_msg("%s", cases[i].what);
		close(fds[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_request, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_long_text_is_cut, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_reply_with_descriptor,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_gone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_full, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_malformed_requests,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_request_with_descriptor,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_malformed_replies,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
