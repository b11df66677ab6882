// SPDX-License-Identifier: ISC
// A port of the bridge whose carrier the far end is to follow.
//
// It is known by its name. One that is not there has no carrier, and so has
// one whose name is another now.

#include "monitor/netdev_port.h"

#include <string.h>

/**
 * netdev_port_follow() - Some device of the host changed or went
 * @p:		Port
 * @name:	Its name, or "": there is none to follow
 * @link:	The device as it is now
 *
 * Return: true if it is the port, and its carrier another than before
 */
bool netdev_port_follow(struct netdev_port *p, const char *name,
			const struct rtnl_link *link)
{
	bool is = !strcmp(name, link->name) && !link->gone;
	bool was = p->dark;

	if (!*name || (!is && link->index != p->index))
		return false;
	p->index = is ? link->index : 0;
	p->dark = !is || !link->carrier;
	return p->dark != was;
}

/**
 * netdev_port_find() - Look for it
 * @p:		Port
 * @r:		Way to the kernel
 * @name:	Its name, or "": there is none to follow
 *
 * Return: true if its carrier is another than before
 */
bool netdev_port_find(struct netdev_port *p, struct rtnl *r,
		      const char *name)
{
	struct rtnl_link link;
	bool was = p->dark;

	if (!*name)
		return false;
	p->index = 0;
	p->dark = true;
	if (!rtnl_link_get(r, name, &link)) {
		p->index = link.index;
		p->dark = !link.carrier;
	}
	return p->dark != was;
}
