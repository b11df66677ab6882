/* SPDX-License-Identifier: ISC */
/* A digest of many times: least, mean, most and percentiles of them. */
#ifndef POLICY_DIGEST_H
#define POLICY_DIGEST_H

#include <stdint.h>

#include "base/clock.h"

enum { DIGEST_BINS = 1024 };

/**
 * struct digest - Private to digest.c; all zero is an empty one
 * @count:	How many times
 * @bin:	How many of them by size
 */
struct digest {
	uint64_t count;
	struct mono sum, least, most;
	uint32_t bin[DIGEST_BINS];
};

void digest_add(struct digest *d, struct mono span);
struct mono digest_mean(const struct digest *d);
struct mono digest_percentile(const struct digest *d, unsigned int percent);

#endif
