/* SPDX-License-Identifier: ISC */
/* Which processor this process runs on, and which it stays off. */
#ifndef OS_PROCESSOR_H
#define OS_PROCESSOR_H

#include <sched.h>
#include <stdbool.h>

/**
 * struct processor_set - Which processors we may use
 * @before:	As it was before we left one
 * @ours:	As we have set it
 * @away:	We have left one
 */
struct processor_set {
	cpu_set_t before, ours;
	bool away;
};

int processor_here(void);
int processor_of_packets(int fd);
int processor_leave(struct processor_set *s, int processor);
void processor_return(struct processor_set *s);

#endif
