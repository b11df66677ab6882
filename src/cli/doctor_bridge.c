// SPDX-License-Identifier: ISC
// What the doctor looks at in bridges and in our devices.

#include <ctype.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "cli/doctor.h"
#include "cli/hostfs.h"

enum {
	PORTS_MAX = 1024,	/* of a Linux bridge */
	PORTS_NOTE = 1000,
	ADDRESS_SET = 3,	/* NET_ADDR_SET: somebody gave it the address */
	STATE_FORWARDING = 3,	/* BR_STATE_FORWARDING */
};

/* Is this the first channel that joins its bridge? Then we look at it. */
static bool is_first(const struct config *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(c->channels[k].device.bridge.name,
			    c->channels[i].device.bridge.name))
			return false;
	return *c->channels[i].device.bridge.name;
}

static void missing_bridge(struct doctor *d, const struct config_channel *ch)
{
	const struct config_bridge *b = &ch->device.bridge;
	char remedy[HOST_TEXT];

	if (b->create)
		return;
	snprintf(remedy, sizeof(remedy), "\"ip link add %s type bridge\", "
		 "then \"ip link set %s up\"; or have us make it with "
		 "\"bridge: {name: %s, create: true}\"", b->name, b->name,
		 b->name);
	doctor_say(d, VERDICT_WRONG, remedy, "channel %s: there is no bridge "
		   "%s", ch->name, b->name);
}

static void check_up(struct doctor *d, const char *name)
{
	char remedy[HOST_TEXT];
	long flags;

	if (!host_number(d->root, &flags, "sys/class/net/%s/flags", name) ||
	    (flags & IFF_UP))
		return;
	snprintf(remedy, sizeof(remedy), "\"ip link set %s up\"", name);
	doctor_say(d, VERDICT_WRONG, remedy, "bridge %s is down: it forwards "
		   "nothing", name);
}

static void check_vlans(struct doctor *d, const char *name)
{
	char remedy[HOST_TEXT];
	long n;

	if (!host_number(d->root, &n, "sys/class/net/%s/bridge/vlan_filtering",
			 name) || !n)
		return;
	snprintf(remedy, sizeof(remedy), "\"bridge vlan add dev DEVICE vid "
		 "1-4094\" for what is to pass, or \"ip link set %s type "
		 "bridge vlan_filtering 0\"", name);
	doctor_say(d, VERDICT_NOTE, remedy, "bridge %s filters VLANs: tagged "
		   "frames pass only where the port is a member", name);
}

static void check_reserved(struct doctor *d, const char *name)
{
	char remedy[HOST_TEXT];
	long mask;

	if (!host_number(d->root, &mask,
			 "sys/class/net/%s/bridge/group_fwd_mask", name) ||
	    mask)
		return;
	snprintf(remedy, sizeof(remedy), "if LLDP is to pass: \"echo 0x4000 "
		 ">/sys/class/net/%s/bridge/group_fwd_mask\"", name);
	doctor_say(d, VERDICT_NOTE, remedy, "bridge %s keeps frames to "
		   "01-80-C2-00-00-0x (LLDP, 802.1X) to itself", name);
}

static void check_stp(struct doctor *d, const char *name)
{
	long stp, delay;

	if (!host_number(d->root, &stp, "sys/class/net/%s/bridge/stp_state",
			 name) || !stp)
		return;
	if (!host_number(d->root, &delay,
			 "sys/class/net/%s/bridge/forward_delay", name))
		delay = 1500;
	doctor_say(d, VERDICT_NOTE, NULL, "bridge %s runs STP: a channel that "
		   "comes up carries frames %ld s later", name,
		   2 * delay / 100);
}

static void check_ports(struct doctor *d, const char *name)
{
	int n = host_each(d->root, NULL, NULL, "sys/class/net/%s/brif", name);

	if (n >= PORTS_NOTE)
		doctor_say(d, n >= PORTS_MAX ? VERDICT_WRONG : VERDICT_NOTE,
			   "use a second bridge", "bridge %s has %d ports; "
			   "Linux allows %d", name, n, PORTS_MAX);
}

static void check_bridge(struct doctor *d, const struct config_channel *ch)
{
	const char *name = ch->device.bridge.name;
	size_t before = d->count;

	if (!host_exists(d->root, "sys/class/net/%s", name)) {
		missing_bridge(d, ch);
		return;
	}
	if (!host_exists(d->root, "sys/class/net/%s/bridge", name)) {
		doctor_say(d, VERDICT_WRONG, "name a bridge; \"ip link show "
			   "type bridge\" lists them", "channel %s: %s is "
			   "there, but it is no bridge", ch->name, name);
		return;
	}
	check_up(d, name);
	check_ports(d, name);
	check_stp(d, name);
	check_vlans(d, name);
	check_reserved(d, name);
	if (d->count == before)
		doctor_say(d, VERDICT_OK, NULL, "bridge %s is up", name);
}

/**
 * doctor_bridges() - Are the bridges there, and do they forward?
 * @d:	Doctor
 */
void doctor_bridges(struct doctor *d)
{
	for (size_t i = 0; i < d->config->nchannels; i++)
		if (is_first(d->config, i))
			check_bridge(d, &d->config->channels[i]);
}

static void check_port_state(struct doctor *d, const char *name)
{
	static const char *const words[] = {
		"disabled", "listening", "learning", "forwarding", "blocking",
	};
	long state, carrier = 0;

	if (!host_number(d->root, &state, "sys/class/net/%s/brport/state",
			 name) || state == STATE_FORWARDING || state < 0 ||
	    (size_t)state >= ARRAY_SIZE(words))
		return;
	host_number(d->root, &carrier, "sys/class/net/%s/carrier", name);
	if (carrier)
		doctor_say(d, VERDICT_NOTE, "\"bridge link\" shows it; STP "
			   "decides it", "%s is %s in its bridge: no frames "
			   "pass", name, words[state]);
}

static void check_master(struct doctor *d, const struct config_channel *ch)
{
	const char *name = ch->device.name, *want = ch->device.bridge.name;
	char master[HOST_TEXT] = "", remedy[HOST_TEXT];

	host_link(d->root, master, "sys/class/net/%s/master", name);
	if (!*want || !strcmp(master, want))
		return;
	snprintf(remedy, sizeof(remedy), "\"ip link set %s master %s\"",
		 name, want);
	doctor_say(d, VERDICT_WRONG, remedy, "%s is a port of %s, not of %s",
		   name, *master ? master : "no bridge", want);
}

static void check_propagate(struct doctor *d, const struct config_channel *ch)
{
	const char *name = ch->device.propagate;

	if (*name && !host_exists(d->root, "sys/class/net/%s", name))
		doctor_say(d, VERDICT_WRONG, "\"ip link\" lists what there is",
			   "channel %s: there is no port %s whose carrier "
			   "could be propagated", ch->name, name);
}

static void check_device(struct doctor *d, const struct config_channel *ch)
{
	const char *name = ch->device.name;

	check_propagate(d, ch);
	if (!host_exists(d->root, "sys/class/net/%s", name))
		return;
	if (!host_exists(d->root, "sys/class/net/%s/tun_flags", name)) {
		doctor_say(d, VERDICT_WRONG, "choose another name for the "
			   "device", "channel %s: %s is there, but it is "
			   "neither TAP nor TUN", ch->name, name);
		return;
	}
	check_master(d, ch);
	check_port_state(d, name);
}

/**
 * doctor_devices() - Are our devices what they should be?
 * @d:	Doctor
 */
void doctor_devices(struct doctor *d)
{
	for (size_t i = 0; i < d->config->nchannels; i++)
		check_device(d, &d->config->channels[i]);
}

/* Is @name in the @column-th word, from 0, of a line of a table? */
static bool in_table(const struct doctor *d, const char *path,
		     unsigned column, const char *name)
{
	FILE *f = host_open(d->root, "%s", path);
	size_t room = 0;
	char *line = NULL;
	bool found = false;

	while (f && !found && getline(&line, &room, f) > 0) {
		char *rest = line, *word = NULL;

		for (unsigned i = 0; i <= column; i++)
			word = strtok_r(rest, " \t\n", &rest);
		found = word && !strcmp(word, name);
	}
	free(line);
	if (f)
		fclose(f);
	return found;
}

static void check_address(struct doctor *d, const struct config_device *dev)
{
	char remedy[HOST_TEXT];

	snprintf(remedy, sizeof(remedy), "give it to the bridge: \"ip address "
		 "flush dev %s\", \"ip address add ADDRESS dev %s\"",
		 dev->name, dev->bridge.name);
	if (in_table(d, "proc/net/route", 0, dev->name))
		doctor_say(d, VERDICT_WRONG, remedy, "%s is in a bridge, yet "
			   "has an IPv4 address or route of its own: the host "
			   "is not reached there", dev->name);
	snprintf(remedy, sizeof(remedy), "\"ip link set %s addrgenmode none\""
		 ", \"ip -6 address flush dev %s\"", dev->name, dev->name);
	if (in_table(d, "proc/net/if_inet6", 5, dev->name))
		doctor_say(d, VERDICT_NOTE, remedy, "%s is in a bridge, yet "
			   "has an IPv6 address: it makes traffic of its own "
			   "on the channel", dev->name);
}

/**
 * doctor_addresses() - Has a device in a bridge an address nobody asked for?
 * @d:	Doctor
 */
void doctor_addresses(struct doctor *d)
{
	for (size_t i = 0; i < d->config->nchannels; i++) {
		const struct config_device *dev =
			&d->config->channels[i].device;

		if (*dev->bridge.name && !dev->naddresses)
			check_address(d, dev);
	}
}

static void check_mac(struct doctor *d, const struct config_device *dev)
{
	const char *bridge = dev->bridge.name;
	char mine[HOST_TEXT], its[HOST_TEXT], remedy[HOST_TEXT];
	long type = 0;

	if (!*bridge ||
	    !host_text(d->root, mine, "sys/class/net/%s/address",
		       dev->name) ||
	    !host_text(d->root, its, "sys/class/net/%s/address", bridge) ||
	    strcmp(mine, its))
		return;
	host_number(d->root, &type, "sys/class/net/%s/addr_assign_type",
		    bridge);
	if (type == ADDRESS_SET)
		return;
	snprintf(remedy, sizeof(remedy), "leave \"mac\" out, or give the "
		 "bridge one of its own: \"ip link set %s address MAC\"",
		 bridge);
	doctor_say(d, VERDICT_WRONG, remedy, "bridge %s has taken the MAC "
		   "address of %s: it changes when the channel goes, and the "
		   "host is cut off", bridge, dev->name);
}

/**
 * doctor_macs() - Has a bridge taken the address of a device of ours?
 * @d:	Doctor
 */
void doctor_macs(struct doctor *d)
{
	for (size_t i = 0; i < d->config->nchannels; i++)
		check_mac(d, &d->config->channels[i].device);
}
