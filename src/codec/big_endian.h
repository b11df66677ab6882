/* SPDX-License-Identifier: ISC */
/* Numbers in network byte order, of any number of octets up to eight. */
#ifndef CODEC_BIG_ENDIAN_H
#define CODEC_BIG_ENDIAN_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t get_be(const uint8_t *p, size_t octets)
{
	uint64_t v = 0;

	while (octets--)
		v = v << 8 | *p++;
	return v;
}

static inline void put_be(uint8_t *p, size_t octets, uint64_t v)
{
	while (octets--) {
		p[octets] = (uint8_t)v;
		v >>= 8;
	}
}

#endif
