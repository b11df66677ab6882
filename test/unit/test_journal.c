// SPDX-License-Identifier: ISC
// The journal's protocol: what a journal gets, and where there is none.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/journal.h"

struct site {
	char dir[32], path[64];
	int fd;
	char got[4096];
};

static int set_up(void **state)
{
	static struct site s;
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	strcpy(s.dir, "/tmp/journal.XXXXXX");
	assert_non_null(mkdtemp(s.dir));
	snprintf(s.path, sizeof(s.path), "%.31s/socket", s.dir);
	strcpy(addr.sun_path, s.path);
	s.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(s.fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct site *s = *state;

	close(s->fd);
	unlink(s->path);
	rmdir(s->dir);
	return 0;
}

static const char *got(struct site *s)
{
	ssize_t n = recv(s->fd, s->got, sizeof(s->got) - 1, 0);

	s->got[n > 0 ? n : 0] = '\0';
	return s->got;
}

static void test_fields(void **state)
{
	const struct log_about about = { .field = {
		[LOG_FIELD_CHANNEL] = "noc",
		[LOG_FIELD_PATH] = "",
		[LOG_FIELD_EVENT] = "alarm-raised",
		[LOG_FIELD_ALARM] = "channel-down",
		[LOG_FIELD_SEVERITY] = "critical",
	} };
	struct site *s = *state;
	struct journal j;
	char expected[512];

	assert_int_equal(journal_open(&j, s->path), 0);
	assert_int_equal(journal_send(&j, "test", LOG_ERR, "it = down",
				      &about), 0);
	snprintf(expected, sizeof(expected), "PRIORITY=3\nSYSLOG_FACILITY=3\n"
		 "SYSLOG_PID=%d\nSYSLOG_IDENTIFIER=test\nMESSAGE=it = down\n"
		 "DCCBRIDGE_CHANNEL=noc\nDCCBRIDGE_EVENT=alarm-raised\n"
		 "DCCBRIDGE_ALARM=channel-down\nDCCBRIDGE_SEVERITY=critical\n",
		 (int)getpid());
	assert_string_equal(got(s), expected);
	assert_int_equal(journal_send(&j, "test", LOG_INFO, "up", NULL), 0);
	assert_non_null(strstr(got(s), "\nMESSAGE=up\n"));
	assert_null(strstr(s->got, "DCCBRIDGE"));
	journal_close(&j);
	journal_close(&j);
}

/* Started again, it has another socket at the same place. */
static void test_comes_back(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct site *s = *state;
	struct journal j;

	assert_int_equal(journal_open(&j, s->path), 0);
	close(s->fd);
	assert_true(journal_send(&j, "test", LOG_INFO, "one", NULL) < 0);
	unlink(s->path);
	assert_true(journal_send(&j, "test", LOG_INFO, "two", NULL) < 0);
	strcpy(addr.sun_path, s->path);
	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	assert_int_equal(journal_send(&j, "test", LOG_INFO, "three", NULL),
			 0);
	assert_non_null(strstr(got(s), "\nMESSAGE=three\n"));
	journal_close(&j);
}

static void test_none(void **state)
{
	struct site *s = *state;
	char path[200];
	struct journal j;

	snprintf(path, sizeof(path), "%.31s/none", s->dir);
	assert_int_equal(journal_open(&j, path), -ENOENT);
	journal_close(&j);
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(journal_open(&j, path), -ENAMETOOLONG);
	journal_close(&j);
}

/* One that does not read holds nobody up. */
static void test_full(void **state)
{
	struct site *s = *state;
	struct journal j;
	int err = 0;

	assert_int_equal(journal_open(&j, s->path), 0);
	for (int i = 0; i < 100000 && !err; i++)
		err = journal_send(&j, "test", LOG_INFO, "again", NULL);
	assert_int_equal(err, -EAGAIN);
	journal_close(&j);
}

static void test_behind(void **state)
{
	char is[64];
	struct stat st;

	(void)state;
	unsetenv("JOURNAL_STREAM");
	assert_false(journal_is_behind(STDERR_FILENO));
	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	snprintf(is, sizeof(is), "%ju:%ju", (uintmax_t)st.st_dev,
		 (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", is, 1);
	assert_true(journal_is_behind(STDERR_FILENO));
	setenv("JOURNAL_STREAM", "1:1", 1);
	assert_false(journal_is_behind(STDERR_FILENO));
	unsetenv("JOURNAL_STREAM");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_fields), TEST(test_comes_back), TEST(test_none),
		TEST(test_full), TEST(test_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
