// SPDX-License-Identifier: ISC
// TAP and TUN devices: make one or take one over, by the monitor.
//
// Theory of operation
// -------------------
// A device that is not there is made. One that is there, because somebody
// made it persistent, is taken only if it is what the configuration says:
// the kernel would refuse some differences with a bare EINVAL or EBUSY and
// quietly change others under whoever set them, so all are looked for first
// and told by the name of the flag and with the way to mend it.
//
// A device begins without carrier: nothing is at its far end yet; and without
// offloads, for who reads it may not be able to send what the kernel then
// hands over. Whether a header for them stands before each frame is for each
// who opens a device to say anew, so that is taken as it comes.

#include "os/tap_setup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "os/rtnl.h"

/* From Linux 6.2; older headers lack them */
#ifndef TUN_F_USO4
#define TUN_F_USO4	0x20
#define TUN_F_USO6	0x40
#endif

#define CLONE_DEVICE	"/dev/net/tun"

static const char *type_name(bool layer3)
{
	return layer3 ? "IFF_TUN" : "IFF_TAP";
}

/* The first difference between a device and what it shall be, as text. */
static int differs(const struct rtnl_link *l, const struct tap_params *p,
		   char *why, size_t size)
{
	const struct rtnl_tun *t = &l->tun;
	bool layer3 = t->type == IFF_TUN;

	if (strcmp(l->kind, "tun"))
		snprintf(why, size, "is no TAP or TUN device but %s; choose "
			 "another \"name\" in the configuration",
			 l->kind[0] ? l->kind : "a network interface");
	else if (!t->known)
		return 0;
	else if (layer3 != p->layer3)
		snprintf(why, size, "has %s where %s is wanted",
			 type_name(layer3), type_name(p->layer3));
	else if (t->multi_queue)
		snprintf(why, size, "has IFF_MULTI_QUEUE, which is not "
			 "wanted");
	else if (t->vnet_hdr && !p->vnet)
		snprintf(why, size, "has IFF_VNET_HDR, which is not wanted");
	else if (t->pi != p->packet_information)
		snprintf(why, size, "%s IFF_NO_PI, which is %s (or set "
			 "\"packet-information: %s\")",
			 t->pi ? "lacks" : "has",
			 t->pi ? "wanted" : "not wanted",
			 t->pi ? "true" : "false");
	else if (t->has_owner && (!p->has_owner || t->owner != p->owner))
		snprintf(why, size, "belongs to user %u (or set \"owner: %u\")",
			 t->owner, t->owner);
	else if (t->has_group && (!p->has_group || t->group != p->group))
		snprintf(why, size, "belongs to group %u (or set "
			 "\"group: %u\")", t->group, t->group);
	else
		return 0;
	return -EEXIST;
}

static int check_existing(struct rtnl *r, const struct tap_params *p,
			  bool *existed, char *reason, size_t size)
{
	struct rtnl_link link;
	char why[160];
	int err = rtnl_link_get(r, p->name, &link);

	*existed = !err;
	if (err)
		return 0;
	err = differs(&link, p, why, sizeof(why));
	if (!err)
		return 0;
	if (strcmp(link.kind, "tun"))
		snprintf(reason, size, "exists already and %s", why);
	else
		snprintf(reason, size, "exists already and %s; mend it with "
			 "\"ip link delete %s\": it is made again as it should "
			 "be", why, p->name);
	return err;
}

static int no_clone_device(char *reason, size_t size)
{
	int err = -errno;

	snprintf(reason, size, "%s: %s; %s", CLONE_DEVICE, strerror(-err),
		 err == -ENOENT || err == -ENODEV || err == -ENXIO ?
		 "load the kernel module with \"modprobe tun\"" :
		 "it takes read and write permission on it");
	return err;
}

static int no_device(bool existed, char *reason, size_t size)
{
	int err = -errno;
	const char *hint = "";

	if (err == -EBUSY)
		hint = "; another program has it open: end that program, or "
		       "choose another \"name\"";
	else if (err == -EPERM)
		hint = existed ? "; it belongs to another user, and we lack "
				 "CAP_NET_ADMIN" :
				 "; it takes CAP_NET_ADMIN to make a device";
	else if (err == -EINVAL)
		hint = existed ? "; it exists with other flags: remove it "
				 "with \"ip link delete\"" :
				 "; this is no name for a device";
	snprintf(reason, size, "TUNSETIFF: %s%s", strerror(-err), hint);
	return err;
}

/* One ioctl with a number as its argument. */
struct setting {
	unsigned long request;
	bool wanted;
	unsigned long value;
	const char *what;
};

/* The length of the header is the device's, and may be left of who had it. */
static int set_vnet(int fd, char *reason, size_t size)
{
	int len = sizeof(struct virtio_net_hdr);

	ioctl(fd, TUNSETOFFLOAD, 0);
	if (!ioctl(fd, TUNSETVNETHDRSZ, &len))
		return 0;
	snprintf(reason, size, "TUNSETVNETHDRSZ %d: %s", len,
		 strerror(errno));
	return -EINVAL;
}

static int set_all(int fd, const struct tap_params *p, bool existed,
		   char *reason, size_t size)
{
	const struct setting settings[] = {
		{ TUNSETOWNER, p->has_owner, p->owner, "TUNSETOWNER" },
		{ TUNSETGROUP, p->has_group, p->group, "TUNSETGROUP" },
		{ TUNSETLINK, p->link_type && !existed, p->link_type,
		  "TUNSETLINK" },
		{ TUNSETPERSIST, p->persist, 1, "TUNSETPERSIST" },
	};
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const struct setting *s = &settings[i];
		int err;

		if (!s->wanted || !ioctl(fd, s->request, s->value))
			continue;
		err = -errno;
		snprintf(reason, size, "%s %lu: %s", s->what, s->value,
			 strerror(-err));
		return err;
	}
	if (p->vnet && set_vnet(fd, reason, size))
		return -EINVAL;
	/* kernels before 5.0 have no TUNSETCARRIER: the device then always
	 * has carrier */
	tap_carrier(fd, false);
	return 0;
}

static int attach(int fd, const struct tap_params *p, bool existed,
		  char *reason, size_t size)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_name, p->name, strnlen(p->name, IFNAMSIZ - 1));
	ifr.ifr_flags = p->layer3 ? IFF_TUN : IFF_TAP;
	if (!p->packet_information)
		ifr.ifr_flags |= IFF_NO_PI;
	if (p->vnet)
		ifr.ifr_flags |= IFF_VNET_HDR;
	if (ioctl(fd, TUNSETIFF, &ifr))
		return no_device(existed, reason, size);
	return set_all(fd, p, existed, reason, size);
}

/**
 * tap_open() - Make a device, or take over one that is as it should be
 * @r:		Netlink, to look at what is there
 * @p:		What it shall be
 * @tap:	Filled in; the descriptor is then the caller's
 * @reason:	Filled in on failure: what failed, why, what to do
 * @size:	Room there
 *
 * The device is down, unless it existed and was up, and without carrier.
 *
 * Return: 0; -EEXIST: it exists and is another; or another negative errno
 */
int tap_open(struct rtnl *r, const struct tap_params *p, struct tap *tap,
	     char *reason, size_t size)
{
	struct rtnl_link link;
	int err = check_existing(r, p, &tap->existed, reason, size);

	if (err)
		return err;
	tap->fd = open(CLONE_DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (tap->fd < 0)
		return no_clone_device(reason, size);
	err = attach(tap->fd, p, tap->existed, reason, size);
	if (!err) {
		err = rtnl_link_get(r, p->name, &link);
		tap->index = link.index;
		if (err)
			snprintf(reason, size, "look at it: %s",
				 strerror(-err));
	}
	if (err)
		close(tap->fd);
	return err;
}

/**
 * tap_carrier() - Give a device carrier or take it
 * @fd:		Of the device
 * @on:		Give or take
 *
 * Return: 0 or a negative errno; -EINVAL on kernels that cannot
 */
int tap_carrier(int fd, bool on)
{
	int value = on;

	return ioctl(fd, TUNSETCARRIER, &value) ? -errno : 0;
}

/**
 * tap_offload() - Let the kernel leave work to who reads the device, or not
 * @fd:	Of a device with a header for it
 * @on:	Let it
 *
 * All that the kernel knows is tried.
 *
 * Return: set of enum tap_offload that is in use now
 */
int tap_offload(int fd, bool on)
{
	static const struct {
		unsigned long flags;
		int what;
	} tries[] = {
		{ TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_USO4 |
		  TUN_F_USO6, TAP_CHECKSUM | TAP_TSO | TAP_USO },
		{ TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6,
		  TAP_CHECKSUM | TAP_TSO },
		{ TUN_F_CSUM, TAP_CHECKSUM },
	};

	for (size_t i = 0; on && i < sizeof(tries) / sizeof(tries[0]); i++)
		if (!ioctl(fd, TUNSETOFFLOAD, tries[i].flags))
			return tries[i].what;
	ioctl(fd, TUNSETOFFLOAD, 0);
	return 0;
}

/**
 * tap_alive() - Is a descriptor's device still the one it was?
 * @fd:		Of the device
 * @index:	What tap_open() told
 *
 * Return: false if somebody removed it
 */
bool tap_alive(int fd, int index)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	if (ioctl(fd, TUNGETIFF, &ifr))
		return false;
	return (int)if_nametoindex(ifr.ifr_name) == index;
}
