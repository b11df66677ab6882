// SPDX-License-Identifier: ISC
// Packet sockets as lines want them, and what a device's carrier is.
//
// A packet socket that is made for a protocol hears of every device until it
// is bound, so ours is made for none and gets its protocol with its device.
//
// The kernel's news of carriers are late, by up to a second where many links
// change. ETHTOOL_GLINK tells at once what the driver has said last.

#include "os/packet_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING	23	/* Linux 4.20 */
#endif

enum { PACKET_BUFFER = 1024 * 1024 };	/* octets */

static int fail(int fd, const char *what, char *reason, size_t size)
{
	int err = -errno;

	snprintf(reason, size, "packet socket: %s: %s%s", what,
		 strerror(-err), err == -EPERM ? "; it needs CAP_NET_RAW" : "");
	if (fd >= 0)
		close(fd);
	return err;
}

/**
 * packet_open() - Make a socket for all frames of one device
 * @index:	Device
 * @reason:	Filled in on failure: what failed, why, what to do
 * @size:	Room there
 *
 * Return: a descriptor that does not block, is closed on exec and, where the
 * kernel can do so, does not hear what we send; or a negative errno
 */
int packet_open(int index, char *reason, size_t size)
{
	const struct sockaddr_ll name = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = index,
	};
	int one = 1, room = PACKET_BUFFER;
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return fail(fd, "socket", reason, size);
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (bind(fd, (const struct sockaddr *)&name, sizeof(name)))
		return fail(fd, "bind", reason, size);
	return fd;
}

/**
 * packet_carrier() - Has a device a carrier at this moment?
 * @fd:		Any socket
 * @name:	Device
 *
 * Return: 1 or 0; -ENODEV: there is no such device; -EOPNOTSUPP: its driver
 * does not tell in this way; or another negative errno
 */
int packet_carrier(int fd, const char *name)
{
	struct ethtool_value value = { .cmd = ETHTOOL_GLINK };
	struct ifreq req = { .ifr_data = (void *)&value };

	memcpy(req.ifr_name, name, strnlen(name, sizeof(req.ifr_name) - 1));
	if (ioctl(fd, SIOCETHTOOL, &req))
		return -errno;
	return value.data != 0;
}
