/* SPDX-License-Identifier: ISC */
/* Super-frames of every shape, made of a seed; for tests. */
#ifndef UNIT_SUPER_FRAME_H
#define UNIT_SUPER_FRAME_H

#include "base/frame.h"

enum { SUPER_ROOM = 65536 + 64 };

/** struct dice - Numbers that look random and are the same each time */
struct dice {
	uint64_t state;
};

uint32_t dice_throw(struct dice *d, uint32_t sides);
void super_frame_make(struct frame *f, uint8_t room[SUPER_ROOM],
		      struct dice *d);

uint16_t slow_sum(const uint8_t *p, size_t len);

#endif
