// SPDX-License-Identifier: ISC
// Lines over UDP: one unconnected socket serves all far ends of its port.
//
// The socket is never connected: one recvmmsg() drains the datagrams of a
// thousand far ends, and a stranger's datagram is ours to drop instead of
// the kernel's to answer with ICMP. The DF bit is always set (the monitor
// opens the socket with IP_PMTUDISC_PROBE), so the kernel never cuts a
// datagram; what it says about sizes comes through the error queue.

#include "transport/udp.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>

#include "base/util.h"

/* Room for one control message of an int: the traffic class. */
union control {
	struct cmsghdr align;
	char octets[CMSG_SPACE(sizeof(int))];
};

static size_t set_dscp(union control *c, const struct far_end *to)
{
	struct cmsghdr *h = &c->align;
	int tos = to->dscp << 2;

	if (!to->dscp)
		return 0;
	memset(c, 0, sizeof(*c));
	h->cmsg_len = CMSG_LEN(sizeof(tos));
	if (to->addr.sa.sa_family == AF_INET6) {
		h->cmsg_level = IPPROTO_IPV6;
		h->cmsg_type = IPV6_TCLASS;
	} else {
		h->cmsg_level = IPPROTO_IP;
		h->cmsg_type = IP_TOS;
	}
	memcpy(CMSG_DATA(h), &tos, sizeof(tos));
	return sizeof(c->octets);
}

static void fill(struct mmsghdr *m, struct iovec iov[2],
		 const struct packet *p)
{
	iov[0].iov_base = (void *)(uintptr_t)p->head;
	iov[0].iov_len = p->head_len;
	iov[1].iov_base = (void *)(uintptr_t)p->data;
	iov[1].iov_len = p->len;
	m->msg_hdr.msg_iov = iov;
	m->msg_hdr.msg_iovlen = 2;
}

/* One packet by the call for one: it is a little quicker. */
static int send_all(int fd, struct mmsghdr *m, unsigned int n)
{
	if (n > 1)
		return sendmmsg(fd, m, n, MSG_DONTWAIT);
	return sendmsg(fd, &m->msg_hdr, MSG_DONTWAIT) < 0 ? -1 : 1;
}

static int receive_all(int fd, struct mmsghdr *m, unsigned int n)
{
	ssize_t len;

	if (n > 1)
		return recvmmsg(fd, m, n, MSG_DONTWAIT, NULL);
	len = recvmsg(fd, &m->msg_hdr, MSG_DONTWAIT);
	if (len < 0)
		return -1;
	m->msg_len = (unsigned int)len;
	return 1;
}

static int udp_send(struct line_end *end, const struct far_end *to,
		    const struct packet *p, unsigned int n)
{
	struct mmsghdr m[TRANSPORT_BATCH];
	struct iovec iov[TRANSPORT_BATCH][2];
	union control control;
	size_t control_len = set_dscp(&control, to);
	int sent;

	n = MIN(n, TRANSPORT_BATCH);
	memset(m, 0, sizeof(m[0]) * n);
	for (unsigned int i = 0; i < n; i++) {
		fill(&m[i], iov[i], &p[i]);
		m[i].msg_hdr.msg_name = (void *)(uintptr_t)&to->addr;
		m[i].msg_hdr.msg_namelen = addr_len(&to->addr);
		m[i].msg_hdr.msg_controllen = control_len;
		if (control_len)
			m[i].msg_hdr.msg_control = &control;
	}
	sent = send_all(end->fd, m, n);
	return sent < 0 ? -errno : sent;
}

static int udp_receive(struct line_end *end, struct reception *r,
		       unsigned int n)
{
	struct mmsghdr m[FRAME_BATCH];
	struct iovec iov[FRAME_BATCH];
	int got;

	n = MIN(n, FRAME_BATCH);
	memset(m, 0, sizeof(m[0]) * n);
	for (unsigned int i = 0; i < n; i++) {
		iov[i] = (struct iovec){ r[i].frame->data, FRAME_SIZE };
		m[i].msg_hdr.msg_iov = &iov[i];
		m[i].msg_hdr.msg_iovlen = 1;
		m[i].msg_hdr.msg_name = &r[i].from;
		m[i].msg_hdr.msg_namelen = sizeof(r[i].from);
	}
	got = receive_all(end->fd, m, n);
	if (got < 0)
		return -errno;
	for (int i = 0; i < got; i++) {
		r[i].frame->len = m[i].msg_len;
		r[i].truncated = m[i].msg_hdr.msg_flags & MSG_TRUNC;
	}
	return got;
}

static bool is_error(const struct cmsghdr *c)
{
	return (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
	       (c->cmsg_level == IPPROTO_IPV6 &&
		c->cmsg_type == IPV6_RECVERR);
}

static void read_error(struct transport_error *e, const struct cmsghdr *c)
{
	struct sock_extended_err ee;

	if (!is_error(c) || c->cmsg_len < CMSG_LEN(sizeof(ee)))
		return;
	memcpy(&ee, CMSG_DATA(c), sizeof(ee));
	e->err = (int)ee.ee_errno;
	e->local = ee.ee_origin == SO_EE_ORIGIN_LOCAL;
	e->mtu = ee.ee_errno == EMSGSIZE ? ee.ee_info : 0;
}

static int udp_error(struct line_end *end, struct transport_error *e)
{
	char control[512];
	struct iovec iov = { NULL, 0 };
	struct msghdr m = {
		.msg_name = &e->to, .msg_namelen = sizeof(e->to),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};

	memset(e, 0, sizeof(*e));
	if (recvmsg(end->fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return -EAGAIN;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
		read_error(e, c);
	return 0;
}

enum { OVERHEAD_V4 = 42, OVERHEAD_V6 = 62 };	/* Ethernet, IP and UDP */

static size_t udp_overhead(const struct config_path *cfg,
			   const struct far_end *to)
{
	if (cfg->udp.overhead)
		return cfg->udp.overhead;
	return to->addr.sa.sa_family == AF_INET6 ? OVERHEAD_V6 : OVERHEAD_V4;
}

static size_t udp_cost(const struct config_path *cfg,
		       const struct far_end *to, const struct packet *p)
{
	return udp_overhead(cfg, to) + p->head_len + p->len;
}

const struct transport transport_udp = {
	.name = "udp",
	.addressed = true,
	.send = udp_send,
	.receive = udp_receive,
	.error = udp_error,
	.overhead = udp_overhead,
	.cost = udp_cost,
};
