// SPDX-License-Identifier: ISC
// Which requests are taken, and what is said of the others.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "control/request.h"

static void test_good(void **state)
{
	static const char line[] = " {\"command\": \"enable\", \"path\":"
		"\"east\",\"follow\":true,\"channel\":\"n\\u00f6c\"}";
	char error[REQUEST_ERROR_MAX];
	struct request r;

	(void)state;
	assert_int_equal(request_parse(&r, line, sizeof(line) - 1, error), 0);
	assert_string_equal(r.command, "enable");
	assert_string_equal(r.channel, "n\xc3\xb6" "c");
	assert_string_equal(r.path, "east");
	assert_true(r.follow);
	assert_int_equal(r.keys, REQUEST_CHANNEL | REQUEST_PATH |
			 REQUEST_FOLLOW);
	request_free(&r);
	assert_null(r.json);

	assert_int_equal(request_parse(&r, "{\"command\":\"x\",\"count\":7,"
				       "\"size\":4294967295}", 43, error), 0);
	assert_int_equal(r.keys, REQUEST_COUNT | REQUEST_SIZE);
	assert_int_equal(r.count, 7);
	assert_true(r.size == UINT32_MAX);
	request_free(&r);

	assert_int_equal(request_parse(&r, "{\"command\":\"x\"}", 15, error),
			 0);
	assert_int_equal(r.keys, 0);
	assert_null(r.channel);
	request_free(&r);
}

static const struct {
	const char *line, *error;
} bad[] = {
	{ "", "not one JSON object" },
	{ "status", "not one JSON object" },
	{ "[]", "not one JSON object a line" },
	{ "\"status\"", "not one JSON object" },
	{ "{}", "\"command\" is missing" },
	{ "{\"channel\":\"noc\"}", "\"command\" is missing" },
	{ "{\"command\":1}", "\"command\" must be a string" },
	{ "{\"command\":null}", "\"command\" must be a string" },
	{ "{\"command\":\"a\",\"follow\":1}", "must be true or false" },
	{ "{\"command\":\"a\",\"follow\":\"true\"}",
	  "must be true or false" },
	{ "{\"command\":\"a\",\"channel\":[]}", "must be a string" },
	{ "{\"command\":\"a\",\"chanel\":\"b\"}",
	  "unknown key \"chanel\"; did you mean \"channel\"?" },
	{ "{\"command\":\"a\",\"\\u001b[2J\":\"b\"}",
	  "unknown key \"\\x1b[2J\"" },
	{ "{\"command\":\"a\",\"command\":\"b\"}", "duplicate" },
	{ "{\"command\":\"a\"}{\"command\":\"a\"}", "not one JSON object" },
	{ "{\"command\":\"a\\u0000b\"}", "not one JSON object" },
	{ "{\"command\":\"\xff\"}", "not one JSON object" },
	{ "{\"command\":\"a\",\"count\":0}", "a whole number, 1 to" },
	{ "{\"command\":\"a\",\"count\":-1}", "a whole number" },
	{ "{\"command\":\"a\",\"size\":1.5}", "a whole number" },
	{ "{\"command\":\"a\",\"size\":\"1\"}", "a whole number" },
	{ "{\"command\":\"a\",\"interval_us\":4294967296}",
	  "\"interval_us\" must be a whole number" },
	{ "{\"command\":[[]]}", "nested too deep" },
	{ "[[[[[[", "nested too deep" },
	{ "{\"command\":\"[[[[[[\",\"x\":\"\\\"[[[[\"}", "unknown key" },
};

static void test_bad(void **state)
{
	char error[REQUEST_ERROR_MAX];
	struct request r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_true(request_parse(&r, bad[i].line,
					  strlen(bad[i].line), error) < 0);
		assert_null(r.json);
		if (!strstr(error, bad[i].error))
			fail_msg("%s: said \"%s\", not \"%s\"", bad[i].line,
				 error, bad[i].error);
	}
}

/* A line full of brackets never reaches the library's recursion. */
static void test_deep(void **state)
{
	char line[4095], error[REQUEST_ERROR_MAX];
	struct request r;

	(void)state;
	memset(line, '[', sizeof(line));
	assert_true(request_parse(&r, line, sizeof(line), error) < 0);
	assert_non_null(strstr(error, "nested too deep"));
	memset(line, '\\', sizeof(line));
	assert_true(request_parse(&r, line, sizeof(line), error) < 0);
	memset(line, '"', sizeof(line));
	line[sizeof(line) - 1] = '\\';
	assert_true(request_parse(&r, line, sizeof(line), error) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
