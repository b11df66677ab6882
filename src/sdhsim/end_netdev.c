// SPDX-License-Identifier: ISC
// An end that is a network device, as a Linux HDLC driver gives.
//
// We are its framer: frames that are sent on the device wait in a ring,
// become HDLC when the line has room, and what arrives whole is received on
// it. Received frames have the protocol ETH_P_IP, as Linux's raw HDLC gives
// all of them. What arrives damaged the device counts, as a driver does.

#include "sdhsim/end_netdev.h"

#include <assert.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/hdlc.h"
#include "os/tap.h"
#include "sdhsim/carrier.h"
#include "sdhsim/netns.h"
#include "sdhsim/ring.h"
#include "sdhsim/tun.h"

enum { BAD_LEN = 20 };	/* of a frame that is only counted */

/**
 * struct netdev - A device and its framer
 * @tun:	The device; does not block
 * @carrier:	Its carrier
 * @encoder:	The line that it sends on
 * @ring:	What waits for that
 */
struct netdev {
	int tun;
	struct carrier carrier;
	struct hdlc_encoder encoder;
	struct ring ring;
};

/* The device NAME@NETNS, made there; its descriptor or a negative errno. */
static int open_device(const char *spec, char *reason)
{
	const char *at = strchr(spec, '@');
	char name[END_NAME_MAX];
	int home, err;

	snprintf(name, sizeof(name), "%.*s",
		 at ? (int)(at - spec) : (int)strlen(spec), spec);
	if (!at)
		return tun_open(name, reason, END_REASON_MAX);
	err = netns_enter(at + 1, &home);
	if (err) {
		snprintf(reason, END_REASON_MAX, "network namespace %.64s: "
			 "%s; \"ip netns\" lists them, and entering one takes "
			 "CAP_SYS_ADMIN", at + 1, strerror(-err));
		return err;
	}
	err = tun_open(name, reason, END_REASON_MAX);
	netns_leave(home);
	return err;
}

static int netdev_open(struct end *e, char *reason)
{
	const struct hdlc_config config = {
		.framing = &hdlc_bit,
		.fcs = e->fcs,
		.order = HDLC_MSB_FIRST,
	};
	struct netdev *n = calloc(1, sizeof(*n));
	int err = n ? 0 : -ENOMEM;

	if (err) {
		snprintf(reason, END_REASON_MAX, "%s", strerror(-err));
		return err;
	}
	hdlc_encoder_init(&n->encoder, &config);
	n->tun = open_device(e->name, reason);
	if (n->tun < 0) {
		err = n->tun;
		goto free_state;
	}
	err = carrier_start(&n->carrier, n->tun);
	if (err) {
		snprintf(reason, END_REASON_MAX, "thread: %s", strerror(-err));
		goto close_tun;
	}
	e->state = n;
	return 0;

close_tun:
	close(n->tun);
free_state:
	free(n);
	return err;
}

static int netdev_send(struct end *e, uint8_t *octets, size_t len)
{
	struct netdev *n = e->state;
	int err = ring_refill(&n->ring, n->tun, e->sent);

	ring_send(&n->ring, &n->encoder, octets, len, e->sent);
	return err ? err : (int)len;
}

/* What stands before each frame of the device. */
struct information {
	struct tun_pi pi;
	struct virtio_net_hdr offload;
};

static_assert(sizeof(struct information) == RING_INFORMATION,
	      "the ring does not know what stands before a frame");

static void netdev_frame(struct end *e, const uint8_t *frame, size_t len)
{
	const struct information i = { .pi.proto = htons(ETH_P_IP) };
	struct netdev *n = e->state;
	uint8_t data[sizeof(i) + END_MRU];

	if (len > END_MRU) {
		e->received->count[SDH_REFUSED]++;
		return;
	}
	memcpy(data, &i, sizeof(i));
	memcpy(data + sizeof(i), frame, len);
	if (tap_write(n->tun, data, sizeof(i) + len) < 0)
		e->received->count[SDH_REFUSED]++;
	else
		e->received->count[SDH_DELIVERED]++;
}

/* A frame that claims an offload which there is not: the device counts and
 * drops it. */
static void netdev_damaged(struct end *e, uint64_t count)
{
	const struct {
		struct information i;
		uint8_t frame[BAD_LEN];
	} bad = {
		.i = { .pi.proto = htons(ETH_P_IP), .offload.gso_type = 0x7f },
	};
	const struct netdev *n = e->state;

	while (count--)
		tap_write(n->tun, &bad, sizeof(bad));
}

static void netdev_carrier(struct end *e, bool on)
{
	struct netdev *n = e->state;

	carrier_set(&n->carrier, on);
}

static void netdev_close(struct end *e)
{
	struct netdev *n = e->state;

	carrier_stop(&n->carrier);
	close(n->tun);
	free(n);
	e->state = NULL;
}

const struct end_kind end_netdev = {
	.scheme = "netdev",
	.open = netdev_open,
	.send = netdev_send,
	.frame = netdev_frame,
	.damaged = netdev_damaged,
	.carrier = netdev_carrier,
	.close = netdev_close,
};
