// SPDX-License-Identifier: ISC
// Octet-stuffed HDLC, RFC 1662 section 4: for lines that carry characters.
//
// Flags and escapes in a frame, and what the configuration's accm names, are
// sent as an escape and the octet with bit 5 inverted. A receiver undoes that
// for whatever follows an escape, and ignores bare characters of the accm:
// something on the way has put them in. An escape right before a flag is an
// abort.

#include "codec/hdlc.h"

enum {
	FLAG = 0x7e,
	ESCAPE = 0x7d,
	FLIP = 0x20,		/* what an escape inverts */
	ABORT = FLAG << 8 | ESCAPE,
};

/* Is it a control character of the accm? Those are the first 32. */
static inline bool in_accm(const struct hdlc_config *c, uint8_t x)
{
	return x < 0x20 && (c->accm >> x & 1);
}

static inline bool needs_escape(const struct hdlc_config *c, uint8_t x)
{
	return x == FLAG || x == ESCAPE || in_accm(c, x);
}

static size_t octet_encode(struct hdlc_encoder *e, struct hdlc_part *part,
			   uint8_t *out, size_t size)
{
	size_t done = 0;

	while (part->len && done < size) {
		uint8_t x = *part->data++;

		part->len--;
		if (needs_escape(&e->config, x))
			bits_put(&e->bits, ESCAPE | (x ^ FLIP) << 8, 16);
		else
			bits_put(&e->bits, x, 8);
		done += bits_drain(&e->bits, out + done, size - done);
	}
	return done;
}

static uint64_t octet_cost(const struct hdlc_config *c, unsigned int *ones,
			   const struct hdlc_part *part)
{
	uint64_t octets = part->len;

	(void)ones;
	for (size_t i = 0; i < part->len; i++)
		octets += needs_escape(c, part->data[i]);
	return octets * 8;
}

static int take_flag(struct hdlc_decoder *d)
{
	int lost = 0, end;

	if (d->escaped && d->len)
		lost = hdlc_frame_lost(d, HDLC_EABORT);
	d->escaped = false;
	end = hdlc_frame_end(d, d->len * 8);
	return lost ? lost : end;
}

static int take_data(struct hdlc_decoder *d, uint8_t x)
{
	if (d->len == d->size)
		return hdlc_frame_lost(d, HDLC_EGIANT);
	d->buf[d->len++] = d->escaped ? x ^ FLIP : x;
	d->escaped = false;
	return 0;
}

static int take_octet(struct hdlc_decoder *d, uint8_t x)
{
	if (x == FLAG)
		return take_flag(d);
	if (d->hunting || in_accm(&d->config, x))
		return 0;
	if (x == ESCAPE && !d->escaped) {
		d->escaped = true;
		return 0;
	}
	return take_data(d, x);
}

static int octet_decode(struct hdlc_decoder *d, const uint8_t **data,
			size_t *len)
{
	bool reverse = d->config.order == HDLC_MSB_FIRST;
	int ret = 0;

	while (*len && !ret) {
		uint8_t x = *(*data)++;

		--*len;
		ret = take_octet(d, reverse ? bits_reversed[x] : x);
	}
	return ret;
}

const struct hdlc_framing hdlc_octet = {
	.name = "octet",
	.flag = { FLAG, 8, true },
	.abort = { ABORT, 16, true },
	.idle = {
		[HDLC_IDLE_FLAGS] = { FLAG, 8, true },
		[HDLC_IDLE_SHARED] = { FLAG, 8, true },
		[HDLC_IDLE_ONES] = { FLAG, 8, true },
	},
	.encode = octet_encode,
	.cost = octet_cost,
	.decode = octet_decode,
};
