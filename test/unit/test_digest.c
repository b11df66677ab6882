// SPDX-License-Identifier: ISC
// A digest of times against the times themselves.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/digest.h"

static void test_few(void **state)
{
	struct digest d = { 0 };

	(void)state;
	assert_int_equal(digest_mean(&d).ns, 0);
	assert_int_equal(digest_percentile(&d, 99).ns, 0);
	digest_add(&d, mono_ms(7));
	assert_int_equal(digest_percentile(&d, 1).ns, mono_ms(7).ns);
	assert_int_equal(digest_percentile(&d, 99).ns, mono_ms(7).ns);
	digest_add(&d, mono_ms(1));
	digest_add(&d, mono_ms(100000000));
	assert_int_equal(d.least.ns, mono_ms(1).ns);
	assert_int_equal(d.most.ns, mono_ms(100000000).ns);
	assert_int_equal(digest_percentile(&d, 99).ns, d.most.ns);
	assert_in_range(digest_percentile(&d, 50).ns, mono_ms(7).ns,
			mono_ms(7).ns * 104 / 100);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* From nanoseconds to minutes, each percentile is right to 4 %. */
static void test_many(void **state)
{
	enum { COUNT = 5000 };
	static int64_t all[COUNT];
	struct digest d = { 0 };
	int64_t sum = 0;

	(void)state;
	srand(1);
	for (size_t i = 0; i < COUNT; i++) {
		all[i] = (int64_t)rand() << rand() % 7;
		sum += all[i];
		digest_add(&d, (struct mono){ all[i] });
	}
	qsort(all, COUNT, sizeof(*all), compare);
	assert_int_equal(digest_mean(&d).ns, sum / COUNT);
	for (unsigned int p = 1; p <= 100; p++) {
		int64_t true_one = all[(COUNT * p + 99) / 100 - 1];
		int64_t said = digest_percentile(&d, p).ns;

		assert_true(said >= true_one);
		assert_true(said <= true_one + true_one / 25 + 1000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
