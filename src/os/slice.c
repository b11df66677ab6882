// SPDX-License-Identifier: ISC
// How long the kernel lets this process run at a time.

#include "os/slice.h"

#include <errno.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/util.h"

/* sched_setattr(2); the headers that have it do not agree with each other */
struct attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/**
 * slice_ask() - Ask for short turns on the processor, and so for early ones
 * @ns:	How long a turn is to be; Linux makes it 100 us at least
 *
 * The process gets no larger share than others do: who asks for little at a
 * time is let in sooner when it has something to do, ahead of one that would
 * compute for milliseconds. Kernels before 6.12 accept it, and do nothing.
 *
 * Return: 0, or a negative errno
 */
int slice_ask(uint64_t ns)
{
	struct attr attr = { .size = sizeof(attr) };

	if (syscall(SYS_sched_getattr, 0, &attr, sizeof(attr), 0) < 0)
		return -errno;
	attr.runtime = ns;
	return syscall(SYS_sched_setattr, 0, &attr, 0) < 0 ? -errno : 0;
}

/**
 * slice_end() - Let others run who wait, if any
 *
 * It costs the rest of a turn, so little where turns are short.
 */
HOT void slice_end(void)
{
	sched_yield();
}

static struct mono from_timeval(struct timeval t)
{
	return (struct mono){ t.tv_sec * INT64_C(1000000000) +
			      t.tv_usec * INT64_C(1000) };
}

/**
 * slice_used() - What have we had of processors so far?
 *
 * Time that interrupts or a hypervisor took may count as ours, or not; they
 * end no turn.
 *
 * Return: that, to the microsecond
 */
HOT struct slice_use slice_used(void)
{
	struct rusage u = { 0 };

	getrusage(RUSAGE_SELF, &u);
	return (struct slice_use){
		.ran = mono_add(from_timeval(u.ru_utime),
				from_timeval(u.ru_stime)),
		.ended = (uint64_t)u.ru_nivcsw,
	};
}
