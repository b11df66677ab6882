/* SPDX-License-Identifier: ISC */
/* The Internet checksum (RFC 1071): sums of 16-bit words. */
#ifndef CODEC_CHECKSUM_H
#define CODEC_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

uint16_t checksum_sum(const uint8_t *data, size_t len);

/**
 * checksum_add() - One's complement sum of two sums
 * @a:	One
 * @b:	The other
 *
 * Return: the sum
 */
static inline uint16_t checksum_add(uint16_t a, uint16_t b)
{
	uint32_t sum = (uint32_t)a + b;

	return (uint16_t)(sum + (sum >> 16));
}

/**
 * checksum_sub() - Take one sum out of another
 * @a:	Sum
 * @b:	What is taken out
 *
 * Return: the rest
 */
static inline uint16_t checksum_sub(uint16_t a, uint16_t b)
{
	return checksum_add(a, (uint16_t)~b);
}

/* A field in network byte order */
static inline uint16_t checksum_get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline void checksum_put16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline uint32_t checksum_get32(const uint8_t *p)
{
	return (uint32_t)checksum_get16(p) << 16 | checksum_get16(p + 2);
}

static inline void checksum_put32(uint8_t *p, uint32_t value)
{
	checksum_put16(p, (uint16_t)(value >> 16));
	checksum_put16(p + 2, (uint16_t)value);
}

#endif
