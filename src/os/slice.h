/* SPDX-License-Identifier: ISC */
/* How long the kernel lets this process run at a time. */
#ifndef OS_SLICE_H
#define OS_SLICE_H

#include <stdint.h>

int slice_ask(uint64_t ns);
void slice_end(void);

#endif
