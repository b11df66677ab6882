/* SPDX-License-Identifier: ISC */
/* How a TAP joins a bridge and leaves it as it was. */
#ifndef MONITOR_BRIDGE_H
#define MONITOR_BRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "monitor/host.h"

int bridge_prepare(const struct host *h, const struct config_channel *c,
		   struct rtnl_link *bridge, char *reason, size_t size);
int bridge_port_mtu(const struct host *h, const struct config_device *d,
		    const struct rtnl_link *bridge, uint32_t *mtu,
		    char *reason, size_t size);
int bridge_join(const struct host *h, const struct config_device *d,
		const struct rtnl_link *bridge, int port, char *reason,
		size_t size);
void bridge_remove_idle(const struct host *h, const struct config *keep);

#endif
