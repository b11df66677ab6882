// SPDX-License-Identifier: ISC
// What the rows of one mapping cannot say alone.
//
// Called when all rows of a mapping were read, though some may have been
// wrong: a check passes over what is missing. Defaults that hang on another
// key are filled in here as well.

#include "config/check.h"

#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "config/node.h"
#include "config/scope.h"

enum {
	MTU_MIN_V6 = 1280,	/* RFC 8200 section 5 */
	OVERHEAD_V4 = 42,	/* Ethernet, IPv4 and UDP headers */
	OVERHEAD_V6 = 62,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
};

static void check_addresses(const struct config_scope *s,
			    const struct config_device *device)
{
	size_t i, j;

	for (i = 0; i < device->naddresses; i++) {
		for (j = 0; j < i; j++)
			if (device->addresses[i].addr.sa.sa_family &&
			    addr_eq(&device->addresses[i].addr,
				    &device->addresses[j].addr))
				break;
		if (j < i)
			scope_fault(s, "address", "element %zu is the same "
				    "address as element %zu", i, j);
	}
}

/* What stands in the mapping itself is wrong where it can have no effect; a
 * default just has none there. */
static void in_vain(const struct config_scope *s, const char *key,
		    const char *why)
{
	if (scope_own(s, key))
		scope_fault(s, key, "%s", why);
}

/**
 * check_tap() - Check a TAP
 * @s:		Its mapping
 * @object:	struct config_device
 */
void check_tap(const struct config_scope *s, void *object)
{
	struct config_device *device = object;
	const char *bridge = device->bridge.name;

	check_addresses(s, device);
	if (device->lower_bridge_mtu && (!*bridge || !device->mtu)) {
		in_vain(s, "lower-bridge-mtu", "needs \"bridge\" and "
			"\"mtu\"");
		device->lower_bridge_mtu = false;
	}
	if (*device->propagate && !*bridge) {
		in_vain(s, "propagate", "needs \"bridge\": it names a port of "
			"it");
		memset(device->propagate, 0, sizeof(device->propagate));
	}
	if (*device->propagate && !strcmp(device->propagate, device->name))
		scope_fault(s, "propagate", "\"%s\" is the device itself; "
			    "expected another port of its bridge",
			    device->name);
}

static size_t count_family(const struct config_device *device, int family)
{
	size_t i, n = 0;

	for (i = 0; i < device->naddresses; i++)
		n += device->addresses[i].addr.sa.sa_family == family;
	return n;
}

/**
 * check_tun() - Check a TUN
 * @s:		Its mapping
 * @object:	struct config_device
 */
void check_tun(const struct config_scope *s, void *object)
{
	const struct config_device *device = object;
	const struct addr *peer = &device->peer_address;
	size_t i;

	check_addresses(s, device);
	if (peer->sa.sa_family == AF_UNSPEC)
		return;
	if (!count_family(device, peer->sa.sa_family))
		scope_fault(s, "peer-address", "needs an \"address\" of the "
			    "same family (%s)",
			    peer->sa.sa_family == AF_INET ? "IPv4" : "IPv6");
	for (i = 0; i < device->naddresses; i++)
		if (addr_eq(&device->addresses[i].addr, peer))
			scope_fault(s, "peer-address", "is the device's own "
				    "address; expected the far end's");
}

/**
 * check_bridge() - Check a bridge
 * @s:		Its mapping
 * @object:	struct config_bridge
 */
void check_bridge(const struct config_scope *s, void *object)
{
	struct config_bridge *bridge = object;

	if (s->node && s->node->kind == NODE_MAP && scope_missing(s, "name"))
		scope_fault(s, NULL, "\"name\" is missing; expected the "
			    "bridge to join");
	if (bridge->stp && !bridge->create) {
		in_vain(s, "stp", "needs \"create: true\": a bridge that is "
			"there already is left as it is");
		bridge->stp = false;
	}
}

/**
 * check_match() - Check what a rule looks for
 * @s:		Its mapping
 * @object:	struct class_rule
 */
void check_match(const struct config_scope *s, void *object)
{
	const struct class_rule *c = object;
	bool port = c->has_udp_port || c->has_tcp_port;

	if (s->node && !s->node->child)
		scope_fault(s, NULL, "is empty; expected ethertype, pcp, "
			    "dscp, protocol, udp-port or tcp-port");
	if (c->has_udp_port && c->has_tcp_port)
		scope_fault(s, "tcp-port", "no packet has this and "
			    "\"udp-port\"; make two rules of it");
	if (c->has_protocol && port && c->protocol !=
	    (c->has_udp_port ? PROTOCOL_UDP : PROTOCOL_TCP))
		scope_fault(s, "protocol", "no packet has this and a port of "
			    "another protocol");
	if (c->has_ethertype && c->ethertype != TYPE_IPV4 &&
	    c->ethertype != TYPE_IPV6 &&
	    (port || c->has_protocol || c->has_dscp))
		scope_fault(s, "ethertype", "no frame but IPv4 and IPv6 has "
			    "the other keys of this rule");
}

static void check_udp_family(const struct config_scope *s,
			     const struct config_udp *udp)
{
	int local = udp->local.sa.sa_family, remote = udp->remote.sa.sa_family;

	if (local && remote && local != remote)
		scope_fault(s, "local", "is %s, but \"remote\" is %s; they "
			    "must be of one family",
			    local == AF_INET ? "IPv4" : "IPv6",
			    remote == AF_INET ? "IPv4" : "IPv6");
	if ((local == AF_INET6 || remote == AF_INET6) && udp->mtu &&
	    udp->mtu < MTU_MIN_V6)
		scope_fault(s, "mtu", "%u is too small; IPv6 has at least "
			    "%d", udp->mtu, MTU_MIN_V6);
	if (remote == AF_INET6 && !*udp->interface &&
	    IN6_IS_ADDR_LINKLOCAL(&udp->remote.in6.sin6_addr))
		scope_fault(s, "remote", "a link-local address needs "
			    "\"interface\"");
}

/* What is known of the family decides on the other defaults. */
static void fill_udp(struct config_udp *udp)
{
	int family = udp->remote.sa.sa_family;

	if (!family)
		family = udp->local.sa.sa_family;
	if (family && !udp->local.sa.sa_family)
		addr_parse(&udp->local, family == AF_INET ? "0.0.0.0" : "::",
			   CONFIG_PORT);
	udp->has_local = udp->local.sa.sa_family != AF_UNSPEC;
	if (family && !udp->overhead)
		udp->overhead = family == AF_INET ? OVERHEAD_V4 : OVERHEAD_V6;
}

/**
 * check_udp() - Check a UDP line, and fill in what hangs on the family
 * @s:		Its mapping
 * @object:	struct config_udp
 */
void check_udp(const struct config_scope *s, void *object)
{
	struct config_udp *udp = object;

	check_udp_family(s, udp);
	if (udp->remote_host && addr_eq(&udp->local, &udp->remote) &&
	    udp->remote.sa.sa_family)
		scope_fault(s, "remote", "is the same as \"local\"; expected "
			    "the far end's address");
	fill_udp(udp);
}

/**
 * check_dcc() - Check a DCC line
 * @s:		Its mapping
 * @object:	struct config_dcc
 */
void check_dcc(const struct config_scope *s, void *object)
{
	const struct config_dcc *dcc = object;
	const struct config_row *row;

	if (*dcc->interface && dcc->device)
		scope_fault(s, "device", "\"interface\" and \"device\" "
			    "exclude each other; leave one out");
	else if (scope_missing(s, "interface") && scope_missing(s, "device"))
		scope_fault(s, NULL, "needs \"interface\" or \"device\"");
	if (!*dcc->interface || dcc->device)
		return;
	for (row = s->map->rows; row->key; row++)
		if (row->needs && scope_own(s, row->key))
			scope_fault(s, row->key, "belongs to a \"device\" "
				    "whose HDLC we do ourselves, not to an "
				    "\"interface\"");
}

static void name_things(struct config_channel *channel)
{
	struct config_device *device = &channel->device;
	size_t i;

	if (!*device->name && channel->id)
		snprintf(device->name, sizeof(device->name), "dcc%u",
			 channel->id);
	for (i = 0; i < channel->npaths; i++)
		if (!*channel->paths[i].name)
			snprintf(channel->paths[i].name,
				 sizeof(channel->paths[i].name), "path%zu",
				 i + 1);
}

/**
 * check_channel() - Check a channel, and name what has no name
 * @s:		Its mapping
 * @object:	struct config_channel
 */
void check_channel(const struct config_scope *s, void *object)
{
	struct config_channel *channel = object;

	name_things(channel);
	if (channel->npaths == 1 && channel->protection.mode != PROTECT_NONE) {
		in_vain(s, "protection", "needs a second path");
		channel->protection.mode = PROTECT_NONE;
	}
}
