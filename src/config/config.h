/* SPDX-License-Identifier: ISC */
/* The configuration as the program sees it: made once, never changed. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/addr.h"
#include "policy/classes.h"
#include "policy/storm.h"

enum config_limit {
	CONFIG_FILE_MAX = 4 * 1024 * 1024,
	CONFIG_DEPTH_MAX = 16,
	CONFIG_PATHS_MAX = 8,
	CONFIG_ADDRESSES_MAX = 16,
	CONFIG_CLASSES_MAX = 64,
	CONFIG_NAME_MAX = 32,
	CONFIG_NODE_MAX = 64,
	CONFIG_MTU_MIN = 68,
	CONFIG_MTU_MAX = 9216,
	CONFIG_PORT = 6000,
};

/** struct config_prefix - An address with its prefix length */
struct config_prefix {
	struct addr addr;
	uint8_t length;
};

/** enum attachment - The LAN side of a channel */
enum attachment { ATTACH_TAP, ATTACH_TUN, ATTACH_NUM };

/** struct config_bridge - The bridge that a TAP joins; no name: none */
struct config_bridge {
	char name[IFNAMSIZ];
	bool create;		/* make it if it is not there */
	bool isolated;		/* isolated ports do not reach each other */
	bool stp;		/* only for a bridge that we make */
};

/** struct config_device - A TAP or a TUN, as enum attachment tells */
struct config_device {
	char name[IFNAMSIZ];	/* never empty: dcc<id> by default */
	struct config_bridge bridge;		/* TAP */
	uint32_t mtu;		/* 0: the bridge's, or the kernel's own */
	bool lower_bridge_mtu;			/* TAP */
	struct config_prefix *addresses;
	size_t naddresses;
	struct addr peer_address;		/* TUN; none: no peer */
	bool has_mac;				/* TAP; else derived */
	uint8_t mac[6];
	bool persist;
	char owner[CONFIG_NAME_MAX + 1];	/* user name, number or "" */
	char group[CONFIG_NAME_MAX + 1];
	uint64_t carrier_delay_ns;		/* TAP */
	char propagate[IFNAMSIZ];		/* TAP; "": none */
	bool packet_information;		/* TUN */
	uint16_t link_type;			/* TUN; ARPHRD_*, 0: kernel's */
};

enum protect_mode { PROTECT_NONE, PROTECT_1_1, PROTECT_1PLUS1, PROTECT_NUM };

struct config_protection {
	enum protect_mode mode;
	bool revertive;
	uint64_t hold_off_ns;
	uint64_t wait_to_restore_ns;
	uint64_t max_skew_ns;
	uint8_t degrade;	/* per cent lost; 0: off */
};

struct config_liveness {
	uint64_t interval_ns;	/* 0: as the line's speed asks */
	uint8_t multiplier;
};

enum transport_kind { TRANSPORT_UDP, TRANSPORT_DCC, TRANSPORT_NUM };

/** struct config_udp - A UDP line: our socket and the far end's address */
struct config_udp {
	struct addr local;	/* family none: any, of the remote's family */
	bool has_local;
	char *remote_host;	/* as written, without brackets */
	uint16_t remote_port;
	struct addr remote;	/* none: remote_host is a name */
	char interface[IFNAMSIZ];	/* "": whatever the routes say */
	uint8_t dscp;		/* 0..63 */
	uint32_t mtu;		/* of the underlay; 0: auto */
	uint64_t rate;		/* bit/s; 0: fast */
	uint32_t overhead;	/* octets; 0: by the family */
	uint64_t fragment_delay_ns;
	bool offload;		/* auto: true, off: false */
};

enum dcc_framing { FRAMING_BIT, FRAMING_OCTET };
enum dcc_bit_order { ORDER_MSB, ORDER_LSB };

/** struct config_dcc - A DCC line: a network device or a character device */
struct config_dcc {
	char interface[IFNAMSIZ];	/* one of these two is not empty */
	char *device;		/* or NULL */
	uint64_t rate;		/* bit/s */
	uint64_t fragment_delay_ns;
	enum dcc_framing framing;
	enum dcc_bit_order bit_order;
	uint8_t fcs;		/* 16 or 32 */
	uint32_t speed;		/* tty; 0: leave it */
	uint8_t trim;		/* octets */
	uint8_t prefix[16];
	uint8_t prefix_len;
};

struct config_path {
	char name[CONFIG_NAME_MAX + 1];
	enum transport_kind kind;
	struct config_udp udp;
	struct config_dcc dcc;
	struct config_liveness liveness;
};

struct config_channel {
	char name[CONFIG_NAME_MAX + 1];
	uint16_t id;
	char *description;			/* or NULL */
	char peer[CONFIG_NODE_MAX + 1];		/* "": anyone */
	enum attachment attachment;
	struct config_device device;
	struct config_protection protection;
	struct storm_limits storm;
	struct class_rule *classes;
	size_t nclasses;
	char *on_change;			/* or NULL */
	struct config_path *paths;		/* the first works */
	size_t npaths;
	unsigned line;		/* where it begins in the file */
};

struct config_control {
	char socket[108];
	char group[CONFIG_NAME_MAX + 1];
	char read_group[CONFIG_NAME_MAX + 1];
	bool group_set, read_group_set;	/* by the file, not by default */
};

/** struct config - One whole file; owned by who loaded it, read-only */
struct config {
	char node[CONFIG_NODE_MAX + 1];
	struct config_control control;
	struct config_channel *channels;
	size_t nchannels;
};

/** struct config_errors - What is wrong with a file, in its order */
struct config_error {
	unsigned line, column;	/* from 1; 0: the file as a whole */
	char text[320];		/* path of keys, what, what would be right */
};

struct config_errors {
	struct config_error *list;
	size_t count;
	size_t more;		/* not kept: beyond the bound */
};

/* load.c */
int config_load(struct config **out, const char *text, size_t len,
		const char *hostname, struct config_errors *errors);
void config_free(struct config *config);
void config_errors_free(struct config_errors *errors);
/* file.c */
int config_read_file(const char *path, char **text, size_t *len,
		     struct config_errors *errors);
void config_errors_print(const struct config_errors *errors,
			 const char *file, FILE *out);
/* diff.c */
bool config_device_equal(const struct config_channel *a,
			 const struct config_channel *b);
bool config_dcc_equal(const struct config_dcc *a, const struct config_dcc *b);
size_t config_channel_diff(char *buf, size_t size,
			   const struct config_channel *a,
			   const struct config_channel *b);
/* print.c */
void config_print(const struct config *config, FILE *out);

#endif
