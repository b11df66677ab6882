// SPDX-License-Identifier: ISC
// What is said, to whom, how loudly, and that errno outlives it.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

struct heard {
	int count;
	int priority;
	char line[2 * LOG_LINE_MAX];
	const struct log_about *about;
};

static void hear(void *arg, int priority, const char *line,
		 const struct log_about *about)
{
	struct heard *h = arg;

	h->count++;
	h->priority = priority;
	h->about = about;
	snprintf(h->line, sizeof(h->line), "%s", line);
	errno = EXDEV;		/* a sink may do as it likes */
}

static void listen_to(struct heard *h, int verbose)
{
	memset(h, 0, sizeof(*h));
	log_init("test", verbose);
	log_set_sink(&(struct log_sink){ hear, h });
}

static void test_priorities(void **state)
{
	const struct log_about about = {
		.field = { [LOG_FIELD_CHANNEL] = "noc" },
	};
	struct heard h;

	(void)state;
	listen_to(&h, 0);
	errno = ENOENT;
	log_warn("open %s", "/x");
	assert_int_equal(errno, ENOENT);
	assert_string_equal(h.line, "open /x: No such file or directory");
	assert_int_equal(h.priority, LOG_WARNING);
	log_warnx("%d left", 3);
	assert_int_equal(errno, ENOENT);
	assert_string_equal(h.line, "3 left");
	assert_int_equal(h.priority, LOG_WARNING);
	log_info("up");
	assert_string_equal(h.line, "up");
	assert_int_equal(h.priority, LOG_INFO);
	assert_null(h.about);
	log_put_about(LOG_ERR, "noc: down", &about);
	assert_string_equal(h.line, "noc: down");
	assert_ptr_equal(h.about, &about);
	log_put(LOG_ERR, "100%s");
	assert_string_equal(h.line, "100%s");
	assert_int_equal(h.priority, LOG_ERR);
	assert_int_equal(h.count, 5);
}

static void test_verbosity(void **state)
{
	struct heard h;

	(void)state;
	listen_to(&h, 0);
	log_debug("quiet");
	log_put(LOG_DEBUG, "quiet");
	assert_int_equal(h.count, 0);
	assert_int_equal(log_verbosity(), 0);
	listen_to(&h, 1);
	errno = EAGAIN;
	log_debug("%s", "loud");
	assert_int_equal(errno, EAGAIN);
	assert_string_equal(h.line, "loud");
	assert_int_equal(h.priority, LOG_DEBUG);
	assert_int_equal(log_verbosity(), 1);
}

static void test_too_long(void **state)
{
	char text[2 * LOG_LINE_MAX];
	struct heard h;

	(void)state;
	listen_to(&h, 0);
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	errno = ENOENT;
	log_warn("%s", text);
	assert_int_equal(strlen(h.line), LOG_LINE_MAX - 1);
	/* where the text just fits, the reason is cut instead */
	text[LOG_LINE_MAX - 5] = '\0';
	log_warn("%s", text);
	assert_int_equal(strlen(h.line), LOG_LINE_MAX - 1);
	assert_string_equal(h.line + LOG_LINE_MAX - 5, ": No");
}

/* Run @say in a child: its wait status, and what it wrote to stderr. */
static int run_child(void (*say)(void), char *out, size_t size)
{
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		dup2(fds[1], STDERR_FILENO);
		log_init("test", 0);
		say();
		_exit(99);
	}
	close(fds[1]);
	n = read(fds[0], out, size - 1);
	out[n > 0 ? n : 0] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void say_fatal(void)
{
	errno = EACCES;
	fatal("open %s", "/dev/net/tun");
}

static void say_fatalx(void)
{
	errno = EACCES;
	fatalx("no %s", "channels");
}

static void say_info(void)
{
	log_info("up");
}

/* Before anybody chose a sink, it is stderr, with the program's name. */
static void test_stderr(void **state)
{
	static const struct {
		void (*say)(void);
		const char *line;
		int status;
	} table[] = {
		{ say_fatal, "test: open /dev/net/tun: Permission denied\n",
		  1 },
		{ say_fatalx, "test: no channels\n", 1 },
		{ say_info, "test: up\n", 99 },
	};
	char out[200];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(run_child(table[i].say, out, sizeof(out)),
				 table[i].status);
		assert_string_equal(out, table[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stderr),
		cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_verbosity),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
