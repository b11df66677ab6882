// SPDX-License-Identifier: ISC
// Hook programs: their words, their limits, and programs that misbehave.

#include <errno.h>
#include <event2/event.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/util.h"
#include "monitor/hooks.h"
#include "policy/hook.h"

enum { LOG_MAX = 64 * 1024, LIMIT = 60, PATIENCE = 60 };

static struct site {
	char dir[32], program[64];
	char log[LOG_MAX];
	struct event_base *base;
	struct event *chld, *end;
	struct hooks *hooks;
	struct config_path path;
	struct config_channel channels[2];
	struct config config;
	const char *wanted;
	bool late;
} site;

static void hear(void *arg, int priority, const char *line,
		 const struct log_about *about)
{
	size_t used = strlen(site.log);

	(void)arg;
	(void)priority;
	(void)about;
	snprintf(site.log + used, sizeof(site.log) - used, "%s\n", line);
}

static void reap(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	hooks_reap(site.hooks);
}

static void give_up(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	site.late = true;
}

/* A program in sh, which begins with what it gets. */
static void write_program(const char *text)
{
	FILE *f = fopen(site.program, "w");

	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s\n", text);
	fclose(f);
	chmod(site.program, 0700);
}

static int set_up(void **state)
{
	struct site *s = &site;

	memset(s, 0, sizeof(*s));
	strcpy(s->dir, "/tmp/hooks.XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->program, sizeof(s->program), "%.31s/program", s->dir);
	log_init("test", 0);
	log_set_sink(&(struct log_sink){ hear, NULL });
	s->base = event_base_new();
	s->chld = evsignal_new(s->base, SIGCHLD, reap, NULL);
	s->end = evtimer_new(s->base, give_up, NULL);
	event_add(s->chld, NULL);
	s->hooks = hooks_new(s->base, LIMIT);
	strcpy(s->config.node, "ne-17");
	strcpy(s->config.control.socket, "/run/control");
	strcpy(s->channels[0].name, "noc");
	s->channels[0].id = 17;
	strcpy(s->channels[0].device.name, "dcc17");
	strcpy(s->channels[0].device.bridge.name, "br0");
	s->channels[0].on_change = s->program;
	s->channels[0].npaths = 1;
	s->channels[0].paths = &s->path;
	strcpy(s->path.name, "east");
	strcpy(s->channels[1].name, "lab");
	s->config.channels = s->channels;
	s->config.nchannels = 2;
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct site *s = *state;

	hooks_free(s->hooks);
	event_free(s->chld);
	event_free(s->end);
	event_base_free(s->base);
	unlink(s->program);
	rmdir(s->dir);
	return 0;
}

/* Go on until the log has a text. */
static void wait_log(const char *text)
{
	const struct timeval patience = { PATIENCE, 0 };

	event_add(site.end, &patience);
	while (!strstr(site.log, text) && !site.late)
		event_base_loop(site.base, EVLOOP_ONCE);
	event_del(site.end);
	if (site.late)
		fail_msg("no \"%s\" in:\n%s", text, site.log);
}

static void order(const char *event, const char *alarm, bool path)
{
	int16_t number = hook_number(event, alarm);

	assert_true(number >= 0);
	hooks_order(site.hooks, &site.config, 0, path ? &site.path : NULL,
		    number);
}

static unsigned int times(const char *text)
{
	const char *p = site.log;
	unsigned int n = 0;

	while ((p = strstr(p, text))) {
		p += strlen(text);
		n++;
	}
	return n;
}

static void test_numbers(void **state)
{
	struct hook_words w;

	(void)state;
	for (int16_t i = 0; i < HOOK_NUMBERS; i++) {
		assert_int_equal(hook_words(i, &w), 0);
		assert_int_equal(hook_number(w.event, *w.alarm ? w.alarm :
					     NULL), i);
	}
	assert_int_equal(hook_words(-1, &w), -EINVAL);
	assert_int_equal(hook_words(HOOK_NUMBERS, &w), -EINVAL);
	assert_int_equal(hook_words(INT16_MIN, &w), -EINVAL);
	assert_int_equal(hook_number("reload", NULL), -ENOENT);
	assert_int_equal(hook_number("alarm-raised", "nonsense"), -ENOENT);
	assert_int_equal(hook_number("alarm-raised", NULL), -ENOENT);
	assert_int_equal(hook_words(hook_number("alarm-raised", "loop"), &w),
			 0);
	assert_string_equal(w.severity, "critical");
	assert_int_equal(hook_words(hook_number("alarm-cleared", "loop"), &w),
			 0);
	assert_string_equal(w.severity, "cleared");
}

/* Nothing but the fixed environment, and nothing of ours open. */
static void test_environment(void **state)
{
	(void)state;
	setenv("SECRET", "1", 1);
	write_program("env | sort; pwd; cat; ls /proc/self/fd | tr '\\n' ' ';"
		      "echo end");
	order("alarm-raised", "path-down", true);
	wait_log("end");
	assert_non_null(strstr(site.log, "hook: DCCBRIDGE_ALARM=path-down\n"));
	assert_non_null(strstr(site.log, "hook: DCCBRIDGE_CHANNEL=noc\n"));
	assert_non_null(strstr(site.log, "hook: DCCBRIDGE_PATH=east\n"));
	assert_non_null(strstr(site.log, "hook: DCCBRIDGE_EVENT=alarm-raised"));
	assert_non_null(strstr(site.log, "hook: DCCBRIDGE_SEVERITY=major\n"));
	assert_non_null(strstr(site.log, "hook: DCCBRIDGE_NODE=ne-17\n"));
	assert_non_null(strstr(site.log, "hook: DCCBRIDGE_DEVICE=dcc17\n"));
	assert_non_null(strstr(site.log, "hook: DCCBRIDGE_BRIDGE=br0\n"));
	assert_non_null(strstr(site.log, "hook: DCCBRIDGE_ID=17\n"));
	assert_non_null(strstr(site.log, "hook: /\n"));
	/* 3 is the directory that ls itself reads */
	assert_non_null(strstr(site.log, "hook: 0 1 2 3 end\n"));
	assert_null(strstr(site.log, "SECRET"));
	unsetenv("SECRET");
}

static void test_one_at_a_time(void **state)
{
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "mkdir %.31s/lock || echo TWO\n"
		 "echo $DCCBRIDGE_EVENT; sleep 0.05; rmdir %.31s/lock",
		 site.dir, site.dir);
	write_program(text);
	order("path-down", NULL, true);
	order("path-up", NULL, true);
	order("channel-down", NULL, false);
	order("channel-up", NULL, false);
	wait_log("hook: channel-up");
	assert_null(strstr(site.log, "TWO"));
	assert_string_equal(site.log, "noc: hook: path-down\n"
			    "noc: hook: path-up\nnoc: hook: channel-down\n"
			    "noc: hook: channel-up\n");
}

/* Programs have little time from now on; a busy machine needs some. */
static void be_strict(void)
{
	hooks_free(site.hooks);
	site.hooks = hooks_new(site.base, 2);
}

/* Killed with its children, and the next one runs. */
static void test_hangs(void **state)
{
	(void)state;
	be_strict();
	write_program("[ $DCCBRIDGE_EVENT = path-up ] && echo fine && exit\n"
		      "trap '' TERM INT HUP; sleep 600 & wait; sleep 600");
	order("path-down", NULL, true);
	order("path-up", NULL, true);
	wait_log("hook: fine");
	assert_non_null(strstr(site.log, "killed, for it took longer"));
	assert_non_null(strstr(site.log, "ended by signal 9"));
}

/* One that leaves a child behind has ended when it has ended itself. */
static void test_leaves_a_child(void **state)
{
	(void)state;
	write_program("sleep 3 & echo $DCCBRIDGE_EVENT");
	order("path-down", NULL, true);
	order("path-up", NULL, true);
	wait_log("hook: path-up");
	assert_null(strstr(site.log, "killed"));
}

static void test_fails(void **state)
{
	(void)state;
	write_program("echo oh; exit 3");
	order("path-down", NULL, true);
	wait_log("exit status 3");
	assert_non_null(strstr(site.log, "noc: hook: oh\n"));
	write_program("kill -SEGV $$");
	order("path-down", NULL, true);
	wait_log("ended by signal 11");
}

static void test_missing(void **state)
{
	(void)state;
	order("path-down", NULL, true);
	wait_log("exit status 127");
	assert_non_null(strstr(site.log, "cannot run /tmp/hooks."));
	assert_non_null(strstr(site.log, "No such file or directory"));
	write_program("echo");
	chmod(site.program, 0600);
	order("path-down", NULL, true);
	wait_log("Permission denied");
}

static void test_floods(void **state)
{
	(void)state;
	be_strict();
	write_program("[ $DCCBRIDGE_EVENT = path-up ] && echo fine && exit\n"
		      "exec yes 'a word'");
	order("path-down", NULL, true);
	order("path-up", NULL, true);
	wait_log("hook: fine");
	assert_int_equal(times("hook: a word\n"), HOOKS_LINES);
	assert_int_equal(times("are not logged"), 1);
	assert_non_null(strstr(site.log, "killed, for it took longer"));
}

static void test_says_odd_things(void **state)
{
	(void)state;
	write_program("printf 'a\\033[2Jb\\n\\n'; head -c 500 /dev/zero; "
		      "printf 'without end'");
	order("path-down", NULL, true);
	wait_log("without end\n");
	assert_non_null(strstr(site.log, "noc: hook: a\\x1b[2Jb\n"));
	assert_null(strchr(site.log, '\033'));
}

/* More than wait are not told, and that is. */
static void test_too_many(void **state)
{
	(void)state;
	write_program("echo x");
	for (int i = 0; i < HOOKS_WAITING + 11; i++)
		order("path-down", NULL, true);
	wait_log("changes were not told");
	assert_non_null(strstr(site.log, "hooks: 10 changes"));
	assert_int_equal(times("hook: x\n"), HOOKS_WAITING + 1);
}

static void test_no_program(void **state)
{
	struct site *s = *state;

	hooks_order(s->hooks, &s->config, 1, NULL, 0);
	hooks_order(s->hooks, &s->config, 0, NULL, HOOK_NUMBERS);
	hooks_order(s->hooks, &s->config, 0, NULL, -1);
	write_program("echo real");
	order("path-down", NULL, true);
	wait_log("hook: real");
	assert_string_equal(s->log, "noc: hook: real\n");
}

/* The end: what runs is killed, what waits is not run. */
static void test_end(void **state)
{
	(void)state;
	write_program("sleep 600");
	order("path-down", NULL, true);
	order("path-down", NULL, true);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers), TEST(test_environment),
		TEST(test_one_at_a_time), TEST(test_hangs),
		TEST(test_leaves_a_child), TEST(test_fails),
		TEST(test_missing), TEST(test_floods),
		TEST(test_says_odd_things), TEST(test_too_many),
		TEST(test_no_program), TEST(test_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
