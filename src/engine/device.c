// SPDX-License-Identifier: ISC
// What differs between a TAP and a TUN on the way of a frame.

#include "engine/device.h"

#include <arpa/inet.h>
#include <assert.h>
#include <linux/if_tun.h>
#include <string.h>

#include "base/util.h"
#include "codec/ether.h"

static HOT int tap_from_lan(const struct config_device *cfg, uint32_t mtu,
			    struct frame *f, struct wire_header *h)
{
	(void)cfg;
	if (f->len < ETHER_FRAME_MIN)
		return DROP_RUNT;
	if (f->offload.gso)
		return 0;
	if (f->len > mtu + ETHER_FRAME_EXTRA)
		return DROP_OVERSIZE;
	f->len = ether_strip(f->data, f->len, &h->zeros);
	return 0;
}

static HOT int tap_to_lan(const struct config_device *cfg, uint32_t mtu,
			  struct frame *f, const struct wire_header *h)
{
	(void)cfg;
	if (h->zeros)
		f->len = ether_restore(f->data, FRAME_SIZE, f->data, f->len);
	if (f->len < ETHER_FRAME_MIN)
		return DROP_RUNT;
	if (f->len > mtu + ETHER_FRAME_EXTRA)
		return DROP_OVERSIZE;
	return 0;
}

/* Take the packet information off: flags, and the protocol's ethertype. */
static int take_information(struct frame *f)
{
	struct tun_pi pi;

	if (f->len < sizeof(pi))
		return DROP_RUNT;
	memcpy(&pi, f->data, sizeof(pi));
	if (pi.flags & TUN_PKT_STRIP)
		return DROP_TRUNCATED;
	f->data += sizeof(pi);
	f->len -= sizeof(pi);
	return ip_check(f->data, f->len) == ntohs(pi.proto) ?
	       0 : DROP_PROTOCOL;
}

static HOT int tun_from_lan(const struct config_device *cfg, uint32_t mtu,
			    struct frame *f, struct wire_header *h)
{
	int drop = 0;

	(void)h;
	if (cfg->packet_information)
		drop = take_information(f);
	else if (ip_check(f->data, f->len) < 0)
		drop = DROP_PROTOCOL;
	if (!drop && f->len > mtu)
		drop = DROP_OVERSIZE;
	return drop;
}

static HOT int tun_to_lan(const struct config_device *cfg, uint32_t mtu,
			  struct frame *f, const struct wire_header *h)
{
	int protocol = ip_check(f->data, f->len);
	struct tun_pi pi = { .proto = htons((uint16_t)protocol) };

	(void)h;
	if (protocol < 0)
		return DROP_PROTOCOL;
	if (f->len > mtu)
		return DROP_OVERSIZE;
	if (cfg->packet_information) {
		f->data -= sizeof(pi);
		f->len += sizeof(pi);
		memcpy(f->data, &pi, sizeof(pi));
	}
	return 0;
}

static const struct device devices[] = {
	[ATTACH_TAP] = {
		.name = "tap",
		.type = WIRE_ETHERNET,
		.extra = ETHER_FRAME_EXTRA,
		.from_lan = tap_from_lan,
		.to_lan = tap_to_lan,
	},
	[ATTACH_TUN] = {
		.name = "tun",
		.type = WIRE_IP,
		.extra = 0,
		.from_lan = tun_from_lan,
		.to_lan = tun_to_lan,
	},
};

static_assert(ARRAY_SIZE(devices) == ATTACH_NUM, "an attachment is missing");

/**
 * device_of() - The functions of a kind of device
 * @attachment:	As the configuration says
 *
 * Return: its table
 */
HOT const struct device *device_of(enum attachment attachment)
{
	return &devices[attachment];
}
