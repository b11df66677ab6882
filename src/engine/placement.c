// SPDX-License-Identifier: ISC
// Which processor the engine stays off while a stream comes in.
//
// When to leave one, policy/aside.c says. Where no stream was there for the
// next look it is over, and all are used again: what comes then by itself is
// best met where it arrives.

#include "engine/placement.h"

#include <event2/util.h>
#include <string.h>

#include "base/log.h"
#include "base/util.h"

#define STREAM_PAUSE	mono_ms(100)	/* may last so long */

static void stream_over(struct wake *w, struct mono now)
{
	struct placement *p = container_of(w, struct placement, over);

	(void)now;
	p->aside = (struct aside){ 0 };
	processor_return(&p->set);
}

/**
 * placement_init() - Use the processors that there are
 * @p:		Placement
 * @waker:	For its clock; borrowed
 *
 * Return: 0 or -ENOMEM
 */
int placement_init(struct placement *p, struct waker *waker)
{
	*p = (struct placement){ .waker = waker, .over.called = stream_over };
	return wake_reserve(waker);
}

static void look(struct placement *p, int fd, struct mono now)
{
	int from = processor_of_packets(fd), here = processor_here(), err = 0;
	uint32_t random;

	evutil_secure_rng_get_bytes(&random, sizeof(random));
	if (aside_leaves(&p->aside, from >= 0 && from == here, random, now))
		err = processor_leave(&p->set, here);
	if (err)
		log_debug("stays on processor %d, which brings packets: %s",
			  here, strerror(-err));
	wake_at(p->waker, &p->over, mono_add(p->aside.next, STREAM_PAUSE));
}

/**
 * placement_streaming() - A stream comes in
 * @p:		Placement
 * @fd:		Socket by which it comes
 * @now:	Time
 */
HOT void placement_streaming(struct placement *p, int fd, struct mono now)
{
	if (aside_due(&p->aside, now))
		look(p, fd, now);
}
