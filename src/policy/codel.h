/* SPDX-License-Identifier: ISC */
/* CoDel: drop what makes a queue stand (RFC 8289). */
#ifndef POLICY_CODEL_H
#define POLICY_CODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

/**
 * struct codel_params - What suits a line
 * @target:	Wait that is acceptable
 * @interval:	For how long it may be longer
 * @backlog:	Octets that may wait, however long
 */
struct codel_params {
	struct mono target;
	struct mono interval;
	size_t backlog;
};

/** struct codel - The state of one queue; zeroed at first; private */
struct codel {
	bool dropping;
	uint32_t count;
	uint32_t last_count;
	struct mono above;	/* when the wait will have been long enough */
	struct mono next;
};

void codel_params_init(struct codel_params *p, uint64_t rate, size_t full);
bool codel_should_drop(struct codel *c, const struct codel_params *p,
		       struct mono now, struct mono waited, size_t backlog);

#endif
