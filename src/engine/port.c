// SPDX-License-Identifier: ISC
// A port: one open file that lines share, a UDP socket or a DCC.
//
// Theory of operation
// -------------------
// The monitor opens the socket; the port asks for it by the indices of one
// path that uses it (any of them will do) and asks again, more and more
// seldom, while that fails, and at once when the monitor says that it may
// work now. Once it is open, each turn of the loop takes a few batches off it
// and hands them to the user, so that no port starves another; nor does a port
// of a thousand far ends starve beside sources of one. A line that must be
// served by the clock is not waited for: an exact wake-up does both.
//
// A UDP port whose far end is a single one may have a second socket, which is
// connected to that. It is a port of its own, but what comes off it is said
// to have come off the first, and nobody is told how it fares.
//
// A socket whose device went away is closed and asked for anew. One whose
// device has no carrier stays open, but is not used.

#include "engine/port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "os/slice.h"

enum {
	ERRORS_A_TURN = 32,
	READS_A_TURN = 64,	/* of a transport that has more */
	JOINED_LONG = 16,	/* batches in which a train may follow one */
	REFUSED_OFTEN = 5,	/* failures of an ask: it then rests for long */
	EMPTY_PACKETS = 4096,	/* at most, before others have their turn */
	EMPTY_BATCHES = 1024,	/* which may bring less than a packet each */
};

#define CALM		mono_ms(1)	/* more than other turns ever take */

static void set_state(struct port *p, enum port_state state,
		      const char *reason)
{
	if (p->state == state && !strcmp(p->reason, reason))
		return;
	if (state != p->state &&
	    (state == PORT_FAILED || state == PORT_DARK))
		stats_inc(&p->stats, STAT_LINE_FAILURES);
	p->former = p->state;
	p->state = state;
	snprintf(p->reason, sizeof(p->reason), "%s", reason);
	if (p->home == p)
		p->user->changed(p->user->arg, p);
}

static bool is_open(const struct port *p)
{
	return p->end.fd >= 0;
}

static void close_fd(struct port *p)
{
	if (p->readable)
		event_free(p->readable);
	p->readable = NULL;
	wake_cancel(p->waker, &p->clock);
	if (!is_open(p))
		return;
	if (p->transport->close)
		p->transport->close(&p->end);
	close(p->end.fd);
	p->end.fd = -1;
}

static void fail(struct port *p, const char *reason)
{
	close_fd(p);
	ask_later(p->asker, &p->ask, clock_mono());
	set_state(p, PORT_FAILED, reason);
}

/* What an earlier packet met with is said by a receive call, once, and beside
 * an empty queue by none. Return: 0 if more may wait. */
static int take_error(struct port *p, int err, struct mono now)
{
	if (p->transport->error)
		port_drain_errors(p, now);
	else if (err < 0 && err != -EAGAIN)
		port_reopen(p, -err);
	return err == -EAGAIN || !is_open(p) ? -EAGAIN : 0;
}

/* Packets that the last batch had room for */
static unsigned int room_of(const struct port *p)
{
	unsigned int most = p->joined ? FRAME_BATCH_TRAINS : FRAME_BATCH_SUPER;

	return p->end.trains ? MIN(p->turn.room, most) : p->turn.room;
}

static HOT void look_for_trains(struct port *p, const struct reception *r,
				unsigned int n, struct mono now)
{
	unsigned int i = 0;

	while (i < n && !reception_is_train(&r[i]))
		i++;
	if (i == n) {
		p->joined -= p->joined > 0;
		return;
	}
	p->joined = JOINED_LONG;
	if (p->end.connected)
		p->user->streaming(p->user->arg, p->end.fd, now);
}

static HOT int take(struct port *p, struct reception *r, unsigned int room,
		    struct mono now)
{
	int n;

	for (unsigned int i = 0; i < room; i++) {
		r[i].segment = 0;
		r[i].damage = 0;
		r[i].frame = p->end.trains ?
			     frame_batch_super_at(p->batch, i) :
			     frame_batch_at(p->batch, i);
	}
	n = p->transport->receive(&p->end, r, room);
	if (n <= 0)
		return take_error(p, n, now);
	look_for_trains(p, r, (unsigned int)n, now);
	p->user->receive(p->user->arg, p->home, r, (unsigned int)n, now);
	return is_open(p) ? n : -EAGAIN;
}

static HOT LARGE_STACK int take_many(struct port *p, unsigned int room,
				     struct mono now)
{
	struct reception r[FRAME_BATCH];

	return take(p, r, room, now);
}

/* Take one batch. Return: how many packets that is; more may wait, even if it
 * is none; -EAGAIN if there was nothing, or the port is closed now. */
static HOT int take_batch(struct port *p, struct mono now)
{
	bool calm = mono_before(mono_add(p->turn.at, CALM), now);
	struct reception one;

	if (turn_room(&p->turn, now) == 1 && !calm)
		p->turn.room = 2;	/* the second is told for nothing */
	if (p->turn.room == 1)
		return take(p, &one, 1, now);
	return take_many(p, room_of(p), now);
}

/* Have the clock run when the transport wants it. */
static void arm(struct port *p)
{
	if (!p->transport->clock)
		return;
	if (p->end.due.ns == MONO_NEVER.ns)
		wake_cancel(p->waker, &p->clock);
	else
		wake_at(p->waker, &p->clock, p->end.due);
}

/* Batches, as long as the transport has no room for more outside of them. Of
 * others, too, where one is full: it is small if the turn before was a while
 * ago, because all else took so long. Was it so long ago that nothing else was
 * to be done, it is one packet, and a second look would find nothing. */
static HOT void take_batches(struct port *p, struct mono begin)
{
	struct mono now = begin, end = mono_add(begin, TURN_LONG);
	int n, sum = 0;

	for (int i = 0; i < READS_A_TURN; i++) {
		n = take_batch(p, now);
		if (n < 0)
			return;
		/* who gets the frames may wait for this processor, and has
		 * room for a few hundred */
		if (turn_in_stream(&p->turn))
			slice_end();
		if (p->end.pending)
			continue;
		sum += n;
		now = clock_mono();
		if (n > 1 || p->joined == JOINED_LONG)
			turn_over(&p->turn, now);
		if (p->turn.room == 1 || n < (int)room_of(p) ||
		    sum >= FRAME_BATCH || !mono_before(now, end))
			return;
	}
}

static HOT void readable(evutil_socket_t fd, short what, void *arg)
{
	struct port *p = arg;
	struct mono now = clock_mono();

	(void)fd;
	(void)what;
	take_batches(p, now);
	if (!is_open(p))
		return;
	if (p->end.pending)	/* nothing else would wake us for it */
		event_active(p->readable, EV_READ, 0);
	arm(p);
}

static void clock_due(struct wake *w, struct mono now)
{
	struct port *p = container_of(w, struct port, clock);
	int err;

	if (p->end.polled)
		take_batches(p, now);
	if (!is_open(p))
		return;
	err = p->transport->clock(&p->end, now);
	if (err < 0) {
		port_reopen(p, -err);
		return;
	}
	arm(p);
	if (!p->end.revived)
		return;
	p->end.revived = false;
	p->user->revived(p->user->arg, p, now);
}

static int listen_on(struct port *p)
{
	arm(p);
	if (p->end.polled)
		return 0;
	p->readable = event_new(p->base, p->end.fd, EV_READ | EV_PERSIST,
				readable, p);
	return p->readable && !event_add(p->readable, NULL) ? 0 : -ENOMEM;
}

static int make_ready(struct port *p)
{
	int err = 0;

	if (p->transport->open)
		err = p->transport->open(&p->end, p->cfg);
	if (err || p->home == p)
		return err;
	return p->transport->connect(&p->end, &p->far_end);
}

static int take_fd(struct port *p, int fd, uint32_t mtu)
{
	int err;

	close_fd(p);
	p->end = (struct line_end){
		.fd = fd, .mtu = mtu, .stats = &p->stats, .due = MONO_NEVER,
	};
	err = make_ready(p);
	if (err) {
		close(fd);
		p->end.fd = -1;
		return err;
	}
	return listen_on(p);
}

static void set_carrier(struct port *p, bool carrier)
{
	char reason[ASK_REASON_MAX];

	snprintf(reason, sizeof(reason), "no carrier on %.160s",
		 p->key.name);
	if (carrier)
		set_state(p, PORT_OPEN, "");
	else
		set_state(p, PORT_DARK, reason);
}

static void warn(struct port *p, const char *text)
{
	if (!*text)
		return;
	stats_inc(&p->stats, STAT_LINE_WARNINGS);
	p->user->warned(p->user->arg, p, text);
}

/* A second socket can be bound only while it is missing. */
static void share_home(struct port *p, bool on)
{
	if (p->home != p && is_open(p->home))
		p->transport->share(&p->home->end, on);
}

static void opened(struct ask *a, const struct priv_reply *r, int fd,
		   const char *text)
{
	struct port *p = container_of(a, struct port, ask);
	int err = r->err;

	if (!err)
		err = fd >= 0 ? take_fd(p, fd, r->mtu) : -EBADF;
	if (err && p->home != p)
		p->ask.failures = REFUSED_OFTEN;
	if (err) {
		fail(p, r->err && *text ? text : strerror(-err));
		return;
	}
	share_home(p, false);
	set_carrier(p, r->flags & PRIV_LINK_CARRIER);
	warn(p, text);
	/* what the far end has sent before is in the first socket */
	if (p->home != p)
		port_empty(p->home, clock_mono());
}

/**
 * port_new() - Make a port, not yet open
 * @key:	What it is a port to; copied
 * @transport:	Kind of line
 * @user:	Whom to tell; borrowed, must outlive the port
 * @base:	Event loop; borrowed
 * @waker:	For its clock; borrowed
 * @asker:	Way to the monitor; borrowed
 * @batch:	Memory for what comes, shared by all ports; borrowed
 *
 * Return: the port, owned by the caller, or NULL without memory
 */
struct port *port_new(const struct port_key *key,
		      const struct transport *transport,
		      const struct port_user *user, struct event_base *base,
		      struct waker *waker, struct asker *asker,
		      struct frame_batch *batch)
{
	struct port *p = calloc(1, sizeof(*p));

	if (!p || wake_reserve(waker)) {
		free(p);
		return NULL;
	}
	p->waker = waker;
	p->clock.called = clock_due;
	p->key = *key;
	p->home = p;
	p->transport = transport;
	p->user = user;
	p->base = base;
	p->asker = asker;
	p->batch = batch;
	p->end.fd = -1;
	p->ask.request.op = PRIV_OPEN;
	p->ask.request.arg = (int16_t)key->local.sa.sa_family;
	p->ask.answered = opened;
	return p;
}

/**
 * port_beside() - Make a second socket of a UDP port, not yet open
 * @home:	The port, which has to be open when this one is opened
 * @to:		Far end that it is connected to; copied
 *
 * Return: the socket, owned by the caller, or NULL without memory
 */
struct port *port_beside(struct port *home, const struct far_end *to)
{
	struct port *p = port_new(&home->key, home->transport, home->user,
				  home->base, home->waker, home->asker,
				  home->batch);

	if (!p)
		return NULL;
	p->home = home;
	p->far_end = *to;
	p->ask.request.op = PRIV_OPEN_DIRECT;
	return p;
}

/**
 * port_free() - Close a port and forget it
 * @p:	Port; consumed
 */
void port_free(struct port *p)
{
	ask_cancel(p->asker, &p->ask);
	close_fd(p);
	wake_release(p->waker);
	lookup_free(&p->lookup);
	free(p);
}

/**
 * port_close() - Close a port, which can be opened again
 * @p:	Port; nobody is told
 */
void port_close(struct port *p)
{
	ask_cancel(p->asker, &p->ask);
	close_fd(p);
	p->state = PORT_CLOSED;
}

/**
 * port_represented_by() - Which path's settings and indices stand for it
 * @p:		Port
 * @cfg:	Settings of a path that uses it; borrowed
 * @channel:	Index of that path's channel
 * @path:	Index of the path in it
 */
void port_represented_by(struct port *p, const struct config_path *cfg,
			 uint16_t channel, uint16_t path)
{
	p->cfg = cfg;
	p->ask.request.channel = channel;
	p->ask.request.path = path;
}

/**
 * port_open() - Ask the monitor for the socket
 * @p:	Port; nothing is done if it is open
 */
void port_open(struct port *p)
{
	if (is_open(p))
		return;
	share_home(p, true);
	ask_now(p->asker, &p->ask);
}

/**
 * port_reopen() - The socket is of no use any more; get another
 * @p:		Port
 * @err:	Positive errno that shows it
 */
void port_reopen(struct port *p, int err)
{
	char reason[ASK_REASON_MAX];

	if (!is_open(p))
		return;
	snprintf(reason, sizeof(reason), "%.160s%s%s", p->key.name,
		 *p->key.name ? ": " : "", strerror(err));
	fail(p, reason);
}

/**
 * port_damaged() - The driver of the port's device has dropped bad frames
 * @p:		Port
 * @hits:	How many, by enum priv_hit
 */
void port_damaged(struct port *p, const uint32_t hits[PRIV_HIT_NUM])
{
	static const enum stat_id counters[PRIV_HIT_NUM] = {
		[PRIV_HIT_FCS] = DROP_FCS,
		[PRIV_HIT_ALIGN] = DROP_ALIGN,
		[PRIV_HIT_LENGTH] = DROP_GIANT,
	};

	for (int i = 0; i < PRIV_HIT_NUM; i++)
		stats_add(&p->stats, counters[i], hits[i]);
}

/**
 * port_link() - The monitor tells of the port's device
 * @p:		Port
 * @flags:	enum priv_flag
 * @text:	Why it is gone; of one that is not, what is not well; or ""
 */
void port_link(struct port *p, uint32_t flags, const char *text)
{
	const char *why = *text ? text : "its device is gone";

	if (flags & PRIV_LINK_GONE) {
		if (is_open(p))
			fail(p, why);
		else
			set_state(p, PORT_FAILED, why);
	} else if (is_open(p)) {
		set_carrier(p, flags & PRIV_LINK_CARRIER);
		warn(p, text);
	}
	if ((flags & PRIV_LINK_RETRY) && !is_open(p))
		ask_now(p->asker, &p->ask);
}

/**
 * port_sent() - Something was sent: the transport may want its clock
 * @p:	Port
 */
HOT void port_sent(struct port *p)
{
	if (is_open(p))
		arm(p);
}

/**
 * port_await() - Take one packet, which should come soon
 * @p:		Port that is open, and whose packets can be waited for
 * @until:	When to give up
 *
 * Awake; others who want this processor come first all the same. Not while
 * the user is told of packets.
 */
void port_await(struct port *p, struct mono until)
{
	struct reception one;
	struct mono now;
	int n;

	do {
		slice_end();
		now = clock_mono();
		n = take(p, &one, 1, now);
	} while (n <= 0 && is_open(p) && mono_before(now, until));
}

/**
 * port_empty() - Take all that has come by now
 * @p:		Port
 * @now:	Time
 *
 * Not while the user is told of packets.
 *
 * Return: false if that may not be all: it was very much
 */
bool port_empty(struct port *p, struct mono now)
{
	int n = 0, sum = 0;

	for (int i = 0; i < EMPTY_BATCHES && sum < EMPTY_PACKETS; i++) {
		n = is_open(p) ? take_batch(p, now) : -EAGAIN;
		if (n < 0)
			return true;
		sum += n;
	}
	return false;
}

/**
 * port_drain_errors() - Take what the network says about earlier packets
 * @p:		Port
 * @now:	Time
 */
void port_drain_errors(struct port *p, struct mono now)
{
	struct transport_error e;

	if (!p->transport->error)
		return;
	for (int i = 0; i < ERRORS_A_TURN && is_open(p); i++) {
		if (p->transport->error(&p->end, &e) < 0)
			return;
		addr_unmap(&e.to);
		p->user->error(p->user->arg, p->home, &e, now);
	}
}

/**
 * port_key_eq() - Would two paths share a port?
 * @a:	One path's key
 * @b:	The other's
 *
 * Return: true if so
 */
bool port_key_eq(const struct port_key *a, const struct port_key *b)
{
	return a->kind == b->kind && addr_eq(&a->local, &b->local) &&
	       !strcmp(a->name, b->name);
}
