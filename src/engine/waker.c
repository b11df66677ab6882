// SPDX-License-Identifier: ISC
// Exact wake-ups: one timerfd for all lines, and for the tick.
//
// libevent's own timers come up to two milliseconds late, which a line of
// 768 kbit/s would feel; and while it has any it reads the clock twice for
// each event, for which a lone frame would wait. A binary heap keeps the
// wake-ups in order, and the timer is set to the earliest. Room in the heap is
// reserved for each beforehand, so that setting a wake-up cannot fail.

#include "engine/waker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/util.h"

static void arm(struct waker *k)
{
	struct mono due = k->used ? k->heap[1]->due : MONO_NEVER;
	struct itimerspec t = { 0 };

	if (due.ns == k->armed.ns || k->running)
		return;
	k->armed = due;
	if (due.ns != MONO_NEVER.ns) {
		/* zero would disarm it */
		t.it_value.tv_sec = MAX(due.ns, 1) / 1000000000;
		t.it_value.tv_nsec = MAX(due.ns, 1) % 1000000000;
	}
	timerfd_settime(k->fd, TFD_TIMER_ABSTIME, &t, NULL);
}

static void put(struct waker *k, size_t place, struct wake *w)
{
	k->heap[place] = w;
	w->place = place;
}

static void sift_up(struct waker *k, size_t place, struct wake *w)
{
	while (place > 1 && mono_before(w->due, k->heap[place / 2]->due)) {
		put(k, place, k->heap[place / 2]);
		place /= 2;
	}
	put(k, place, w);
}

static void sift_down(struct waker *k, size_t place, struct wake *w)
{
	size_t child;

	while ((child = place * 2) <= k->used) {
		if (child < k->used && mono_before(k->heap[child + 1]->due,
						   k->heap[child]->due))
			child++;
		if (!mono_before(k->heap[child]->due, w->due))
			break;
		put(k, place, k->heap[child]);
		place = child;
	}
	put(k, place, w);
}

static void take_out(struct waker *k, struct wake *w)
{
	size_t place = w->place;
	struct wake *last = k->heap[k->used--];

	w->place = 0;
	if (last == w)
		return;
	if (place > 1 && mono_before(last->due, k->heap[place / 2]->due))
		sift_up(k, place, last);
	else
		sift_down(k, place, last);
}

static void expired(evutil_socket_t fd, short what, void *arg)
{
	struct waker *k = arg;
	struct mono now = clock_mono();

	(void)fd;
	(void)what;
	k->running = true;
	while (k->used && !mono_before(now, k->heap[1]->due)) {
		struct wake *w = k->heap[1];

		take_out(k, w);
		w->called(w, now);
	}
	k->running = false;
	/* setting the timer makes it forget that it has expired: no read */
	k->armed = MONO_ZERO;
	arm(k);
}

/**
 * waker_init() - Begin, with no wake-ups
 * @k:		Owned by the caller
 * @base:	Event loop; borrowed
 *
 * Return: 0 or a negative errno
 */
int waker_init(struct waker *k, struct event_base *base)
{
	memset(k, 0, sizeof(*k));
	k->armed = MONO_NEVER;
	k->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (k->fd < 0)
		return -errno;
	k->expired = event_new(base, k->fd, EV_READ | EV_PERSIST, expired, k);
	if (!k->expired || event_add(k->expired, NULL) < 0)
		return -ENOMEM;
	return 0;
}

/**
 * waker_fini() - End it; nothing is set any more
 * @k:	Waker; one that was never begun is left alone
 */
void waker_fini(struct waker *k)
{
	if (k->expired)
		event_free(k->expired);
	if (k->fd > 0)
		close(k->fd);
	free(k->heap);
}

/**
 * wake_reserve() - There will be one more that wants wake-ups
 * @k:	Waker
 *
 * Return: 0 or -ENOMEM
 */
int wake_reserve(struct waker *k)
{
	struct wake **heap = realloc(k->heap, (k->size + 2) * sizeof(*heap));

	if (!heap)
		return -ENOMEM;
	k->heap = heap;
	k->size++;
	return 0;
}

/**
 * wake_release() - One wants no wake-ups any more
 * @k:	Waker
 */
void wake_release(struct waker *k)
{
	k->size--;
}

/**
 * wake_at() - Set a wake-up, or move it
 * @k:		Waker, in which room for @w has been reserved
 * @w:		Wake-up; the caller's, until it is called or cancelled
 * @due:	When
 */
void wake_at(struct waker *k, struct wake *w, struct mono due)
{
	if (w->place && w->due.ns == due.ns)
		return;
	if (w->place)
		take_out(k, w);
	w->due = due;
	sift_up(k, ++k->used, w);
	arm(k);
}

/**
 * wake_again() - Set a wake-up that has come to come regularly
 * @k:		Waker
 * @w:		Wake-up, not set
 * @interval:	From when it was due to when it will be
 * @now:	Time
 *
 * One that is late so makes no later one late, unless it is later than that.
 */
void wake_again(struct waker *k, struct wake *w, struct mono interval,
		struct mono now)
{
	struct mono due = mono_add(w->due, interval);

	wake_at(k, w, mono_before(now, due) ? due : mono_add(now, interval));
}

/**
 * wake_cancel() - Set no wake-up any more
 * @k:	Waker
 * @w:	Wake-up, set or not
 */
void wake_cancel(struct waker *k, struct wake *w)
{
	if (!w->place)
		return;
	take_out(k, w);
	arm(k);
}
