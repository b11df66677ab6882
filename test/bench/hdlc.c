// SPDX-License-Identifier: ISC
// hdlc.c - how fast frames go onto a line in software, and come off it
//
// Built on demand: make test/bench/hdlc && test/bench/hdlc. Tells Mbit/s of
// the line, on one core, for each framing, FCS and kind of data.

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/util.h"
#include "codec/hdlc.h"

enum {
	FRAME = 1514,
	CHUNK = 240,		/* octets of the line at a time, as in 10 ms */
	LINE = 1 << 20,
	ROUNDS = 24,
};

static uint8_t frame[FRAME], line[LINE];

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint8_t random_octet(void)
{
	static uint32_t x = 1;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return (uint8_t)(x >> 16);
}

static void encode_chunk(struct hdlc_encoder *e, uint8_t *out, size_t size)
{
	const struct hdlc_part parts[] = {
		{ frame, 6 }, { frame + 6, FRAME - 6 },
	};
	size_t done = 0;

	while (done < size) {
		done += hdlc_encode(e, out + done, size - done);
		if (done < size)
			hdlc_send(e, parts, ARRAY_SIZE(parts));
	}
}

static size_t decode_chunk(struct hdlc_decoder *d, const uint8_t *in,
			   size_t len)
{
	size_t frames = 0;

	while (len)
		frames += hdlc_decode(d, &in, &len) == FRAME;
	return frames;
}

static double mbits(double begun)
{
	return (double)LINE * 8 * ROUNDS / (seconds() - begun) / 1e6;
}

static void run(const char *what, const struct hdlc_config *c)
{
	static uint8_t buf[FRAME + FCS_SIZE_MAX];
	struct hdlc_encoder e;
	struct hdlc_decoder d;
	double in, out, begun;
	size_t frames = 0;

	hdlc_encoder_init(&e, c);
	begun = seconds();
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < LINE; i += CHUNK)
			encode_chunk(&e, line + i, MIN(CHUNK, LINE - i));
	out = mbits(begun);
	hdlc_decoder_init(&d, c, buf, sizeof(buf));
	begun = seconds();
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < LINE; i += CHUNK)
			frames += decode_chunk(&d, line + i,
					       MIN(CHUNK, LINE - i));
	in = mbits(begun);
	printf("%-6s %-6s %-8s encode %6.0f  decode %6.0f Mbit/s"
	       "  (%zu frames)\n", c->framing->name, c->fcs->name, what,
	       out, in, frames);
}

static void run_all(const struct hdlc_config *c)
{
	for (size_t i = 0; i < FRAME; i++)
		frame[i] = random_octet();
	run("random", c);
	memset(frame, 0xff, FRAME);
	run("ones", c);
	memset(frame, 0, FRAME);
	run("zeros", c);
}

int main(void)
{
	static const struct hdlc_framing *const framings[] = {
		&hdlc_bit, &hdlc_octet,
	};
	static const struct fcs *const kinds[] = { &fcs16, &fcs32 };

	for (size_t i = 0; i < ARRAY_SIZE(framings); i++)
		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
			run_all(&(struct hdlc_config){
				.framing = framings[i],
				.fcs = kinds[k],
				.order = HDLC_MSB_FIRST,
			});
	return 0;
}
