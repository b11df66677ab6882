/* SPDX-License-Identifier: ISC */
/* HDLC bit by bit, to hold the codec against. */
#ifndef TEST_HDLC_REFERENCE_H
#define TEST_HDLC_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

#include "codec/hdlc.h"

enum {
	ROW_MAX = 1 << 18,
	RESULTS_MAX = 4096,
	BUFFER = 512,		/* the longest frame of these tests, with FCS */
	GUARD = 16,
};

/**
 * struct row - Bits on the line, one an element
 * @len:	How many
 * @bit:	0 or 1, in the order of the line
 */
struct row {
	size_t len;
	uint8_t bit[ROW_MAX];
};

/**
 * struct results - What a decoder has told
 * @count:	How often
 * @ret:	What hdlc_decode() returned each time
 * @len:	Octets of the frames
 * @data:	All frames, one after the other
 */
struct results {
	size_t count;
	int ret[RESULTS_MAX];
	size_t len;
	uint8_t data[ROW_MAX / 8];
};

uint32_t noise(uint32_t *state);
uint32_t reference_fcs(const struct fcs *fcs, const uint8_t *data, size_t len);

void row_bits(struct row *r, const char *bits);
void row_frame(struct row *r, const struct fcs *fcs, const uint8_t *data,
	       size_t len);
size_t row_pack(const struct row *r, enum hdlc_order order, uint8_t *out);
void row_unpack(struct row *r, enum hdlc_order order, const uint8_t *in,
		size_t len);

void reference_decode(const struct row *r, const struct hdlc_config *c,
		      size_t size, struct results *to);
void decode(const struct hdlc_config *c, size_t size, const uint8_t *in,
	    size_t len, size_t chunk, struct results *to);
void assert_same(const struct results *a, const struct results *b);

#endif
