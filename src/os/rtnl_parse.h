/* SPDX-License-Identifier: ISC */
/* What the kernel's netlink messages say. */
#ifndef OS_RTNL_PARSE_H
#define OS_RTNL_PARSE_H

#include <linux/netlink.h>
#include <stddef.h>

#include "os/rtnl_link.h"

int rtnl_parse_link(const struct nlmsghdr *h, struct rtnl_link *link);
void rtnl_parse_error(const struct nlmsghdr *h, char *buf, size_t size);

#endif
