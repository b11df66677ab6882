/* SPDX-License-Identifier: ISC */
/* Terminals and character devices as lines want them: raw, and ours alone. */
#ifndef OS_SERIAL_H
#define OS_SERIAL_H

#include <stddef.h>
#include <stdint.h>

int serial_open(const char *path, uint32_t speed, char *reason, size_t size);

#endif
