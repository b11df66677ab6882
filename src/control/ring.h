/* SPDX-License-Identifier: ISC */
/* The last events, for who asks what happened. */
#ifndef CONTROL_RING_H
#define CONTROL_RING_H

#include <stdint.h>

#include "config/config.h"
#include "engine/notice.h"

enum { RING_SIZE = 512 };	/* events that are kept */

/**
 * struct ring_event - One event, kept
 * @number:	Counted from 1, never used twice
 * @utc_ns:	When, nanoseconds since 1970-01-01 UTC
 * @alarm:	As in struct notice; never freed
 * @perceived:	The same
 */
struct ring_event {
	uint64_t number;
	int64_t utc_ns;
	enum severity severity;
	char channel[CONFIG_NAME_MAX + 1];
	char path[CONFIG_NAME_MAX + 1];
	char kind[24];
	char text[NOTICE_TEXT_MAX];
	const char *alarm, *perceived;
};

/**
 * struct ring - The last RING_SIZE events
 * @next:	Number of the next event; 1 in a new ring
 */
struct ring {
	uint64_t next;
	struct ring_event events[RING_SIZE];
};

struct ring *ring_new(void);
void ring_add(struct ring *ring, int64_t utc_ns, const struct notice *n);
const struct ring_event *ring_get(const struct ring *ring, uint64_t *number);
void ring_free(struct ring *ring);

#endif
