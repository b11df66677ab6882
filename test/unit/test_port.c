// SPDX-License-Identifier: ISC
// A port: how much of what has come it takes, and when that is all.

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "engine/port.h"

/* A line that has what it is told to, and errors between */
struct source {
	int packets;		/* that wait */
	int error;		/* positive errno before the next of them */
	int told;		/* errors taken off the queue */
	int shares, shared;	/* how often; whether it is now */
	int refusal;		/* negative errno of being connected, or 0 */
	size_t segment;		/* of the last one of a batch */
	struct far_end far_end;	/* to whom it was */
};

static struct site {
	struct source source;
	struct event_base *base;
	struct waker waker;
	struct asker asker;
	struct frame_batch batch;
	struct port *port;
	int pair[2];
	const struct port *from;	/* that it is said to have come off */
	int came, batches, changes, streaming;
	bool is_slow;		/* who takes what comes */
	struct mono now;
} t;

/* In place of the program's own: time passes when the test says so. */
struct mono clock_mono(void)
{
	return t.now;
}

int64_t clock_utc_ns(void)
{
	return 0;
}

static int source_receive(struct line_end *end, struct reception *r,
			  unsigned int n)
{
	int err = t.source.error;

	(void)end;
	t.source.error = 0;
	if (err || !t.source.packets)
		return err ? -err : -EAGAIN;
	n = MIN(n, (unsigned int)t.source.packets);
	t.source.packets -= (int)n;
	for (unsigned int i = 0; i < n; i++)
		r[i].frame->len = 2;
	r[n - 1].segment = t.source.segment;
	return (int)n;
}

static int source_error(struct line_end *end, struct transport_error *e)
{
	(void)end;
	memset(e, 0, sizeof(*e));
	return t.source.told++ ? -EAGAIN : 0;
}

static int source_connect(struct line_end *end, const struct far_end *to)
{
	end->connected = true;
	t.source.far_end = *to;
	return t.source.refusal;
}

static void source_share(struct line_end *end, bool on)
{
	assert_ptr_equal(end, &t.port->end);
	t.source.shares++;
	t.source.shared = on;
}

static const struct transport patient = {
	.name = "patient", .receive = source_receive, .error = source_error,
	.share = source_share, .connect = source_connect,
};

static const struct transport brittle = {
	.name = "brittle", .receive = source_receive,
};

static void came(void *arg, struct port *p, struct reception *r,
		 unsigned int n, struct mono now)
{
	(void)arg;
	(void)r;
	(void)now;
	t.from = p;
	t.came += (int)n;
	t.batches++;
	if (t.is_slow)
		t.now = mono_add(t.now, mono_ms(1));
}

static void error_came(void *arg, struct port *p,
		       const struct transport_error *e, struct mono now)
{
	(void)arg;
	(void)p;
	(void)e;
	(void)now;
}

static void changed(void *arg, struct port *p)
{
	(void)arg;
	(void)p;
	t.changes++;
}

static void streaming(void *arg, int fd, struct mono now)
{
	(void)arg;
	(void)now;
	assert_int_equal(fd, t.port->end.fd);
	t.streaming++;
}

static const struct port_user user = {
	.receive = came, .streaming = streaming, .error = error_came,
	.changed = changed,
};

static void begin(const struct transport *transport)
{
	const struct port_key key = { .kind = TRANSPORT_UDP };
	const struct priv_reply r = { .flags = PRIV_LINK_CARRIER };

	memset(&t, 0, sizeof(t));
	t.now = mono_ms(1000000);
	t.base = event_base_new();
	assert_int_equal(waker_init(&t.waker, t.base), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK,
				    0, t.pair), 0);
	asker_init(&t.asker, t.pair[0]);
	assert_int_equal(frame_batch_init(&t.batch), 0);
	t.port = port_new(&key, transport, &user, t.base, &t.waker, &t.asker,
			  &t.batch);
	assert_non_null(t.port);
	t.port->ask.answered(&t.port->ask, &r, dup(t.pair[1]), "");
	assert_int_equal(t.port->state, PORT_OPEN);
	assert_int_equal(send(t.pair[0], "", 1, 0), 1);
}

static void end(void)
{
	port_free(t.port);
	frame_batch_free(&t.batch);
	waker_fini(&t.waker);
	event_base_free(t.base);
	close(t.pair[0]);
	close(t.pair[1]);
}

static void test_empty(void **state)
{
	static const struct {
		const struct transport *transport;
		int packets, error;
		bool all, open;
	} table[] = {
		{ &patient, 0, 0, true, true },
		{ &patient, 1, 0, true, true },
		{ &patient, 3000, 0, true, true },
		/* about another far end: what waits behind it is ours */
		{ &patient, 3, ECONNREFUSED, true, true },
		{ &patient, 3, EHOSTUNREACH, true, true },
		{ &patient, 0, ECONNREFUSED, true, true },
		{ &patient, INT_MAX, 0, false, true },
		{ &patient, INT_MAX, ECONNREFUSED, false, true },
		{ &brittle, 3, ENETDOWN, true, false },
		{ &brittle, INT_MAX, 0, false, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		begin(table[i].transport);
		t.source.packets = table[i].packets;
		t.source.error = table[i].error;
		assert_int_equal(port_empty(t.port, clock_mono()),
				 table[i].all);
		assert_int_equal(t.port->state == PORT_OPEN, table[i].open);
		if (table[i].all && table[i].open)
			assert_int_equal(t.came, table[i].packets);
		else if (table[i].open)
			assert_in_range(t.came, 3000, 8192);
		end();
	}
}

/* A tenth of a millisecond: longer than turns of a stream are apart */
#define A_WHILE	((struct mono){ 100000 })

/* What one turn takes, a while after the turn before */
static void test_turn(void **state)
{
	static const struct {
		bool trains, is_slow, calm;
		int packets, least, most, batches;
	} table[] = {
		{ false, false, false, 1, 1, 1, 1 },
		{ false, false, false, 2, 2, 2, 2 },
		{ false, false, false, 20, 20, 20, 5 },
		{ false, false, false, 63, 63, 63, 6 },
		{ false, false, false, INT_MAX, FRAME_BATCH, 2 * FRAME_BATCH,
		  7 },
		{ true, false, false, 20, 20, 20, INT_MAX },
		{ true, false, false, INT_MAX, FRAME_BATCH, 2 * FRAME_BATCH,
		  INT_MAX },
		/* the rest has its turn when the others have had theirs */
		{ false, true, false, INT_MAX, 2, 2, 1 },
		/* nothing else is to be done: no second look */
		{ false, false, true, INT_MAX, 1, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		begin(&patient);
		t.port->end.trains = table[i].trains;
		t.is_slow = table[i].is_slow;
		t.source.packets = table[i].packets;
		if (!table[i].calm)
			t.port->turn.at = mono_sub(t.now, A_WHILE);
		event_base_loop(t.base, EVLOOP_ONCE);
		assert_in_range(t.came, table[i].least, table[i].most);
		assert_in_range(t.batches, 1, table[i].batches);
		end();
	}
}

/* A turn of a stream takes long; the next one is as large all the same, if it
 * begins soon after its end. */
static void test_stream(void **state)
{
	static const struct {
		int64_t pause;	/* us, from the end of one turn */
		int came;	/* in the other */
	} table[] = {
		{ 1, 32 },
		{ 49, 32 },
		{ 51, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		begin(&patient);
		t.is_slow = true;
		t.source.packets = INT_MAX;
		t.port->turn = (struct turn){ 8, t.now };
		event_base_loop(t.base, EVLOOP_ONCE);
		assert_int_equal(t.came, 16);
		t.now.ns += table[i].pause * 1000;
		event_base_loop(t.base, EVLOOP_ONCE);
		assert_int_equal(t.came, 16 + table[i].came);
		end();
	}
}

/* The user is told of trains, where they come by a connected socket, and of
 * nothing else: not of a train of one. */
static void test_streaming(void **state)
{
	static const struct {
		size_t segment;
		bool connected;
		int told;
	} table[] = {
		{ 0, true, 0 },
		{ 1, true, 1 },
		{ 1, false, 0 },
		{ 2, true, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		begin(&patient);
		t.source.packets = 1;
		t.source.segment = table[i].segment;
		t.port->end.connected = table[i].connected;
		event_base_loop(t.base, EVLOOP_ONCE);
		assert_int_equal(t.came, 1);
		assert_int_equal(t.streaming, table[i].told);
		end();
	}
}

/* A port's second socket, and the answer to its question */
static struct port *second(int err)
{
	const struct far_end to = { .dscp = 46 };
	const struct priv_reply r = {
		.err = err, .flags = PRIV_LINK_CARRIER
	};
	struct port *p = port_beside(t.port, &to);

	assert_non_null(p);
	assert_int_equal(p->ask.request.op, PRIV_OPEN_DIRECT);
	port_open(p);
	assert_true(t.source.shared);
	p->ask.answered(&p->ask, &r, err ? -1 : dup(t.pair[1]), "");
	return p;
}

/* What the first has is older, and comes first; what comes off either has
 * come off the first; whoever uses that hears of nothing else. */
static void test_second(void **state)
{
	struct port *p;

	(void)state;
	begin(&patient);
	t.changes = 0;
	t.source.packets = 5;
	p = second(0);
	assert_int_equal(p->state, PORT_OPEN);
	assert_int_equal(t.source.shares, 2);
	assert_false(t.source.shared);
	assert_true(p->end.connected);
	assert_int_equal(t.source.far_end.dscp, 46);
	assert_int_equal(t.came, 5);
	assert_ptr_equal(t.from, t.port);
	t.from = NULL;
	t.source.packets = 3;
	assert_true(port_empty(p, clock_mono()));
	assert_int_equal(t.came, 8);
	assert_ptr_equal(t.from, t.port);
	port_close(p);
	assert_int_equal(p->state, PORT_CLOSED);
	assert_int_equal(p->end.fd, -1);
	assert_int_equal(t.port->state, PORT_OPEN);
	assert_int_equal(t.changes, 0);
	port_free(p);
	end();
}

/* Without it the first serves all, and another try is made later. */
static void test_no_second(void **state)
{
	static const struct {
		int monitor, connect;
	} table[] = { { -EADDRINUSE, 0 }, { 0, -ENETUNREACH } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct port *p;

		begin(&patient);
		t.changes = 0;
		t.source.refusal = table[i].connect;
		p = second(table[i].monitor);
		assert_int_equal(p->state, PORT_FAILED);
		assert_int_equal(p->ask.state, ASK_RESTING);
		assert_true(t.source.shared);
		/* for long, though the monitor may have done its part */
		assert_false(mono_before(p->ask.due,
					 mono_add(t.now, mono_ms(20000))));
		assert_int_equal(p->end.fd, -1);
		assert_int_equal(t.port->state, PORT_OPEN);
		assert_int_equal(t.changes, 0);
		port_free(p);
		end();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_turn),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_streaming),
		cmocka_unit_test(test_second),
		cmocka_unit_test(test_no_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
