// SPDX-License-Identifier: ISC
// Lines over UDP: one socket serves all far ends of its port.
//
// A port's first socket is never connected: one recvmmsg() drains the
// datagrams of a thousand far ends, and a stranger's datagram is ours to drop
// instead of the kernel's to answer with ICMP. A second one may be, to one far
// end: then the kernel knows the way there, and whose its datagrams are, and
// looks up neither for each. The DF bit is always set (the monitor
// opens the socket with IP_PMTUDISC_PROBE), so the kernel never cuts a
// datagram; what it says about sizes comes through the error queue.
//
// Trains: packets of one length that follow each other, but the last, which
// may be shorter, go through the kernel as one message (UDP_SEGMENT) and are
// cut as late as can be, perhaps by a network card; each is a datagram of its
// own for whoever receives it. The other way the kernel joins what came in a
// row from one sender (UDP_GRO). A lone packet goes without all that. Where
// a train is refused and the same packets go one by one, who sends is told.

#include "transport/udp.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

#include "base/util.h"

/* UDP_SEGMENT is younger than some headers, UDP_GRO younger still */
#ifndef UDP_SEGMENT
#define UDP_SEGMENT	103
#endif
#ifndef UDP_GRO
#define UDP_GRO		104
#endif

enum {
	TRAIN_MAX = 64,		/* packets; kernels before 6.9 take no more */
	REFUSALS_MAX = 3,
	TRAIN_OCTETS = 65507,	/* all its payload: an IPv4 packet's limit */
};

/* Room for two control messages: the traffic class, and packets' length. */
union control {
	struct cmsghdr align;
	char octets[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(uint16_t))];
};

/**
 * struct batch - The messages of one send call
 * @packets:	How many packets a message bears
 */
struct batch {
	unsigned int n;
	struct mmsghdr m[TRANSPORT_BATCH];
	unsigned int packets[TRANSPORT_BATCH];
	struct iovec iov[2 * TRANSPORT_BATCH];
	union control control[TRANSPORT_BATCH];
};

static void add_control(struct msghdr *m, union control *c, int level,
			int type, const void *value, size_t len)
{
	struct cmsghdr *h = (struct cmsghdr *)(c->octets + m->msg_controllen);

	m->msg_control = c;
	m->msg_controllen += CMSG_SPACE(len);
	memset(h, 0, CMSG_SPACE(len));
	h->cmsg_len = CMSG_LEN(len);
	h->cmsg_level = level;
	h->cmsg_type = type;
	memcpy(CMSG_DATA(h), value, len);
}

static void add_dscp(struct msghdr *m, union control *c,
		     const struct far_end *to)
{
	int tos = to->dscp << 2;

	if (!to->dscp)
		return;
	if (to->addr.sa.sa_family == AF_INET6)
		add_control(m, c, IPPROTO_IPV6, IPV6_TCLASS, &tos,
			    sizeof(tos));
	else
		add_control(m, c, IPPROTO_IP, IP_TOS, &tos, sizeof(tos));
}

static size_t packet_len(const struct packet *p)
{
	return p->head_len + p->len;
}

/* How many packets from @p on can be one train: all of one length, but the
 * last may be shorter. */
static HOT unsigned int train_length(const struct packet *p, unsigned int n)
{
	size_t size = packet_len(p), sum = size;
	unsigned int i;

	for (i = 1; i < n && i < TRAIN_MAX; i++) {
		size_t len = packet_len(&p[i]);

		if (len > size || sum + len > TRAIN_OCTETS)
			break;
		sum += len;
		if (len < size)
			return i + 1;
	}
	return i;
}

/* Who is connected has said all this before; to say it again would have the
 * kernel look up the way. */
static void address(struct msghdr *m, union control *c,
		    const struct line_end *end, const struct far_end *to)
{
	if (end->connected)
		return;
	m->msg_name = (void *)(uintptr_t)&to->addr;
	m->msg_namelen = addr_len(&to->addr);
	add_dscp(m, c, to);
}

/* In one piece where that can be: it is half of what a small one costs.
 * Return: how many pieces */
static HOT unsigned int gather(struct iovec *iov, const struct packet *p)
{
	uint8_t *data = (void *)(uintptr_t)p->data;

	if (p->room) {
		memcpy(data - p->head_len, p->head, p->head_len);
		iov[0] = (struct iovec){ data - p->head_len, packet_len(p) };
		return 1;
	}
	iov[0] = (struct iovec){ (void *)(uintptr_t)p->head, p->head_len };
	iov[1] = (struct iovec){ data, p->len };
	return 2;
}

static HOT void fill(struct msghdr *m, struct iovec *iov, union control *c,
		     const struct line_end *end, const struct far_end *to,
		     const struct packet *p, unsigned int packets)
{
	uint16_t size = (uint16_t)packet_len(p);
	unsigned int n = 0;

	for (unsigned int i = 0; i < packets; i++)
		n += gather(&iov[n], &p[i]);
	*m = (struct msghdr){ .msg_iov = iov, .msg_iovlen = n };
	address(m, c, end, to);
	if (packets > 1)
		add_control(m, c, IPPROTO_UDP, UDP_SEGMENT, &size,
			    sizeof(size));
}

static HOT int send_one(struct line_end *end, const struct far_end *to,
			const struct packet *p)
{
	union control control;
	struct iovec iov[2];
	struct msghdr m;
	ssize_t n;

	fill(&m, iov, &control, end, to, p, 1);
	if (m.msg_iovlen == 1 && !m.msg_controllen)
		n = sendto(end->fd, iov->iov_base, iov->iov_len, MSG_DONTWAIT,
			   m.msg_name, m.msg_namelen);
	else
		n = sendmsg(end->fd, &m, MSG_DONTWAIT);
	return n < 0 ? -errno : 1;
}

/* One message by the call for one: it is a little quicker. */
static int send_all(int fd, struct mmsghdr *m, unsigned int n)
{
	if (n > 1)
		return sendmmsg(fd, m, n, MSG_DONTWAIT);
	return sendmsg(fd, &m->msg_hdr, MSG_DONTWAIT) < 0 ? -1 : 1;
}

static HOT LARGE_STACK int send_batch(struct line_end *end,
				      const struct far_end *to,
				      const struct packet *p, unsigned int n,
				      bool trains)
{
	struct batch b;
	int sent, packets = 0;

	b.n = 0;
	for (unsigned int i = 0; i < n; b.n++) {
		unsigned int k = trains ? train_length(&p[i], n - i) : 1;

		fill(&b.m[b.n].msg_hdr, &b.iov[2 * i], &b.control[b.n], end,
		     to, &p[i], k);
		b.packets[b.n] = k;
		i += k;
	}
	sent = send_all(end->fd, b.m, b.n);
	if (sent < 0)
		return -errno;
	for (int i = 0; i < sent; i++)
		packets += (int)b.packets[i];
	return packets;
}

/* What the kernel answers where it, the route or its device cannot do it; a
 * packet that is too long gives some of these as well. */
static bool is_refusal(int err)
{
	return err == -EIO || err == -EINVAL || err == -EMSGSIZE ||
	       err == -EOPNOTSUPP || err == -ENOPROTOOPT;
}

static HOT int udp_send(struct line_end *end, const struct far_end *to,
			const struct packet *p, unsigned int n)
{
	int sent, again;

	if (n == 1)
		return send_one(end, to, p);
	n = MIN(n, TRANSPORT_BATCH);
	sent = send_batch(end, to, p, n, to->trains);
	if (!is_refusal(sent) || !to->trains || train_length(p, n) < 2)
		return sent;
	again = send_batch(end, to, p, n, false);
	/* the MTU may have changed between the two; not time and again */
	if (again > 0 && (sent == -EIO || ++end->refusals >= REFUSALS_MAX))
		end->refused = -sent;
	return again;
}

/* The length of the packets in a train, out of a control message. */
static HOT size_t segment_of(struct msghdr *m)
{
	struct cmsghdr *c;
	int size = 0;

	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO &&
		    c->cmsg_len >= CMSG_LEN(sizeof(size)))
			memcpy(&size, CMSG_DATA(c), sizeof(size));
	return size > 0 ? (size_t)size : 0;
}

/* Where one datagram goes, or a train of them */
static void expect(struct msghdr *m, struct iovec *iov, union control *c,
		   const struct line_end *end, struct reception *r)
{
	*iov = (struct iovec){
		r->frame->data, end->trains ? FRAME_SUPER : FRAME_SIZE
	};
	*m = (struct msghdr){
		.msg_name = &r->from, .msg_namelen = sizeof(r->from),
		.msg_iov = iov, .msg_iovlen = 1,
	};
	if (end->trains) {
		m->msg_control = c;
		m->msg_controllen = sizeof(*c);
	}
}

static void came(struct reception *r, struct msghdr *m, size_t len,
		 const struct line_end *end)
{
	r->frame->len = len;
	r->truncated = m->msg_flags & MSG_TRUNC;
	r->segment = end->trains ? segment_of(m) : 0;
}

static HOT int receive_one(struct line_end *end, struct reception *r)
{
	union control control;
	struct iovec iov;
	struct msghdr m;
	ssize_t len;

	expect(&m, &iov, &control, end, r);
	len = recvmsg(end->fd, &m, MSG_DONTWAIT);
	if (len < 0)
		return -errno;
	came(r, &m, (size_t)len, end);
	return 1;
}

static HOT LARGE_STACK int receive_batch(struct line_end *end,
					 struct reception *r, unsigned int n)
{
	struct mmsghdr m[FRAME_BATCH];
	struct iovec iov[FRAME_BATCH];
	union control control[FRAME_BATCH];
	int got;

	for (unsigned int i = 0; i < n; i++)
		expect(&m[i].msg_hdr, &iov[i], &control[i], end, &r[i]);
	got = recvmmsg(end->fd, m, n, MSG_DONTWAIT, NULL);
	if (got < 0)
		return -errno;
	for (int i = 0; i < got; i++)
		came(&r[i], &m[i].msg_hdr, m[i].msg_len, end);
	return got;
}

static HOT int udp_receive(struct line_end *end, struct reception *r,
			   unsigned int n)
{
	return n == 1 ? receive_one(end, r) :
			receive_batch(end, r, MIN(n, FRAME_BATCH));
}

/* The kernel may not know how; then packets come one by one. */
static int udp_open(struct line_end *end, const struct config_path *cfg)
{
	int on = 1;

	if (!cfg->udp.offload)
		return 0;
	if (setsockopt(end->fd, IPPROTO_UDP, UDP_GRO, &on, sizeof(on)))
		end->no_trains = errno;
	else
		end->trains = true;
	return 0;
}

/* With a socket of the same user's only. */
static void udp_share(struct line_end *end, bool on)
{
	int value = on;

	setsockopt(end->fd, SOL_SOCKET, SO_REUSEPORT, &value, sizeof(value));
}

static int set_dscp(int fd, const struct far_end *to)
{
	int tos = to->dscp << 2;

	if (!to->dscp)
		return 0;
	return to->addr.sa.sa_family == AF_INET6 ?
	       setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof(tos)) :
	       setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos));
}

static int udp_connect(struct line_end *end, const struct far_end *to)
{
	if (set_dscp(end->fd, to) ||
	    connect(end->fd, &to->addr.sa, addr_len(&to->addr)))
		return -errno;
	end->connected = true;
	return 0;
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
	.open = udp_open,
	.share = udp_share,
	.connect = udp_connect,
	.send = udp_send,
	.receive = udp_receive,
	.error = udp_error,
	.overhead = udp_overhead,
	.cost = udp_cost,
};
