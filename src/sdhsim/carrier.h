/* SPDX-License-Identifier: ISC */
/* The carrier of a device, set by a thread that may wait. */
#ifndef SDHSIM_CARRIER_H
#define SDHSIM_CARRIER_H

#include <pthread.h>
#include <stdbool.h>

/**
 * struct carrier - A device and its thread; carrier_start() begins it
 * @tun:	Descriptor of the device; the caller's
 * @orders:	A pipe: one octet for each change
 * @thread:	Follows the orders
 */
struct carrier {
	int tun;
	int orders[2];
	pthread_t thread;
};

int carrier_start(struct carrier *c, int tun);
void carrier_set(struct carrier *c, bool on);
void carrier_stop(struct carrier *c);

#endif
