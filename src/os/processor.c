// SPDX-License-Identifier: ISC
// Which processor this process runs on, and which it stays off.
//
// Whoever starts us may say which processors are ours, as taskset and systemd
// do, and may change that while we run: we take one away from what they gave,
// and give it back, and never take the last.
//
// What we may use may be less than what was set, where a cpuset or processors
// that are off limit it, which changes too. Both look the same, but what they
// limit cannot be had for the asking. Where nothing else does, we ask for all
// but the one, and in the end for all, so that what comes later is ours, too.
// A host of more than CPU_SETSIZE processors tells us nothing, and then we
// stay where we are.

#include "os/processor.h"

#include <errno.h>
#include <sys/socket.h>

/**
 * processor_here() - Which processor we run on
 *
 * Return: its number, or a negative errno
 */
int processor_here(void)
{
	int n = sched_getcpu();

	return n < 0 ? -errno : n;
}

/**
 * processor_of_packets() - Which processor brought a socket's latest packet
 * @fd:		Socket; of UDP, a connected one
 *
 * Return: its number, or a negative errno if that is not known
 */
int processor_of_packets(int fd)
{
	socklen_t len = sizeof(int);
	int n = -1;

	if (getsockopt(fd, SOL_SOCKET, SO_INCOMING_CPU, &n, &len))
		return -errno;
	return n < 0 ? -ENODATA : n;
}

static bool is_part(const cpu_set_t *part, const cpu_set_t *whole)
{
	cpu_set_t both;

	CPU_AND(&both, part, whole);
	return CPU_EQUAL(&both, part);
}

/* Is @set all that is to be had of @more? */
static bool is_all_of(const cpu_set_t *more, const cpu_set_t *set)
{
	cpu_set_t got;

	if (sched_setaffinity(0, sizeof(*more), more) ||
	    sched_getaffinity(0, sizeof(got), &got))
		return false;
	if (CPU_EQUAL(&got, set))
		return true;
	sched_setaffinity(0, sizeof(*set), set);
	return false;
}

/* Is what we may use what we have set, or what is left of that? */
static bool is_ours(const struct processor_set *s, const cpu_set_t *set)
{
	return s->away && is_part(set, &s->ours) &&
	       (CPU_EQUAL(set, &s->ours) || is_all_of(&s->ours, set));
}

/* What somebody gave us, of which we see @set */
static cpu_set_t given(const cpu_set_t *set)
{
	cpu_set_t all;

	CPU_ZERO(&all);
	for (int i = 0; i < CPU_SETSIZE; i++)
		CPU_SET(i, &all);
	return is_all_of(&all, set) ? all : *set;
}

/**
 * processor_leave() - Stay off one processor from now on, and off no other
 * @s:		All zero at first
 * @processor:	Its number
 *
 * Return: 0, or a negative errno; -EBUSY: there is no other for us
 */
int processor_leave(struct processor_set *s, int processor)
{
	cpu_set_t now, before, rest;

	if (sched_getaffinity(0, sizeof(now), &now))
		return -errno;
	if (CPU_COUNT(&now) == 1 && !s->away)
		return -EBUSY;
	before = is_ours(s, &now) ? s->before : given(&now);
	rest = before;
	CPU_CLR(processor, &rest);
	if (sched_setaffinity(0, sizeof(rest), &rest))
		return errno == EINVAL ? -EBUSY : -errno;
	s->before = before;
	s->ours = rest;
	s->away = true;
	return 0;
}

/**
 * processor_return() - Use all processors again
 * @s:	What we have left; nothing is done if somebody else has set another
 *	set since. One who has set the same as we had cannot be told apart
 */
void processor_return(struct processor_set *s)
{
	cpu_set_t now;

	if (!sched_getaffinity(0, sizeof(now), &now) && is_ours(s, &now))
		sched_setaffinity(0, sizeof(s->before), &s->before);
	s->away = false;
}
