// SPDX-License-Identifier: ISC
// Octets with their bits in reverse order.

#include "codec/bits.h"

#include "codec/table.h"

#define REVERSED(unused, n) \
	(((n) & 0x01) << 7 | ((n) & 0x02) << 5 | ((n) & 0x04) << 3 | \
	 ((n) & 0x08) << 1 | ((n) & 0x10) >> 1 | ((n) & 0x20) >> 3 | \
	 ((n) & 0x40) >> 5 | ((n) & 0x80) >> 7)

const uint8_t bits_reversed[256] = { TABLE_256(REVERSED, ) };

/**
 * bits_reverse() - Reverse the order of the bits within each octet
 * @data:	Octets, changed in place
 * @len:	How many
 */
void bits_reverse(uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		data[i] = bits_reversed[data[i]];
}
