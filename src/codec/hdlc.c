// SPDX-License-Identifier: ISC
// HDLC in software: what both framings have in common.
//
// Sending. The line pulls. The owner hands over one frame at a time with
// hdlc_send() and takes as many octets as the line wants, whenever it wants
// them. hdlc_encode() goes as far as the frame does and hdlc_fill() goes on
// with idle, so that a clocked line never runs dry and two frames follow each
// other with one flag between them:
//
//	while (done < size) {
//		done += hdlc_encode(&e, out + done, size - done);
//		if (done == size || !next_frame(parts))
//			break;
//		hdlc_send(&e, parts, 2);
//	}
//	hdlc_fill(&e, out + done, size - done);
//
// What is sent is a queue of parts: those of the frame and its FCS, then the
// flag. Encoded bits gather in a struct bits, which keeps what does not fill
// an octet; so frames lie on the line at any bit, as they do in hardware.
//
// Receiving. The line pushes. hdlc_decode() takes octets until a frame ends,
// good or not, and is called again for the rest:
//
//	while (len) {
//		n = hdlc_decode(&d, &data, &len);
//		if (n > 0)
//			deliver(buf, n);
//	}
//
// A decoder hunts or it is in a frame. It hunts at first, and after an abort
// and a giant; a flag ends the hunt. A flag also ends a frame and begins the
// next one at once. Frames without octets are what idle flags look like.
//
// Errors. A damaged bit costs the frame that it is in; where it makes or
// breaks a flag, it costs the frames on both sides of it, but never a third.
// What is wrong with a frame is told from all of its bits, not from when they
// came: chunks and the place of the frame in the line's octets never matter.

#include "codec/hdlc.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>

#include "base/util.h"

static const char *const error_names[] = {
	[-HDLC_EFCS - 1]	= "fcs",
	[-HDLC_EABORT - 1]	= "abort",
	[-HDLC_ERUNT - 1]	= "runt",
	[-HDLC_EGIANT - 1]	= "giant",
	[-HDLC_EALIGN - 1]	= "align",
};
static_assert(ARRAY_SIZE(error_names) == HDLC_ERROR_NUM, "a name per error");

/* The configuration with its defaults filled in */
static struct hdlc_config complete(const struct hdlc_config *c)
{
	struct hdlc_config full = *c;

	if (!full.framing)
		full.framing = &hdlc_bit;
	if (!full.fcs)
		full.fcs = &fcs16;
	return full;
}

/**
 * hdlc_encoder_init() - Begin to send on a line
 * @e:	Set up; the caller's
 * @c:	Copied
 */
void hdlc_encoder_init(struct hdlc_encoder *e, const struct hdlc_config *c)
{
	*e = (struct hdlc_encoder){ .config = complete(c) };
}

/**
 * hdlc_ready() - Is the last frame on the line?
 * @e:	Encoder
 *
 * Return: true if hdlc_send() will take a frame; no part of the last one is
 * borrowed any more, and all but its last bits are written
 */
bool hdlc_ready(const struct hdlc_encoder *e)
{
	return e->next == e->count && e->bits.count < 8;
}

static void put_pattern(struct hdlc_encoder *e, const struct hdlc_pattern *p)
{
	bits_put(&e->bits, p->bits, p->count);
	e->ones = 0;
	e->flagged = p->flag;
}

static size_t add_parts(struct hdlc_encoder *e, const struct hdlc_part *parts,
			unsigned int count)
{
	size_t len = 0;

	e->next = 0;
	e->count = 0;
	for (unsigned int i = 0; i < count; i++) {
		if (!parts[i].len)
			continue;
		e->parts[e->count++] = parts[i];
		len += parts[i].len;
	}
	return len;
}

static uint32_t register_of(const struct fcs *fcs,
			    const struct hdlc_part *parts, unsigned int count)
{
	uint32_t reg = fcs->init;

	for (unsigned int i = 0; i < count; i++)
		reg = fcs->update(reg, parts[i].data, parts[i].len);
	return reg;
}

/* Is it what a receiver takes for no frame at all? Lengths have their FCS. */
static bool is_runt(const struct hdlc_config *c, size_t len)
{
	return len < HDLC_FRAME_MIN || len <= c->fcs->size;
}

/**
 * hdlc_send() - Send a frame
 * @e:		Encoder
 * @parts:	The frame, without FCS; what they point to is borrowed until
 *		hdlc_ready() or hdlc_abort()
 * @count:	How many parts; at most HDLC_PARTS_MAX
 *
 * Return: 0; -EBUSY if the last frame is not on the line yet; -EINVAL if
 * there are too many parts; -EMSGSIZE if the frame is so short that no
 * receiver takes it
 */
int hdlc_send(struct hdlc_encoder *e, const struct hdlc_part *parts,
	      unsigned int count)
{
	const struct hdlc_config *c = &e->config;
	size_t len;

	if (!hdlc_ready(e))
		return -EBUSY;
	if (count > HDLC_PARTS_MAX)
		return -EINVAL;
	len = add_parts(e, parts, count);
	if (is_runt(c, len + c->fcs->size)) {
		e->count = 0;
		return -EMSGSIZE;
	}
	fcs_put(c->fcs, register_of(c->fcs, parts, count), e->fcs);
	e->parts[e->count++] = (struct hdlc_part){ e->fcs, c->fcs->size };
	if (!e->flagged || c->two_flags)
		put_pattern(e, &c->framing->flag);
	return 0;
}

/* Encode what there is to the end of a part, the flag behind the last one */
static size_t encode_part(struct hdlc_encoder *e, uint8_t *out, size_t size)
{
	const struct hdlc_framing *framing = e->config.framing;
	struct hdlc_part *part = &e->parts[e->next];
	size_t done = framing->encode(e, part, out, size);

	if (!part->len && ++e->next == e->count)
		put_pattern(e, &framing->flag);
	return done;
}

/* hdlc_encode() with the low bit first */
static size_t encode(struct hdlc_encoder *e, uint8_t *out, size_t size)
{
	size_t done = bits_drain(&e->bits, out, size);

	while (done < size && e->next < e->count) {
		done += encode_part(e, out + done, size - done);
		done += bits_drain(&e->bits, out + done, size - done);
	}
	return done;
}

static void set_order(const struct hdlc_encoder *e, uint8_t *out, size_t len)
{
	if (e->config.order == HDLC_MSB_FIRST)
		bits_reverse(out, len);
}

/**
 * hdlc_encode() - The next octets of the frame
 * @e:		Encoder
 * @out:	Where they go
 * @size:	How many are wanted
 *
 * Return: how many were written; less than @size if, and only if, the frame
 * ended and hdlc_ready() holds. The last bits of the flag may still be inside
 */
size_t hdlc_encode(struct hdlc_encoder *e, uint8_t *out, size_t size)
{
	size_t done = encode(e, out, size);

	set_order(e, out, done);
	return done;
}

/* What follows when there is no frame */
static const struct hdlc_pattern *idle(const struct hdlc_encoder *e)
{
	const struct hdlc_framing *framing = e->config.framing;
	enum hdlc_idle kind = e->config.idle;

	if (kind == HDLC_IDLE_ALIGNED)
		kind = e->bits.count ? HDLC_IDLE_SHARED : HDLC_IDLE_FLAGS;
	/* a zero can only be shared with another flag */
	if (kind == HDLC_IDLE_SHARED && !e->flagged)
		return &framing->flag;
	return &framing->idle[kind];
}

/**
 * hdlc_fill() - The next octets of the line: the frame's, then idle
 * @e:		Encoder
 * @out:	Where they go
 * @size:	How many; all are written
 */
void hdlc_fill(struct hdlc_encoder *e, uint8_t *out, size_t size)
{
	size_t done = encode(e, out, size);

	while (done < size) {
		put_pattern(e, idle(e));
		done += bits_drain(&e->bits, out + done, size - done);
	}
	set_order(e, out, size);
}

/**
 * hdlc_abort() - Give up the frame that is being sent
 * @e:	Encoder; nothing is borrowed any more. Without a frame, or with only
 *	its flag to come, nothing happens
 *
 * The receiver is told, and drops what it has. hdlc_ready() holds when the
 * abort is on the line.
 */
void hdlc_abort(struct hdlc_encoder *e)
{
	if (e->next == e->count)
		return;
	e->next = e->count;
	put_pattern(e, &e->config.framing->abort);
}

/**
 * hdlc_line_bits() - How many bits of the line a frame takes
 * @c:		Of the line
 * @parts:	The frame, without FCS
 * @count:	How many parts
 *
 * Exact: FCS, what is stuffed in and flags, of which there is one (two with
 * @c->two_flags); a frame after ones or an abort has one more. With
 * &hdlc_octet it is whole octets.
 *
 * Return: bits
 */
uint64_t hdlc_line_bits(const struct hdlc_config *c,
			const struct hdlc_part *parts, unsigned int count)
{
	const struct hdlc_config full = complete(c);
	const struct hdlc_framing *framing = full.framing;
	unsigned int flags = full.two_flags ? 2 : 1, ones = 0;
	uint64_t bits = (uint64_t)flags * framing->flag.count;
	struct hdlc_part last = { NULL, full.fcs->size };
	uint8_t fcs[FCS_SIZE_MAX];

	for (unsigned int i = 0; i < count; i++)
		bits += framing->cost(&full, &ones, &parts[i]);
	fcs_put(full.fcs, register_of(full.fcs, parts, count), fcs);
	last.data = fcs;
	return bits + framing->cost(&full, &ones, &last);
}

/**
 * hdlc_decoder_init() - Begin to receive from a line
 * @d:		Set up; the caller's
 * @c:		Copied
 * @buf:	Where frames are put together; borrowed as long as @d is used
 * @size:	Octets of it: the longest frame with its FCS, whether that is
 *		kept or not
 */
void hdlc_decoder_init(struct hdlc_decoder *d, const struct hdlc_config *c,
		       uint8_t *buf, size_t size)
{
	*d = (struct hdlc_decoder){
		.config = complete(c),
		.buf = buf,
		.size = MIN(size, (size_t)INT_MAX / 16),
		.hunting = true,
	};
}

/**
 * hdlc_decode() - Take octets from the line until a frame ends
 * @d:		Decoder
 * @data:	Octets of the line; moved on to what is not taken yet
 * @len:	How many; brought up to date
 *
 * To be called again while @len is not 0. Takes at least one octet then.
 *
 * Return: the length of a frame, which lies at the beginning of the
 * decoder's buffer until the next call; 0 if all octets are taken and no
 * frame has ended; negative enum hdlc_error if a frame was lost, which is
 * counted already
 */
int hdlc_decode(struct hdlc_decoder *d, const uint8_t **data, size_t *len)
{
	return d->config.framing->decode(d, data, len);
}

/* A new frame begins here, or what comes is no frame */
static void begin(struct hdlc_decoder *d, bool hunting)
{
	d->len = 0;
	d->bits = (struct bits){ 0 };
	d->hunting = hunting;
}

/**
 * hdlc_resync() - Forget what has come of a frame
 * @d:	Decoder, which then waits for a flag; to be called when octets were
 *	lost, or the line was closed and opened again
 */
void hdlc_resync(struct hdlc_decoder *d)
{
	begin(d, true);
	d->ones = 0;
	d->escaped = false;
}

/**
 * hdlc_error_name() - The name of an error, as scripts know it
 * @error:	Negative enum hdlc_error
 *
 * Return: the name, or NULL if there is no such error
 */
const char *hdlc_error_name(int error)
{
	if (error >= 0 || error < -HDLC_ERROR_NUM)
		return NULL;
	return error_names[-error - 1];
}

/* What is wrong with a frame, or 0 */
static int judge(const struct hdlc_decoder *d, size_t bits)
{
	if (bits / 8 > d->size)
		return HDLC_EGIANT;
	if (is_runt(&d->config, bits / 8))
		return HDLC_ERUNT;
	if (bits % 8)
		return HDLC_EALIGN;
	return fcs_check(d->config.fcs, d->buf, bits / 8) ? 0 : HDLC_EFCS;
}

/* Octets of a damaged frame, without its FCS */
static size_t left_of(const struct hdlc_decoder *d, size_t len, int error)
{
	size_t fcs = error == HDLC_EFCS ? d->config.fcs->size : 0;

	return MIN(d->len, len) - MIN(MIN(d->len, len), fcs);
}

static int deliver(struct hdlc_decoder *d, size_t len)
{
	size_t net = len - d->config.fcs->size;

	d->frames++;
	d->octets += net;
	return (int)(d->config.keep_fcs ? len : net);
}

/**
 * hdlc_frame_end() - A framing has seen a flag
 * @d:		Decoder
 * @bits:	How many bits of a frame were before it; if those are a whole
 *		number of octets and fit, they are in @d->buf
 *
 * The next frame begins here.
 *
 * Return: what hdlc_decode() returns if not 0, else it goes on
 */
int hdlc_frame_end(struct hdlc_decoder *d, size_t bits)
{
	bool frame = bits && !d->hunting;
	int error = frame ? judge(d, bits) : 0;

	d->flags++;
	if (error)
		d->lost = left_of(d, bits / 8, error);
	begin(d, false);
	if (!frame)
		return 0;
	if (!error)
		return deliver(d, bits / 8);
	d->errors[-error - 1]++;
	return error;
}

/**
 * hdlc_frame_lost() - A framing has seen that a frame is lost
 * @d:		Decoder, which is in a frame
 * @why:	Counted
 *
 * Nothing is taken until the next flag.
 *
 * Return: what hdlc_decode() returns
 */
int hdlc_frame_lost(struct hdlc_decoder *d, enum hdlc_error why)
{
	d->errors[-why - 1]++;
	d->lost = d->len;
	begin(d, true);
	return why;
}

/**
 * hdlc_frame_none() - A framing has seen that what comes is no frame
 * @d:	Decoder
 *
 * Nothing is taken until the next flag; nothing is counted.
 */
void hdlc_frame_none(struct hdlc_decoder *d)
{
	begin(d, true);
}
