// SPDX-License-Identifier: ISC
// The carrier of a device, set by a thread that may wait.
//
// TUNSETCARRIER takes the kernel's RTNL lock, for which one may wait most of
// a second while devices are made or removed elsewhere. The section's clock
// cannot stop for so long, so a thread waits instead of it. The two share
// nothing but a pipe; orders are followed in their order.

#include "sdhsim/carrier.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "os/tap_setup.h"

static void *follow(void *arg)
{
	const struct carrier *c = arg;
	char on;

	while (read(c->orders[0], &on, 1) == 1) {
		int err = tap_carrier(c->tun, on != 0);

		if (err) {
			errno = -err;
			log_warn("carrier");
		}
	}
	return NULL;
}

/**
 * carrier_start() - Begin the thread
 * @c:		Gets it; carrier_stop() ends it
 * @tun:	Descriptor of the device; stays the caller's
 *
 * Return: 0 or a negative errno
 */
int carrier_start(struct carrier *c, int tun)
{
	int err;

	c->tun = tun;
	if (pipe2(c->orders, O_CLOEXEC))
		return -errno;
	err = pthread_create(&c->thread, NULL, follow, c);
	if (!err)
		return 0;
	close(c->orders[0]);
	close(c->orders[1]);
	return -err;
}

/**
 * carrier_set() - Give the device carrier or take it, soon
 * @c:	The device
 * @on:	Give or take
 *
 * Does not wait: the pipe holds thousands of orders.
 */
void carrier_set(struct carrier *c, bool on)
{
	char order = on ? 1 : 0;

	if (write(c->orders[1], &order, 1) != 1)
		log_warn("carrier: pipe");
}

/**
 * carrier_stop() - End the thread, after what was ordered
 * @c:	The device
 */
void carrier_stop(struct carrier *c)
{
	close(c->orders[1]);
	pthread_join(c->thread, NULL);
	close(c->orders[0]);
}
