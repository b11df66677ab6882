// SPDX-License-Identifier: ISC
// Small helpers that every floor uses: a stable hash, escaping for print.

#include "base/util.h"

#include <stdbool.h>

#define FNV_PRIME	0x100000001b3ULL

/**
 * hash_bytes() - Mix octets into a 64-bit hash (FNV-1a)
 * @h:		Hash so far; HASH_INIT to begin
 * @data:	Octets to mix in
 * @len:	How many
 *
 * The value is the same on every machine and in every release: device
 * addresses are derived from it.
 *
 * Return: the new hash
 */
HOT uint64_t hash_bytes(uint64_t h, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len--)
		h = (h ^ *p++) * FNV_PRIME;
	return h;
}

static bool printable(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '\\';
}

/**
 * escape() - Copy a foreign string so that it is safe to print
 * @dst:	Where to; always ends in a NUL octet if @size is not 0
 * @size:	Room at @dst, in octets
 * @src:	What a peer, a client or a file gave us
 * @len:	Its length; a NUL octet inside does not end it
 *
 * All but printable ASCII becomes \xNN, and a backslash is doubled as
 * \x5c, so that no terminal or log is fooled.
 *
 * Return: the number of octets written, without the NUL
 */
size_t escape(char *dst, size_t size, const void *src, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *s = src;
	size_t n = 0;

	if (!size)
		return 0;
	for (; len--; s++) {
		size_t need = printable(*s) ? 1 : 4;

		if (n + need >= size)
			break;
		if (need == 1) {
			dst[n++] = (char)*s;
			continue;
		}
		dst[n++] = '\\';
		dst[n++] = 'x';
		dst[n++] = hex[*s >> 4];
		dst[n++] = hex[*s & 15];
	}
	dst[n] = '\0';
	return n;
}
