/* SPDX-License-Identifier: ISC */
/* All devices of the channels, through reloads and removals. */
#ifndef MONITOR_NETDEV_TABLE_H
#define MONITOR_NETDEV_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "config/config.h"
#include "monitor/host.h"
#include "monitor/netdev.h"
#include "monitor/netdev_port.h"

TAILQ_HEAD(netdev_list, netdev);

/**
 * struct netdev_slot - A channel of the configuration in force
 * @device:	Its device, or NULL
 * @tried:	It was tried to make it
 * @waits:	It failed because its bridge is not there
 * @port:	The port of the bridge that it watches
 */
struct netdev_slot {
	struct netdev *device;
	bool tried, waits;
	struct netdev_port port;
};

/**
 * struct netdev_news - What is told about a channel's device
 * @lost:	Its bridge is gone, or back but cannot be joined
 * @joined:	It has joined its bridge again
 * @port_down:	The port that it watches has no carrier
 * @port_up:	... has one
 * @reason:	Why it cannot be joined, or ""
 */
struct netdev_news {
	size_t channel;
	bool up, gone, retry;
	bool lost, joined;
	bool port_down, port_up;
	uint32_t mtu;
	const char *reason;
};

/**
 * struct netdev_table - The devices
 * @slots:	One for each channel of @config
 * @doomed:	Of no channel any more, but the engine may not know it yet
 * @graves:	Deleted, but the engine may still have them open
 */
struct netdev_table {
	const struct host *host;
	const struct config *config;
	struct netdev_slot *slots;
	size_t nslots;
	struct netdev_list doomed, graves;
	void (*news)(void *arg, const struct netdev_news *news);
	void *arg;
};

int netdev_table_init(struct netdev_table *t, const struct host *host,
		      const struct config *config);
void netdev_table_sweep(struct netdev_table *t);
int netdev_table_open(struct netdev_table *t, size_t channel,
		      const struct netdev **device, char *reason,
		      size_t size);
void netdev_table_carrier(struct netdev_table *t, size_t channel, bool on);
void netdev_table_offload(struct netdev_table *t, size_t channel, bool on);
int netdev_table_reload(struct netdev_table *t, const struct config *config,
			uint32_t generation);
void netdev_table_confirm(struct netdev_table *t, uint32_t generation);
void netdev_table_link(struct netdev_table *t, const struct rtnl_link *link);
void netdev_table_resync(struct netdev_table *t);
void netdev_table_remove(struct netdev_table *t);
bool netdev_table_tried(const struct netdev_table *t);
size_t netdev_table_up(const struct netdev_table *t);

#endif
