/* SPDX-License-Identifier: ISC */
/* Monotonic time as a type of its own, so that units cannot mix. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct mono - A moment or a span on the monotonic clock
 * @ns:	Nanoseconds
 */
struct mono {
	int64_t ns;
};

#define MONO_NEVER	((struct mono){ INT64_MAX })
#define MONO_ZERO	((struct mono){ 0 })

static inline struct mono mono_ms(int64_t ms)
{
	return (struct mono){ ms * 1000000 };
}

static inline struct mono mono_add(struct mono a, struct mono b)
{
	return (struct mono){ a.ns + b.ns };
}

static inline struct mono mono_sub(struct mono a, struct mono b)
{
	return (struct mono){ a.ns - b.ns };
}

static inline bool mono_before(struct mono a, struct mono b)
{
	return a.ns < b.ns;
}

static inline int64_t mono_to_ms(struct mono a)
{
	return a.ns / 1000000;
}

struct mono clock_mono(void);
int64_t clock_utc_ns(void);

#endif
