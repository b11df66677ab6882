/* SPDX-License-Identifier: ISC */
/* An answer that is one list, made a part a turn. */
#ifndef CONTROL_LISTING_H
#define CONTROL_LISTING_H

#include "control/state.h"

/**
 * struct listing - What all such answers begin with
 * @channel:	Only this one; "" for all
 * @written:	How many entries the list has
 * @begun:	What comes before the list is written
 */
struct listing {
	struct job job;
	const struct control_state *state;
	char channel[CONFIG_NAME_MAX + 1];
	size_t written;
	bool begun;
};

void *listing_new(size_t size, const struct control_state *s,
		  const struct request *r,
		  enum job_state (*next)(struct job *job, struct output *out),
		  struct output *out);
void listing_add(struct listing *l, json_t *entry, struct output *out);

#endif
