/* SPDX-License-Identifier: ISC */
/* Is a network device one that a DCC line can be on? */
#ifndef MONITOR_DCC_INTERFACE_H
#define MONITOR_DCC_INTERFACE_H

#include <stddef.h>

#include "config/config.h"
#include "os/rtnl_link.h"

int dcc_interface_check(const struct config_dcc *cfg,
			const struct rtnl_link *link, char *reason,
			size_t size);
void dcc_interface_warn(const struct rtnl_link *link, char *text,
			size_t size);
void dcc_interface_absent(const char *name, int err, char *reason,
			  size_t size);

#endif
