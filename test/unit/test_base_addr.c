// SPDX-License-Identifier: ISC
// Addresses: read, written, compared and hashed.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/util.h"

static struct addr addr_of(const char *host, uint16_t port)
{
	struct addr a;

	assert_int_equal(addr_parse(&a, host, port), 0);
	return a;
}

static void test_round_trip(void **state)
{
	static const struct {
		const char *host, *text;
		int family;
		socklen_t len;
	} table[] = {
		{ "192.0.2.1", "192.0.2.1:6000", AF_INET,
		  sizeof(struct sockaddr_in) },
		{ "0.0.0.0", "0.0.0.0:6000", AF_INET,
		  sizeof(struct sockaddr_in) },
		{ "2001:DB8::1", "[2001:db8::1]:6000", AF_INET6,
		  sizeof(struct sockaddr_in6) },
		{ "::", "[::]:6000", AF_INET6, sizeof(struct sockaddr_in6) },
		{ "fe80::1%3", "[fe80::1%3]:6000", AF_INET6,
		  sizeof(struct sockaddr_in6) },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295",
		  "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295]:6000",
		  AF_INET6, sizeof(struct sockaddr_in6) },
	};
	char buf[ADDR_STRLEN];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct addr a = addr_of(table[i].host, 6000);

		assert_int_equal(a.sa.sa_family, table[i].family);
		assert_int_equal(addr_len(&a), table[i].len);
		assert_int_equal(addr_port(&a), 6000);
		assert_string_equal(addr_str(&a, buf), table[i].text);
	}
}

static void test_refused(void **state)
{
	static const char *const hosts[] = {
		"", "example.net", "192.0.2", "192.0.2.256", "192.0.2.1 ",
		"[::1]", "::1%", "::1%eth0", "::1%0", "::1%4294967296",
		"::1%1x", ":::", "192.0.2.1%1",
		"2001:db8:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001",
	};
	static const struct addr none;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		struct addr a;

		memset(&a, 0xff, sizeof(a));
		if (addr_parse(&a, hosts[i], 1) != -EINVAL)
			fail_msg("\"%s\" is taken", hosts[i]);
		assert_memory_equal(&a, &none, sizeof(a));
	}
}

static void test_none(void **state)
{
	struct addr a, b = addr_of("192.0.2.1", 1);
	char buf[ADDR_STRLEN];

	(void)state;
	memset(&a, 0, sizeof(a));
	assert_string_equal(addr_str(&a, buf), "-");
	assert_int_equal(addr_len(&a), 0);
	assert_true(addr_is_any(&a));
	assert_true(addr_eq(&a, &a));
	assert_false(addr_eq(&a, &b));
}

static void test_compare(void **state)
{
	static const struct {
		const char *a;
		uint16_t aport;
		const char *b;
		uint16_t bport;
		bool same;
	} table[] = {
		{ "192.0.2.1", 1, "192.0.2.1", 1, true },
		{ "192.0.2.1", 1, "192.0.2.1", 2, false },
		{ "192.0.2.1", 1, "192.0.2.2", 1, false },
		{ "192.0.2.1", 1, "::ffff:192.0.2.1", 1, false },
		{ "2001:db8::1", 1, "2001:db8:0::1", 1, true },
		{ "2001:db8::1", 1, "2001:db8::1", 2, false },
		{ "2001:db8::1", 1, "2001:db8::2", 1, false },
		{ "fe80::1%1", 1, "fe80::1%1", 1, true },
		{ "fe80::1%1", 1, "fe80::1%2", 1, false },
		{ "fe80::1%1", 1, "fe80::1", 1, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct addr a = addr_of(table[i].a, table[i].aport);
		struct addr b = addr_of(table[i].b, table[i].bport);

		assert_int_equal(addr_eq(&a, &b), table[i].same);
		assert_int_equal(addr_eq(&b, &a), table[i].same);
		/* with so few, different hashes are certain enough */
		assert_int_equal(addr_hash(&a) == addr_hash(&b),
				 table[i].same ||
				 strncmp(table[i].a, "fe80", 4) == 0);
	}
}

static void test_any(void **state)
{
	static const struct {
		const char *host;
		bool any;
	} table[] = {
		{ "0.0.0.0", true }, { "::", true }, { "0.0.0.1", false },
		{ "::1", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct addr a = addr_of(table[i].host, 6000);

		assert_int_equal(addr_is_any(&a), table[i].any);
	}
}

static void test_unmap(void **state)
{
	struct addr a = addr_of("::ffff:192.0.2.1", 6000);
	struct addr four = addr_of("192.0.2.1", 6000);
	struct addr six = addr_of("2001:db8::1", 6000), b = six;

	(void)state;
	addr_unmap(&a);
	assert_true(addr_eq(&a, &four));
	assert_true(addr_hash(&a) == addr_hash(&four));
	addr_unmap(&a);
	assert_true(addr_eq(&a, &four));
	addr_unmap(&b);
	assert_true(addr_eq(&b, &six));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_unmap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
