// SPDX-License-Identifier: ISC
// Lines over a stream of octets whose HDLC we make ourselves.
//
// Theory of operation
// -------------------
// Packets to be sent wait in a small queue (that it stays nearly empty is
// the pacer's part); the encoder takes one at a time.
//
// Octet framing. The line is silent between frames: what is in the queue is
// written at once, and tried again while the device does not take it.
//
// Bit framing. The line never pauses. It is not waited for but looked at
// every few milliseconds: each octet that came in means that one went out,
// so as many are written, frames or flags, and AHEAD of them are kept below
// us; line_clock.c does the sums. More would be delay that nobody
// could take back, as a terminal swallows most of a second. A line that is cut
// has no flags; the first one after a while says that it may work again.
//
// What is read is decoded at once; a batch that is full before all of it is
// decoded leaves the rest for the next call (@pending).

#include "transport/stream.h"

#include <dccbridge/wire.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "codec/hdlc.h"
#include "transport/dcc.h"
#include "transport/line_clock.h"

enum {
	QUEUE_SIZE = 32 * 1024,		/* octets of packets that wait */
	LENGTH_LEN = 2,			/* before each of them */
	CHUNK = 4096,			/* octets of one read or write */
	RETRY_MS = 5,			/* while the device takes no more */
	LEAD_MS = 3,			/* a turn, and one that is late */
	CUT_MS = 100,			/* without a flag */
	PACKET_MAX = FRAME_MAX + TRANSPORT_HEAD_MAX,
};

/**
 * struct queue - Packets, each after its length, in one piece of memory
 * @begin:	The first octet that counts
 * @end:	Behind the last
 */
struct queue {
	size_t begin, end;
	uint8_t octets[QUEUE_SIZE];
};

/**
 * struct stream - All state of a line
 * @bit:	Bit framing
 * @clock:	Bit framing: how much is to be written
 * @current:	Packet that the encoder has borrowed
 * @out:	Encoded, but not yet taken by the device
 * @flags:	Of the decoder's, those that came before the last turn
 * @flagged:	When the last of them was seen
 * @rest:	Read into @in, but not yet decoded
 * @full_chunk:	The last read filled @in
 */
struct stream {
	struct dcc_wrap wrap;
	bool bit;
	struct line_clock clock;
	struct hdlc_encoder encoder;
	struct hdlc_decoder decoder;
	uint64_t flags;
	struct mono flagged;
	struct queue queue;
	uint8_t current[PACKET_MAX];
	uint8_t out[CHUNK];
	size_t out_begin, out_end;
	uint8_t in[CHUNK];
	const uint8_t *rest;
	size_t rest_len;
	bool full_chunk;
	uint8_t frame[FRAME_SIZE];
};

static const enum stat_id error_stats[HDLC_ERROR_NUM] = {
	[-HDLC_EFCS - 1] = DROP_FCS,
	[-HDLC_EABORT - 1] = DROP_ABORT,
	[-HDLC_ERUNT - 1] = DROP_LINE_RUNT,
	[-HDLC_EGIANT - 1] = DROP_GIANT,
	[-HDLC_EALIGN - 1] = DROP_ALIGN,
};

static bool queue_put(struct queue *q, const struct packet *p)
{
	size_t len = p->head_len + p->len, need = LENGTH_LEN + len;
	uint8_t *to;

	if (q->end + need > QUEUE_SIZE) {
		memmove(q->octets, q->octets + q->begin, q->end - q->begin);
		q->end -= q->begin;
		q->begin = 0;
	}
	if (q->end + need > QUEUE_SIZE)
		return false;
	to = q->octets + q->end;
	to[0] = (uint8_t)(len >> 8);
	to[1] = (uint8_t)len;
	memcpy(to + LENGTH_LEN, p->head, p->head_len);
	memcpy(to + LENGTH_LEN + p->head_len, p->data, p->len);
	q->end += need;
	return true;
}

/* Return: the packet's length, 0 if there is none. */
static size_t queue_get(struct queue *q, uint8_t packet[PACKET_MAX])
{
	const uint8_t *from = q->octets + q->begin;
	size_t len;

	if (q->begin == q->end)
		return 0;
	len = (size_t)from[0] << 8 | from[1];
	memcpy(packet, from + LENGTH_LEN, len);
	q->begin += LENGTH_LEN + len;
	return len;
}

static int stream_open(struct line_end *end, const struct config_path *cfg)
{
	const struct hdlc_config h = dcc_hdlc(&cfg->dcc);
	struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	dcc_wrap_init(&s->wrap, &cfg->dcc);
	s->bit = cfg->dcc.framing == FRAMING_BIT;
	line_clock_init(&s->clock, cfg->dcc.rate);
	hdlc_encoder_init(&s->encoder, &h);
	hdlc_decoder_init(&s->decoder, &h, s->frame, sizeof(s->frame));
	end->state = s;
	end->mtu = PACKET_MAX;
	end->polled = s->bit;
	end->due = s->bit ? MONO_ZERO : MONO_NEVER;
	return 0;
}

static void stream_close(struct line_end *end)
{
	free(end->state);
	end->state = NULL;
}

/* After frames others may follow soon; our own messages are many, and nobody
 * waits for what follows them. @first: octet of a packet */
static void hasten(struct stream *s, uint8_t first)
{
	if ((first & WIRE_TYPE_MASK) != WIRE_OAM)
		line_clock_busy(&s->clock);
}

static int stream_send(struct line_end *end, const struct far_end *to,
		       const struct packet *p, unsigned int n)
{
	struct stream *s = end->state;
	unsigned int i;

	(void)to;
	for (i = 0; i < n; i++) {
		if (p[i].head_len + p[i].len > PACKET_MAX) {
			if (!i)
				return -EMSGSIZE;
			break;
		}
		if (!queue_put(&s->queue, &p[i]))
			break;
		hasten(s, p[i].head[0]);
	}
	if (!i)
		return -EAGAIN;
	end->due = MONO_ZERO;
	return (int)i;
}

static size_t stream_waiting(const struct line_end *end)
{
	const struct stream *s = end->state;

	return s->queue.end - s->queue.begin;
}

/* A bit stream goes on with what is ahead, and then with flags. */
static struct mono stream_lead(const struct config_path *cfg)
{
	return cfg->dcc.framing == FRAMING_BIT ? mono_ms(LEAD_MS) : MONO_ZERO;
}

/* Hand the encoder its next packet; false if there is none. */
static bool next_packet(struct stream *s)
{
	size_t len = queue_get(&s->queue, s->current);
	const struct hdlc_part parts[] = {
		{ s->wrap.prefix, s->wrap.prefix_len },
		{ s->current, len },
	};

	return len && !hdlc_send(&s->encoder, parts, ARRAY_SIZE(parts));
}

/* Encode up to @size octets; a bit stream is filled up with flags. */
static size_t encode(struct stream *s, size_t size)
{
	size_t done = hdlc_encode(&s->encoder, s->out, size);

	while (done < size && next_packet(s))
		done += hdlc_encode(&s->encoder, s->out + done, size - done);
	if (done == size)	/* at its end, at best */
		line_clock_midst(&s->clock);
	if (!s->bit)
		return done;
	hdlc_fill(&s->encoder, s->out + done, size - done);
	return size;
}

/* Have the device take what is encoded. Return: 0 or a negative errno. */
static int flush(const struct line_end *end, struct stream *s)
{
	ssize_t n;

	while (s->out_begin < s->out_end) {
		n = write(end->fd, s->out + s->out_begin,
			  s->out_end - s->out_begin);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			s->out_begin += (size_t)n;
	}
	return 0;
}

/* Write up to @size octets that are not encoded yet. */
static int pump(const struct line_end *end, struct stream *s, size_t size)
{
	int err = flush(end, s);

	while (!err && size) {
		s->out_begin = 0;
		s->out_end = encode(s, MIN(size, sizeof(s->out)));
		if (!s->out_end)
			break;
		line_clock_wrote(&s->clock, s->out_end);
		size -= s->out_end;
		err = flush(end, s);
	}
	return err;
}

/* It has the time: the line is looked at before each turn of the clock. */
static void look_for_flags(struct line_end *end, struct mono now)
{
	struct stream *s = end->state;

	if (s->flags == s->decoder.flags)
		return;
	if (mono_before(mono_add(s->flagged, mono_ms(CUT_MS)), now))
		end->revived = true;
	s->flags = s->decoder.flags;
	s->flagged = now;
}

static int stream_clock(struct line_end *end, struct mono now)
{
	struct stream *s = end->state;
	uint64_t dry = s->clock.dry;
	size_t size = s->bit ? line_clock_turn(&s->clock, now) : SIZE_MAX;
	int err = pump(end, s, size);

	stats_add(end->stats, STAT_LINE_UNDERRUNS, s->clock.dry - dry);
	end->measured = s->clock.measured;
	if (s->bit)
		look_for_flags(end, now);
	if (err == -EAGAIN && s->bit)
		line_clock_full(&s->clock);
	if (s->bit)
		end->due = line_clock_next(&s->clock, now);
	else
		end->due = err == -EAGAIN ? mono_add(now, mono_ms(RETRY_MS)) :
					    MONO_NEVER;
	return err == -EAGAIN ? 0 : err;
}

/* Return: 0, -EAGAIN, or what is wrong with the device. */
static int fill_in(const struct line_end *end, struct stream *s)
{
	ssize_t n = read(end->fd, s->in, sizeof(s->in));

	s->full_chunk = false;
	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	if (!n)
		return -ENODEV;		/* nobody is there any more */
	s->rest = s->in;
	s->rest_len = (size_t)n;
	s->full_chunk = s->rest_len == sizeof(s->in);
	line_clock_read(&s->clock, (size_t)n);
	return 0;
}

/* A frame is damaged: what is left of it goes to who dumps. */
static void lose(struct line_end *end, struct reception *r, enum stat_id why)
{
	struct stream *s = end->state;

	stats_inc(end->stats, why);
	r->damage = (uint8_t)why;
	r->frame->len = s->decoder.lost;
	memcpy(r->frame->data, s->frame, s->decoder.lost);
	memset(&r->from, 0, sizeof(r->from));
	r->truncated = false;
}

/* A frame is whole: give it away. */
static void take(struct line_end *end, struct reception *r, size_t len)
{
	struct stream *s = end->state;
	struct frame *f = r->frame;

	memcpy(f->data, s->frame, len);
	f->len = len;
	memset(&r->from, 0, sizeof(r->from));
	r->truncated = false;
	if (dcc_unwrap(&s->wrap, f)) {
		hasten(s, f->data[0]);
		return;
	}
	stats_inc(end->stats, DROP_FOREIGN);
	r->damage = DROP_FOREIGN;
}

static int stream_receive(struct line_end *end, struct reception *r,
			  unsigned int n)
{
	struct stream *s = end->state;
	unsigned int got = 0;
	int len, err = s->rest_len ? 0 : fill_in(end, s);

	while (s->rest_len && got < n) {
		len = hdlc_decode(&s->decoder, &s->rest, &s->rest_len);
		if (len > 0)
			take(end, &r[got++], (size_t)len);
		else if (len < 0)
			lose(end, &r[got++], error_stats[-len - 1]);
	}
	/* a full chunk may have left something behind */
	end->pending = s->rest_len || s->full_chunk;
	return err ? err : (int)got;
}

const struct transport transport_stream = {
	.name = "stream",
	.in_order = true,
	.open = stream_open,
	.close = stream_close,
	.send = stream_send,
	.receive = stream_receive,
	.clock = stream_clock,
	.waiting = stream_waiting,
	.lead = stream_lead,
	.overhead = dcc_overhead,
	.cost = dcc_cost,
};
