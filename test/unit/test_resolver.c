// SPDX-License-Identifier: ISC
// Names are looked up by children: one answer each, however many are asked.

#include <event2/event.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "monitor/resolver.h"

enum { MANY = 40 };

struct fixture {
	struct event_base *base;
	struct event *child;
	struct resolver *resolver;
	int answers[MANY];
	int expected, got;
	int err;
	struct addr addr;
	char reason[512];
};

static void answered(void *arg, const struct resolver_question *q, int err,
		     const struct addr *addr, const char *reason)
{
	struct fixture *f = arg;

	f->answers[q->channel]++;
	f->err = err;
	memset(&f->addr, 0, sizeof(f->addr));
	if (addr)
		f->addr = *addr;
	strncpy(f->reason, reason, sizeof(f->reason) - 1);
	if (++f->got == f->expected)
		event_base_loopexit(f->base, NULL);
}

static void on_child(evutil_socket_t fd, short what, void *arg)
{
	struct fixture *f = arg;

	(void)fd;
	(void)what;
	resolver_reap(f->resolver);
}

static int set_up(void **state)
{
	static const struct sandbox same = { .change = false };
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	f.base = event_base_new();
	f.child = evsignal_new(f.base, SIGCHLD, on_child, &f);
	assert_int_equal(event_add(f.child, NULL), 0);
	f.resolver = resolver_new(f.base, &same, answered, &f);
	assert_non_null(f.resolver);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	resolver_free(f->resolver);
	event_free(f->child);
	event_base_free(f->base);
	while (waitpid(-1, NULL, 0) > 0)
		;
	return 0;
}

static struct resolver_question question(const char *host, int family)
{
	struct resolver_question q = { .generation = 1, .port = 6000,
				       .family = family };

	strcpy(q.host, host);
	return q;
}

static void run(struct fixture *f, int expected)
{
	const struct timeval limit = { 20, 0 };

	f->expected = expected;
	event_base_loopexit(f->base, &limit);
	event_base_dispatch(f->base);
	assert_int_equal(f->got, expected);
}

static void test_answer(void **state)
{
	static const struct {
		const char *host, *expect;
		int family;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1:6000", AF_UNSPEC },
		{ "192.0.2.1", "192.0.2.1:6000", AF_INET },
		{ "2001:db8::1", "[2001:db8::1]:6000", AF_UNSPEC },
	};
	struct fixture *f = *state;
	char text[ADDR_STRLEN];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct resolver_question q = question(cases[i].host,
						      cases[i].family);

		f->got = 0;
		assert_int_equal(resolver_ask(f->resolver, &q), 0);
		run(f, 1);
		assert_int_equal(f->err, 0);
		assert_string_equal(addr_str(&f->addr, text),
				    cases[i].expect);
	}
}

static void test_failure(void **state)
{
	struct resolver_question q = question("2001:db8::1", AF_INET);
	struct fixture *f = *state;

	assert_int_equal(resolver_ask(f->resolver, &q), 0);
	run(f, 1);
	assert_true(f->err < 0);
	assert_non_null(strstr(f->reason, "2001:db8::1"));
}

static void test_many(void **state)
{
	struct resolver_question q = question("192.0.2.1", AF_UNSPEC);
	struct fixture *f = *state;

	for (uint16_t i = 0; i < MANY; i++) {
		q.channel = i;
		assert_int_equal(resolver_ask(f->resolver, &q), 0);
		/* while it is being looked up, once is enough */
		assert_int_equal(resolver_ask(f->resolver, &q), 0);
	}
	run(f, MANY);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(f->answers[i], 1);
}

static void test_end_while_asked(void **state)
{
	struct resolver_question q = question("192.0.2.1", AF_UNSPEC);
	struct fixture *f = *state;

	for (uint16_t i = 0; i < MANY; i++) {
		q.channel = i;
		assert_int_equal(resolver_ask(f->resolver, &q), 0);
	}
	resolver_free(f->resolver);
	f->resolver = NULL;
	assert_int_equal(f->got, 0);
}

#define ONE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_answer), ONE(test_failure), ONE(test_many),
		ONE(test_end_while_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
