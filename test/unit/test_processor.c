// SPDX-License-Identifier: ISC
// Leaving a processor, and coming back.

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "os/processor.h"

static cpu_set_t all;

static int begin(void **state)
{
	(void)state;
	if (sched_getaffinity(0, sizeof(all), &all))
		skip();		/* more processors than have a place */
	return 0;
}

static int end(void **state)
{
	(void)state;
	return sched_setaffinity(0, sizeof(all), &all);
}

static bool may_use(int processor)
{
	cpu_set_t set;

	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	return CPU_ISSET(processor, &set);
}

static void use_only(int processor)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
}

static void need_two(void)
{
	if (CPU_COUNT(&all) < 2)
		skip();
}

static void test_leave(void **state)
{
	struct processor_set s = { .away = false };
	int first = processor_here(), second;

	(void)state;
	need_two();
	assert_int_equal(processor_leave(&s, first), 0);
	second = processor_here();
	assert_int_not_equal(second, first);
	assert_false(may_use(first));
	/* that one only, not both */
	assert_int_equal(processor_leave(&s, second), 0);
	assert_int_not_equal(processor_here(), second);
	assert_true(may_use(first));
	assert_false(may_use(second));
	processor_return(&s);
	assert_true(may_use(first));
	assert_true(may_use(second));
}

/* What was given to us is one processor: it is not left. */
static void test_last(void **state)
{
	struct processor_set s = { .away = false };
	int only = processor_here();

	(void)state;
	use_only(only);
	assert_int_equal(processor_leave(&s, only), -EBUSY);
	assert_true(may_use(only));
	assert_false(s.away);
	assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
}

/* Somebody gives us others while we are away: those hold. */
static void test_given(void **state)
{
	struct processor_set s = { .away = false };
	int first = processor_here();

	(void)state;
	need_two();
	assert_int_equal(processor_leave(&s, first), 0);
	use_only(first);
	processor_return(&s);
	for (int i = 0; i < CPU_SETSIZE; i++)
		assert_int_equal(may_use(i), i == first);
	assert_int_equal(processor_leave(&s, first), -EBUSY);
	assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
}

/* Where a datagram's sender ran, that is where it is brought. */
static void test_packets(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct timeval second = { .tv_sec = 1 };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), here = processor_here();
	char octet;

	(void)state;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)))
		skip();		/* no loopback here */
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	if (connect(fd, (struct sockaddr *)&a, len))
		skip();
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second,
				    sizeof(second)), 0);
	if (processor_of_packets(fd) != -ENODATA)
		skip();		/* the kernel does not know */
	use_only(here);
	assert_int_equal(send(fd, "", 1, 0), 1);
	if (recv(fd, &octet, 1, 0) != 1)
		skip();		/* loopback is filtered */
	assert_int_equal(processor_of_packets(fd), here);
	assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
	close(fd);
	assert_int_equal(processor_of_packets(fd), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_leave, begin, end),
		cmocka_unit_test_setup_teardown(test_last, begin, end),
		cmocka_unit_test_setup_teardown(test_given, begin, end),
		cmocka_unit_test_setup_teardown(test_packets, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
