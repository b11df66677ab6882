/* SPDX-License-Identifier: ISC */
/* Addresses, routes and sockets of a host, as /proc/net shows them. */
#ifndef CLI_HOSTNET_H
#define CLI_HOSTNET_H

#include <net/if.h>
#include <stdbool.h>

#include "base/addr.h"

enum { HOST_COMM = 32 };

bool host_has_address(const char *root, const struct addr *a);
bool host_route(const char *root, const struct addr *to,
		char interface[IFNAMSIZ]);

/**
 * struct host_socket - A UDP socket of some program
 * @uid:	Whose it is
 * @comm:	The program; "" if it cannot be told
 */
struct host_socket {
	unsigned uid;
	char comm[HOST_COMM];
};

int host_udp_sockets(const char *root, const struct addr *local,
		     struct host_socket *sockets, int max);

#endif
