// SPDX-License-Identifier: ISC
// Sending on a line: now or never, and what a refusal means.

#include "engine/line.h"

#include <errno.h>
#include <string.h>

#include "base/util.h"

#define TROUBLE_QUIET	mono_ms(2000)	/* without an error: it is over */

enum { RETRIES = 3 };

static void lose(struct line *l, const struct packet *p, unsigned int n,
		 struct stats *stats, enum stat_id reason)
{
	stats_add(stats, reason, n);
	if (capture_wants(l->env->capture, DUMP_DROP))
		line_tap_packets(l, p, n, DUMP_DROP, stat_name(reason));
}

static void trouble_begins(struct line *l, int err, struct mono now)
{
	l->trouble_at = now;
	if (l->trouble == err)
		return;
	l->trouble = err;
	notice(l->env->sink, SEVERITY_WARNING, l->about, "line-error",
	       "cannot send to the far end: %s", strerror(err));
}

/* A line that is paced is never full, unless it is slower than we think. */
static void too_fast(struct line *l, struct mono now)
{
	l->trouble_at = now;
	if (l->trouble == ENOBUFS)
		return;
	l->trouble = ENOBUFS;
	notice(l->env->sink, SEVERITY_WARNING, l->about, "line-full",
	       "the line takes less than its rate; see that rate and "
	       "device agree");
}

/**
 * line_settle() - Say so if sending has worked for a while again
 * @l:		Line
 * @now:	Time
 */
void line_settle(struct line *l, struct mono now)
{
	if (!l->trouble ||
	    mono_before(now, mono_add(l->trouble_at, TROUBLE_QUIET)))
		return;
	l->trouble = 0;
	notice(l->env->sink, SEVERITY_INFO, l->about, "line-ok",
	       "sending to the far end works again");
}

/* Our own kernel will not send so much; its error queue may say how much. */
static void too_big(struct line *l, size_t size, struct mono now)
{
	if (!l->port->transport->addressed)
		return;
	l->refused = size;
	l->port->sending = l;
	line_drain_errors(l, now);
	l->port->sending = NULL;
	if (l->refused)
		probe_refused(&l->probe, size, 0, now);
	l->refused = 0;
}

/* What one refused packet means: the counter of its loss. */
static enum stat_id refused(struct line *l, const struct packet *p, int err,
			 struct mono now)
{
	switch (err) {
	case EAGAIN:
	case ENOBUFS:
	case ENOMEM:
		if (l->slow)
			too_fast(l, now);
		return DROP_LINE_FULL;
	case EMSGSIZE:
		too_big(l, p->head_len + p->len, now);
		return DROP_TOO_BIG;
	case ENETDOWN:
	case EIO:
		if (!l->port->transport->addressed)
			port_reopen(l->port, err);
		break;
	case EDESTADDRREQ:	/* somebody disconnected it, as ss -K does */
	case ENODEV:
	case ENXIO:
	case EBADF:
		port_reopen(l->port, err);
		break;
	}
	trouble_begins(l, err, now);
	return DROP_LINE_ERROR;
}

/* For good: what the kernel cannot do now, it could not do at any time. */
static void trains_end(struct line *l, struct line_end *end)
{
	int err = end->refused;

	end->refused = 0;
	l->far_end.trains = false;
	l->no_trains = err;
	notice(l->env->sink, SEVERITY_INFO, l->about, "offload-off",
	       "the kernel sends no trains of packets to the far end: %s",
	       strerror(err));
}

static void count_sent(struct stats *s, const struct packet *p, int n)
{
	uint64_t octets = 0;

	for (int i = 0; i < n; i++)
		octets += p[i].head_len + p[i].len;
	stats_add(s, STAT_LINE_TX_FRAMES, (uint64_t)n);
	stats_add(s, STAT_LINE_TX_OCTETS, octets);
}

/**
 * line_send() - Send packets to the far end, now or never
 * @l:		Line
 * @p:		Packets; borrowed
 * @n:		How many
 * @stats:	Where what was sent and what was lost is counted
 * @now:	Time
 *
 * Return: how many were sent
 */
HOT unsigned int line_send(struct line *l, const struct packet *p,
			   unsigned int n, struct stats *stats, struct mono now)
{
	unsigned int taken = 0, lost = 0, retries = RETRIES;

	while (taken + lost < n && line_is_open(l)) {
		const struct packet *next = &p[taken + lost];
		struct line_end *end = &line_way(l)->end;
		int sent = l->port->transport->send(end, &l->far_end, next,
						    n - taken - lost);

		if (end->refused)
			trains_end(l, end);
		if (sent > 0) {
			count_sent(stats, next, sent);
			if (capture_wants(l->env->capture, DUMP_LINE))
				line_tap_packets(l, next, (unsigned int)sent,
						 DUMP_LINE, NULL);
			taken += (unsigned int)sent;
			continue;
		}
		/* an ICMP error about an earlier packet is told only once */
		if ((sent == -ECONNREFUSED || sent == -EHOSTUNREACH) &&
		    retries--) {
			line_drain_errors(l, now);
			continue;
		}
		lose(l, next, 1, stats, refused(l, next, -sent, now));
		lost++;
		if (sent == -EAGAIN)
			break;
	}
	lose(l, &p[taken + lost], n - taken - lost, stats, DROP_LINE_FULL);
	if (l->port)
		port_sent(l->port);
	line_settle(l, now);
	return taken;
}

/**
 * line_send_message() - Send one message of ours on a fast line
 * @l:		Line
 * @h:		Its header
 * @data:	What follows that; borrowed
 * @len:	Its octets
 * @stats:	As line_send()
 * @now:	Time
 */
void line_send_message(struct line *l, const struct wire_header *h,
		       const uint8_t *data, size_t len, struct stats *stats,
		       struct mono now)
{
	struct packet p = { .data = data, .len = len };

	p.head_len = wire_encode(p.head, h);
	line_send(l, &p, 1, stats, now);
}
