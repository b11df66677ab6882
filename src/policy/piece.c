// SPDX-License-Identifier: ISC
// How large the packets of a slow line are.

#include "policy/piece.h"

#include <dccbridge/wire.h>

#include "base/util.h"

enum { NANO = 1000000000 };

/**
 * piece_size() - Octets of the largest packet that a line is to be given
 * @rate:	The line's, bit/s; 0: fast
 * @delay:	How long a piece may take; 0: frames are not cut by time
 * @overhead:	Octets that the line adds to each packet
 * @largest:	Octets of the largest packet that the line carries
 *
 * What others wait for behind a piece is the time it takes. Where the line's
 * own overhead is large, a piece takes longer, so that it stays below
 * PIECE_LINE_SHARE per cent, and all headers below PIECE_SHARE. A fast line's
 * frames are not cut: none takes long.
 *
 * Return: octets, our header included and @overhead not; at most @largest
 */
size_t piece_size(uint64_t rate, struct mono delay, size_t overhead,
		  size_t largest)
{
	size_t head = overhead + WIRE_HEADER_MAX;
	size_t least = MAX(DIV_ROUND_UP(head * 100, PIECE_SHARE),
			   DIV_ROUND_UP(overhead * 100, PIECE_LINE_SHARE));
	size_t octets;

	if (!rate || rate >= PIECE_RATE || delay.ns <= 0)
		return largest;
	delay.ns = MIN(delay.ns, NANO);
	octets = (size_t)(rate * (uint64_t)delay.ns / 8 / NANO);
	return MIN(MAX(octets, least) - overhead, largest);
}
