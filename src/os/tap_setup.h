/* SPDX-License-Identifier: ISC */
/* TAP and TUN devices: make one or take one over, by the monitor. */
#ifndef OS_TAP_SETUP_H
#define OS_TAP_SETUP_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct rtnl;

/**
 * struct tap_params - What a device is
 * @layer3:	TUN: packets; else TAP: frames
 * @packet_information:	Four octets with the protocol before each
 * @vnet:	What the kernel leaves to others stands before each frame
 * @link_type:	ARPHRD_* of a TUN; 0 is the kernel's own
 * @persist:	It outlives us
 * @has_owner:	Only then owner counts; likewise the group
 */
struct tap_params {
	const char *name;
	bool layer3;
	bool packet_information;
	bool vnet;
	uint16_t link_type;
	bool persist;
	bool has_owner, has_group;
	uid_t owner;
	gid_t group;
};

/**
 * struct tap - A device that was opened
 * @fd:		Does not block, is closed on exec
 * @existed:	It was there before: somebody made it persistent
 */
struct tap {
	int fd;
	int index;
	bool existed;
};

/** enum tap_offload - What the kernel may leave to others */
enum tap_offload {
	TAP_CHECKSUM = 1,
	TAP_TSO = 2,		/* for TCP, over IPv4 and IPv6 */
	TAP_USO = 4,		/* for UDP, the same */
};

int tap_open(struct rtnl *r, const struct tap_params *p, struct tap *tap,
	     char *reason, size_t size);
int tap_carrier(int fd, bool on);
int tap_offload(int fd, bool on);
bool tap_alive(int fd, int index);

#endif
