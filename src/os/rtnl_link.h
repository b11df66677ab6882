/* SPDX-License-Identifier: ISC */
/* A network device as the kernel has it. */
#ifndef OS_RTNL_LINK_H
#define OS_RTNL_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

enum { RTNL_ALIAS_MAX = 256, RTNL_KIND_MAX = 16 };

/** struct rtnl_tun - What the kernel tells of a TAP or TUN device */
struct rtnl_tun {
	bool known;		/* kernels before 4.17 tell nothing */
	uint8_t type;		/* IFF_TUN or IFF_TAP */
	bool pi, vnet_hdr, multi_queue, persist;
	bool has_owner, has_group;
	uint32_t owner, group;
};

/**
 * struct rtnl_errors - What a driver has counted of received frames
 * @all:	That were bad, for whatever reason
 * @crc:	Of them, with a wrong FCS
 * @frame:	... of no whole octets, or aborted
 * @length:	... too long or too short
 * @host:	That the host, or its hardware, was too slow for; drivers
 *		differ in whether @all has them
 */
struct rtnl_errors {
	uint64_t all, crc, frame, length, host;
};

/** struct rtnl_link - One device, as the kernel has it at the moment */
struct rtnl_link {
	int index;
	char name[IFNAMSIZ];
	char kind[RTNL_KIND_MAX];	/* "bridge", "tun"; "" hardware */
	char alias[RTNL_ALIAS_MAX];
	uint8_t mac[6];
	uint32_t mtu;
	uint32_t group;
	int master;		/* index of its bridge; 0 none */
	uint16_t type;		/* ARPHRD_* */
	bool up;		/* IFF_UP */
	bool carrier;		/* as the driver says at the moment */
	bool gone;		/* in an event: it was removed */
	struct rtnl_tun tun;
	struct rtnl_errors errors;
};

#endif
