// SPDX-License-Identifier: ISC
// A port: one open file that lines share, a UDP socket or a DCC.
//
// Theory of operation
// -------------------
// The monitor opens the socket; the port asks for it by the indices of one
// path that uses it (any of them will do) and asks again, more and more
// seldom, while that fails. Once it is open, each turn of the loop takes one
// batch off it and hands it to the user, so that no port starves another.
// A socket whose device went away is closed and asked for anew.

#include "engine/port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

enum { ERRORS_A_TURN = 32 };

static void set_state(struct port *p, enum port_state state)
{
	if (p->state == state)
		return;
	p->state = state;
	p->user->changed(p->user->arg, p);
}

static void close_fd(struct port *p)
{
	if (p->readable)
		event_free(p->readable);
	p->readable = NULL;
	if (p->end.fd < 0)
		return;
	if (p->transport->close)
		p->transport->close(&p->end);
	close(p->end.fd);
	p->end.fd = -1;
}

static void fail(struct port *p, const char *reason)
{
	close_fd(p);
	snprintf(p->reason, sizeof(p->reason), "%s", reason);
	ask_later(p->asker, &p->ask, clock_mono());
	set_state(p, PORT_FAILED);
}

static void readable(evutil_socket_t fd, short what, void *arg)
{
	struct port *p = arg;
	struct reception r[FRAME_BATCH];
	struct mono now = clock_mono();
	unsigned int room = turn_room(&p->turn, now);
	int n;

	(void)fd;
	(void)what;
	for (unsigned int i = 0; i < room; i++)
		r[i].frame = frame_batch_at(p->batch, i);
	n = p->transport->receive(&p->end, r, room);
	if (n > 0)
		p->user->receive(p->user->arg, p, r, (unsigned int)n, now);
	else		/* an error may wait beside an empty queue */
		port_drain_errors(p, now);
}

static int take_fd(struct port *p, int fd, uint32_t mtu)
{
	int err;

	p->end = (struct line_end){ .fd = fd, .mtu = mtu };
	if (p->transport->open) {
		err = p->transport->open(&p->end, p->cfg);
		if (err)
			return err;
	}
	p->readable = event_new(p->base, fd, EV_READ | EV_PERSIST, readable,
				p);
	return p->readable && !event_add(p->readable, NULL) ? 0 : -ENOMEM;
}

static void opened(struct ask *a, const struct priv_reply *r, int fd,
		   const char *text)
{
	struct port *p = container_of(a, struct port, ask);
	int err = r->err;

	if (!err)
		err = fd >= 0 ? take_fd(p, fd, r->mtu) : -EBADF;
	if (err) {
		fail(p, *text ? text : strerror(-err));
		return;
	}
	p->reason[0] = '\0';
	set_state(p, PORT_OPEN);
}

/**
 * port_new() - Make a port, not yet open
 * @key:	What it is a port to; copied
 * @transport:	Kind of line
 * @user:	Whom to tell; borrowed, must outlive the port
 * @base:	Event loop; borrowed
 * @asker:	Way to the monitor; borrowed
 * @batch:	Memory for what comes, shared by all ports; borrowed
 *
 * Return: the port, owned by the caller, or NULL without memory
 */
struct port *port_new(const struct port_key *key,
		      const struct transport *transport,
		      const struct port_user *user, struct event_base *base,
		      struct asker *asker, struct frame_batch *batch)
{
	struct port *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->key = *key;
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
 * port_free() - Close a port and forget it
 * @p:	Port; consumed
 */
void port_free(struct port *p)
{
	ask_cancel(p->asker, &p->ask);
	close_fd(p);
	lookup_free(&p->lookup);
	free(p);
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
	if (p->state != PORT_OPEN)
		ask_now(p->asker, &p->ask);
}

/**
 * port_reopen() - The socket is of no use any more; get another
 * @p:		Port, open
 * @err:	Positive errno that shows it
 */
void port_reopen(struct port *p, int err)
{
	if (p->state == PORT_OPEN)
		fail(p, strerror(err));
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
	for (int i = 0; i < ERRORS_A_TURN && p->state == PORT_OPEN; i++) {
		if (p->transport->error(&p->end, &e) < 0)
			return;
		addr_unmap(&e.to);
		p->user->error(p->user->arg, p, &e, now);
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
