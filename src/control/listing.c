// SPDX-License-Identifier: ISC
// An answer that is one list, made a part a turn.

#include "control/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

static void free_listing(struct job *job)
{
	free(container_of(job, struct listing, job));
}

/**
 * listing_new() - Begin such an answer
 * @size:	Of a struct that begins with a struct listing
 * @s:		State; borrowed
 * @r:		Request; its channel exists
 * @next:	Writes the next part
 * @out:	Output; without memory it gets the error
 *
 * Return: the struct, all zero behind the listing, which the job owns; NULL
 * without memory
 */
void *listing_new(size_t size, const struct control_state *s,
		  const struct request *r,
		  enum job_state (*next)(struct job *job, struct output *out),
		  struct output *out)
{
	struct listing *l = calloc(1, size);

	if (!l) {
		output_error(out, "%s: out of memory", r->command);
		return NULL;
	}
	l->job = (struct job){ next, free_listing };
	l->state = s;
	if (r->channel)
		strlcpy(l->channel, r->channel, sizeof(l->channel));
	return l;
}

/**
 * listing_add() - Add an entry to the list
 * @l:		Listing, begun
 * @entry:	Consumed
 * @out:	Output
 */
void listing_add(struct listing *l, json_t *entry, struct output *out)
{
	output_list_add(out, entry, !l->written++);
}
