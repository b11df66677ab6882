// SPDX-License-Identifier: ISC
// How many frames wait in a device, and that nothing waits before it.
//
// A TUN device never stops its queue: what does not fit into its ring is
// dropped, and with a queueing discipline before it nobody is told. Without
// one the sender gets ENOBUFS, as from the full queue of a real driver.
//
// All by netlink, which takes the rights of the network namespace: the ioctl
// for the length wants those of the machine.

#include "sdhsim/queue.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

static void put_length(struct nlmsghdr *h, int index, uint32_t length)
{
	struct ifinfomsg *link;

	h->nlmsg_type = RTM_NEWLINK;
	link = mnl_nlmsg_put_extra_header(h, sizeof(*link));
	link->ifi_family = AF_UNSPEC;
	link->ifi_index = index;
	mnl_attr_put_u32(h, IFLA_TXQLEN, length);
}

static void put_no_discipline(struct nlmsghdr *h, int index)
{
	struct tcmsg *tc;

	h->nlmsg_type = RTM_NEWQDISC;
	h->nlmsg_flags |= NLM_F_CREATE | NLM_F_REPLACE;
	tc = mnl_nlmsg_put_extra_header(h, sizeof(*tc));
	tc->tcm_family = AF_UNSPEC;
	tc->tcm_ifindex = index;
	tc->tcm_parent = TC_H_ROOT;
	mnl_attr_put_strz(h, TCA_KIND, "noqueue");
}

/* Sends a request, which stands at the beginning of @buf, and waits. */
static int ask(struct mnl_socket *s, char *buf, size_t size)
{
	struct nlmsghdr *h = (struct nlmsghdr *)buf;
	ssize_t n;

	h->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	if (mnl_socket_sendto(s, h, h->nlmsg_len) < 0)
		return -errno;
	n = mnl_socket_recvfrom(s, buf, size);
	if (n < 0 || mnl_cb_run(buf, (size_t)n, 0, mnl_socket_get_portid(s),
				NULL, NULL) < 0)
		return -errno;
	return 0;
}

static int set_both(struct mnl_socket *s, int index, uint32_t length)
{
	_Alignas(struct nlmsghdr) char buf[512];
	int err;

	if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	put_length(mnl_nlmsg_put_header(buf), index, length);
	err = ask(s, buf, sizeof(buf));
	if (err)
		return err;
	put_no_discipline(mnl_nlmsg_put_header(buf), index);
	err = ask(s, buf, sizeof(buf));
	/* a kernel without traffic control has nothing to take away */
	return err == -EOPNOTSUPP ? 0 : err;
}

/**
 * queue_set() - Set a device's ring, and take its queueing discipline away
 * @device:	Its name, in our network namespace
 * @length:	Frames that wait in it
 *
 * Return: 0 or a negative errno
 */
int queue_set(const char *device, uint32_t length)
{
	struct mnl_socket *s = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	unsigned int index = if_nametoindex(device);
	int err;

	if (!s)
		return -errno;
	err = index ? set_both(s, (int)index, length) : -ENODEV;
	mnl_socket_close(s);
	return err;
}
