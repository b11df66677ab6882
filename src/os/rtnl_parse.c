// SPDX-License-Identifier: ISC
// What the kernel's netlink messages say.
//
// The kernel is trusted, yet newer than we are: an attribute that is shorter
// than what we know is left out, and longer ones are read as far as we know.

#include "os/rtnl_parse.h"

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <string.h>

/* Attributes of one nest by their type; those past the last are skipped. */
struct attributes {
	const struct nlattr *at[64];
};

static int collect(const struct nlattr *attr, void *data)
{
	struct attributes *a = data;
	uint16_t type = mnl_attr_get_type(attr);

	if (type < sizeof(a->at) / sizeof(a->at[0]))
		a->at[type] = attr;
	return MNL_CB_OK;
}

static uint32_t get_u32(const struct nlattr *a, uint32_t missing)
{
	if (!a || mnl_attr_get_payload_len(a) < sizeof(uint32_t))
		return missing;
	return mnl_attr_get_u32(a);
}

static uint8_t get_u8(const struct nlattr *a)
{
	return a && mnl_attr_get_payload_len(a) ? mnl_attr_get_u8(a) : 0;
}

static void get_str(const struct nlattr *a, char *buf, size_t size)
{
	size_t len;

	if (!a)
		return;
	len = strnlen(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));
	if (len >= size)
		len = size - 1;
	memcpy(buf, mnl_attr_get_payload(a), len);
	buf[len] = '\0';
}

static void parse_tun(const struct nlattr *data, struct rtnl_tun *tun)
{
	struct attributes a = { { NULL } };

	mnl_attr_parse_nested(data, collect, &a);
	tun->known = a.at[IFLA_TUN_TYPE];
	tun->type = get_u8(a.at[IFLA_TUN_TYPE]);
	tun->pi = get_u8(a.at[IFLA_TUN_PI]);
	tun->vnet_hdr = get_u8(a.at[IFLA_TUN_VNET_HDR]);
	tun->multi_queue = get_u8(a.at[IFLA_TUN_MULTI_QUEUE]);
	tun->persist = get_u8(a.at[IFLA_TUN_PERSIST]);
	tun->has_owner = a.at[IFLA_TUN_OWNER];
	tun->owner = get_u32(a.at[IFLA_TUN_OWNER], 0);
	tun->has_group = a.at[IFLA_TUN_GROUP];
	tun->group = get_u32(a.at[IFLA_TUN_GROUP], 0);
}

static void parse_info(const struct nlattr *info, struct rtnl_link *link)
{
	struct attributes a = { { NULL } };

	mnl_attr_parse_nested(info, collect, &a);
	get_str(a.at[IFLA_INFO_KIND], link->kind, sizeof(link->kind));
	if (!strcmp(link->kind, "tun") && a.at[IFLA_INFO_DATA])
		parse_tun(a.at[IFLA_INFO_DATA], &link->tun);
}

/* An older kernel's structure is a shorter one, the same as far as it goes. */
static void parse_errors(const struct nlattr *a, struct rtnl_errors *e)
{
	struct rtnl_link_stats64 s = { 0 };
	size_t len;

	if (!a)
		return;
	len = mnl_attr_get_payload_len(a);
	memcpy(&s, mnl_attr_get_payload(a), len < sizeof(s) ? len : sizeof(s));
	*e = (struct rtnl_errors){
		.all = s.rx_errors,
		.crc = s.rx_crc_errors,
		.frame = s.rx_frame_errors,
		.length = s.rx_length_errors,
		.host = s.rx_over_errors + s.rx_fifo_errors +
			s.rx_missed_errors,
	};
}

/**
 * rtnl_parse_link() - Read RTM_NEWLINK or RTM_DELLINK
 * @h:		The message
 * @link:	Filled in
 *
 * Return: 0, or -1 if it is another message, or one about a bridge's port
 * and not about the device
 */
int rtnl_parse_link(const struct nlmsghdr *h, struct rtnl_link *link)
{
	const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);
	struct attributes a = { { NULL } };

	memset(link, 0, sizeof(*link));
	if ((h->nlmsg_type != RTM_NEWLINK && h->nlmsg_type != RTM_DELLINK) ||
	    mnl_nlmsg_get_payload_len(h) < sizeof(*i) ||
	    i->ifi_family != AF_UNSPEC)
		return -1;
	mnl_attr_parse(h, sizeof(*i), collect, &a);
	link->index = i->ifi_index;
	link->type = i->ifi_type;
	link->up = i->ifi_flags & IFF_UP;
	link->carrier = get_u8(a.at[IFLA_CARRIER]);
	link->gone = h->nlmsg_type == RTM_DELLINK;
	get_str(a.at[IFLA_IFNAME], link->name, sizeof(link->name));
	get_str(a.at[IFLA_IFALIAS], link->alias, sizeof(link->alias));
	link->mtu = get_u32(a.at[IFLA_MTU], 0);
	link->group = get_u32(a.at[IFLA_GROUP], 0);
	link->master = (int)get_u32(a.at[IFLA_MASTER], 0);
	if (a.at[IFLA_ADDRESS] &&
	    mnl_attr_get_payload_len(a.at[IFLA_ADDRESS]) == sizeof(link->mac))
		memcpy(link->mac, mnl_attr_get_payload(a.at[IFLA_ADDRESS]),
		       sizeof(link->mac));
	parse_errors(a.at[IFLA_STATS64], &link->errors);
	if (a.at[IFLA_LINKINFO])
		parse_info(a.at[IFLA_LINKINFO], link);
	return 0;
}

/**
 * rtnl_parse_error() - The sentence that an error message may bear
 * @h:		Any message
 * @buf:	Filled in if there is one, else left alone
 * @size:	Room there
 */
void rtnl_parse_error(const struct nlmsghdr *h, char *buf, size_t size)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);
	struct attributes a = { { NULL } };
	size_t skip = sizeof(*e);

	if (h->nlmsg_type != NLMSG_ERROR || !(h->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	/* without NLM_F_CAPPED our own message stands before the sentence */
	if (!(h->nlmsg_flags & NLM_F_CAPPED))
		skip += mnl_nlmsg_get_payload_len(&e->msg);
	if (mnl_nlmsg_get_payload_len(h) <= skip)
		return;
	mnl_attr_parse(h, (unsigned int)skip, collect, &a);
	get_str(a.at[NLMSGERR_ATTR_MSG], buf, size);
}
