/* SPDX-License-Identifier: ISC */
/* Super-frames on their way from the LAN to a line. */
#ifndef ENGINE_SUPER_H
#define ENGINE_SUPER_H

#include "engine/path.h"

int super_take_header(struct frame *f, size_t longest);
int super_put(struct outbox *box, struct wire_header *h,
	      const struct frame *f, struct frame_batch *batch, bool partial);
int super_cut_into(const struct frame *f, unsigned int i, struct frame *out);

#endif
