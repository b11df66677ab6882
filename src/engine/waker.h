/* SPDX-License-Identifier: ISC */
/* Exact wake-ups: one timerfd for all. */
#ifndef ENGINE_WAKER_H
#define ENGINE_WAKER_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

/**
 * struct wake - One wake-up, embedded in who wants it
 * @called:	Called when its time has come; it is not set any more then
 * @due:	When that is
 * @place:	Where it stands in the heap; 0: it is not set
 */
struct wake {
	void (*called)(struct wake *w, struct mono now);
	struct mono due;
	size_t place;
};

/**
 * struct waker - All wake-ups of an engine
 * @heap:	Binary heap, the earliest at 1; 0 is not used
 * @armed:	What the timer is set to
 * @running:	Wake-ups are being called: the timer is set afterwards
 */
struct waker {
	int fd;
	struct event *expired;
	struct wake **heap;
	size_t used, size;
	struct mono armed;
	bool running;
};

/**
 * wake_is_set() - Will it be called?
 * @w:	Wake-up
 *
 * Return: true if so
 */
static inline bool wake_is_set(const struct wake *w)
{
	return w->place;
}

int waker_init(struct waker *k, struct event_base *base);
void waker_fini(struct waker *k);
int wake_reserve(struct waker *k);
void wake_release(struct waker *k);
void wake_at(struct waker *k, struct wake *w, struct mono due);
void wake_again(struct waker *k, struct wake *w, struct mono interval,
		struct mono now);
void wake_cancel(struct waker *k, struct wake *w);

#endif
