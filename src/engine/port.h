/* SPDX-License-Identifier: ISC */
/* A port: one open file that lines share, a UDP socket or a DCC. */
#ifndef ENGINE_PORT_H
#define ENGINE_PORT_H

#include <event2/event.h>
#include <stdbool.h>
#include <sys/queue.h>

#include "base/addr.h"
#include "base/clock.h"
#include "base/stats.h"
#include "config/config.h"
#include "engine/ask.h"
#include "engine/lookup.h"
#include "engine/waker.h"
#include "os/priv.h"
#include "transport/transport.h"

enum { PORT_NAME_MAX = 256 };

/**
 * struct port_key - What makes two paths share a port
 * @kind:	Kind of line
 * @local:	UDP: local address
 * @name:	UDP: interface or ""; DCC: interface or device
 */
struct port_key {
	enum transport_kind kind;
	struct addr local;
	char name[PORT_NAME_MAX];
};

/** enum port_state - What a port is doing */
enum port_state {
	PORT_CLOSED,	/* the monitor has been asked, or will be */
	PORT_OPEN,
	PORT_DARK,	/* open, but its device has no carrier */
	PORT_FAILED,	/* reason says why; asked again from time to time */
};

struct port;

/**
 * struct port_user - What a port tells its users
 * @receive:	These packets came; they are the port's until it returns
 * @streaming:	Trains come by this socket, which is connected
 * @error:	The network says this of an earlier packet
 * @revived:	A line that seemed cut seems not to be any more
 * @changed:	The port's state or the reason for it is another one
 * @warned:	Something about its device is amiss, but it is in use
 */
struct port_user {
	void (*receive)(void *arg, struct port *p, struct reception *r,
			unsigned int n, struct mono now);
	void (*streaming)(void *arg, int fd, struct mono now);
	void (*error)(void *arg, struct port *p,
		      const struct transport_error *e, struct mono now);
	void (*revived)(void *arg, struct port *p, struct mono now);
	void (*changed)(void *arg, struct port *p);
	void (*warned)(void *arg, struct port *p, const char *text);
	void *arg;
};

/**
 * struct port - An open file and who listens on it
 * @home:	Whose lines it serves: its own; of a second socket, those of
 *		the port that has the first
 * @far_end:	Whom a second socket is connected to
 * @cfg:	Of any path that uses it: those agree
 * @clock:	Runs when @end.due has come
 * @joined:	How many batches more a train may be expected in
 * @former:	State before this one
 * @lookup:	(sender, channel id) to struct path; id 0 to struct line
 * @sending:	Line that is sending: the kernel's own refusals are meant for
 *		it, though they name no port; NULL at other times
 * @users:	How many lines hold it; made and freed by the engine
 */
struct port {
	TAILQ_ENTRY(port) entry;
	struct port_key key;
	struct port *home;
	struct far_end far_end;
	const struct config_path *cfg;
	const struct transport *transport;
	const struct port_user *user;
	struct event_base *base;
	struct asker *asker;
	struct frame_batch *batch;
	struct event *readable;
	struct waker *waker;
	struct wake clock;
	struct line_end end;
	struct turn turn;
	unsigned int joined;
	enum port_state state, former;
	char reason[ASK_REASON_MAX];
	struct ask ask;
	struct lookup lookup;
	struct stats stats;
	void *sending;
	unsigned int users;
};

TAILQ_HEAD(port_list, port);

struct port *port_new(const struct port_key *key,
		      const struct transport *transport,
		      const struct port_user *user, struct event_base *base,
		      struct waker *waker, struct asker *asker,
		      struct frame_batch *batch);
struct port *port_beside(struct port *home, const struct far_end *to);
void port_free(struct port *p);
void port_close(struct port *p);
void port_open(struct port *p);
void port_represented_by(struct port *p, const struct config_path *cfg,
			 uint16_t channel, uint16_t path);
void port_reopen(struct port *p, int err);
void port_damaged(struct port *p, const uint32_t hits[PRIV_HIT_NUM]);
void port_link(struct port *p, uint32_t flags, const char *text);
void port_sent(struct port *p);
void port_await(struct port *p, struct mono until);
bool port_empty(struct port *p, struct mono now);
void port_drain_errors(struct port *p, struct mono now);
bool port_key_eq(const struct port_key *a, const struct port_key *b);

#endif
