// SPDX-License-Identifier: ISC
// What the engine gets of a file: the same octets, which nobody can change.

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "monitor/loaded.h"

static const char good[] =
	"node: a\n"
	"channels:\n"
	"  - name: noc\n"
	"    id: 17\n"
	"    tap: {}\n"
	"    paths: [{name: p, udp: {remote: \"192.0.2.1:6000\"}}]\n";

static void write_file(char *path, const char *text)
{
	int fd;

	strcpy(path, "/tmp/loaded.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void test_sealed(void **state)
{
	struct loaded l;
	char path[32], *errors, text[sizeof(good) + 1] = "";

	(void)state;
	write_file(path, good);
	assert_int_equal(loaded_read(&l, path, true, &errors), 0);
	assert_null(errors);
	assert_int_equal(l.config->nchannels, 1);
	assert_true(l.fd >= 0);
	assert_int_equal(read(l.fd, text, sizeof(text)), strlen(good));
	assert_string_equal(text, good);
	assert_int_equal(pwrite(l.fd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(l.fd, 0), -1);
	assert_int_equal(ftruncate(l.fd, 100000), -1);
	assert_ptr_equal(mmap(NULL, 1, PROT_WRITE, MAP_SHARED, l.fd, 0),
			 MAP_FAILED);
	assert_int_equal(fcntl(l.fd, F_ADD_SEALS, F_SEAL_SHRINK), -1);
	loaded_free(&l);
	assert_int_equal(l.fd, -1);
	assert_null(l.config);
	unlink(path);
}

static void test_bad_file(void **state)
{
	struct loaded l;
	char path[32], *errors;

	(void)state;
	write_file(path, "channels: []\nnod: a\n");
	assert_true(loaded_read(&l, path, true, &errors) < 0);
	assert_non_null(errors);
	assert_non_null(strstr(errors, path));
	assert_non_null(strstr(errors, ":2:"));
	assert_int_equal(l.fd, -1);
	assert_null(l.config);
	free(errors);
	unlink(path);
}

static void test_no_file(void **state)
{
	struct loaded l;
	char *errors;

	(void)state;
	assert_true(loaded_read(&l, "/nonexistent/file", true, &errors) < 0);
	assert_non_null(strstr(errors, "/nonexistent/file"));
	assert_int_equal(l.fd, -1);
	free(errors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sealed),
		cmocka_unit_test(test_bad_file),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
