/* SPDX-License-Identifier: ISC */
/* A port of the bridge whose carrier the far end is to follow. */
#ifndef MONITOR_NETDEV_PORT_H
#define MONITOR_NETDEV_PORT_H

#include <stdbool.h>

#include "os/rtnl.h"

/**
 * struct netdev_port - What is known of it
 * @index:	Its index; 0: it is not there
 * @dark:	It has no carrier
 */
struct netdev_port {
	int index;
	bool dark;
};

bool netdev_port_find(struct netdev_port *p, struct rtnl *r,
		      const char *name);
bool netdev_port_follow(struct netdev_port *p, const char *name,
			const struct rtnl_link *link);

#endif
