/* SPDX-License-Identifier: ISC */
/* The frame check sequences of HDLC: FCS-16 and FCS-32. */
#ifndef CODEC_FCS_H
#define CODEC_FCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fcs_limit {
	FCS_SIZE_MAX = 4,	/* octets of the longest */
};

/**
 * struct fcs - A kind of frame check sequence
 * @name:	For people
 * @size:	Its octets on the line
 * @init:	The register before the first octet
 * @good:	The register after a frame and its FCS, if both are intact
 * @update:	The register after @len more octets; in any pieces
 */
struct fcs {
	const char *name;
	size_t size;
	uint32_t init;
	uint32_t good;
	uint32_t (*update)(uint32_t reg, const void *data, size_t len);
};

extern const struct fcs fcs16;
extern const struct fcs fcs32;

const struct fcs *fcs_find(unsigned int bits);
void fcs_put(const struct fcs *fcs, uint32_t reg, uint8_t out[FCS_SIZE_MAX]);
bool fcs_check(const struct fcs *fcs, const void *data, size_t len);

#endif
