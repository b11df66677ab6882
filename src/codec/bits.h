/* SPDX-License-Identifier: ISC */
/* Bits on their way into octets, the low bit first. */
#ifndef CODEC_BITS_H
#define CODEC_BITS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct bits - Bits that do not make an octet yet; all zero is empty
 * @acc:	The bits, the oldest in bit 0; zeros above them
 * @count:	How many
 */
struct bits {
	uint32_t acc;
	unsigned int count;
};

/**
 * bits_put() - Append bits
 * @b:		Bits; @b->count + @count is at most 32
 * @value:	What is appended, the first in bit 0; zeros above
 * @count:	How many; less than 32
 */
static inline void bits_put(struct bits *b, uint32_t value, unsigned int count)
{
	b->acc |= value << b->count;
	b->count += count;
}

/**
 * bits_drain() - Take out whole octets
 * @b:		Bits
 * @out:	Where the octets go
 * @size:	Room there; what has none stays in @b
 *
 * Return: how many octets were written
 */
static inline size_t bits_drain(struct bits *b, uint8_t *out, size_t size)
{
	size_t done = 0;

	while (b->count >= 8 && done < size) {
		out[done++] = (uint8_t)b->acc;
		b->acc >>= 8;
		b->count -= 8;
	}
	return done;
}

/* an octet with its bits in reverse order */
extern const uint8_t bits_reversed[256];

void bits_reverse(uint8_t *data, size_t len);

#endif
