// SPDX-License-Identifier: ISC
// Network devices, bridges and addresses through netlink: a few verbs.
//
// Theory of operation
// -------------------
// request() sends one message and waits for the kernel's acknowledgement;
// every verb builds its message and calls it. The wait is for the kernel
// alone, but as long as somebody else holds its RTNL lock it lasts: seconds,
// while a thousand devices come or go. So no process that moves frames calls
// anything here.
//
// On an error the kernel may send a sentence along (extended
// acknowledgement); rtnl_error() gives it until the next request.
//
// A dump during which devices come or go is marked by the kernel as
// interrupted and may lack some: it is begun again, a few times.
//
// A watch is another socket that hears of every change of a device.

#include "os/rtnl.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "os/rtnl_parse.h"

enum {
	REQUEST_MAX = 1024,
	RECEIVE_MAX = 32 * 1024,	/* what the kernel fills at most */
	WATCH_BUFFER = 4 * 1024 * 1024,
	DUMPS_MAX = 8,			/* of which all were interrupted */
};

struct rtnl {
	struct mnl_socket *nl;
	unsigned int seq;
	char error[128];
	char buf[RECEIVE_MAX];
};

/* A message under construction. */
union request {
	struct nlmsghdr h;
	char octets[REQUEST_MAX];
};

static int open_socket(struct rtnl **out, unsigned int groups)
{
	struct rtnl *r = calloc(1, sizeof(*r));
	int one = 1, err;

	*out = NULL;
	if (!r)
		return -ENOMEM;
	r->nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!r->nl || mnl_socket_bind(r->nl, groups, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		rtnl_close(r);
		return err;
	}
	r->seq = (unsigned int)time(NULL);
	mnl_socket_setsockopt(r->nl, NETLINK_EXT_ACK, &one, sizeof(one));
	*out = r;
	return 0;
}

/**
 * rtnl_open() - Begin to speak with the kernel
 * @out:	Filled in; the caller's, for rtnl_close()
 *
 * Return: 0 or a negative errno
 */
int rtnl_open(struct rtnl **out)
{
	return open_socket(out, 0);
}

/**
 * rtnl_close() - End it
 * @r:	What rtnl_open() or rtnl_watch() gave, or NULL
 */
void rtnl_close(struct rtnl *r)
{
	if (!r)
		return;
	if (r->nl)
		mnl_socket_close(r->nl);
	free(r);
}

/**
 * rtnl_error() - The kernel's own words on the last error
 * @r:	Netlink
 *
 * Return: text, "" if it said nothing
 */
const char *rtnl_error(const struct rtnl *r)
{
	return r->error;
}

static struct ifinfomsg *begin(union request *q, uint16_t type,
			       uint16_t flags)
{
	memset(q, 0, sizeof(*q));
	mnl_nlmsg_put_header(&q->h);
	q->h.nlmsg_type = type;
	q->h.nlmsg_flags = NLM_F_REQUEST | flags;
	return mnl_nlmsg_put_extra_header(&q->h, sizeof(struct ifinfomsg));
}

/* Who gets the devices of an answer, and whether they were all. */
struct taker {
	rtnl_link_cb *cb;
	void *arg;
	bool interrupted;
};

static void take_link(const struct nlmsghdr *h, const struct taker *t)
{
	struct rtnl_link link;

	if (t->cb && !rtnl_parse_link(h, &link))
		t->cb(t->arg, &link);
}

/* Return: 1 if more messages follow, 0 at the end, or a negative errno. */
static int take_message(struct rtnl *r, const struct nlmsghdr *h,
			struct taker *t)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);

	if (h->nlmsg_seq != r->seq)
		return 1;	/* of a request that was given up */
	t->interrupted |= !!(h->nlmsg_flags & NLM_F_DUMP_INTR);
	if (h->nlmsg_type == NLMSG_DONE)
		return 0;
	if (h->nlmsg_type != NLMSG_ERROR) {
		take_link(h, t);
		return 1;
	}
	if (mnl_nlmsg_get_payload_len(h) < sizeof(*e))
		return -EBADMSG;
	rtnl_parse_error(h, r->error, sizeof(r->error));
	return e->error;
}

static int take_messages(struct rtnl *r, int len, struct taker *t)
{
	const struct nlmsghdr *h = (const struct nlmsghdr *)(void *)r->buf;
	int more = 1;

	for (; more > 0 && mnl_nlmsg_ok(h, len); h = mnl_nlmsg_next(h, &len))
		more = take_message(r, h, t);
	return more;
}

/* Send and hand every answer to @t until the kernel says that it is done. */
static int request(struct rtnl *r, union request *q, struct taker *t)
{
	int more = 1;

	r->error[0] = '\0';
	t->interrupted = false;
	q->h.nlmsg_flags |= NLM_F_ACK;
	q->h.nlmsg_seq = ++r->seq;
	if (mnl_socket_sendto(r->nl, q, q->h.nlmsg_len) < 0)
		return -errno;
	while (more > 0) {
		ssize_t n = mnl_socket_recvfrom(r->nl, r->buf, sizeof(r->buf));

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			more = take_messages(r, (int)n, t);
	}
	return more;
}

static int ask(struct rtnl *r, union request *q)
{
	struct taker none = { NULL, NULL, false };

	return request(r, q, &none);
}

static void store(void *arg, const struct rtnl_link *link)
{
	*(struct rtnl_link *)arg = *link;
}

/**
 * rtnl_link_get() - Look at a device
 * @r:		Netlink
 * @name:	Its name
 * @link:	Filled in
 *
 * Return: 0, -ENODEV or another negative errno
 */
int rtnl_link_get(struct rtnl *r, const char *name, struct rtnl_link *link)
{
	struct taker t = { store, link, false };
	union request q;

	memset(link, 0, sizeof(*link));
	begin(&q, RTM_GETLINK, 0);
	mnl_attr_put_strz(&q.h, IFLA_IFNAME, name);
	return request(r, &q, &t);
}

/**
 * rtnl_link_get_index() - Look at a device, however it is named now
 * @r:		Netlink
 * @index:	Its index
 * @link:	Filled in
 *
 * Return: 0, -ENODEV or another negative errno
 */
int rtnl_link_get_index(struct rtnl *r, int index, struct rtnl_link *link)
{
	struct taker t = { store, link, false };
	union request q;

	memset(link, 0, sizeof(*link));
	begin(&q, RTM_GETLINK, 0)->ifi_index = index;
	return request(r, &q, &t);
}

/**
 * rtnl_link_dump() - Look at all devices
 * @r:		Netlink
 * @cb:		Called for each, perhaps more than once; may not use @r
 * @arg:	Its first argument
 *
 * Return: 0 or a negative errno
 */
int rtnl_link_dump(struct rtnl *r, rtnl_link_cb *cb, void *arg)
{
	struct taker t = { cb, arg, false };
	union request q;
	int err, i;

	for (i = 0; i < DUMPS_MAX; i++) {
		begin(&q, RTM_GETLINK, NLM_F_DUMP);
		err = request(r, &q, &t);
		if (err || !t.interrupted)
			return err;
	}
	return -EINTR;
}

/**
 * rtnl_link_change() - Change a device, all in one request
 * @r:		Netlink
 * @index:	Device
 * @c:		What to change; the rest stays
 *
 * Return: 0 or a negative errno
 */
int rtnl_link_change(struct rtnl *r, int index, const struct rtnl_change *c)
{
	union request q;
	struct ifinfomsg *i = begin(&q, RTM_NEWLINK, 0);

	i->ifi_index = index;
	if (c->what & RTNL_UP) {
		i->ifi_change = IFF_UP;
		i->ifi_flags = c->up ? IFF_UP : 0;
	}
	if (c->what & RTNL_MTU)
		mnl_attr_put_u32(&q.h, IFLA_MTU, c->mtu);
	if (c->what & RTNL_MAC)
		mnl_attr_put(&q.h, IFLA_ADDRESS, sizeof(c->mac), c->mac);
	if (c->what & RTNL_MASTER)
		mnl_attr_put_u32(&q.h, IFLA_MASTER, (uint32_t)c->master);
	if (c->what & RTNL_GROUP)
		mnl_attr_put_u32(&q.h, IFLA_GROUP, c->group);
	if (c->what & RTNL_ALIAS)
		mnl_attr_put_str(&q.h, IFLA_IFALIAS, c->alias);
	return ask(r, &q);
}

/**
 * rtnl_no_addrgen() - Keep the kernel from giving a device IPv6 addresses
 * @r:		Netlink
 * @index:	Device, still down
 *
 * Return: 0, also where the host has no IPv6; or a negative errno
 */
int rtnl_no_addrgen(struct rtnl *r, int index)
{
	struct nlattr *spec, *inet6;
	union request q;
	int err;

	begin(&q, RTM_NEWLINK, 0)->ifi_index = index;
	spec = mnl_attr_nest_start(&q.h, IFLA_AF_SPEC);
	inet6 = mnl_attr_nest_start(&q.h, AF_INET6);
	mnl_attr_put_u8(&q.h, IFLA_INET6_ADDR_GEN_MODE,
			IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(&q.h, inet6);
	mnl_attr_nest_end(&q.h, spec);
	err = ask(r, &q);
	return err == -EAFNOSUPPORT ? 0 : err;
}

/**
 * rtnl_port_isolated() - Part a bridge's port from other isolated ones
 * @r:		Netlink
 * @index:	Device that is a port of a bridge
 * @isolated:	Part it or not
 *
 * Return: 0 or a negative errno
 */
int rtnl_port_isolated(struct rtnl *r, int index, bool isolated)
{
	struct ifinfomsg *i;
	struct nlattr *port;
	union request q;

	i = begin(&q, RTM_SETLINK, 0);
	i->ifi_family = AF_BRIDGE;
	i->ifi_index = index;
	port = mnl_attr_nest_start(&q.h, IFLA_PROTINFO);
	mnl_attr_put_u8(&q.h, IFLA_BRPORT_ISOLATED, isolated);
	mnl_attr_nest_end(&q.h, port);
	return ask(r, &q);
}

/**
 * rtnl_bridge_create() - Make a bridge
 * @r:		Netlink
 * @b:		Its properties. The address is pinned: a bridge whose address
 *		was set does not take one of its ports'
 *
 * Return: 0, -EEXIST or another negative errno
 */
int rtnl_bridge_create(struct rtnl *r, const struct rtnl_bridge *b)
{
	struct nlattr *info, *data;
	union request q;

	begin(&q, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	mnl_attr_put_strz(&q.h, IFLA_IFNAME, b->name);
	mnl_attr_put(&q.h, IFLA_ADDRESS, sizeof(b->mac), b->mac);
	info = mnl_attr_nest_start(&q.h, IFLA_LINKINFO);
	mnl_attr_put_strz(&q.h, IFLA_INFO_KIND, "bridge");
	data = mnl_attr_nest_start(&q.h, IFLA_INFO_DATA);
	mnl_attr_put_u32(&q.h, IFLA_BR_STP_STATE, b->stp);
	mnl_attr_nest_end(&q.h, data);
	mnl_attr_nest_end(&q.h, info);
	return ask(r, &q);
}

static void put_ip(struct nlmsghdr *h, uint16_t type, const struct addr *a)
{
	if (a->sa.sa_family == AF_INET6)
		mnl_attr_put(h, type, 16, &a->in6.sin6_addr);
	else
		mnl_attr_put(h, type, 4, &a->in.sin_addr);
}

static void put_broadcast(struct nlmsghdr *h, const struct rtnl_address *a)
{
	uint32_t host;

	if (a->addr.sa.sa_family != AF_INET || a->length > 30)
		return;
	host = htonl(a->length ? UINT32_MAX >> a->length : UINT32_MAX);
	mnl_attr_put_u32(h, IFA_BROADCAST, a->addr.in.sin_addr.s_addr | host);
}

/**
 * rtnl_address_add() - Give a device an address
 * @r:		Netlink
 * @index:	Device
 * @a:		Address, prefix and perhaps the far end's address
 *
 * Return: 0, -EEXIST if it has it, or another negative errno
 */
int rtnl_address_add(struct rtnl *r, int index, const struct rtnl_address *a)
{
	bool peer = a->peer.sa.sa_family == a->addr.sa.sa_family;
	struct ifaddrmsg *m;
	union request q;

	memset(&q, 0, sizeof(q));
	mnl_nlmsg_put_header(&q.h);
	q.h.nlmsg_type = RTM_NEWADDR;
	q.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;
	m = mnl_nlmsg_put_extra_header(&q.h, sizeof(*m));
	m->ifa_family = (uint8_t)a->addr.sa.sa_family;
	m->ifa_prefixlen = a->length;
	m->ifa_index = (unsigned int)index;
	put_ip(&q.h, IFA_LOCAL, &a->addr);
	put_ip(&q.h, IFA_ADDRESS, peer ? &a->peer : &a->addr);
	if (!peer)
		put_broadcast(&q.h, a);
	return ask(r, &q);
}

/**
 * rtnl_link_delete() - Remove one device
 * @r:		Netlink
 * @index:	Device
 *
 * Return: 0, -ENODEV or another negative errno
 */
int rtnl_link_delete(struct rtnl *r, int index)
{
	union request q;

	begin(&q, RTM_DELLINK, 0)->ifi_index = index;
	return ask(r, &q);
}

/**
 * rtnl_group_delete() - Remove all devices of a group at once
 * @r:		Netlink
 * @group:	Group, not 0
 *
 * One request for all costs one grace period of the kernel; one request
 * each costs one each.
 *
 * Return: 0 or a negative errno
 */
int rtnl_group_delete(struct rtnl *r, uint32_t group)
{
	union request q;

	begin(&q, RTM_DELLINK, 0);
	mnl_attr_put_u32(&q.h, IFLA_GROUP, group);
	return ask(r, &q);
}

/**
 * rtnl_watch() - Begin to hear of every change of a device
 * @out:	Filled in; the caller's, for rtnl_close()
 *
 * Return: 0 or a negative errno
 */
int rtnl_watch(struct rtnl **out)
{
	int err = open_socket(out, RTMGRP_LINK), fd, size = WATCH_BUFFER;

	if (err)
		return err;
	fd = mnl_socket_get_fd((*out)->nl);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return 0;
}

/**
 * rtnl_watch_fd() - What to wait on
 * @r:	Watch
 *
 * Return: descriptor, readable when something changed
 */
int rtnl_watch_fd(const struct rtnl *r)
{
	return mnl_socket_get_fd(r->nl);
}

/**
 * rtnl_watch_read() - Take the next portion of changes
 * @r:		Watch
 * @cb:		Called for each device that changed or went
 * @arg:	Its first argument
 *
 * Return: 0; -EAGAIN: no more for now; -ENOBUFS: some were lost, so look at
 * everything again; or another negative errno
 */
int rtnl_watch_read(struct rtnl *r, rtnl_link_cb *cb, void *arg)
{
	const struct taker t = { cb, arg, false };
	const struct nlmsghdr *h = (const struct nlmsghdr *)(void *)r->buf;
	int len;
	ssize_t n = recv(mnl_socket_get_fd(r->nl), r->buf, sizeof(r->buf),
			 MSG_DONTWAIT);

	if (n < 0)
		return -errno;
	len = (int)n;
	for (; mnl_nlmsg_ok(h, len); h = mnl_nlmsg_next(h, &len))
		take_link(h, &t);
	return 0;
}
