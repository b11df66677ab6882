// SPDX-License-Identifier: ISC
// Lines over a packet socket: an HDLC network device, or any other.
//
// Theory of operation
// -------------------
// The monitor binds a packet socket to the device. What we write is the
// information field of one HDLC frame; flags, FCS and stuffing are the
// driver's. A driver may want a prefix before each frame, and may leave
// octets behind each received one, which are cut off.
//
// Equipment that hides behind an Ethernet port is told apart by the type of
// the device. There the prefix is the Ethernet header (what follows in it is
// part of the payload), and received frames of another ethertype are not
// ours. Ethernet fills short frames up to 60 octets, and an ethertype's frames
// do not say how long they were: so there, and only there, our packet's
// length stands before it in two octets, network byte order.
//
// An index, not a name, holds the socket to its device. When the device goes
// down or away the kernel says so once, and the port opens another.

#include "transport/hdlcdev.h"

#include <errno.h>
#include <net/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/util.h"
#include "transport/dcc.h"

enum {
	LENGTH_LEN = 2,
	TYPE_AT = 12,		/* ethertype's place in an Ethernet header */
	PARTS = 4,		/* prefix, length, our header, payload */
	MTU_LEAST = 68,
};

struct hdlcdev {
	struct dcc_wrap wrap;
	bool ethernet;
};

static int set_mtu(struct line_end *end, const struct hdlcdev *d)
{
	uint32_t room = end->mtu + (d->ethernet ? ETH_HLEN : 0);
	uint32_t taken = (uint32_t)d->wrap.prefix_len +
			 (d->ethernet ? LENGTH_LEN : 0);

	if (room < taken + MTU_LEAST)
		return -EMSGSIZE;
	end->mtu = room - taken;
	return 0;
}

static int hdlcdev_open(struct line_end *end, const struct config_path *cfg)
{
	struct sockaddr_ll name = { 0 };
	socklen_t len = sizeof(name);
	struct hdlcdev *d;
	int err;

	if (getsockname(end->fd, (struct sockaddr *)&name, &len))
		return -errno;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	dcc_wrap_init(&d->wrap, &cfg->dcc);
	d->ethernet = name.sll_hatype == ARPHRD_ETHER;
	err = d->ethernet && d->wrap.prefix_len < ETH_HLEN ? -EPROTOTYPE :
	      set_mtu(end, d);
	if (err) {
		free(d);
		return err;
	}
	end->state = d;
	end->due = MONO_NEVER;
	return 0;
}

static void hdlcdev_close(struct line_end *end)
{
	free(end->state);
	end->state = NULL;
}

static struct iovec part(const void *data, size_t len)
{
	return (struct iovec){ (void *)(uintptr_t)data, len };
}

static void fill(struct mmsghdr *m, struct iovec iov[PARTS],
		 uint8_t length[LENGTH_LEN], const struct hdlcdev *d,
		 const struct packet *p)
{
	size_t len = p->head_len + p->len;

	length[0] = (uint8_t)(len >> 8);
	length[1] = (uint8_t)len;
	iov[0] = part(d->wrap.prefix, d->wrap.prefix_len);
	iov[1] = part(length, d->ethernet ? LENGTH_LEN : 0);
	iov[2] = part(p->head, p->head_len);
	iov[3] = part(p->data, p->len);
	memset(m, 0, sizeof(*m));
	m->msg_hdr.msg_iov = iov;
	m->msg_hdr.msg_iovlen = PARTS;
}

static int hdlcdev_send(struct line_end *end, const struct far_end *to,
			const struct packet *p, unsigned int n)
{
	struct mmsghdr m[TRANSPORT_BATCH];
	struct iovec iov[TRANSPORT_BATCH][PARTS];
	uint8_t length[TRANSPORT_BATCH][LENGTH_LEN];
	int sent;

	(void)to;
	n = MIN(n, TRANSPORT_BATCH);
	for (unsigned int i = 0; i < n; i++) {
		/* a device's MTU may shrink; this one is what was promised */
		if (p[i].head_len + p[i].len > end->mtu) {
			if (!i)
				return -EMSGSIZE;
			n = i;
			break;
		}
		fill(&m[i], iov[i], length[i], end->state, &p[i]);
	}
	sent = sendmmsg(end->fd, m, n, MSG_DONTWAIT);
	return sent < 0 ? -errno : sent;
}

/* Ethernet's own: is it ours, and where in it is our packet? */
static bool unwrap_ethernet(const struct dcc_wrap *w, struct frame *f)
{
	size_t head = w->prefix_len + LENGTH_LEN, len;

	if (f->len < head ||
	    memcmp(f->data + TYPE_AT, w->prefix + TYPE_AT,
		   w->prefix_len - TYPE_AT))
		return false;
	len = (size_t)f->data[head - 2] << 8 | f->data[head - 1];
	if (!len || len > f->len - head)
		return false;
	f->data += head;
	f->len = len;
	return true;
}

static bool take(const struct line_end *end, struct reception *r,
		 const struct sockaddr_ll *from)
{
	const struct hdlcdev *d = end->state;
	bool ours;

	if (from->sll_pkttype == PACKET_OUTGOING)
		return false;
	memset(&r->from, 0, sizeof(r->from));
	if (r->truncated)
		return true;
	ours = d->ethernet ? unwrap_ethernet(&d->wrap, r->frame) :
			     dcc_unwrap(&d->wrap, r->frame);
	if (ours)
		return true;
	stats_inc(end->stats, DROP_FOREIGN);
	r->damage = DROP_FOREIGN;
	return true;
}

static unsigned int keep(const struct line_end *end, struct reception *r,
			 const struct mmsghdr *m,
			 const struct sockaddr_ll *from, unsigned int got)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < got; i++) {
		struct frame *f = r[i].frame;

		f->len = m[i].msg_len;
		r[i].truncated = m[i].msg_hdr.msg_flags & MSG_TRUNC;
		if (!take(end, &r[i], &from[i]))
			continue;
		r[i].frame = r[kept].frame;
		r[kept].frame = f;
		r[kept].from = r[i].from;
		r[kept].damage = r[i].damage;
		r[kept++].truncated = r[i].truncated;
	}
	return kept;
}

static int hdlcdev_receive(struct line_end *end, struct reception *r,
			   unsigned int n)
{
	struct mmsghdr m[FRAME_BATCH];
	struct iovec iov[FRAME_BATCH];
	struct sockaddr_ll from[FRAME_BATCH];
	int got;

	n = MIN(n, FRAME_BATCH);
	memset(m, 0, sizeof(m[0]) * n);
	memset(from, 0, sizeof(from[0]) * n);
	for (unsigned int i = 0; i < n; i++) {
		iov[i] = (struct iovec){ r[i].frame->data, FRAME_SIZE };
		m[i].msg_hdr.msg_iov = &iov[i];
		m[i].msg_hdr.msg_iovlen = 1;
		m[i].msg_hdr.msg_name = &from[i];
		m[i].msg_hdr.msg_namelen = sizeof(from[i]);
	}
	got = recvmmsg(end->fd, m, n, MSG_DONTWAIT, NULL);
	return got < 0 ? -errno : (int)keep(end, r, m, from, (unsigned)got);
}

const struct transport transport_hdlcdev = {
	.name = "hdlcdev",
	.in_order = true,
	.open = hdlcdev_open,
	.close = hdlcdev_close,
	.send = hdlcdev_send,
	.receive = hdlcdev_receive,
	.overhead = dcc_overhead,
	.cost = dcc_cost,
};
