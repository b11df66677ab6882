/* SPDX-License-Identifier: ISC */
/* When a slow line may be given its next piece: a virtual line's clock. */
#ifndef POLICY_PACER_H
#define POLICY_PACER_H

#include <stdint.h>

#include "base/clock.h"

enum { PACER_SHARE = 98 };	/* per cent of the rate that we use */

/**
 * struct pacer - The line as it would be if all went well; private
 * @rate:	bit/s that we send at
 * @lead:	How long before the end of a piece the next may be given; 0:
 *		when it begins
 * @begin:	When the last piece begins to go out
 * @end:	When it has gone out
 */
struct pacer {
	uint64_t rate;
	struct mono lead;
	struct mono begin;
	struct mono end;
};

void pacer_init(struct pacer *p, uint64_t rate, struct mono lead,
		struct mono now);
struct mono pacer_when(const struct pacer *p);
void pacer_sent(struct pacer *p, uint64_t octets, struct mono now);
void pacer_behind(struct pacer *p, uint64_t octets, struct mono now);

#endif
