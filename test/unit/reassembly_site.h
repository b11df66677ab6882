/* SPDX-License-Identifier: ISC */
/* A receiver of fragments under test, and frames whose octets it knows. */
#ifndef TEST_REASSEMBLY_SITE_H
#define TEST_REASSEMBLY_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/fragment.h"

enum { FRAME_MAX = 9300, TIMEOUT = 2000 };

/* One reassembly with its pool, and the time */
struct site {
	struct reassembly_pool pool;
	struct reassembly r;
	struct reassembled out;
	int64_t ms;
};

struct site *site_new(struct site *s, unsigned int cap, bool in_order);
void site_end(struct site *s);
int give(struct site *s, unsigned int sequence,
	 const struct fragment_plan *plan, unsigned int index);
int give_whole(struct site *s, unsigned int sequence);
void check_out(const struct site *s, unsigned int sequence, size_t len);

#endif
