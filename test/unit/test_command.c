// SPDX-License-Identifier: ISC
// The verbs of the control socket: who may, what they take, what they say.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/util.h"
#include "control_site.h"
#include "engine/path_watch.h"

static void quiet(void *arg, int priority, const char *line,
		  const struct log_about *about)
{
	(void)arg;
	(void)priority;
	(void)line;
	(void)about;
}

static int setup(void **state)
{
	struct control_site *site = malloc(sizeof(*site));

	log_set_sink(&(struct log_sink){ quiet, NULL });
	*state = site;
	return control_site_init(site);
}

static int teardown(void **state)
{
	control_site_free(*state);
	free(*state);
	return 0;
}

/* Ask; the answer is one line of JSON with "ok" and what goes with it. */
static json_t *ask(struct control_site *site, const char *request,
		   enum access access)
{
	struct output out = { 0 };
	char line[SERVER_LINE];
	json_t *answer;

	strlcpy(line, request, sizeof(line));
	control_site_run(site, line, strlen(line), access, &out);
	assert_false(out.failed);
	assert_true(output_pending(&out) > 0);
	assert_int_equal(out.data[out.end - 1], '\n');
	assert_ptr_equal(memchr(out.data, '\n', out.end),
			 out.data + out.end - 1);
	answer = json_loadb(out.data, out.end, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(answer);
	if (json_is_true(json_object_get(answer, "ok")))
		assert_int_equal(json_integer_value(json_object_get(answer,
				 "schema")), CONTROL_SCHEMA);
	else
		assert_true(json_is_string(json_object_get(answer, "error")));
	output_free(&out);
	return answer;
}

static const struct {
	const char *request;
	enum access access;
	const char *error;	/* a part of it; NULL: all is well */
} table[] = {
	{ "{\"command\":\"status\"}", ACCESS_READ, NULL },
	{ "{\"command\":\"status\",\"channel\":\"lab\"}", ACCESS_READ, NULL },
	{ "{\"command\":\"stats\"}", ACCESS_READ, NULL },
	{ "{\"command\":\"stats\",\"channel\":\"noc\"}", ACCESS_READ, NULL },
	{ "{\"command\":\"events\"}", ACCESS_READ, NULL },
	{ "{\"command\":\"events\",\"follow\":false}", ACCESS_READ, NULL },
	{ "{\"command\":\"version\"}", ACCESS_READ, NULL },
	{ "{\"command\":\"enable\",\"channel\":\"noc\"}", ACCESS_ALL, NULL },
	{ "{\"command\":\"disable\",\"channel\":\"noc\",\"path\":\"west\"}",
	  ACCESS_ALL, NULL },
	{ "{\"command\":\"switch\",\"channel\":\"noc\",\"action\":\"clear\"}",
	  ACCESS_ALL, NULL },
	{ "{\"command\":\"switch\",\"channel\":\"noc\",\"action\":\"force\","
	  "\"path\":\"east\"}", ACCESS_ALL, NULL },

	{ "nonsense", ACCESS_ALL, "request: not one JSON object" },
	{ "{\"command\":\"statu\"}", ACCESS_READ,
	  "no command \"statu\"; did you mean \"status\"?" },
	{ "{\"command\":\"\\u001bx\"}", ACCESS_READ,
	  "no command \"\\x1bx\"" },
	{ "{\"command\":\"enable\",\"channel\":\"noc\"}", ACCESS_READ,
	  "enable: permission denied" },
	{ "{\"command\":\"disable\",\"channel\":\"noc\"}", ACCESS_READ,
	  "disable: permission denied" },
	{ "{\"command\":\"switch\",\"channel\":\"noc\",\"action\":\"clear\"}",
	  ACCESS_READ, "switch: permission denied" },
	{ "{\"command\":\"switch\",\"channel\":\"noc\"}", ACCESS_ALL,
	  "switch: \"action\" is missing" },
	{ "{\"command\":\"switch\",\"channel\":\"noc\",\"action\":\"hold\"}",
	  ACCESS_ALL, "switch: expected manual, force, lockout or clear" },
	{ "{\"command\":\"switch\",\"channel\":\"noc\",\"action\":\"force\"}",
	  ACCESS_ALL, "switch: which path?" },
	{ "{\"command\":\"switch\",\"channel\":\"noc\",\"action\":\"clear\","
	  "\"path\":\"west\"}", ACCESS_ALL, "switch: clear takes no path" },
	{ "{\"command\":\"switch\",\"channel\":\"noc\",\"action\":"
	  "\"manual\",\"path\":\"west\"}", ACCESS_ALL,
	  "switch: a higher command is outstanding" },
	{ "{\"command\":\"reload\"}", ACCESS_READ,
	  "reload: permission denied" },
	{ "{\"command\":\"enable\"}", ACCESS_ALL,
	  "enable: \"channel\" is missing" },
	{ "{\"command\":\"enable\",\"path\":\"east\"}", ACCESS_ALL,
	  "enable: \"channel\" is missing" },
	{ "{\"command\":\"status\",\"path\":\"east\"}", ACCESS_ALL,
	  "status: takes no \"path\"" },
	{ "{\"command\":\"version\",\"follow\":true}", ACCESS_ALL,
	  "version: takes no \"follow\"" },
	{ "{\"command\":\"status\",\"channel\":\"nco\"}", ACCESS_READ,
	  "no channel \"nco\"; did you mean \"noc\"?" },
	{ "{\"command\":\"stats\",\"channel\":\"\"}", ACCESS_READ,
	  "no channel \"\"" },
	{ "{\"command\":\"enable\",\"channel\":\"noc\",\"path\":\"est\"}",
	  ACCESS_ALL, "no path \"est\"; did you mean \"east\"?" },
};

static void test_table(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		json_t *answer = ask(*state, table[i].request,
				     table[i].access);
		const char *error = json_string_value(json_object_get(answer,
						      "error"));

		if (!table[i].error != !error ||
		    (error && !strstr(error, table[i].error)))
			fail_msg("%s: error \"%s\"", table[i].request, error);
		json_decref(answer);
	}
}

static const char *string_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void test_status(void **state)
{
	json_t *answer = ask(*state, "{\"command\":\"status\"}", ACCESS_READ);
	const json_t *channels = json_object_get(answer, "channels");
	const json_t *noc = json_array_get(channels, 0);
	const json_t *lab = json_array_get(channels, 1);
	const json_t *west = json_array_get(json_object_get(noc, "paths"), 1);

	assert_string_equal(string_of(answer, "node"), "ne-17");
	assert_int_equal(json_array_size(channels), 2);
	assert_string_equal(string_of(noc, "name"), "noc");
	assert_int_equal(json_integer_value(json_object_get(noc, "id")), 17);
	assert_string_equal(string_of(noc, "state"), "down");
	assert_non_null(string_of(noc, "reason"));
	assert_string_equal(string_of(noc, "attachment"), "tap");
	assert_string_equal(string_of(noc, "device"), "dcc17");
	assert_string_equal(string_of(noc, "bridge"), "br-mgmt");
	assert_string_equal(string_of(noc, "description"), "Pudong ring 3");
	assert_true(json_is_null(json_object_get(noc, "peer")));
	assert_string_equal(string_of(west, "name"), "west");
	assert_string_equal(string_of(west, "kind"), "udp");
	assert_string_equal(string_of(west, "remote"), "noc.example:6000");
	assert_string_equal(string_of(west, "state"), "down");
	assert_string_equal(string_of(lab, "attachment"), "tun");
	assert_true(json_is_null(json_object_get(lab, "bridge")));
	json_decref(answer);
}

static void test_disable(void **state)
{
	json_t *answer;

	json_decref(ask(*state, "{\"command\":\"disable\",\"channel\":"
			"\"lab\"}", ACCESS_ALL));
	answer = ask(*state, "{\"command\":\"status\",\"channel\":\"lab\"}",
		     ACCESS_READ);
	assert_int_equal(json_array_size(json_object_get(answer,
							 "channels")), 1);
	assert_string_equal(string_of(json_array_get(json_object_get(answer,
			    "channels"), 0), "state"), "disabled");
	json_decref(answer);
	json_decref(ask(*state, "{\"command\":\"enable\",\"channel\":"
			"\"lab\"}", ACCESS_ALL));
	answer = ask(*state, "{\"command\":\"status\",\"channel\":\"lab\"}",
		     ACCESS_READ);
	assert_string_equal(string_of(json_array_get(json_object_get(answer,
			    "channels"), 0), "state"), "down");
	json_decref(answer);
}

/* Every object is there, and one channel brings only what it uses. */
static void test_stats(void **state)
{
	json_t *answer = ask(*state, "{\"command\":\"stats\"}", ACCESS_READ);
	const json_t *objects = json_object_get(answer, "objects"), *object;
	size_t counts = 0, drops = 0;

	object = json_array_get(objects, 0);
	assert_string_equal(string_of(object, "kind"), "channel");
	assert_string_equal(string_of(object, "channel"), "noc");
	counts = json_array_size(json_object_get(object, "counters"));
	drops = json_array_size(json_object_get(object, "drops"));
	assert_int_equal(counts + drops, STAT_NUM);
	object = json_array_get(objects, 2);
	assert_string_equal(string_of(object, "path"), "west");
	counts = json_array_size(objects);
	json_decref(answer);

	answer = ask(*state, "{\"command\":\"stats\",\"channel\":\"lab\"}",
		     ACCESS_READ);
	objects = json_object_get(answer, "objects");
	assert_true(json_array_size(objects) >= 2);
	assert_true(json_array_size(objects) < counts);
	json_array_foreach(objects, drops, object)
		if (string_of(object, "channel"))
			assert_string_equal(string_of(object, "channel"),
					    "lab");
	json_decref(answer);
}

/* More events than one turn takes are still one line. */
static void test_events(void **state)
{
	struct control_site *site = *state;
	struct notice n = { SEVERITY_WARNING, "noc", "", "test", "t\xff" };
	const json_t *events;
	json_t *answer;

	for (int i = 0; i < RING_SIZE + 10; i++)
		ring_add(site->state.ring, 1772366400250000000, &n);
	answer = ask(site, "{\"command\":\"events\"}", ACCESS_READ);
	events = json_object_get(answer, "events");
	assert_int_equal(json_array_size(events), RING_SIZE);
	assert_int_equal(json_integer_value(json_object_get(answer, "lost")),
			 10);
	events = json_array_get(events, 0);
	assert_int_equal(json_integer_value(json_object_get(events,
			 "number")), 11);
	assert_string_equal(string_of(events, "time"),
			    "2026-03-01T12:00:00.250Z");
	assert_string_equal(string_of(events, "severity"), "warning");
	assert_string_equal(string_of(events, "text"), "t\\xff");
	assert_true(json_is_null(json_object_get(events, "path")));
	json_decref(answer);
}

static struct job *start(struct control_site *site, const char *request,
			 struct output *out)
{
	char line[SERVER_LINE];
	struct job *job;

	strlcpy(line, request, sizeof(line));
	job = command_run(&site->state, line, strlen(line), ACCESS_ALL, out);
	assert_non_null(job);
	return job;
}

static json_t *alarms_of(struct control_site *site, const char *request)
{
	json_t *answer = ask(site, request, ACCESS_READ);
	json_t *list = json_incref(json_object_get(answer, "alarms"));

	json_decref(answer);
	return list;
}

/* Of the daemon, of a channel, of a path: told by number, or by channel. */
static void test_alarms(void **state)
{
	struct control_site *site = *state;
	const struct mono now = mono_ms(5000);
	struct channel *noc = site->engine->channels[0];
	json_t *list, *alarm;

	alarm_report(&site->engine->alarms, ALARM_RELOAD_FAILED, true, now,
		     "%s", "line 7");
	alarm_report(&noc->alarms, ALARM_LOOP, true, now, "%s", "");
	alarm_report(&noc->paths[1]->alarms, ALARM_LOOPBACK, true, now,
		     "%s", "own name");
	/* not for long enough */
	alarm_report(&noc->paths[0]->alarms, ALARM_QUEUE_OVERFLOW, true, now,
		     "%s", "full");
	list = alarms_of(site, "{\"command\":\"alarms\"}");
	assert_int_equal(json_array_size(list), 3);
	alarm = json_array_get(list, 0);
	assert_string_equal(string_of(alarm, "alarm"), "reload-failed");
	assert_string_equal(string_of(alarm, "severity"), "major");
	assert_string_equal(string_of(alarm, "text"), "line 7");
	assert_true(json_is_null(json_object_get(alarm, "channel")));
	alarm = json_array_get(list, 2);
	assert_string_equal(string_of(alarm, "alarm"), "loopback");
	assert_string_equal(string_of(alarm, "channel"), "noc");
	assert_string_equal(string_of(alarm, "path"), "west");
	json_decref(list);
	list = alarms_of(site, "{\"command\":\"alarms\",\"channel\":\"noc\"}");
	assert_int_equal(json_array_size(list), 2);
	json_decref(list);
	list = alarms_of(site, "{\"command\":\"alarms\",\"channel\":\"lab\"}");
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
}

/* More than fit into a turn, and between two turns some go. */
static void test_many_alarms(void **state)
{
	struct control_site *site = *state;
	const struct mono now = mono_ms(5000);
	struct alarm_set sets[40];
	struct output out = { 0 };
	struct job *job;
	json_t *answer;

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		alarm_set_init(&sets[i], &site->engine->shared.alarms);
		alarm_report(&sets[i], ALARM_LOOP, true, now, "%zu", i);
	}
	job = start(site, "{\"command\":\"alarms\"}", &out);
	assert_int_equal(job->next(job, &out), JOB_MORE);
	for (size_t i = 10; i < 20; i++)
		alarm_set_clear(&sets[i]);
	while (job->next(job, &out) == JOB_MORE)
		;
	job->free(job);
	answer = json_loadb(out.data, output_pending(&out), 0, NULL);
	output_free(&out);
	/* sixteen, and the last twenty */
	assert_int_equal(json_array_size(json_object_get(answer, "alarms")),
			 36);
	json_decref(answer);
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		alarm_set_clear(&sets[i]);
}

/* A second more than a quarter of an hour, of which one was errored. */
static void live(struct path *p)
{
	struct performance_second s = { .up = true, .frames = 9 };

	for (int i = 0; i < 911; i++) {
		s.utc = 1772366400 + i;
		s.errors = i == 5;
		performance_pass(&p->watch.performance, &s);
	}
}

static void test_history(void **state)
{
	struct control_site *site = *state;
	struct channel *noc = site->engine->channels[0];
	json_t *answer;
	const json_t *bins, *bin;

	live(noc->paths[0]);
	live(noc->paths[1]);
	answer = ask(site, "{\"command\":\"history\",\"channel\":\"noc\"}",
		     ACCESS_READ);
	bins = json_object_get(answer, "bins");
	assert_int_equal(json_array_size(bins), 6);
	bin = json_array_get(bins, 0);
	assert_string_equal(string_of(bin, "path"), "east");
	assert_string_equal(string_of(bin, "period"), "24h");
	assert_string_equal(string_of(bin, "start"),
			    "2026-03-01T00:00:00.000Z");
	assert_true(json_is_false(json_object_get(bin, "valid")));
	assert_true(json_is_true(json_object_get(bin, "current")));
	bin = json_array_get(bins, 1);
	assert_string_equal(string_of(bin, "period"), "15m");
	assert_string_equal(string_of(bin, "start"),
			    "2026-03-01T12:00:00.000Z");
	assert_int_equal(json_integer_value(json_object_get(bin, "es")), 1);
	assert_int_equal(json_integer_value(json_object_get(bin, "bbe")), 1);
	assert_int_equal(json_integer_value(json_object_get(bin, "seconds")),
			 900);
	assert_true(json_is_true(json_object_get(bin, "valid")));
	assert_true(json_is_false(json_object_get(bin, "current")));
	assert_string_equal(string_of(json_array_get(bins, 3), "path"),
			    "west");
	json_decref(answer);
	answer = ask(site, "{\"command\":\"history\",\"channel\":\"noc\","
		     "\"path\":\"west\"}", ACCESS_READ);
	bins = json_object_get(answer, "bins");
	assert_int_equal(json_array_size(bins), 3);
	assert_string_equal(string_of(json_array_get(bins, 0), "path"),
			    "west");
	json_decref(answer);
}

/* Too many errored seconds are an alarm, which path_watch() raises. */
static void test_threshold(void **state)
{
	struct control_site *site = *state;
	struct path *p = site->engine->channels[0]->paths[0];
	struct performance_second s = { .up = true, .errors = 1, .frames = 9 };
	json_t *list, *alarm;

	path_watch(p, true, mono_ms(1000));
	list = alarms_of(site, "{\"command\":\"alarms\"}");
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
	for (s.utc = 1772366400; s.utc < 1772366400 + 131; s.utc++)
		performance_pass(&p->watch.performance, &s);
	path_watch(p, false, mono_ms(2000));
	list = alarms_of(site, "{\"command\":\"alarms\"}");
	assert_int_equal(json_array_size(list), 1);
	alarm = json_array_get(list, 0);
	assert_string_equal(string_of(alarm, "alarm"), "threshold-15m");
	assert_string_equal(string_of(alarm, "path"), "east");
	assert_string_equal(string_of(alarm, "text"), "121 errored seconds in "
			    "a period of 15 minutes; 120 are too many");
	json_decref(list);
}

static void expect_has(struct output *out, const char *text)
{
	output_text(out, "", 1);
	assert_false(out->failed);
	if (!strstr(out->data, text))
		fail_msg("no \"%s\" in %s", text, out->data);
	output_free(out);
}

static void test_follow(void **state)
{
	struct control_site *site = *state;
	struct notice n = { SEVERITY_INFO, "noc", "", "test", "first" };
	struct output out = { 0 };
	struct job *job = start(site, "{\"command\":\"events\","
				"\"follow\":true}", &out);

	assert_int_equal(job->next(job, &out), JOB_WAIT);
	expect_has(&out, "\"events\":[]}\n");
	assert_int_equal(job->next(job, &out), JOB_WAIT);
	assert_int_equal(output_pending(&out), 0);
	ring_add(site->state.ring, 1, &n);
	assert_int_equal(job->next(job, &out), JOB_WAIT);
	expect_has(&out, "\"text\":\"first\",\"alarm\":null,"
		   "\"alarm_severity\":null}]}\n");
	/* one who sleeps is told how much he missed */
	for (int i = 0; i < RING_SIZE + 7; i++)
		ring_add(site->state.ring, 1, &n);
	assert_int_equal(job->next(job, &out), JOB_MORE);
	expect_has(&out, "\"lost\":7,");
	job->free(job);
}

static void test_reload(void **state)
{
	struct control_site *site = *state;
	struct engine *e = site->engine;
	struct change list[] = {
		{ "noc", CHANGE_CHANGED, "paths[0]" },
		{ "lab", CHANGE_NONE, "" },
	};
	const struct change_list changes = { list, ARRAY_SIZE(list) };
	struct reload_waiter *w;
	struct output out = { 0 };
	struct job *job = start(site, "{\"command\":\"reload\"}", &out);

	assert_int_equal(job->next(job, &out), JOB_WAIT);
	w = TAILQ_FIRST(&e->waiters);
	TAILQ_REMOVE(&e->waiters, w, entry);
	w->done(w, 0, "", &changes);
	list[0].channel[0] = 'x';	/* it has kept its own copy */
	assert_int_equal(job->next(job, &out), JOB_DONE);
	job->free(job);
	expect_has(&out, "\"unchanged\":1,\"changes\":[{\"channel\":\"noc\","
		   "\"change\":\"changed\",\"text\":\"paths[0]\"}]}\n");

	job = start(site, "{\"command\":\"reload\"}", &out);
	w = TAILQ_FIRST(&e->waiters);
	TAILQ_REMOVE(&e->waiters, w, entry);
	w->done(w, -22, "f.yaml:1:1: one\nf.yaml:2:2: two\n", &changes);
	assert_int_equal(job->next(job, &out), JOB_DONE);
	job->free(job);
	expect_has(&out, "\"details\":[\"f.yaml:1:1: one\","
		   "\"f.yaml:2:2: two\"]}\n");

	/* who goes is forgotten */
	job = start(site, "{\"command\":\"reload\"}", &out);
	job->free(job);
	assert_true(TAILQ_EMPTY(&e->waiters));
}

/* What the monitor would say, and a turn of the engine to hear it. */
static void answer_reload(struct control_site *site, int err,
			  const char *text)
{
	const struct priv_reply r = { .type = PRIV_ANSWER,
				      .op = PRIV_RELOAD, .generation = 1,
				      .err = err };

	assert_int_equal(priv_send_reply(site->pair[1], &r, -1, text), 0);
	event_base_loop(site->engine->shared.base,
			EVLOOP_ONCE | EVLOOP_NONBLOCK);
}

/* Each gets the verdict on the file as it was when it asked, also if one
 * that asked before is gone. */
static void test_reloads(void **state)
{
	struct control_site *site = *state;
	struct output out = { 0 };
	struct job *gone = start(site, "{\"command\":\"reload\"}", &out);
	struct job *first = start(site, "{\"command\":\"reload\"}", &out);
	struct job *second = start(site, "{\"command\":\"reload\"}", &out);

	gone->free(gone);
	answer_reload(site, 0, "");
	assert_int_equal(first->next(first, &out), JOB_WAIT);
	answer_reload(site, 0, "");
	assert_int_equal(first->next(first, &out), JOB_DONE);
	expect_has(&out, "\"ok\":true");
	assert_int_equal(second->next(second, &out), JOB_WAIT);
	answer_reload(site, -EINVAL, "f.yaml:1:1: one\n");
	assert_int_equal(second->next(second, &out), JOB_DONE);
	expect_has(&out, "\"details\":[\"f.yaml:1:1: one\"]}\n");
	first->free(first);
	second->free(second);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_table), TEST(test_status), TEST(test_disable),
		TEST(test_stats), TEST(test_events), TEST(test_follow),
		TEST(test_alarms), TEST(test_many_alarms), TEST(test_history),
		TEST(test_threshold),
		TEST(test_reload), TEST(test_reloads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
