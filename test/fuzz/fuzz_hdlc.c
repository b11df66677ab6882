// SPDX-License-Identifier: ISC
// fuzz_hdlc.c - the HDLC codec on lines of any octets, in any pieces
//
// The first octets choose the line's settings, the size of the buffer and of
// the pieces. The rest is taken as what comes from the line: in pieces it must
// be what it is as a whole. Then it is taken as a frame, which must come back
// from the line as it was, after garbage too.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "codec/hdlc.h"

enum {
	SETTINGS = 4,		/* octets in front of the rest */
	LINE = 4096,
	FRAME = 1500,		/* octets that go on the line at most */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int truth)
{
	if (!truth)
		abort();
}

static struct hdlc_config settings(const uint8_t *data)
{
	return (struct hdlc_config){
		.framing = data[0] & 1 ? &hdlc_octet : &hdlc_bit,
		.fcs = data[0] & 2 ? &fcs32 : &fcs16,
		.order = data[0] & 4 ? HDLC_MSB_FIRST : HDLC_LSB_FIRST,
		.idle = (enum hdlc_idle)(data[0] >> 3 & 3) % HDLC_IDLE_NUM,
		.two_flags = data[0] & 0x20,
		.keep_fcs = data[0] & 0x40,
		.accm = data[0] & 0x80 ? 0xffffffff : 0,
	};
}

/* Decode in pieces; the sum says what was told, and in which order. The
 * buffer is of just the size that the decoder knows.
 */
static uint64_t decode(const struct hdlc_config *c, size_t room,
		       const uint8_t *data, size_t size, size_t piece,
		       struct hdlc_decoder *d)
{
	uint8_t *buf = malloc(room ? room : 1);
	uint64_t sum = HASH_INIT;

	must(buf != NULL);
	hdlc_decoder_init(d, c, buf, room);
	for (size_t i = 0; i < size; i += piece) {
		const uint8_t *p = data + i;
		size_t left = MIN(piece, size - i);

		while (left) {
			int ret = hdlc_decode(d, &p, &left);

			must(ret <= (int)room && ret >= -HDLC_ERROR_NUM);
			must(ret || !left);
			if (ret > 0)
				sum = hash_bytes(sum, buf, (size_t)ret);
			if (ret)
				sum = hash_bytes(sum, &ret, sizeof(ret));
		}
	}
	free(buf);
	return sum;
}

static void check_noise(const struct hdlc_config *c, size_t room,
			const uint8_t *data, size_t size, size_t piece)
{
	struct hdlc_decoder whole, pieces;

	must(decode(c, room, data, size, MAX(size, 1), &whole) ==
	     decode(c, room, data, size, piece, &pieces));
	must(whole.frames == pieces.frames && whole.octets == pieces.octets);
	must(!memcmp(whole.errors, pieces.errors, sizeof(whole.errors)));
}

/* One frame in two parts, then idle; what of it is on the line is counted. */
static size_t send(const struct hdlc_config *c, const uint8_t *data,
		   size_t size, size_t piece, uint8_t *line)
{
	const struct hdlc_part parts[] = {
		{ data, MIN(piece, size) },
		{ data + MIN(piece, size), size - MIN(piece, size) },
	};
	uint64_t bits = hdlc_line_bits(c, parts, ARRAY_SIZE(parts));
	struct hdlc_encoder e;
	size_t done = 0;
	int ret;

	hdlc_encoder_init(&e, c);
	hdlc_fill(&e, line, piece);
	done += piece;
	ret = hdlc_send(&e, parts, ARRAY_SIZE(parts));
	must(!ret || (ret == -EMSGSIZE && size < 2));
	while (!hdlc_ready(&e))
		done += hdlc_encode(&e, line + done, piece);
	/* to the octet: what was there before, and an opening flag */
	if (!ret)
		must((done - piece) * 8 <= bits + 8 + 8 &&
		     (done - piece) * 8 + 8 > bits);
	hdlc_fill(&e, line + done, 2);
	return done + 2;
}

/* What a decoder tells of @data; the last of it, if anything */
static int feed(struct hdlc_decoder *d, const uint8_t *data, size_t size)
{
	int last = 0;

	while (size) {
		int ret = hdlc_decode(d, &data, &size);

		last = ret ? ret : last;
	}
	return last;
}

static void check_round_trip(const struct hdlc_config *c, const uint8_t *data,
			     size_t size, size_t piece, size_t garbage)
{
	uint8_t line[LINE], buf[FRAME + FCS_SIZE_MAX];
	size_t len = send(c, data, size, piece, line);
	size_t fcs = c->fcs->size, kept = c->keep_fcs ? fcs : 0;
	struct hdlc_decoder d;
	int last;

	if (!size || size + fcs < HDLC_FRAME_MIN)
		return;
	hdlc_decoder_init(&d, c, buf, sizeof(buf));
	feed(&d, data, garbage);
	last = feed(&d, line, len);
	must(last > 0 && (size_t)last == size + kept);
	must(!memcmp(buf, data, size));
	must(garbage || d.frames == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hdlc_config c;
	size_t room, piece;

	if (size < SETTINGS)
		return 0;
	c = settings(data);
	piece = 1 + data[1] % 64;
	room = (size_t)(data[2] << 8 | data[3]) % 2048;
	data += SETTINGS;
	size -= SETTINGS;
	check_noise(&c, room, data, size, piece);
	check_round_trip(&c, data, MIN(size, FRAME), piece, 0);
	check_round_trip(&c, data, MIN(size, FRAME), piece, size);
	return 0;
}
