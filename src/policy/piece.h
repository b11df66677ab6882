/* SPDX-License-Identifier: ISC */
/* How large the packets of a slow line are. */
#ifndef POLICY_PIECE_H
#define POLICY_PIECE_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum piece_limit {
	PIECE_RATE = 1200000,	/* bit/s; from here on, no cutting by time */
	PIECE_SHARE = 15,	/* per cent that headers may take of a piece */
	PIECE_LINE_SHARE = 9,	/* the line's own among them */
};

size_t piece_size(uint64_t rate, struct mono delay, size_t overhead,
		  size_t largest);

#endif
