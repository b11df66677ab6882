// SPDX-License-Identifier: ISC
// Which processor this process runs on, and which it stays off.
//
// Whoever starts us may say which processors are ours, as taskset and systemd
// do, and may change that while we run: we take one away from what they gave,
// and give it back, and never take the last. A host of more than CPU_SETSIZE
// processors tells us nothing, and then we stay where we are.

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

static bool is_ours(const struct processor_set *s, const cpu_set_t *set)
{
	return s->away && CPU_EQUAL(&s->ours, set);
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
	cpu_set_t now, rest;

	if (sched_getaffinity(0, sizeof(now), &now))
		return -errno;
	rest = is_ours(s, &now) ? s->before : now;
	CPU_CLR(processor, &rest);
	if (!CPU_COUNT(&rest))
		return -EBUSY;
	if (sched_setaffinity(0, sizeof(rest), &rest))
		return -errno;
	if (!is_ours(s, &now))
		s->before = now;
	s->ours = rest;
	s->away = true;
	return 0;
}

/**
 * processor_return() - Use all processors again
 * @s:	What we have left; nothing is done if somebody else has set another
 *	set since
 */
void processor_return(struct processor_set *s)
{
	cpu_set_t now;

	if (!sched_getaffinity(0, sizeof(now), &now) && is_ours(s, &now))
		sched_setaffinity(0, sizeof(s->before), &s->before);
	s->away = false;
}
