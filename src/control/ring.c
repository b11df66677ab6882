// SPDX-License-Identifier: ISC
// The last events, for who asks what happened.
//
// The memory is asked for once; pages that no event has touched cost nothing.

#include "control/ring.h"

#include <stdlib.h>
#include <string.h>

/**
 * ring_new() - Make an empty ring
 *
 * Return: the ring for ring_free(), or NULL: out of memory
 */
struct ring *ring_new(void)
{
	struct ring *ring = calloc(1, sizeof(*ring));

	if (ring)
		ring->next = 1;
	return ring;
}

/**
 * ring_add() - Keep an event, in place of the oldest
 * @ring:	Ring
 * @utc_ns:	When it happened
 * @n:		What happened; copied, what is too long is cut
 */
void ring_add(struct ring *ring, int64_t utc_ns, const struct notice *n)
{
	struct ring_event *e = &ring->events[ring->next % RING_SIZE];

	e->number = ring->next++;
	e->utc_ns = utc_ns;
	e->severity = n->severity;
	strlcpy(e->channel, n->channel, sizeof(e->channel));
	strlcpy(e->path, n->path, sizeof(e->path));
	strlcpy(e->kind, n->kind, sizeof(e->kind));
	strlcpy(e->text, n->text, sizeof(e->text));
	e->alarm = n->alarm;
	e->perceived = n->perceived;
}

/**
 * ring_get() - The event with a number, or the next that is still there
 * @ring:	Ring
 * @number:	Number wanted; gets the number that was found
 *
 * Return: the event, valid until the next ring_add(); NULL if none is so new
 */
const struct ring_event *ring_get(const struct ring *ring, uint64_t *number)
{
	uint64_t oldest = ring->next > RING_SIZE ? ring->next - RING_SIZE : 1;

	if (*number < oldest)
		*number = oldest;
	if (*number >= ring->next)
		return NULL;
	return &ring->events[*number % RING_SIZE];
}

/**
 * ring_free() - Forget all events
 * @ring:	Ring, or NULL
 */
void ring_free(struct ring *ring)
{
	free(ring);
}
