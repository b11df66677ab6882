// SPDX-License-Identifier: ISC
// Text for people: what is safe to print, amounts, spans, times, wrapping.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/util.h"
#include "cli/text.h"

static const struct {
	const char *foreign, *safe;
	unsigned width;
} strings[] = {
	{ NULL, "", 0 },
	{ "plain text", "plain text", 10 },
	{ "a\\b", "a\\x5cb", 6 },
	{ "\033[31mred\a", "\\x1b[31mred\\x07", 15 },
	{ "two\nlines", "two\\x0alines", 12 },
	{ "\xe4\xb8\x8a\xe6\xb5\xb7", "\xe4\xb8\x8a\xe6\xb5\xb7", 4 },
	{ "\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9", 3 },
	/* not UTF-8, cut short, overlong */
	{ "a\xff" "b", "a\\xffb", 6 },
	{ "\xe4\xb8", "\\xe4\\xb8", 8 },
	{ "\xc0\xaf", "\\xc0\\xaf", 8 },
	/* turns, hides, or breaks text around it; control of 8 bits */
	{ "\xe2\x80\xae", "\\xe2\\x80\\xae", 12 },
	{ "\xe2\x80\x8b", "\\xe2\\x80\\x8b", 12 },
	{ "\xe2\x81\xa6", "\\xe2\\x81\\xa6", 12 },
	{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8", 12 },
	{ "\xc2\x9b", "\\xc2\\x9b", 8 },
};

static void test_safe(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		char *safe = text_safe(strings[i].foreign);

		assert_string_equal(safe, strings[i].safe);
		assert_int_equal(text_width(safe), strings[i].width);
		free(safe);
	}
}

static const struct {
	double n;
	const char *text, *with_unit;
} amounts[] = {
	{ 0, "0", "0 bit/s" },
	{ 999.4, "999", "999 bit/s" },
	{ 999.6, "1.0k", "1.0 kbit/s" },
	{ 1234, "1.2k", "1.2 kbit/s" },
	{ 99900, "99.9k", "99.9 kbit/s" },
	{ 99960, "100k", "100 kbit/s" },
	{ 999600, "1.0M", "1.0 Mbit/s" },
	{ 11.4e9, "11.4G", "11.4 Gbit/s" },
	{ 1e21, "1000E", "1000 Ebit/s" },
};

static void test_amounts(void **state)
{
	char buf[TEXT_SHORT];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(amounts); i++) {
		assert_string_equal(text_amount(buf, amounts[i].n, ""),
				    amounts[i].text);
		assert_string_equal(text_amount(buf, amounts[i].n, "bit/s"),
				    amounts[i].with_unit);
	}
}

static void test_spans(void **state)
{
	char buf[TEXT_SHORT];

	(void)state;
	assert_string_equal(text_span(buf, -5), "0s");
	assert_string_equal(text_span(buf, 59999), "59s");
	assert_string_equal(text_span(buf, 60000), "1m00s");
	assert_string_equal(text_span(buf, 3599000), "59m59s");
	assert_string_equal(text_span(buf, 3600000), "1h00m");
	assert_string_equal(text_span(buf, 86400000LL * 1000), "1000d00h");
}

static void test_times(void **state)
{
	static const char *const bad[] = {
		"", "now", "2026-03-01", "2026-03-01T12:00:00",
		"2026-03-01T12:00:00+01:00", "2026-03-01T12:00:00.Zx",
		"2026-13-01T12:00:00Z", NULL,
	};
	char buf[TEXT_SHORT];
	int64_t ms;

	(void)state;
	assert_int_equal(text_parse_time("2026-03-01T12:00:00.250Z", &ms), 0);
	assert_int_equal(ms, 1772366400250);
	assert_int_equal(text_parse_time("1970-01-01T00:00:01Z", &ms), 0);
	assert_int_equal(ms, 1000);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(text_parse_time(bad[i], &ms), -1);
		assert_string_equal(text_time(buf, bad[i]), "-");
		assert_string_equal(text_time_ms(buf, bad[i]), "-");
	}
	setenv("TZ", "CET-1", 1);
	tzset();
	assert_string_equal(text_time(buf, "2026-03-01T23:30:00.250Z"),
			    "2026-03-02 00:30:00");
	assert_string_equal(text_time_ms(buf, "2026-03-01T23:30:00.250Z"),
			    "2026-03-02 00:30:00.250");
	assert_string_equal(text_age(buf, "2026-03-01T12:00:00Z",
				     "2026-03-01T12:00:07.9Z"), "7s");
	assert_string_equal(text_age(buf, NULL, "2026-03-01T12:00:00Z"), "-");
}

static void expect_wrapped(const char *text, unsigned indent, unsigned width,
			   const char *wanted)
{
	char *got = NULL;
	size_t len;
	FILE *out = open_memstream(&got, &len);

	text_wrap(out, text, indent, width);
	fclose(out);
	assert_string_equal(got, wanted);
	free(got);
}

static void test_wrap(void **state)
{
	(void)state;
	expect_wrapped("", 2, 80, "\n");
	expect_wrapped("never wrapped where there is no bound", 2, 0,
		       "never wrapped where there is no bound\n");
	expect_wrapped("just as wide as this!", 4, 25,
		       "just as wide as this!\n");
	expect_wrapped("one column wider, here", 4, 25,
		       "one column wider,\n    here\n");
	expect_wrapped("a-word-that-is-too-long-for-it x", 4, 25,
		       "a-word-that-is-too-long-for-it\n    x\n");
	/* too little is left to wrap in */
	expect_wrapped("so it is left to the terminal", 10, 25,
		       "so it is left to the terminal\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_safe),
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_wrap),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
