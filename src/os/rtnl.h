/* SPDX-License-Identifier: ISC */
/* Network devices, bridges and addresses through netlink: a few verbs. */
#ifndef OS_RTNL_H
#define OS_RTNL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "os/rtnl_link.h"

/** enum rtnl_what - Which fields of a struct rtnl_change hold */
enum rtnl_what {
	RTNL_UP = 1,
	RTNL_MTU = 2,
	RTNL_MAC = 4,
	RTNL_MASTER = 8,
	RTNL_GROUP = 16,
	RTNL_ALIAS = 32,
};

/** struct rtnl_change - What a device shall become, in one request */
struct rtnl_change {
	unsigned int what;	/* enum rtnl_what, together */
	bool up;
	uint32_t mtu;
	uint8_t mac[6];
	int master;		/* 0: leave its bridge */
	uint32_t group;
	const char *alias;
};

/** struct rtnl_bridge - A bridge to be made */
struct rtnl_bridge {
	const char *name;
	bool stp;
	uint8_t mac[6];
};

/** struct rtnl_address - An address for a device */
struct rtnl_address {
	struct addr addr;
	uint8_t length;		/* of the prefix */
	struct addr peer;	/* of a point-to-point device; or none */
};

struct rtnl;

typedef void rtnl_link_cb(void *arg, const struct rtnl_link *link);

int rtnl_open(struct rtnl **out);
void rtnl_close(struct rtnl *r);
const char *rtnl_error(const struct rtnl *r);

int rtnl_link_get(struct rtnl *r, const char *name, struct rtnl_link *link);
int rtnl_link_get_index(struct rtnl *r, int index, struct rtnl_link *link);
int rtnl_link_dump(struct rtnl *r, rtnl_link_cb *cb, void *arg);
int rtnl_link_change(struct rtnl *r, int index,
		     const struct rtnl_change *change);
int rtnl_no_addrgen(struct rtnl *r, int index);
int rtnl_port_isolated(struct rtnl *r, int index, bool isolated);
int rtnl_bridge_create(struct rtnl *r, const struct rtnl_bridge *bridge);
int rtnl_address_add(struct rtnl *r, int index,
		     const struct rtnl_address *address);
int rtnl_link_delete(struct rtnl *r, int index);
int rtnl_group_delete(struct rtnl *r, uint32_t group);

int rtnl_watch(struct rtnl **out);
int rtnl_watch_fd(const struct rtnl *r);
int rtnl_watch_read(struct rtnl *r, rtnl_link_cb *cb, void *arg);

#endif
