// SPDX-License-Identifier: ISC
// A line's own socket, connected to its far end.
//
// Theory of operation
// -------------------
// The socket of a UDP port hears all far ends, and strangers: it is connected
// to none of them, so the kernel looks up the way of each datagram that goes,
// and whose each one is that comes. Where a port has a single line, as on most
// appliances, that line gets a second socket on the port, connected: the
// kernel keeps the way, and sorts what the far end sends into it. On a
// processor that has slept, to which all of that is far away, a frame and its
// answer are some 7 us of 95 faster (bench's round trip).
//
// What comes by either socket came by the port. Until the second one is open,
// and when there is none, all goes through the first. It stays when other
// lines join the port, and closes with the first, which could not be bound
// again beside it. A socket whose line is gone is emptied by the engine: the
// line that takes the place of another gets what was on its way to that.

#include "engine/line.h"

/* An address that is left open would become that of today. */
static bool is_wanted(const struct line *l)
{
	return l->port->transport->connect && !l->slow &&
	       !addr_is_any(&l->port->key.local) &&
	       (l->direct || l->port->users == 1);
}

/**
 * line_direct_follow() - The line's port, or its use, may be another now
 * @l:	Line, which has a port
 */
void line_direct_follow(struct line *l)
{
	if (l->port->state != PORT_OPEN) {
		if (l->direct)
			port_close(l->direct);
		return;
	}
	if (!is_wanted(l))
		return;
	if (!l->direct) {
		l->direct = port_beside(l->port, &l->far_end);
		line_direct_renamed(l);
	}
	if (l->direct && l->direct->state == PORT_CLOSED)
		port_open(l->direct);
}

/**
 * line_direct_renamed() - The settings are at another place
 * @l:	Line
 */
void line_direct_renamed(struct line *l)
{
	if (l->direct)
		port_represented_by(l->direct, l->cfg,
				    l->resolve.request.channel,
				    l->resolve.request.path);
}

/**
 * line_direct_leave() - The far end is another now, or none
 * @l:	Line
 */
void line_direct_leave(struct line *l)
{
	if (l->direct)
		l->env->left(l->env->arg, l->direct);
	l->direct = NULL;
}

/**
 * line_drain_errors() - Take what the network says of what was sent
 * @l:		Line, which has a port
 * @now:	Time
 */
void line_drain_errors(struct line *l, struct mono now)
{
	port_drain_errors(line_way(l), now);
}

/**
 * line_empty() - Take all that has come from the far end by now
 * @l:		Line
 * @now:	Time
 *
 * As port_empty().
 *
 * Return: as that
 */
bool line_empty(struct line *l, struct mono now)
{
	bool all = !l->port || port_empty(l->port, now);

	return (!l->direct || port_empty(l->direct, now)) && all;
}
