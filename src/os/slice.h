/* SPDX-License-Identifier: ISC */
/* How long the kernel lets this process run at a time. */
#ifndef OS_SLICE_H
#define OS_SLICE_H

#include <stdint.h>

#include "base/clock.h"

/**
 * struct slice_use - What this process has had of processors
 * @ran:	How long it ran
 * @ended:	How often it stopped for others, and would have gone on
 */
struct slice_use {
	struct mono ran;
	uint64_t ended;
};

int slice_ask(uint64_t ns);
void slice_end(void);
struct slice_use slice_used(void);

#endif
