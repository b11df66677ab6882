// SPDX-License-Identifier: ISC
// JSON answers: their bounds, their lists, their times and strings.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "control/output.h"

static void expect(struct output *out, const char *text)
{
	assert_false(out->failed);
	assert_int_equal(output_pending(out), strlen(text));
	assert_memory_equal(out->data + out->begin, text, strlen(text));
	output_sent(out, output_pending(out));
	assert_null(out->data);
}

static void test_answers(void **state)
{
	struct output out = { 0 };

	(void)state;
	output_answer(&out, json_object());
	expect(&out, "{\"ok\":true,\"schema\":1}\n");
	output_error(&out, "no \"%s\"", "x");
	expect(&out, "{\"ok\":false,\"error\":\"no \\\"x\\\"\"}\n");
	output_list_begin(&out, json_pack("{s:i}", "a", 1), "list");
	output_list_end(&out);
	expect(&out, "{\"ok\":true,\"schema\":1,\"a\":1,\"list\":[]}\n");
	output_list_begin(&out, json_object(), "list");
	output_list_add(&out, json_integer(1), true);
	output_list_add(&out, json_integer(2), false);
	output_list_end(&out);
	expect(&out, "{\"ok\":true,\"schema\":1,\"list\":[1,2]}\n");
}

static void test_bound(void **state)
{
	struct output out = { 0 };
	char piece[1000] = "";

	(void)state;
	while (!out.failed)
		output_text(&out, piece, sizeof(piece));
	assert_true(output_pending(&out) <= OUTPUT_MAX);
	assert_true(output_pending(&out) > OUTPUT_MAX - sizeof(piece));
	output_free(&out);
	assert_true(out.failed);

	out = (struct output){ 0 };
	output_answer(&out, NULL);
	assert_true(out.failed);
	output_free(&out);
}

/* What was sent makes room for more. */
static void test_sent(void **state)
{
	struct output out = { 0 };
	char piece[1000] = "";

	(void)state;
	output_text(&out, "x", 1);
	for (int i = 0; i < 10000; i++) {
		output_text(&out, piece, sizeof(piece));
		output_sent(&out, sizeof(piece));
	}
	assert_false(out.failed);
	assert_int_equal(output_pending(&out), 1);
	assert_true(out.room <= 8192);
	output_free(&out);
}

static const struct {
	int64_t ns;
	const char *text;
} times[] = {
	{ 1, "1970-01-01T00:00:00.000Z" },
	{ 951782399999000000, "2000-02-28T23:59:59.999Z" },
	{ 951782400000000000, "2000-02-29T00:00:00.000Z" },
	{ 951868800000000000, "2000-03-01T00:00:00.000Z" },
	{ 1772366400250999999, "2026-03-01T12:00:00.250Z" },
	{ 1798761599000000000, "2026-12-31T23:59:59.000Z" },
	{ 1798761600000000000, "2027-01-01T00:00:00.000Z" },
	{ 4107542400000000000, "2100-03-01T00:00:00.000Z" },
};

static void test_times(void **state)
{
	json_t *value;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		value = output_time(times[i].ns);
		assert_string_equal(json_string_value(value), times[i].text);
		json_decref(value);
	}
	assert_true(json_is_null(output_time(0)));
}

static void test_strings(void **state)
{
	json_t *value;

	(void)state;
	assert_true(json_is_null(output_string(NULL)));
	assert_true(json_is_null(output_string("")));
	value = output_string("\xe4\xb8\x8a");
	assert_string_equal(json_string_value(value), "\xe4\xb8\x8a");
	json_decref(value);
	value = output_string("a\xff" "b");
	assert_string_equal(json_string_value(value), "a\\xffb");
	json_decref(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_sent),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
