// SPDX-License-Identifier: ISC
// A TUN device that passes for the network device of an HDLC driver.
//
// Theory of operation
// -------------------
// What an AF_PACKET user writes on a TUN device can be read from its
// descriptor as it is, and what is written to the descriptor is received; with
// packet information, because without it the kernel would look for an IP
// version in the first octet and drop what has none. A link type can be given
// to it while it is down. It differs from a driver's device in this:
//
//   - it has no counter of frames with a wrong FCS. What is written to it
//     with a wrong struct virtio_net_hdr it drops and counts in
//     rx_frame_errors: that is all that a TUN device can be made to count.
//   - it never stops its queue. So it gets no queueing discipline, and a
//     sender hears ENOBUFS when TUN_QUEUE frames wait.
//   - its MTU may be set above 1500; longer frames are not taken from it.

#include "sdhsim/tun.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/util.h"
#include "os/tap_setup.h"
#include "sdhsim/queue.h"

#define CLONE_DEVICE	"/dev/net/tun"

static struct ifreq request(const char *name)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
	return ifr;
}

/* The steps. Each takes the device's descriptor and a socket. */

static int attach(const char *name, int tun, int sock)
{
	struct ifreq ifr = request(name);

	(void)sock;
	ifr.ifr_flags = (short)(IFF_TUN | IFF_TUN_EXCL | IFF_VNET_HDR);
	return ioctl(tun, TUNSETIFF, &ifr) ? -errno : 0;
}

static int set_type(const char *name, int tun, int sock)
{
	(void)name;
	(void)sock;
	return ioctl(tun, TUNSETLINK, ARPHRD_RAWHDLC) ? -errno : 0;
}

/* Nothing that an HDLC device has not: the kernel would send to groups. */
static int set_flags(const char *name, int tun, int sock)
{
	struct ifreq ifr = request(name);

	(void)tun;
	if (ioctl(sock, SIOCGIFFLAGS, &ifr))
		return -errno;
	ifr.ifr_flags &= (short)~IFF_MULTICAST;
	return ioctl(sock, SIOCSIFFLAGS, &ifr) ? -errno : 0;
}

static int set_queue(const char *name, int tun, int sock)
{
	(void)tun;
	(void)sock;
	return queue_set(name, TUN_QUEUE);
}

/* Nothing is known of the signal yet. */
static int set_carrier(const char *name, int tun, int sock)
{
	(void)name;
	(void)sock;
	return tap_carrier(tun, false);
}

static const struct step {
	const char *what;
	int (*do_it)(const char *name, int tun, int sock);
} steps[] = {
	{ "TUNSETIFF", attach },
	{ "TUNSETLINK", set_type },
	{ "flags", set_flags },
	{ "queue", set_queue },
	{ "TUNSETCARRIER", set_carrier },
};

static const char *remedy(int err)
{
	switch (err) {
	case -EBUSY:
		return "; there is a device of that name: remove it, or "
		       "choose another name";
	case -EPERM:
		return "; it takes CAP_NET_ADMIN in that network namespace";
	case -EINVAL:
		return "; this is no name for a device";
	case -ENOENT:
	case -ENODEV:
		return "; load the kernel module with \"modprobe tun\"";
	default:
		return "";
	}
}

static int set_up(const char *name, int tun, int sock, char *reason,
		  size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		int err = steps[i].do_it(name, tun, sock);

		if (!err)
			continue;
		snprintf(reason, size, "%s %s: %s%s", steps[i].what, name,
			 strerror(-err), remedy(err));
		return err;
	}
	return 0;
}

/**
 * tun_open() - Make the device, down and without carrier
 * @name:	Its name, in our network namespace
 * @reason:	Gets why not, and what to do
 * @size:	Room there
 *
 * The device goes with its descriptor.
 *
 * Return: the descriptor, which does not block, or a negative errno
 */
int tun_open(const char *name, char *reason, size_t size)
{
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int tun = open(CLONE_DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	int err = 0;

	if (tun < 0 || sock < 0) {
		err = -errno;
		snprintf(reason, size, "%s: %s%s", CLONE_DEVICE,
			 strerror(-err), remedy(err));
	}
	if (!err && strlen(name) >= IFNAMSIZ) {
		err = -ENAMETOOLONG;
		snprintf(reason, size, "%.64s: a device's name has at most %d "
			 "characters", name, IFNAMSIZ - 1);
	}
	if (!err)
		err = set_up(name, tun, sock, reason, size);
	if (sock >= 0)
		close(sock);
	if (err && tun >= 0)
		close(tun);
	return err ? err : tun;
}
