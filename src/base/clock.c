// SPDX-License-Identifier: ISC
// The two clocks of the program, read here and nowhere else.

#include "base/clock.h"

#include <time.h>

#include "base/util.h"

static int64_t read_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/**
 * clock_mono() - The time that never jumps
 *
 * Return: time since some fixed moment of this boot
 */
HOT struct mono clock_mono(void)
{
	return (struct mono){ read_ns(CLOCK_MONOTONIC) };
}

/**
 * clock_utc_ns() - The time of day, for what people read
 *
 * Return: nanoseconds since 1970-01-01 UTC
 */
int64_t clock_utc_ns(void)
{
	return read_ns(CLOCK_REALTIME);
}
