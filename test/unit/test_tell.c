// SPDX-License-Identifier: ISC
// How often the paths of a line tell who they are while nobody answers.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "engine/line.h"
#include "engine/path_tell.h"
#include "engine_site.h"

enum { CHANNELS = 40, SECONDS = 600, OVERHEAD = 42, INFO_MIN = 60 };

static void apply(struct site *s, const char *rate)
{
	static char text[CHANNELS * 128];
	size_t n = 0;

	for (int i = 0; i < CHANNELS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			"  - {name: c%d, id: %d, tap: {}, paths: [{name: p, "
			"udp: {remote: \"192.0.2.1:6000\"%s}}]}\n", i, i + 1,
			rate);
	assert_in_range(n, 1, sizeof(text) - 1);
	site_apply(s, text);
	/* as if the far end had been heard, but not of these channels */
	site_path(s, 0, 0)->line->session.live.state = WIRE_UP;
	for (size_t i = 0; i < CHANNELS; i++)
		path_tell(site_path(s, i, 0), clock_mono());
}

/* Return: how many messages @path has sent */
static uint64_t told(const struct site *s, size_t path)
{
	return site_path(s, path, 0)->stats.count[STAT_OAM_TX];
}

/* Return: the most that all paths sent in a second */
static uint64_t pass(struct site *s, int n)
{
	uint64_t sum, before = 0, most = 0;

	for (size_t i = 0; i < CHANNELS; i++)
		before += told(s, i);
	for (int second = 0; second < n; second++) {
		sum = 0;
		for (size_t i = 0; i < CHANNELS; i++) {
			path_tell_tick(site_path(s, i, 0), clock_mono());
			sum += told(s, i);
		}
		most = MAX(most, sum - before);
		before = sum;
	}
	return most;
}

static void test_fast(void **state)
{
	struct site *s = *state;

	apply(s, "");
	pass(s, SECONDS);
	for (size_t i = 0; i < CHANNELS; i++)
		assert_int_equal(told(s, i), 1 + SECONDS);
}

static void test_slow(void **state)
{
	struct site *s = *state;
	uint64_t most, sum = 0;

	apply(s, ", rate: 192k");
	most = pass(s, SECONDS);
	for (size_t i = 0; i < CHANNELS; i++) {
		assert_in_range(told(s, i), SECONDS / 40, SECONDS / 8);
		sum += told(s, i) - 1;
	}
	assert_in_range(sum * 8 * (INFO_MIN + OVERHEAD), 1,
			(uint64_t)SECONDS * 192000 * 15 / 1000);
	assert_in_range(most, 1, 4);	/* in turns */
	/* only one is left to say something */
	for (size_t i = 1; i < CHANNELS; i++)
		site_path(s, i, 0)->peer.heard = true;
	sum = told(s, 0);
	pass(s, 10);
	assert_int_equal(told(s, 0), sum + 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fast, site_begin,
						site_end),
		cmocka_unit_test_setup_teardown(test_slow, site_begin,
						site_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
