// SPDX-License-Identifier: ISC
// UDP sockets as lines want them: bound, not yet connected, never fragmented.
//
// Each option is a row of a table: who reads it sees what makes our sockets
// special. The address may vanish and come back (FREEBIND); the kernel never
// cuts a datagram and sets DF, but leaves it to us how large they are
// (PROBE, not DO, which would believe any ICMP message); what the network
// says comes through the error queue (RECVERR).

#include "os/udp_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/util.h"

enum { UDP_BUFFER = 4 * 1024 * 1024 };	/* octets */

struct option {
	int family;
	int level, name;
	int value;
	bool must;		/* else the socket does without it */
	const char *what;
};

static const struct option options[] = {
	{ AF_INET, IPPROTO_IP, IP_FREEBIND, 1, false, "IP_FREEBIND" },
	{ AF_INET, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE, true,
	  "IP_MTU_DISCOVER" },
	{ AF_INET, IPPROTO_IP, IP_RECVERR, 1, true, "IP_RECVERR" },
	{ AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, 1, true, "IPV6_V6ONLY" },
	{ AF_INET6, IPPROTO_IPV6, IPV6_FREEBIND, 1, false, "IPV6_FREEBIND" },
	{ AF_INET6, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE, true,
	  "IPV6_MTU_DISCOVER" },
	{ AF_INET6, IPPROTO_IPV6, IPV6_DONTFRAG, 1, true, "IPV6_DONTFRAG" },
	{ AF_INET6, IPPROTO_IPV6, IPV6_RECVERR, 1, true, "IPV6_RECVERR" },
};

static int fail(int fd, char *reason, size_t size, const char *what)
{
	int err = -errno;

	snprintf(reason, size, "%s: %s", what, strerror(-err));
	close(fd);
	return err;
}

static const char *set_options(int fd, int family)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		const struct option *o = &options[i];

		if (o->family == family && setsockopt(fd, o->level, o->name,
						      &o->value,
						      sizeof(o->value)) &&
		    o->must)
			return o->what;
	}
	return NULL;
}

/* Large enough for the keepalives of a thousand far ends in one burst. */
static void set_buffer(int fd, int force, int plain)
{
	int value = UDP_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, force, &value, sizeof(value)))
		setsockopt(fd, SOL_SOCKET, plain, &value, sizeof(value));
}

/* The first has the port for itself, until it is told to share it. */
static int bind_to(int fd, const struct udp_params *p)
{
	int on = 1;

	if (p->second &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)))
		return -1;
	return bind(fd, &p->local.sa, addr_len(&p->local));
}

static int bind_failed(int fd, const struct udp_params *p, char *reason,
		       size_t size)
{
	char text[ADDR_STRLEN];
	int err = -errno;
	const char *hint = "";

	if (err == -EADDRINUSE)
		hint = "; another program has this port: see \"ss -lunp\", or "
		       "choose another \"local\"";
	else if (err == -EADDRNOTAVAIL)
		hint = "; this host has no such address now: see "
		       "\"ip address\"";
	else if (err == -EACCES)
		hint = "; ports below 1024 need CAP_NET_BIND_SERVICE";
	snprintf(reason, size, "bind to %s: %s%s", addr_str(&p->local, text),
		 strerror(-err), hint);
	close(fd);
	return err;
}

static int interface_failed(int fd, const char *name, char *reason,
			    size_t size)
{
	int err = -errno;

	snprintf(reason, size, "interface %s: %s%s", name, strerror(-err),
		 err == -ENODEV ? "; \"ip link\" lists those that this host "
				  "has" : "");
	close(fd);
	return err;
}

/**
 * udp_open() - Make a line's socket
 * @params:	What it is
 * @reason:	Filled in on failure: what failed, why, what to do
 * @size:	Room there
 *
 * Return: a descriptor that does not block and is closed on exec, or a
 * negative errno
 */
int udp_open(const struct udp_params *params, char *reason, size_t size)
{
	int family = params->local.sa.sa_family;
	const char *what;
	int fd;

	fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		int err = -errno;

		snprintf(reason, size, "socket for %s: %s",
			 family == AF_INET6 ? "IPv6" : "IPv4",
			 strerror(-err));
		return err;
	}
	what = set_options(fd, family);
	if (what)
		return fail(fd, reason, size, what);
	set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF);
	set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF);
	if (params->interface[0] &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, params->interface,
		       (socklen_t)strlen(params->interface) + 1))
		return interface_failed(fd, params->interface, reason, size);
	if (bind_to(fd, params))
		return bind_failed(fd, params, reason, size);
	return fd;
}
