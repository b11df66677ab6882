// SPDX-License-Identifier: ISC
// Requests of an engine, good and hostile, against a monitor of fakes.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/util.h"
#include "monitor/opener.h"
#include "monitor/requests.h"
#include "monitor/state.h"
#include "policy/hook.h"

enum { GENERATION = 5 };

/* What the fakes saw. One test at a time, so one of it is enough. */
static struct seen {
	int sent, opened, carrier, offload, reloaded, alive, failed, resolved;
	int logged, hooked, hook;
	const struct config_path *hook_path;
	int control, lines, second, dccs;
	struct priv_reply reply;
	char text[LOG_LINE_MAX];
	char field[LOG_FIELD_NUM][LOG_FIELD_MAX];
} seen;

void monitor_send(struct monitor *m, const struct priv_reply *reply, int fd,
		  const char *text)
{
	(void)m;
	(void)fd;
	(void)text;
	seen.sent++;
	seen.reply = *reply;
}

int monitor_reload(struct monitor *m, char *errors, size_t size)
{
	(void)m;
	(void)size;
	errors[0] = '\0';
	seen.reloaded++;
	return 0;
}

void monitor_tried(struct monitor *m)
{
	(void)m;
}

void monitor_alive(struct monitor *m, uint32_t generation)
{
	(void)m;
	(void)generation;
	seen.alive++;
}

void monitor_fail(struct monitor *m, const char *why)
{
	(void)why;
	m->ending = true;
	m->status = 1;
	seen.failed++;
}

int netdev_table_open(struct netdev_table *t, size_t channel,
		      const struct netdev **device, char *reason, size_t size)
{
	static const struct netdev d = { .fd = -1, .mtu = 1400, .up = true };

	(void)t;
	(void)channel;
	(void)reason;
	(void)size;
	seen.opened++;
	*device = &d;
	return 0;
}

void netdev_table_carrier(struct netdev_table *t, size_t channel, bool on)
{
	(void)t;
	(void)channel;
	(void)on;
	seen.carrier++;
}

void netdev_table_offload(struct netdev_table *t, size_t channel, bool on)
{
	(void)t;
	(void)channel;
	(void)on;
	seen.offload++;
}

int control_socket_open(struct control_socket *s, const char *path,
			char *reason, size_t size)
{
	(void)s;
	(void)path;
	(void)reason;
	(void)size;
	seen.control++;
	return 0;
}

void control_socket_groups(const struct config_control *c, int32_t gid[2])
{
	(void)c;
	gid[0] = 10;
	gid[1] = 20;
}

int opener_open(const struct config_path *path, int family, bool second,
		char *reason, size_t size)
{
	(void)path;
	(void)family;
	(void)reason;
	(void)size;
	seen.lines++;
	seen.second += second;
	return dup(STDERR_FILENO);
}

int dcc_table_open(struct dcc_table *t, const struct config_dcc *cfg,
		   struct dcc_opened *o, char *reason, size_t size)
{
	(void)t;
	(void)cfg;
	(void)reason;
	(void)size;
	seen.dccs++;
	memset(o, 0, sizeof(*o));
	o->fd = dup(STDERR_FILENO);
	o->mtu = 1500;
	o->carrier = true;
	return 0;
}

void monitor_watch_dccs(struct monitor *m)
{
	(void)m;
}

int resolver_ask(struct resolver *r, const struct resolver_question *q)
{
	(void)r;
	(void)q;
	seen.resolved++;
	return 0;
}

void hooks_order(struct hooks *h, const struct config *config,
		 uint16_t channel, const struct config_path *path,
		 int16_t number)
{
	(void)h;
	(void)config;
	(void)channel;
	seen.hooked++;
	seen.hook = number;
	seen.hook_path = path;
}

static void catch_line(void *arg, int priority, const char *line,
		       const struct log_about *about)
{
	(void)arg;
	(void)priority;
	seen.logged++;
	strncpy(seen.text, line, sizeof(seen.text) - 1);
	for (int i = 0; about && i < LOG_FIELD_NUM; i++)
		strncpy(seen.field[i], about->field[i], LOG_FIELD_MAX - 1);
}

static char host[] = "far.example";

static struct config_path paths[2] = {
	{ .kind = TRANSPORT_UDP, .udp.remote_host = host },
	{ .kind = TRANSPORT_UDP, .udp.remote_host = host },
};

static struct config_path dcc_path = {
	.kind = TRANSPORT_DCC, .dcc.interface = "hdlc0",
};

static struct config_channel channels[4] = {
	{ .npaths = 2, .paths = paths }, { .npaths = 1, .paths = paths },
	{ .npaths = 2, .paths = paths }, { .npaths = 1, .paths = &dcc_path },
};

static struct config config = { .channels = channels, .nchannels = 4 };

/* Send one request and have it served; true if the monitor went on. */
static bool serve(const struct priv_request *r, const char *text)
{
	struct monitor m = { .loaded.config = &config,
			     .generation = GENERATION, .control.fd = -1 };
	const struct log_sink sink = { catch_line, NULL };
	int sock[2];

	memset(&seen, 0, sizeof(seen));
	log_set_sink(&sink);
	assert_int_equal(priv_pair(sock), 0);
	m.engine.sock = sock[0];
	assert_int_equal(priv_send_request(sock[1], r, text), 0);
	requests_read(&m);
	close(sock[0]);
	close(sock[1]);
	return !seen.failed;
}

static void test_good(void **state)
{
	static const struct {
		struct priv_request r;
		const int *count;
		const char *text;
		bool answered;
	} cases[] = {
		{ { 5, PRIV_OPEN, 0, PRIV_DEVICE, 0 }, &seen.opened, NULL, 1 },
		{ { 5, PRIV_OPEN, 2, 1, AF_INET6 }, &seen.lines, NULL, 1 },
		{ { 5, PRIV_OPEN, 3, 0, 0 }, &seen.dccs, NULL, 1 },
		{ { 5, PRIV_OPEN, PRIV_CONTROL, 0, 0 }, &seen.sent, NULL, 1 },
		{ { 5, PRIV_OPEN_DIRECT, 2, 1, AF_INET6 }, &seen.second, NULL,
		  1 },
		{ { 5, PRIV_CARRIER, 2, 0, 1 }, &seen.carrier, NULL, 0 },
		{ { 5, PRIV_CARRIER, 2, 0, 0 }, &seen.carrier, NULL, 0 },
		{ { 5, PRIV_OFFLOAD, 2, 0, 1 }, &seen.offload, NULL, 0 },
		{ { 5, PRIV_RELOAD, 0, 0, 0 }, &seen.reloaded, NULL, 1 },
		{ { 4, PRIV_RELOAD, 0, 0, 0 }, &seen.reloaded, NULL, 1 },
		{ { 5, PRIV_RESOLVE, 1, 0, 0 }, &seen.resolved, NULL, 0 },
		{ { 5, PRIV_HOOK, 2, 1, 0 }, &seen.hooked, NULL, 0 },
		{ { 5, PRIV_HOOK, 2, PRIV_DEVICE, HOOK_NUMBERS - 1 },
		  &seen.hooked, NULL, 0 },
		{ { 5, PRIV_LOG, 0, 0, LOG_INFO }, &seen.logged, "hm", 0 },
		{ { 0, PRIV_LOG, 9, 9, LOG_ERR }, &seen.logged, "hm", 0 },
		{ { 5, PRIV_ALIVE, 0, 0, 0 }, &seen.alive, NULL, 0 },
		{ { 4, PRIV_ALIVE, 0, 0, 0 }, &seen.alive, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (!serve(&cases[i].r, cases[i].text) ||
		    *cases[i].count != 1 || seen.sent != cases[i].answered)
			fail_msg("case %zu", i);
}

static void test_answers(void **state)
{
	const struct priv_request device = { 5, PRIV_OPEN, 1, PRIV_DEVICE, 0 };
	const struct priv_request control = { 5, PRIV_OPEN, PRIV_CONTROL, 0,
					      0 };

	(void)state;
	serve(&device, NULL);
	assert_int_equal(seen.reply.generation, GENERATION);
	assert_int_equal(seen.reply.type, PRIV_ANSWER);
	assert_int_equal(seen.reply.op, PRIV_OPEN);
	assert_int_equal(seen.reply.channel, 1);
	assert_int_equal(seen.reply.path, PRIV_DEVICE);
	assert_int_equal(seen.reply.mtu, 1400);
	assert_int_equal(seen.reply.flags, PRIV_LINK_UP);
	serve(&control, NULL);
	assert_int_equal(seen.reply.gid[0], 10);
	assert_int_equal(seen.reply.gid[1], 20);
}

/* A DCC is opened once. */
static void test_refused(void **state)
{
	const struct priv_request dcc = { 5, PRIV_OPEN_DIRECT, 3, 0, 0 };

	(void)state;
	assert_true(serve(&dcc, NULL));
	assert_int_equal(seen.reply.err, -EINVAL);
	assert_int_equal(seen.lines + seen.dccs, 0);
}

static void test_late(void **state)
{
	static const struct priv_request late[] = {
		{ 4, PRIV_OPEN, 0, 0, 0 }, { 4, PRIV_OPEN, 900, 900, 0 },
		{ 4, PRIV_CARRIER, 900, 0, 1 }, { 4, PRIV_RESOLVE, 0, 0, 0 },
		{ 0, PRIV_OPEN, 0, PRIV_DEVICE, 0 },
		{ 4, PRIV_HOOK, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(late); i++)
		if (!serve(&late[i], NULL) || seen.sent || seen.opened ||
		    seen.lines || seen.carrier || seen.resolved ||
		    seen.hooked)
			fail_msg("case %zu", i);
}

static void test_hostile(void **state)
{
	static const struct {
		struct priv_request r;
		const char *text;
	} cases[] = {
		{ { 5, PRIV_OP_NUM, 0, 0, 0 }, NULL },
		{ { 5, 0xffff, 0, 0, 0 }, NULL },
		{ { 6, PRIV_ALIVE, 0, 0, 0 }, NULL },
		{ { UINT32_MAX, PRIV_OPEN, 0, 0, 0 }, NULL },
		{ { 5, PRIV_OPEN, 4, 0, 0 }, NULL },
		{ { 5, PRIV_OPEN, 4, PRIV_DEVICE, 0 }, NULL },
		{ { 5, PRIV_OPEN, 0, 2, 0 }, NULL },
		{ { 5, PRIV_OPEN, 1, 1, 0 }, NULL },
		{ { 5, PRIV_OPEN, PRIV_CONTROL, 1, 0 }, NULL },
		{ { 5, PRIV_OPEN, PRIV_CONTROL, PRIV_DEVICE, 0 }, NULL },
		{ { 5, PRIV_OPEN, 0, 0, -1 }, NULL },
		{ { 5, PRIV_OPEN, 0, 0, 99 }, NULL },
		{ { 5, PRIV_OPEN, 0, 0, 0 }, "/etc/shadow" },
		{ { 5, PRIV_OPEN_DIRECT, 0, PRIV_DEVICE, 0 }, NULL },
		{ { 5, PRIV_OPEN_DIRECT, PRIV_CONTROL, 0, 0 }, NULL },
		{ { 5, PRIV_OPEN_DIRECT, 0, 0, 99 }, NULL },
		{ { 5, PRIV_CARRIER, 4, 0, 1 }, NULL },
		{ { 5, PRIV_CARRIER, 0, 0, 2 }, NULL },
		{ { 5, PRIV_OFFLOAD, 0, 0, 2 }, NULL },
		{ { 5, PRIV_CARRIER, 0, 0, -1 }, NULL },
		{ { 5, PRIV_RESOLVE, 0, 2, 0 }, NULL },
		{ { 5, PRIV_RESOLVE, 0, PRIV_DEVICE, 0 }, NULL },
		{ { 5, PRIV_RESOLVE, PRIV_CONTROL, 0, 0 }, NULL },
		{ { 5, PRIV_RELOAD, 0, 0, 0 }, "/tmp/mine.yaml" },
		{ { 5, PRIV_HOOK, 0, 0, HOOK_NUMBERS }, NULL },
		{ { 5, PRIV_HOOK, 0, 0, -1 }, NULL },
		{ { 5, PRIV_HOOK, 0, 2, 0 }, NULL },
		{ { 5, PRIV_HOOK, 4, PRIV_DEVICE, 0 }, NULL },
		{ { 5, PRIV_HOOK, PRIV_CONTROL, 0, 0 }, NULL },
		{ { 5, PRIV_HOOK, 0, 0, 0 }, "/bin/sh" },
		{ { 5, PRIV_LOG, 0, 0, 8 }, "hm" },
		{ { 5, PRIV_LOG, 0, 0, -1 }, "hm" },
		{ { 4, PRIV_OPEN, 0, 0, 99 }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (serve(&cases[i].r, cases[i].text) || seen.failed != 1 ||
		    seen.sent || seen.opened || seen.lines || seen.carrier ||
		    seen.resolved || seen.reloaded || seen.logged ||
		    seen.hooked)
			fail_msg("case %zu", i);
}

/* Nothing that it sends after the first malformed one is served. */
static void test_nothing_after(void **state)
{
	const struct priv_request bad = { 6, PRIV_ALIVE, 0, 0, 0 };
	const struct priv_request good = { 5, PRIV_OPEN, 0, PRIV_DEVICE, 0 };
	struct monitor m = { .loaded.config = &config,
			     .generation = GENERATION, .control.fd = -1 };
	int sock[2];

	(void)state;
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(priv_pair(sock), 0);
	m.engine.sock = sock[0];
	priv_send_request(sock[1], &bad, NULL);
	priv_send_request(sock[1], &good, NULL);
	requests_read(&m);
	requests_read(&m);
	assert_int_equal(seen.failed, 1);
	assert_int_equal(seen.opened, 0);
	close(sock[0]);
	close(sock[1]);
}

static void test_log_text_is_printable(void **state)
{
	const struct priv_request r = { 5, PRIV_LOG, 0, 0, LOG_WARNING };

	(void)state;
	assert_true(serve(&r, "a\033[2Jb\rc\x7f\xc2\x9b" "d\\x1b"));
	assert_string_equal(seen.text, "a?[2Jb?c???d\\x1b");
	for (int i = 0; i < LOG_FIELD_NUM; i++)
		assert_string_equal(seen.field[i], "");
}

static void test_log_fields(void **state)
{
	const struct priv_request r = { 5, PRIV_LOG, 0, 0, LOG_WARNING };
	char text[PRIV_TEXT_MAX];

	(void)state;
	assert_true(serve(&r, "noc/east: down\nnoc\neast\npath-down\n\n"));
	assert_string_equal(seen.text, "noc/east: down");
	assert_string_equal(seen.field[LOG_FIELD_CHANNEL], "noc");
	assert_string_equal(seen.field[LOG_FIELD_PATH], "east");
	assert_string_equal(seen.field[LOG_FIELD_EVENT], "path-down");
	assert_string_equal(seen.field[LOG_FIELD_ALARM], "");
	/* more of them, and longer ones, than there are */
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < 2000; i += 100)
		text[i] = '\n';
	text[sizeof(text) - 1] = '\0';
	assert_true(serve(&r, text));
	assert_string_equal(seen.text, "");
	assert_int_equal(strlen(seen.field[LOG_FIELD_SEVERITY]),
			 LOG_FIELD_MAX - 1);
	assert_true(serve(&r, "a\n\033\n=\n"));
	assert_string_equal(seen.field[LOG_FIELD_CHANNEL], "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_nothing_after),
		cmocka_unit_test(test_log_text_is_printable),
		cmocka_unit_test(test_log_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
