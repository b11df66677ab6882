/* SPDX-License-Identifier: ISC */
/* A token bucket that may go into debt once. */
#ifndef POLICY_BUCKET_H
#define POLICY_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/**
 * struct bucket - Private to bucket.c
 * @rate:	Tokens a second; 0: never empty
 * @depth:	What a full one holds, in billionths of a token
 * @level:	What it holds, the same; below 0 after a large taking
 * @last:	When it was last filled
 */
struct bucket {
	uint64_t rate;
	int64_t depth;
	int64_t level;
	struct mono last;
};

void bucket_init(struct bucket *b, uint64_t rate, struct mono span,
		 struct mono now);
bool bucket_ready(struct bucket *b, struct mono now);
void bucket_take(struct bucket *b, uint32_t tokens);

#endif
