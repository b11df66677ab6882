// SPDX-License-Identifier: ISC
// The control socket's file: made, taken over from the dead, never stolen.

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "monitor/control_socket.h"

struct fixture {
	char dir[32];
	char path[sizeof(((struct control_socket *)0)->path)];
	char reason[512];
	struct control_socket s;
};

static int set_up(void **state)
{
	static struct fixture f;

	strcpy(f.dir, "/tmp/control.XXXXXX");
	assert_non_null(mkdtemp(f.dir));
	snprintf(f.path, sizeof(f.path), "%s/a/b/control", f.dir);
	f.s.fd = -1;
	f.s.path[0] = '\0';
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char command[64];

	control_socket_close(&f->s);
	snprintf(command, sizeof(command), "rm -r %s", f->dir);
	return system(command);
}

static int try(struct fixture *f, struct control_socket *s)
{
	return control_socket_open(s, f->path, f->reason, sizeof(f->reason));
}

static bool connects(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), err;

	strcpy(un.sun_path, path);
	err = connect(fd, (struct sockaddr *)&un, sizeof(un));
	close(fd);
	return !err;
}

static void test_made_and_removed(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(try(f, &f->s), 0);
	assert_int_equal(stat(f->path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0666);
	assert_true(connects(f->path));
	assert_true(fcntl(f->s.fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(f->s.fd, F_GETFL) & O_NONBLOCK);
	control_socket_close(&f->s);
	assert_int_equal(stat(f->path, &st), -1);
	control_socket_close(&f->s);	/* twice does no harm */
}

static void test_stale_is_taken_over(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(try(f, &f->s), 0);
	/* as a kill leaves it: closed, the file still there */
	close(f->s.fd);
	f->s.fd = -1;
	assert_false(connects(f->path));
	assert_int_equal(try(f, &f->s), 0);
	assert_true(connects(f->path));
}

static void test_living_is_left_alone(void **state)
{
	struct control_socket second = { .fd = -1 };
	struct fixture *f = *state;

	assert_int_equal(try(f, &f->s), 0);
	assert_int_equal(try(f, &second), -EADDRINUSE);
	assert_non_null(strstr(f->reason, "already running"));
	assert_int_equal(second.fd, -1);
	assert_true(connects(f->path));
}

static void test_moves(void **state)
{
	struct fixture *f = *state;
	char before[sizeof(f->path)];

	assert_int_equal(try(f, &f->s), 0);
	memcpy(before, f->path, sizeof(before));
	strcat(f->path, "2");
	assert_int_equal(try(f, &f->s), 0);
	assert_true(connects(f->path));
	assert_int_equal(access(before, F_OK), -1);
}

static void test_something_in_the_way(void **state)
{
	struct fixture *f = *state;
	int fd;

	snprintf(f->path, sizeof(f->path), "%s/precious", f->dir);
	fd = open(f->path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(try(f, &f->s), -EEXIST);
	assert_non_null(strstr(f->reason, "no socket"));
	assert_int_equal(access(f->path, F_OK), 0);
	/* where a directory should be */
	strcat(f->path, "/control");
	assert_true(try(f, &f->s) < 0);
	assert_int_equal(f->s.fd, -1);
}

static void test_groups(void **state)
{
	struct config_control c = { .group = "root", .read_group = "4711" };
	int32_t gid[2];

	(void)state;
	control_socket_groups(&c, gid);
	assert_int_equal(gid[0], 0);
	assert_int_equal(gid[1], 4711);
	strcpy(c.group, "no-such-group");
	c.read_group[0] = '\0';
	control_socket_groups(&c, gid);
	assert_int_equal(gid[0], -1);
	assert_int_equal(gid[1], -1);
}

#define ONE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_made_and_removed), ONE(test_stale_is_taken_over),
		ONE(test_living_is_left_alone), ONE(test_moves),
		ONE(test_something_in_the_way), cmocka_unit_test(test_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
