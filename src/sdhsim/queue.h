/* SPDX-License-Identifier: ISC */
/* How many frames wait in a device, and that nothing waits before it. */
#ifndef SDHSIM_QUEUE_H
#define SDHSIM_QUEUE_H

#include <stdint.h>

int queue_set(const char *device, uint32_t length);

#endif
