// SPDX-License-Identifier: ISC
// How large a frame gets through: device, ports of the bridge, underlay.
//
// A bridge drops without a word what is larger than the port's MTU where it
// would leave. What is larger than the underlay carries is no loss: we send
// it in fragments; but the operator wants to know.

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "cli/doctor.h"
#include "cli/hostfs.h"
#include "cli/hostnet.h"

enum {
	ETHERNET = 14,		/* octets of an Ethernet header */
	OURS = 6,		/* of our own */
	UDP_IP4 = 28,
	UDP_IP6 = 48,
	DEFAULT_MTU = 1500,
};

static long mtu_of(const struct doctor *d, const char *interface, long other)
{
	long n;

	return host_number(d->root, &n, "sys/class/net/%s/mtu", interface) ?
	       n : other;
}

/**
 * struct ports - Looking through the ports of a bridge
 * @mtu:	Of our device
 */
struct ports {
	struct doctor *d;
	const struct config_device *device;
	long mtu;
};

static bool look_at_port(void *arg, const char *port)
{
	struct ports *p = arg;
	long mtu = mtu_of(p->d, port, p->mtu);
	char remedy[HOST_TEXT];

	if (mtu == p->mtu)
		return true;
	snprintf(remedy, sizeof(remedy), "give all ports of %s and its hosts "
		 "the same MTU", p->device->bridge.name);
	doctor_say(p->d, VERDICT_WRONG, remedy, "in bridge %s, %s has MTU %ld "
		   "and %s %ld: frames over %ld octets from one to the other "
		   "vanish", p->device->bridge.name, p->device->name, p->mtu,
		   port, mtu, MIN(mtu, p->mtu) + ETHERNET);
	return true;
}

/* What the device has, or will have. */
static long device_mtu(const struct doctor *d,
		       const struct config_device *device)
{
	long wanted = device->mtu ? (long)device->mtu : DEFAULT_MTU;

	if (!device->mtu && *device->bridge.name)
		wanted = mtu_of(d, device->bridge.name, wanted);
	return mtu_of(d, device->name, wanted);
}

/* The interface that a path's packets leave by, or "". */
static void underlay(const struct doctor *d, const struct config_path *path,
		     char interface[IFNAMSIZ])
{
	interface[0] = '\0';
	if (path->kind != TRANSPORT_UDP)
		return;
	if (*path->udp.interface)
		strlcpy(interface, path->udp.interface, IFNAMSIZ);
	else if (path->udp.remote.sa.sa_family != AF_UNSPEC)
		host_route(d->root, &path->udp.remote, interface);
}

static void check_path(struct doctor *d, const struct config_channel *ch,
		       const struct config_path *path, long lan)
{
	bool six = path->udp.remote.sa.sa_family == AF_INET6;
	long need = lan + OURS + (six ? UDP_IP6 : UDP_IP4), have;
	char interface[IFNAMSIZ], remedy[HOST_TEXT];

	if (ch->attachment == ATTACH_TAP)
		need += ETHERNET;
	underlay(d, path, interface);
	if (!*interface)
		return;
	have = path->udp.mtu ? (long)path->udp.mtu :
			       mtu_of(d, interface, 0);
	if (!have)
		return;
	if (have >= need) {
		doctor_say(d, VERDICT_OK, NULL, "channel %s, path %s: %s has "
			   "%ld, %s %ld; full frames need %ld", ch->name,
			   path->name, ch->device.name, lan, interface, have,
			   need);
		return;
	}
	snprintf(remedy, sizeof(remedy), "nothing is lost; for speed, give "
		 "the whole network from here to there an MTU of %ld", need);
	doctor_say(d, VERDICT_NOTE, remedy, "channel %s, path %s: %s has %ld, "
		   "%s %ld; full frames need %ld and travel in fragments",
		   ch->name, path->name, ch->device.name, lan, interface,
		   have, need);
}

static void check_channel(struct doctor *d, const struct config_channel *ch)
{
	struct ports p = { d, &ch->device, device_mtu(d, &ch->device) };

	if (*ch->device.bridge.name &&
	    host_exists(d->root, "sys/class/net/%s", ch->device.name))
		host_each(d->root, look_at_port, &p, "sys/class/net/%s/brif",
			  ch->device.bridge.name);
	for (size_t i = 0; i < ch->npaths; i++)
		check_path(d, ch, &ch->paths[i], p.mtu);
}

/**
 * doctor_mtu() - Is any link of the chain thinner than the one before?
 * @d:	Doctor
 */
void doctor_mtu(struct doctor *d)
{
	for (size_t i = 0; i < d->config->nchannels; i++)
		check_channel(d, &d->config->channels[i]);
}
