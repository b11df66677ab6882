// SPDX-License-Identifier: ISC
// What a slow line and its queue have to do with each other.

#include "engine/line.h"

#include <errno.h>
#include <inttypes.h>

#include "transport/kinds.h"

enum { RATE_OFF = 5 };	/* per cent that no clock is wrong by */

static uint64_t slow_send(void *arg, const struct packet *p,
			  struct stats *stats, struct mono now)
{
	struct line *l = arg;
	const struct transport *t = l->port->transport;

	line_send(l, p, 1, stats, now);
	return t->cost(l->cfg, &l->far_end, p);
}

static void slow_drop(void *arg, enum stat_id reason,
		      const struct wire_header *h, const uint8_t *data,
		      size_t len)
{
	struct packet p = { .data = data, .len = len };

	p.head_len = wire_encode(p.head, h);
	line_tap_packets(arg, &p, 1, DUMP_DROP, stat_name(reason));
}

static size_t slow_packet(void *arg)
{
	size_t payload = line_payload(arg);

	return payload ? payload : LINE_USUAL_NEED;
}

static size_t slow_overhead(void *arg)
{
	return line_overhead(arg);
}

static size_t slow_waiting(void *arg)
{
	const struct port *port = ((struct line *)arg)->port;

	return port->transport->waiting ? port->transport->waiting(&port->end) :
					  0;
}

/**
 * line_make_slow() - Give a line with a rate its queue
 * @l:	Line, being made
 *
 * Return: 0 or -ENOMEM
 */
int line_make_slow(struct line *l)
{
	bool udp = l->cfg->kind == TRANSPORT_UDP;
	int64_t delay = (int64_t)(udp ? l->cfg->udp.fragment_delay_ns :
					l->cfg->dcc.fragment_delay_ns);
	const struct transport *t = transport_for(l->cfg);
	const struct slow_line ops = {
		slow_send, slow_drop, slow_packet, slow_overhead,
		slow_waiting, t->lead ? t->lead(l->cfg) : MONO_ZERO, l
	};

	l->self = (struct line_user){
		.id = WIRE_CHANNEL_LINE, .owner = l,
		.queue = { NULL, NULL, &l->stats },
	};
	if (!line_rate(l))
		return 0;
	l->slow = slow_new(line_rate(l), (struct mono){ delay }, &ops,
			   l->env->waker);
	if (!l->slow)
		return -ENOMEM;
	l->self.slot = slow_join(l->slow, &l->self.queue);
	return l->self.slot ? 0 : -ENOMEM;
}

/**
 * line_queue() - Let a message of ours wait for its turn on a slow line
 * @l:		Line
 * @h:		Header; copied
 * @data:	What follows it; copied
 * @len:	Its length
 * @now:	Time
 *
 * What is of class WIRE_CONTROL goes before all that waits, as liveness
 * needs it. What a stranger can ask for, such as the answer to an echo, is of
 * another class: it waits as other frames do.
 */
void line_queue(struct line *l, const struct wire_header *h,
		const uint8_t *data, size_t len, struct mono now)
{
	if (h->class == WIRE_CONTROL)
		sched_put_oam(l->self.slot, h, data, len, now);
	else
		sched_put(l->self.slot, h, 0, data, len, now);
	line_run(l, now);
}

/**
 * line_rate() - How fast a line is
 * @l:	Line
 *
 * Return: bit/s; 0: fast
 */
uint64_t line_rate(const struct line *l)
{
	return l->cfg->kind == TRANSPORT_UDP ? l->cfg->udp.rate :
					       l->cfg->dcc.rate;
}

/**
 * line_overhead() - What the line adds to each packet
 * @l:	Line
 *
 * Return: octets; 0 while its port is not known
 */
size_t line_overhead(const struct line *l)
{
	return l->port ? l->port->transport->overhead(l->cfg, &l->far_end) :
			 0;
}

/**
 * line_is_running() - Is it just being sent on?
 * @l:	Line
 *
 * Return: true if what waits in its queue must stay there for now
 */
bool line_is_running(const struct line *l)
{
	return l->slow && l->slow->running;
}

/**
 * line_piece() - The largest packet that a frame is cut to
 * @l:	Line
 *
 * Return: octets, our header included; on a slow line as its rate asks; 0 if
 * that is not known
 */
size_t line_piece(const struct line *l)
{
	size_t payload = line_payload(l);

	return l->slow && payload ? slow_useful(l->slow, payload) : payload;
}

/**
 * line_run() - Something waits in the queue of a slow line: send what may go
 * @l:		Line
 * @now:	Time
 */
void line_run(struct line *l, struct mono now)
{
	if (line_is_open(l))
		slow_run(l->slow, now);
}

/**
 * line_check_rate() - Does a line that clocks us run at its rate?
 * @l:	Line, which has a port
 */
void line_check_rate(struct line *l)
{
	uint64_t real = l->port->end.measured, rate = line_rate(l);
	uint64_t off = real > rate ? real - rate : rate - real;
	bool differs = real && off > rate * RATE_OFF / 100;

	if (differs == l->off_rate)
		return;
	l->off_rate = differs;
	if (differs)
		notice(l->env->sink, SEVERITY_WARNING, l->about, "line-rate",
		       "the line runs at %" PRIu64 " bit/s, but its rate is "
		       "set to %" PRIu64, real, rate);
	else
		notice(l->env->sink, SEVERITY_INFO, l->about, "line-ok",
		       "the line runs at its rate again");
}
