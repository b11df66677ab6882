/* SPDX-License-Identifier: ISC */
/* A channel's TAP or TUN: made and set up as the configuration says. */
#ifndef MONITOR_NETDEV_H
#define MONITOR_NETDEV_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "config/config.h"
#include "monitor/host.h"

/**
 * struct netdev - A device that is there
 * @fd:		The monitor's copy; the engine has another
 * @ours:	We made it, so we may remove it
 * @persist:	It stays when we end
 * @bridge:	Index of the bridge that it is in; 0 none
 * @vnet:	Frames have a header for offloads
 * @offloads:	Set of enum tap_offload that the kernel knows for it; 0 of a
 *		TUN
 * @offload:	They are on
 * @grave:	Deleted: how many signs of life of the engine, in the
 *		generation that does without it, until @fd may be closed
 */
struct netdev {
	TAILQ_ENTRY(netdev) entry;
	char channel[CONFIG_NAME_MAX + 1];
	char name[IFNAMSIZ];
	int fd;
	int index;
	bool ours, persist, carrier, up, gone;
	uint32_t mtu;
	bool vnet;
	int offloads;
	bool offload;
	int bridge;
	uint32_t generation;	/* that does without it */
	unsigned int grave;
};

struct netdev *netdev_open(const struct host *h,
			   const struct config_channel *c, int *err,
			   char *reason, size_t size);
int netdev_rejoin(const struct host *h, const struct config_channel *c,
		  struct netdev *d, char *reason, size_t size);
void netdev_free(struct netdev *d);

#endif
