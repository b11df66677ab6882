/* SPDX-License-Identifier: ISC */
/* A host with a network of its own, for tests of devices and bridges. */
#ifndef NETDEV_SITE_H
#define NETDEV_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "monitor/host.h"
#include "monitor/netdev.h"
#include "os/rtnl.h"

int site_set_up(void **state);
int site_tear_down(void **state);
struct host *site_need(void **state);
struct config_channel site_channel(const char *name, const char *device);
void site_in_bridge(struct config_channel *c, const char *name);
struct rtnl_link site_look(struct host *h, const char *name);
bool site_has(struct host *h, const char *name);
struct netdev *site_open(struct host *h, const struct config_channel *c);
void site_bridge(struct host *h, const char *name, uint32_t mtu);
int site_foreign(const char *name, int flags, bool persist);

#endif
