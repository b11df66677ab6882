// SPDX-License-Identifier: ISC
// A device without a queueing discipline.
//
// A TUN device never stops its queue: what does not fit into its ring is
// dropped, and with a queueing discipline before it nobody is told. Without
// one the sender gets ENOBUFS, as from the full queue of a real driver.

#include "sdhsim/noqueue.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

static void put_request(struct nlmsghdr *h, int index)
{
	struct tcmsg *tc;

	h->nlmsg_type = RTM_NEWQDISC;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE |
			 NLM_F_REPLACE;
	tc = mnl_nlmsg_put_extra_header(h, sizeof(*tc));
	tc->tcm_family = AF_UNSPEC;
	tc->tcm_ifindex = index;
	tc->tcm_parent = TC_H_ROOT;
	mnl_attr_put_strz(h, TCA_KIND, "noqueue");
}

static int ask(struct mnl_socket *s, int index)
{
	_Alignas(struct nlmsghdr) char buf[512];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	ssize_t n;

	put_request(h, index);
	if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(s, h, h->nlmsg_len) < 0)
		return -errno;
	n = mnl_socket_recvfrom(s, buf, sizeof(buf));
	if (n < 0 || mnl_cb_run(buf, (size_t)n, 0, mnl_socket_get_portid(s),
				NULL, NULL) < 0)
		return -errno;
	return 0;
}

/**
 * noqueue_set() - Take a device's queueing discipline away
 * @device:	Its name, in our network namespace
 *
 * Return: 0 or a negative errno
 */
int noqueue_set(const char *device)
{
	struct mnl_socket *s = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	unsigned int index = if_nametoindex(device);
	int err;

	if (!s)
		return -errno;
	err = index ? ask(s, (int)index) : -ENODEV;
	mnl_socket_close(s);
	return err;
}
