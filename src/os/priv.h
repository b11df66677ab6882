/* SPDX-License-Identifier: ISC */
/* What monitor and engine say to each other over their socket pair. */
#ifndef OS_PRIV_H
#define OS_PRIV_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/addr.h"

enum priv_limit {
	PRIV_TEXT_MAX = 4096,		/* octets of text, NUL included */
	PRIV_CONTROL = 0xffff,		/* as channel: the control socket */
	PRIV_DEVICE = 0xffff,		/* as path: the channel's TAP or TUN */
};

/** enum priv_op - What the engine may ask of the monitor */
enum priv_op {
	/* Open the line of (channel, path) for the address family arg
	 * (AF_INET or AF_INET6), the device of (channel,
	 * PRIV_DEVICE) or the control socket of (PRIV_CONTROL, 0).
	 * Answered with an fd, or with errno and a reason; text beside an fd
	 * is a warning. Opening a device
	 * again gives the same one while it exists, else a new one.
	 * arg: of a line without a local address whose far end is a name,
	 * the family that the name was found to have (AF_INET, AF_INET6). */
	PRIV_OPEN,
	/* Open a second socket on the port of the UDP line of (channel, path)
	 * whose first is open, for who will connect it. arg and answer: as
	 * of PRIV_OPEN. */
	PRIV_OPEN_DIRECT,
	/* Give the channel's device carrier (arg 1) or take it (arg 0).
	 * Not answered. */
	PRIV_CARRIER,
	/* Let the kernel leave checksums and segmentation of what a channel's
	 * TAP hands over to the engine (arg 1) or not (arg 0, as it is at
	 * first). Not answered. */
	PRIV_OFFLOAD,
	/* Load the file again. Answered: errno 0 (a PRIV_CONFIG came before
	 * it) or -EINVAL with the first errors of the file as text. */
	PRIV_RELOAD,
	/* Look up the name of the far end of (channel, path). Answered with
	 * an address later, or with errno and a reason. */
	PRIV_RESOLVE,
	/* Something happened to (channel, path), or to (channel,
	 * PRIV_DEVICE): run the channel's hook program, if it has one. arg: the
	 * number of what happened, of policy/hook. Not answered. */
	PRIV_HOOK,
	/* Log the text that follows at priority arg: a line, then the fields
	 * of enum log_field, a line each. Not answered. */
	PRIV_LOG,
	/* The engine lives and works with this generation. Sent each second
	 * and right after a new configuration was taken: what only the old
	 * one knew may then be removed. Not answered. */
	PRIV_ALIVE,
	PRIV_OP_NUM
};

/** struct priv_request - From the engine to the monitor; text for PRIV_LOG */
struct priv_request {
	uint32_t generation;	/* of the configuration the indices belong to */
	uint16_t op;		/* enum priv_op */
	uint16_t channel;	/* index in the configuration's array */
	uint16_t path;		/* index in the channel's array */
	int16_t arg;
};

/** enum priv_type - What the monitor sends down */
enum priv_type {
	PRIV_ANSWER,		/* to a request: op, channel, path repeated */
	PRIV_CONFIG,		/* fd: a sealed memfd with the file's text */
	/* A device's link: flags, mtu; channel, and as path PRIV_DEVICE, or
	 * that of a path of the DCC that it is about, and then hits. Text: why
	 * it is gone, or what is not well with it. */
	PRIV_LINK,
	/* SIGHUP came, but the file is wrong; text: the first errors */
	PRIV_NOT_LOADED,
	PRIV_STOP,		/* say goodbye to the far ends and exit */
	PRIV_TYPE_NUM
};

enum priv_flag {
	PRIV_LINK_UP = 1,	/* IFF_UP is set on the device */
	PRIV_LINK_GONE = 2,	/* the device was removed by somebody */
	PRIV_LINK_RETRY = 4,	/* what kept it from being opened has changed
				 * (its bridge is there, the DCC's interface
				 * is): open it now */
	PRIV_LINK_CARRIER = 8,	/* a line: its device has a carrier, or knows
				 * of none; also in the answer to PRIV_OPEN */
	PRIV_LINK_LOST = 16,	/* a TAP: its bridge is gone, or is back but
				 * cannot be joined, as the text says */
	PRIV_LINK_JOINED = 32,	/* a TAP: it has joined its bridge again */
	PRIV_PORT_DOWN = 64,	/* a TAP: the port that its channel watches has
				 * lost its carrier, or is not there */
	PRIV_PORT_UP = 128,	/* ... has a carrier */
	PRIV_VNET = 256,	/* a TAP: struct virtio_net_hdr comes first */
	PRIV_CHECKSUM = 512,	/* offloads that its kernel knows */
	PRIV_TSO = 1024,
	PRIV_USO = 2048,
};

/** enum priv_hit - Frames that a DCC has damaged, as its driver counts them */
enum priv_hit {
	PRIV_HIT_FCS,		/* wrong FCS, or bad for no known reason */
	PRIV_HIT_ALIGN,		/* no whole octets, or aborted */
	PRIV_HIT_LENGTH,	/* too long or too short */
	PRIV_HIT_NUM
};

/** struct priv_reply - From the monitor to the engine; may bear an fd */
struct priv_reply {
	uint32_t generation;
	uint16_t type;		/* enum priv_type */
	uint16_t op;
	uint16_t channel;
	uint16_t path;
	int32_t err;		/* 0 or a negative errno; text says more */
	uint32_t flags;		/* enum priv_flag */
	uint32_t mtu;		/* of the device; 0: not said */
	int32_t gid[2];		/* control socket: group, read-group; -1 none */
	struct addr addr;	/* resolved far end */
	uint32_t hits[PRIV_HIT_NUM];	/* since the last message */
};

int priv_pair(int sock[2]);
int priv_send_request(int sock, const struct priv_request *req,
		      const char *text);
int priv_recv_request(int sock, struct priv_request *req,
		      char text[PRIV_TEXT_MAX]);
int priv_send_reply(int sock, const struct priv_reply *reply, int fd,
		    const char *text);
int priv_recv_reply(int sock, struct priv_reply *reply, int *fd,
		    char text[PRIV_TEXT_MAX]);

#endif
