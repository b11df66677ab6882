// SPDX-License-Identifier: ISC
// Who may do what at the control socket.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "control/access.h"

enum { ADM = 4, USERS = 100, OWNER = 1000, NONE = -1 };

static const struct {
	int group, read_group;
	uid_t uid;
	gid_t gid;
	gid_t groups[3];
	size_t n;
	enum access access;
} table[] = {
	/* root and who started the daemon */
	{ NONE, NONE, 0, 0, { 0 }, 0, ACCESS_ALL },
	{ ADM, USERS, 0, 0, { 0 }, 0, ACCESS_ALL },
	{ NONE, NONE, OWNER, 7, { 0 }, 0, ACCESS_ALL },
	/* the groups, as main group and among others */
	{ ADM, USERS, 5, ADM, { 0 }, 0, ACCESS_ALL },
	{ ADM, USERS, 5, 7, { 8, 9, ADM }, 3, ACCESS_ALL },
	{ ADM, USERS, 5, USERS, { 0 }, 0, ACCESS_READ },
	{ ADM, USERS, 5, 7, { USERS, 9 }, 2, ACCESS_READ },
	{ ADM, USERS, 5, USERS, { ADM }, 1, ACCESS_ALL },
	{ ADM, ADM, 5, ADM, { 0 }, 0, ACCESS_ALL },
	{ ADM, NONE, 5, USERS, { 0 }, 0, ACCESS_NONE },
	{ NONE, USERS, 5, ADM, { USERS }, 1, ACCESS_READ },
	/* nobody */
	{ ADM, USERS, 5, 7, { 8, 9 }, 2, ACCESS_NONE },
	{ ADM, USERS, 5, 7, { 8, 9, ADM }, 2, ACCESS_NONE },
	/* group 0 is a group like others */
	{ ADM, USERS, 5, 0, { 0 }, 1, ACCESS_NONE },
	/* "no group" is no group that anybody is in */
	{ NONE, NONE, 5, (gid_t)-1, { (gid_t)-1 }, 1, ACCESS_NONE },
};

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct access_rules rules = {
			.owner = OWNER,
			.group = (gid_t)table[i].group,
			.read_group = (gid_t)table[i].read_group,
		};

		assert_int_equal(access_of(&rules, table[i].uid, table[i].gid,
					   table[i].groups, table[i].n),
				 table[i].access);
	}
}

/* The kernel tells of ourselves. */
static void test_peer(void **state)
{
	struct access_rules mine = { .owner = geteuid(),
		.group = ACCESS_NO_GROUP, .read_group = ACCESS_NO_GROUP };
	enum access access;
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(access_peer(&mine, pair[0], &access), 0);
	assert_int_equal(access, ACCESS_ALL);
	if (geteuid()) {
		mine.owner = 0;
		assert_int_equal(access_peer(&mine, pair[0], &access), 0);
		assert_int_equal(access, ACCESS_NONE);
		mine.read_group = getegid();
		assert_int_equal(access_peer(&mine, pair[0], &access), 0);
		assert_int_equal(access, ACCESS_READ);
	}
	close(pair[1]);
	close(pair[0]);
	assert_int_not_equal(access_peer(&mine, pair[0], &access), 0);
	assert_int_equal(access, ACCESS_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
