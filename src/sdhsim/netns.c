// SPDX-License-Identifier: ISC
// Doing something in another network namespace.

#include "sdhsim/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

/**
 * netns_enter() - Go to a namespace that ip-netns(8) knows
 * @name:	Of the namespace; no path
 * @home:	Gets what netns_leave() wants
 *
 * Return: 0, or a negative errno and nothing has changed
 */
int netns_enter(const char *name, int *home)
{
	char path[128];
	int fd, err;

	if (!*name || strchr(name, '/') || *name == '.' ||
	    snprintf(path, sizeof(path), "/run/netns/%s", name) >=
	    (int)sizeof(path))
		return -EINVAL;
	*home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (*home < 0)
		return -errno;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	err = fd < 0 || setns(fd, CLONE_NEWNET) ? -errno : 0;
	if (fd >= 0)
		close(fd);
	if (err)
		close(*home);
	return err;
}

/**
 * netns_leave() - Go back
 * @home:	From netns_enter()
 */
void netns_leave(int home)
{
	/* going on in the wrong one would do harm to it */
	if (setns(home, CLONE_NEWNET))
		fatal("back to our own network namespace");
	close(home);
}
