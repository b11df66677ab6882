/* SPDX-License-Identifier: ISC */
/* What device set-up knows of the host, and the mark on what we made. */
#ifndef MONITOR_HOST_H
#define MONITOR_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "monitor/identity.h"
#include "os/rtnl.h"

/**
 * struct host - The host and who we are on it
 * @rtnl:	Netlink
 * @machine:	What tells this machine from others
 * @node:	Our node's name
 * @socket:	Control socket: what tells us from a second daemon here
 */
struct host {
	struct rtnl *rtnl;
	char machine[MACHINE_ID_MAX];
	char node[CONFIG_NODE_MAX + 1];
	char socket[sizeof(((struct config_control *)0)->socket)];
};

void host_follow(struct host *h, const struct config *config);
void host_mark(const struct host *h, const char *channel,
	       char mark[RTNL_ALIAS_MAX]);
bool host_marked(const struct host *h, const char *alias,
		 char channel[CONFIG_NAME_MAX + 1]);

#endif
