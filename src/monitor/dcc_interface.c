// SPDX-License-Identifier: ISC
// Is a network device one that a DCC line can be on?
//
// What cannot work is refused, with what to do about it; what works but is
// not well is warned of. An HDLC device in a mode of the kernel's own (PPP,
// Cisco, Frame Relay) frames and answers by itself: ours would be lost in it.

#include "monitor/dcc_interface.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if_arp.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/util.h"

enum { ETHER_HEADER_LEN = 14, ETHER_TYPE_AT = 12, ETHER_TYPE_LEAST = 6 };

/* Link types that cannot carry us, and the words for them. */
static const struct {
	uint16_t type;
	const char *what;
} unfit[] = {
	{ ARPHRD_PPP, "in PPP mode" },
	{ ARPHRD_CISCO, "in Cisco HDLC mode" },
	{ ARPHRD_FRAD, "in Frame Relay mode" },
	{ ARPHRD_DLCI, "a Frame Relay circuit" },
	{ ARPHRD_X25, "in X.25 mode" },
	{ ARPHRD_LAPB, "in LAPB mode" },
};

static int refuse(int err, const char *name, const char *text, char *reason,
		  size_t size)
{
	snprintf(reason, size, "%s %s", name, text);
	return err;
}

static int check_ethernet(const struct config_dcc *cfg, const char *name,
			  char *reason, size_t size)
{
	if (cfg->prefix_len < ETHER_HEADER_LEN)
		return refuse(-EPROTOTYPE, name, "is of Ethernet type: "
			      "\"prefix\" must hold the Ethernet header of "
			      "our frames (destination, source, ethertype: 14 "
			      "octets)", reason, size);
	if (cfg->prefix[ETHER_TYPE_AT] < ETHER_TYPE_LEAST)
		return refuse(-EPROTOTYPE, name, "is of Ethernet type: "
			      "octets 13 and 14 of \"prefix\" must be an "
			      "ethertype, 0600 or more", reason, size);
	return 0;
}

/**
 * dcc_interface_check() - Can the line be on this device, as it is now?
 * @cfg:	Line's settings
 * @link:	Device
 * @reason:	Filled in if not: why, and what to do
 * @size:	Room there
 *
 * Return: 0 or a negative errno
 */
int dcc_interface_check(const struct config_dcc *cfg,
			const struct rtnl_link *link, char *reason,
			size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(unfit); i++) {
		if (link->type != unfit[i].type)
			continue;
		snprintf(reason, size, "%s is %s; set it to raw HDLC, for "
			 "example: sethdlc %s hdlc", link->name, unfit[i].what,
			 link->name);
		return -EPROTOTYPE;
	}
	if (link->type == ARPHRD_ETHER &&
	    check_ethernet(cfg, link->name, reason, size))
		return -EPROTOTYPE;
	if (link->up)
		return 0;
	snprintf(reason, size, "%s is down; set it up: ip link set %s up",
		 link->name, link->name);
	return -ENETDOWN;
}

static void first_address(const char *name, char *text, size_t size)
{
	struct ifaddrs *list, *a;

	text[0] = '\0';
	if (getifaddrs(&list))
		return;
	for (a = list; a && !text[0]; a = a->ifa_next) {
		int family = a->ifa_addr ? a->ifa_addr->sa_family : AF_UNSPEC;
		socklen_t len = family == AF_INET ?
				sizeof(struct sockaddr_in) :
				sizeof(struct sockaddr_in6);

		if (strcmp(a->ifa_name, name) ||
		    (family != AF_INET && family != AF_INET6))
			continue;
		getnameinfo(a->ifa_addr, len, text, (socklen_t)size, NULL, 0,
			    NI_NUMERICHOST);
		text[strcspn(text, "%")] = '\0';
	}
	freeifaddrs(list);
}

/**
 * dcc_interface_warn() - What is not well with a device that is in use
 * @link:	Device
 * @text:	Filled in; "" if all is
 * @size:	Room there
 */
void dcc_interface_warn(const struct rtnl_link *link, char *text, size_t size)
{
	char address[64];

	text[0] = '\0';
	first_address(link->name, address, sizeof(address));
	if (address[0])
		snprintf(text, size, "%s has the address %s: the kernel takes "
			 "the line for a network of its own; remove it: "
			 "ip address flush dev %s", link->name, address,
			 link->name);
	else if (link->master)
		snprintf(text, size, "%s is a port of a bridge or bond, which "
			 "sends frames of its own; take it out: ip link set "
			 "%s nomaster", link->name, link->name);
}

/**
 * dcc_interface_absent() - The words for a device that cannot be looked at
 * @name:	Its name
 * @err:	Negative errno
 * @reason:	Filled in
 * @size:	Room there
 */
void dcc_interface_absent(const char *name, int err, char *reason,
			  size_t size)
{
	if (err == -ENODEV)
		snprintf(reason, size, "there is no interface %s; is its "
			 "driver loaded, its name right? It is taken into use "
			 "as soon as it is there", name);
	else
		snprintf(reason, size, "%s: %s", name, strerror(-err));
}
