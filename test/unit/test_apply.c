// SPDX-License-Identifier: ISC
// New configurations in an engine whose monitor says nothing: what stays of
// a channel and of its paths, and what must not happen meanwhile.

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "engine/line.h"
#include "engine_site.h"

enum { QUARTER = 900 };

#define NOC	"  - {name: noc, id: 17, tap: {name: "
#define REST	", paths: [{name: p, udp: {remote: \"192.0.2.1:6000\""
#define END	"}}]}\n"
#define TWO	", paths: [{name: p, udp: {remote: \"192.0.2.1:6000\"}}, " \
		"{name: q, udp: {remote: \"192.0.2.2:6000\", " \
		"local: \"0.0.0.0:6001\"}}]}\n"

/* Requests that wait in the monitor's end: how many ask for a path's
 * socket by indices of the newest generation? */
static int asked(struct site *s)
{
	char text[PRIV_TEXT_MAX];
	struct priv_request r;
	int n = 0;

	while (priv_recv_request(s->sockets[0], &r, text) > 0)
		n += (r.op == PRIV_OPEN || r.op == PRIV_OPEN_DIRECT) &&
		     r.path != PRIV_DEVICE && r.channel != PRIV_CONTROL &&
		     r.generation == s->generation;
	return n;
}

/* What is gone has no indices to ask by: they may be another's, or nobody's,
 * and the monitor ends who asks for what does not exist. */
static void test_no_more_asked(void **state)
{
	struct site *s = *state;

	site_apply(s, NOC "x}" TWO);
	assert_int_equal(asked(s), 2);
	site_apply(s, NOC "x}" REST END);
	assert_int_equal(asked(s), 1);
	site_apply(s, "  []\n");
	assert_int_equal(asked(s), 0);
}

/* A far end must be able to tell numbers that begin from those that go on. */
static void test_numbering(void **state)
{
	struct site *s = *state;
	uint32_t session, first;

	site_apply(s, NOC "x}" REST END);
	session = site_path(s, 0, 0)->us.session;
	first = site_path(s, 0, 0)->us.numbering;
	site_apply(s, NOC "x}, description: new" REST ", dscp: 8" END);
	assert_int_equal(site_path(s, 0, 0)->us.numbering, first);
	/* another device: a new channel, of the same daemon */
	site_apply(s, NOC "y}" REST END);
	assert_int_not_equal(site_path(s, 0, 0)->us.numbering, first);
	assert_int_equal(site_path(s, 0, 0)->us.session, session);
	first = site_path(s, 0, 0)->us.numbering;
	/* removed and added again */
	site_apply(s, "  []\n");
	site_apply(s, NOC "y}" REST END);
	assert_int_not_equal(site_path(s, 0, 0)->us.numbering, first);
}

/* Will the receiver follow whatever number comes? */
static bool follows(struct channel *ch, uint32_t session, uint32_t numbering)
{
	const struct oam_information m = {
		.session = session, .numbering = numbering,
	};

	for (int i = 0; i < ORDER_CLASSES; i++)
		ch->order->classes[i].any = false;
	channel_order_begun(ch, &m);
	return ch->order->classes[0].any;
}

static void test_begun(void **state)
{
	struct site *s = *state;
	struct channel *ch;

	site_apply(s, NOC "x}, protection: {mode: 1+1}" TWO);
	ch = s->e->channels[0];
	assert_true(follows(ch, 7, 1));
	assert_false(follows(ch, 7, 1));	/* told by another path */
	assert_true(follows(ch, 7, 2));		/* the channel was remade */
	assert_false(follows(ch, 7, 1));	/* by a path that lags */
	assert_false(follows(ch, 7, 2));
	assert_true(follows(ch, 8, 2));		/* the daemon has restarted */
}

static void watch_seconds(struct path *p, int n)
{
	for (int i = 0; i < n; i++) {
		const struct performance_second second = {
			.utc = 1000000 * QUARTER + i, .up = true,
			.errors = 1, .frames = 100,
		};

		performance_pass(&p->watch.performance, &second);
	}
}

static unsigned int seconds(const struct path *p)
{
	struct performance_counts c;

	return performance_get(&p->watch.performance, PERIOD_QUARTER, 0, &c) ?
	       c.seconds : 0;
}

#define DCC	", paths: [{name: p, dcc: {interface: "

static void test_history(void **state)
{
	static const struct {
		const char *was, *is;
		bool stays;
	} table[] = {
		{ NOC "x}" REST END, NOC "x}" REST END, true },
		{ NOC "x}" REST END, NOC "x}" REST ", dscp: 8" END, true },
		{ NOC "x}" REST END, NOC "x}" REST ", rate: 2M" END, true },
		{ NOC "x}" REST END, NOC "x}, paths: [{name: p, udp: {remote: "
		  "\"192.0.2.2:6000\"" END, true },
		{ NOC "x}" REST END, NOC "y}" REST ", dscp: 8" END, true },
		{ NOC "x}" REST END, NOC "x}, paths: [{name: q, udp: {remote: "
		  "\"192.0.2.1:6000\"" END, false },
		{ NOC "x}" REST END, NOC "x}" DCC "hdlc0" END, false },
		{ NOC "x}" DCC "hdlc0" END, NOC "x}" DCC "hdlc0, rate: 64k" END,
		  true },
		{ NOC "x}" DCC "hdlc0" END, NOC "x}" DCC "hdlc1" END, false },
	};
	struct site *s = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		site_apply(s, "  []\n");
		site_apply(s, table[i].was);
		watch_seconds(site_path(s, 0, 0), 30);
		assert_int_equal(seconds(site_path(s, 0, 0)), 20);
		site_apply(s, table[i].is);
		if (seconds(site_path(s, 0, 0)) != (table[i].stays ? 20 : 0))
			fail_msg("%zu: %u seconds", i,
				 seconds(site_path(s, 0, 0)));
	}
}

static int cannot_send(struct line_end *end, const struct far_end *to,
		       const struct packet *p, unsigned int n)
{
	(void)end;
	(void)to;
	(void)p;
	(void)n;
	return -ENODEV;
}

static int send_nowhere(struct line_end *end, const struct far_end *to,
			const struct packet *p, unsigned int n)
{
	(void)end;
	(void)to;
	(void)p;
	return (int)n;
}

static const struct transport broken = {
	.name = "broken", .addressed = true, .send = cannot_send,
};

static const struct transport sound = {
	.name = "sound", .addressed = true, .send = send_nowhere,
};

static void know(struct path *p)
{
	p->of = p->line->session.live.mine;
	p->peer.known = true;
}

/* As if far ends had been heard: so they are told who goes. The device of
 * the second port is gone, which will be seen when something is sent. */
static void bring_up(struct site *s)
{
	struct line *l;
	struct port *p;

	TAILQ_FOREACH(p, &s->e->ports, entry) {
		p->transport = p->key.local.in.sin_port == htons(6001) ?
			       &broken : &sound;
		p->state = PORT_OPEN;
		p->end.fd = dup(s->sockets[0]);
		assert_true(p->end.fd >= 0);
	}
	TAILQ_FOREACH(l, &s->e->lines, entry)
		l->session.live.state = WIRE_UP;
	for (size_t i = 0; i < s->e->nchannels; i++)
		for (size_t j = 0; j < s->e->channels[i]->npaths; j++)
			know(site_path(s, i, j));
}

#define OTHER	"  - {name: other, id: 18, tap: {name: z}" TWO

/* A line fails while paths and channels are being removed. */
static void test_fails_meanwhile(void **state)
{
	static const char *const next[] = {
		NOC "x}" REST END OTHER,	/* a path goes */
		NOC "y}" TWO OTHER,		/* a channel is remade */
		OTHER,				/* a channel goes */
		NOC "x}" TWO,
		"  []\n",
	};
	struct site *s = *state;

	for (size_t i = 0; i < sizeof(next) / sizeof(next[0]); i++) {
		site_apply(s, NOC "x}" TWO OTHER);
		bring_up(s);
		site_apply(s, next[i]);
		assert_false(s->e->unsettled);
	}
	/* and when the engine ends */
	site_apply(s, NOC "x}" TWO OTHER);
	bring_up(s);
	engine_free(s->e);
	s->e = NULL;
}

#define ON_SITE(test)	\
	cmocka_unit_test_setup_teardown(test, site_begin, site_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_SITE(test_no_more_asked),
		ON_SITE(test_numbering),
		ON_SITE(test_begun),
		ON_SITE(test_history),
		ON_SITE(test_fails_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
