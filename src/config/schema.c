// SPDX-License-Identifier: ISC
// The schema of the file: one table gives parser, checks, defaults, printer.
//
// A row is one key. What it takes, its range, its default and its place in
// struct config stand there and nowhere else: load.c reads by the rows,
// print.c writes by them, diff.c compares by them. What several keys say
// together is checked by a map's check function (check.c), and what several
// channels say together by cross.c.

#include "config/schema.h"

#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "config/check.h"
#include "config/config.h"
#include "config/endpoint.h"
#include "config/number.h"
#include "config/scalar.h"

#define AT(s, f)	.offset = offsetof(struct s, f), \
			.size = sizeof(((struct s *)0)->f)
#define HAS(s, f)	.has = offsetof(struct s, f) + 1
#define CHOICE(s, f, v)	.choice = offsetof(struct s, f) + 1, .chosen = (v)

#define MAP(n, s, ...) { \
	.name = #n, .rows = n ## _rows, \
	.size = sizeof(struct s), __VA_ARGS__ \
}

#define MILLISECOND	1000000ULL
#define SECOND		(1000 * MILLISECOND)
#define MINUTE		(60 * SECOND)

enum {
	RATE_MIN = 1000,
	TEXT_MAX = 255,
	DEVICE_NAME_MAX = IFNAMSIZ - 1,
};

/* Words */

static const struct row_word words_bool[] = {
	{ "true", 1, false }, { "false", 0, false },
	{ "yes", 1, true }, { "no", 0, true },
	{ "on", 1, true }, { "off", 0, true }, { NULL, 0, false }
};

static const struct row_word words_auto[] = {
	{ "auto", 0, false }, { NULL, 0, false }
};

static const struct row_word words_off[] = {
	{ "off", 0, false }, { NULL, 0, false }
};

static const struct row_word words_offload[] = {
	{ "auto", 1, false }, { "off", 0, false }, { NULL, 0, false }
};

static const struct row_word words_protection[] = {
	{ "none", PROTECT_NONE, false }, { "1:1", PROTECT_1_1, false },
	{ "1+1", PROTECT_1PLUS1, false }, { NULL, 0, false }
};

static const struct row_word words_class[] = {
	{ "control", 0, false }, { "interactive", 1, false },
	{ "normal", 2, false }, { "bulk", 3, false }, { NULL, 0, false }
};

static const struct row_word words_framing[] = {
	{ "bit", FRAMING_BIT, false }, { "octet", FRAMING_OCTET, false },
	{ NULL, 0, false }
};

static const struct row_word words_fcs[] = {
	{ "16", 16, false }, { "32", 32, false }, { NULL, 0, false }
};

static const struct row_word words_order[] = {
	{ "msb", ORDER_MSB, false }, { "lsb", ORDER_LSB, false },
	{ NULL, 0, false }
};

/* D1-D3, D4-D12, D1-D12 */
static const struct row_word words_dcc_rate[] = {
	{ "rs", 192000, true }, { "ms", 576000, true },
	{ "all", 768000, true }, { NULL, 0, false }
};

/* <linux/if_arp.h> */
static const struct row_word words_link_type[] = {
	{ "auto", 0, false }, { "ppp", 512, false }, { "hdlc", 513, false },
	{ "rawhdlc", 518, false }, { "none", 65534, false },
	{ NULL, 0, false }
};

/* RFC 2474, RFC 2597, RFC 3246 */
static const struct row_word words_dscp[] = {
	{ "cs1", 8, true }, { "cs2", 16, true }, { "cs3", 24, true },
	{ "cs4", 32, true }, { "cs5", 40, true }, { "cs6", 48, true },
	{ "cs7", 56, true }, { "af11", 10, true }, { "af12", 12, true },
	{ "af13", 14, true }, { "af21", 18, true }, { "af22", 20, true },
	{ "af23", 22, true }, { "af31", 26, true }, { "af32", 28, true },
	{ "af33", 30, true }, { "af41", 34, true }, { "af42", 36, true },
	{ "af43", 38, true }, { "ef", 46, true }, { NULL, 0, false }
};

static const struct row_word words_ethertype[] = {
	{ "ipv4", 0x0800, true }, { "arp", 0x0806, true },
	{ "ipv6", 0x86dd, true }, { "lldp", 0x88cc, true },
	{ NULL, 0, false }
};

static const struct row_word words_protocol[] = {
	{ "icmp", 1, false }, { "igmp", 2, false }, { "tcp", 6, false },
	{ "udp", 17, false }, { "gre", 47, false }, { "icmpv6", 58, false },
	{ "ospf", 89, false }, { "sctp", 132, false }, { NULL, 0, false }
};

/* Types of which many rows are made */

#define NUMBER(u, lo, hi) \
	.type = &type_number, .unit = (u), .min = (lo), .max = (hi)
#define WORD(w)		.type = &type_number, .unit = UNIT_WORD, .words = (w)
#define BOOL		WORD(words_bool)
#define NAME(hi)	.type = &type_name, .min = 1, .max = (hi)
#define ACCOUNT		.type = &type_account, .min = 1, .max = CONFIG_NAME_MAX
#define IFNAME		.type = &type_ifname, .min = 1, .max = DEVICE_NAME_MAX
#define IFNAME_OR_NONE	.type = &type_ifname, .max = DEVICE_NAME_MAX

/* control: */

static const struct config_row control_rows[] = {
	{ .key = "socket", AT(config_control, socket), .type = &type_path,
	  .min = 1, .max = 107, .preset = DCC_RUN_DIR "/control" },
	{ .key = "group", AT(config_control, group), ACCOUNT,
	  HAS(config_control, group_set), .preset = "adm" },
	{ .key = "read-group", AT(config_control, read_group), ACCOUNT,
	  HAS(config_control, read_group_set), .preset = "users" },
	{ .key = NULL }
};
static const struct config_map control = MAP(control, config_control);

/* channels[].tap: and .tun: */

static const struct config_row bridge_rows[] = {
	{ .key = "name", AT(config_bridge, name), IFNAME_OR_NONE,
	  .preset = "" },
	{ .key = "create", AT(config_bridge, create), BOOL,
	  .preset = "false" },
	{ .key = "isolated", AT(config_bridge, isolated), BOOL,
	  .preset = "false" },
	{ .key = "stp", AT(config_bridge, stp), BOOL, .preset = "false" },
	{ .key = NULL }
};
static const struct config_map bridge =
	MAP(bridge, config_bridge, .check = check_bridge);

/* The keys that TAP and TUN have in common */
#define DEVICE_NAME_ROW \
	{ .key = "name", AT(config_device, name), IFNAME, \
	  .flags = ROW_SINGLE }
#define DEVICE_MTU_ROW \
	{ .key = "mtu", AT(config_device, mtu), .words = words_auto, \
	  NUMBER(UNIT_OCTETS, CONFIG_MTU_MIN, CONFIG_MTU_MAX), \
	  .preset = "auto" }
#define DEVICE_ADDRESS_ROW \
	{ .key = "address", .kind = ROW_LIST, AT(config_device, addresses), \
	  .count = offsetof(struct config_device, naddresses), \
	  .type = &type_prefix, .max = CONFIG_ADDRESSES_MAX }
#define DEVICE_OWNER_ROWS \
	{ .key = "persist", AT(config_device, persist), BOOL, \
	  .preset = "false" }, \
	{ .key = "owner", AT(config_device, owner), ACCOUNT, \
	  .preset = "root" }, \
	{ .key = "group", AT(config_device, group), ACCOUNT, \
	  .preset = "root" }

static const struct config_row tap_rows[] = {
	DEVICE_NAME_ROW,
	{ .key = "bridge", .kind = ROW_MAP, AT(config_device, bridge),
	  .map = &bridge, .flags = ROW_SHORT | ROW_HIDDEN },
	DEVICE_MTU_ROW,
	{ .key = "lower-bridge-mtu", AT(config_device, lower_bridge_mtu),
	  BOOL, .preset = "false" },
	DEVICE_ADDRESS_ROW,
	{ .key = "mac", AT(config_device, mac), .type = &type_mac,
	  HAS(config_device, has_mac), .flags = ROW_SINGLE },
	DEVICE_OWNER_ROWS,
	{ .key = "carrier-delay", AT(config_device, carrier_delay_ns),
	  NUMBER(UNIT_TIME, 0, 60 * MINUTE), .preset = "0" },
	{ .key = "propagate", AT(config_device, propagate), IFNAME_OR_NONE,
	  .preset = "" },
	{ .key = NULL }
};
static const struct config_map tap =
	MAP(tap, config_device, .check = check_tap);

static const struct config_row tun_rows[] = {
	DEVICE_NAME_ROW,
	DEVICE_MTU_ROW,
	DEVICE_ADDRESS_ROW,
	{ .key = "peer-address", AT(config_device, peer_address),
	  .type = &type_address },
	DEVICE_OWNER_ROWS,
	{ .key = "packet-information",
	  AT(config_device, packet_information), BOOL, .preset = "false" },
	{ .key = "link-type", AT(config_device, link_type),
	  NUMBER(UNIT_NONE, 1, 65535), .words = words_link_type,
	  .preset = "auto" },
	{ .key = NULL }
};
static const struct config_map tun =
	MAP(tun, config_device, .check = check_tun);

/* channels[].protection: and .storm: */

static const struct config_row protection_rows[] = {
	{ .key = "mode", AT(config_protection, mode), WORD(words_protection),
	  .preset = "none" },
	{ .key = "revertive", AT(config_protection, revertive), BOOL,
	  .preset = "true" },
	{ .key = "hold-off", AT(config_protection, hold_off_ns),
	  NUMBER(UNIT_TIME, 0, 10 * SECOND), .preset = "0" },
	{ .key = "wait-to-restore",
	  AT(config_protection, wait_to_restore_ns),
	  NUMBER(UNIT_TIME, 0, 12 * MINUTE), .preset = "5m" },
	{ .key = "max-skew", AT(config_protection, max_skew_ns),
	  NUMBER(UNIT_TIME, 0, 10 * SECOND), .preset = "500ms" },
	{ .key = "degrade", AT(config_protection, degrade),
	  .words = words_off, NUMBER(UNIT_PERCENT, 1, 50),
	  .preset = "10%" },
	{ .key = NULL }
};
static const struct config_map protection =
	MAP(protection, config_protection);

#define STORM_ROW(n) \
	{ .key = #n, AT(storm_limits, n), .type = &type_storm, \
	  .preset = "10%" }
static const struct config_row storm_rows[] = {
	STORM_ROW(broadcast),
	STORM_ROW(multicast),
	STORM_ROW(unknown),
	{ .key = NULL }
};
static const struct config_map storm = MAP(storm, storm_limits);

/* channels[].classes: */

#define MATCH(f, ...)	AT(class_rule, f), HAS(class_rule, has_ ## f), \
			NUMBER(__VA_ARGS__)

static const struct config_row match_rows[] = {
	{ .key = "ethertype", MATCH(ethertype, UNIT_HEX, 0x600, 0xffff),
	  .words = words_ethertype },
	{ .key = "pcp", MATCH(pcp, UNIT_NONE, 0, 7) },
	{ .key = "dscp", MATCH(dscp, UNIT_NONE, 0, 63), .words = words_dscp },
	{ .key = "protocol", MATCH(protocol, UNIT_NONE, 0, 255),
	  .words = words_protocol },
	{ .key = "udp-port", MATCH(udp_port, UNIT_NONE, 1, 65535) },
	{ .key = "tcp-port", MATCH(tcp_port, UNIT_NONE, 1, 65535) },
	{ .key = NULL }
};
static const struct config_map match =
	MAP(match, class_rule, .check = check_match);

/* "match" fills the same structure as its parent, hence no AT() */
static const struct config_row classes_rows[] = {
	{ .key = "match", .kind = ROW_MAP, .map = &match,
	  .flags = ROW_REQUIRED },
	{ .key = "class", AT(class_rule, class), WORD(words_class),
	  .flags = ROW_REQUIRED },
	{ .key = NULL }
};
static const struct config_map classes = MAP(classes, class_rule);

/* channels[].paths[]. */

static const struct config_row liveness_rows[] = {
	{ .key = "interval", AT(config_liveness, interval_ns),
	  NUMBER(UNIT_TIME, 5 * MILLISECOND, MINUTE), .words = words_auto,
	  .preset = "auto", .flags = ROW_LINE },
	{ .key = "multiplier", AT(config_liveness, multiplier),
	  NUMBER(UNIT_NONE, 1, 255), .preset = "3",
	  .flags = ROW_LINE },
	{ .key = NULL }
};
const struct config_map schema_liveness = {
	.name = "liveness", .rows = liveness_rows,
	.size = sizeof(struct config_liveness),
};

static const struct config_row udp_rows[] = {
	{ .key = "local", AT(config_udp, local), .type = &type_local,
	  HAS(config_udp, has_local), .preset = "auto" },
	{ .key = "remote", AT(config_udp, remote_host), .type = &type_remote,
	  .flags = ROW_REQUIRED },
	{ .key = "interface", AT(config_udp, interface), IFNAME_OR_NONE,
	  .preset = "" },
	{ .key = "dscp", AT(config_udp, dscp), NUMBER(UNIT_NONE, 0, 63),
	  .words = words_dscp, .preset = "0", .flags = ROW_LINE },
	{ .key = "mtu", AT(config_udp, mtu), .words = words_auto,
	  NUMBER(UNIT_OCTETS, 576, 65535), .preset = "auto",
	  .flags = ROW_LINE },
	{ .key = "rate", AT(config_udp, rate), .words = words_off,
	  NUMBER(UNIT_RATE, RATE_MIN, 100000000000), .preset = "off",
	  .flags = ROW_LINE },
	{ .key = "overhead", AT(config_udp, overhead), .words = words_auto,
	  NUMBER(UNIT_OCTETS, 1, 1000), .preset = "auto",
	  .flags = ROW_LINE },
	{ .key = "fragment-delay", AT(config_udp, fragment_delay_ns),
	  NUMBER(UNIT_TIME, MILLISECOND, SECOND), .preset = "10ms",
	  .flags = ROW_LINE },
	{ .key = "offload", AT(config_udp, offload), WORD(words_offload),
	  .preset = "auto", .flags = ROW_LINE },
	{ .key = NULL }
};
const struct config_map schema_udp = {
	.name = "udp", .rows = udp_rows,
	.size = sizeof(struct config_udp), .check = check_udp,
};

#define NEEDS_DEVICE	.needs = offsetof(struct config_dcc, device) + 1

static const struct config_row dcc_rows[] = {
	{ .key = "interface", AT(config_dcc, interface), IFNAME_OR_NONE,
	  .preset = "" },
	{ .key = "device", AT(config_dcc, device), .type = &type_heap_path,
	  .min = 1, .max = TEXT_MAX },
	{ .key = "rate", AT(config_dcc, rate), .words = words_dcc_rate,
	  NUMBER(UNIT_RATE, RATE_MIN, 1000000000), .preset = "rs",
	  .flags = ROW_LINE },
	{ .key = "fragment-delay", AT(config_dcc, fragment_delay_ns),
	  NUMBER(UNIT_TIME, MILLISECOND, SECOND), .preset = "10ms",
	  .flags = ROW_LINE },
	{ .key = "framing", AT(config_dcc, framing), WORD(words_framing),
	  .preset = "bit", .flags = ROW_LINE, NEEDS_DEVICE },
	{ .key = "fcs", AT(config_dcc, fcs), WORD(words_fcs), .preset = "16",
	  .flags = ROW_LINE, NEEDS_DEVICE },
	{ .key = "bit-order", AT(config_dcc, bit_order), WORD(words_order),
	  .preset = "msb", .flags = ROW_LINE, NEEDS_DEVICE },
	{ .key = "speed", AT(config_dcc, speed), .words = words_auto,
	  NUMBER(UNIT_RATE, 50, 16000000), .preset = "auto",
	  .flags = ROW_LINE, NEEDS_DEVICE },
	{ .key = "trim", AT(config_dcc, trim), NUMBER(UNIT_NONE, 0, 16),
	  .preset = "0", .flags = ROW_LINE },
	{ .key = "prefix", AT(config_dcc, prefix), .type = &type_hex,
	  .preset = "", .flags = ROW_LINE },
	{ .key = NULL }
};
const struct config_map schema_dcc = {
	.name = "dcc", .rows = dcc_rows,
	.size = sizeof(struct config_dcc), .check = check_dcc,
};

static const struct config_row paths_rows[] = {
	{ .key = "name", AT(config_path, name), NAME(CONFIG_NAME_MAX),
	  .flags = ROW_SINGLE },
	{ .key = "udp", .kind = ROW_MAP, AT(config_path, udp),
	  .map = &schema_udp, CHOICE(config_path, kind, TRANSPORT_UDP) },
	{ .key = "dcc", .kind = ROW_MAP, AT(config_path, dcc),
	  .map = &schema_dcc, CHOICE(config_path, kind, TRANSPORT_DCC) },
	{ .key = "liveness", .kind = ROW_MAP, AT(config_path, liveness),
	  .map = &schema_liveness },
	{ .key = NULL }
};
const struct config_map schema_path = {
	.name = "paths", .rows = paths_rows,
	.size = sizeof(struct config_path),
};

/* channels[]. */

static const struct config_row channel_rows[] = {
	{ .key = "name", AT(config_channel, name), NAME(CONFIG_NAME_MAX),
	  .flags = ROW_REQUIRED | ROW_SINGLE },
	{ .key = "id", AT(config_channel, id), NUMBER(UNIT_NONE, 1, 65535),
	  .flags = ROW_REQUIRED | ROW_SINGLE },
	{ .key = "description", AT(config_channel, description),
	  .type = &type_text, .max = TEXT_MAX },
	{ .key = "peer", AT(config_channel, peer), .type = &type_name,
	  .max = CONFIG_NODE_MAX, .preset = "" },
	{ .key = "tap", .kind = ROW_MAP, AT(config_channel, device),
	  .map = &tap, CHOICE(config_channel, attachment, ATTACH_TAP),
	  .flags = ROW_FALLBACK },
	{ .key = "tun", .kind = ROW_MAP, AT(config_channel, device),
	  .map = &tun, CHOICE(config_channel, attachment, ATTACH_TUN) },
	{ .key = "protection", .kind = ROW_MAP,
	  AT(config_channel, protection), .map = &protection },
	{ .key = "storm", .kind = ROW_MAP, AT(config_channel, storm),
	  .map = &storm },
	{ .key = "classes", .kind = ROW_SEQ, AT(config_channel, classes),
	  .count = offsetof(struct config_channel, nclasses),
	  .map = &classes, .max = CONFIG_CLASSES_MAX },
	{ .key = "on-change", AT(config_channel, on_change),
	  .type = &type_heap_path, .max = TEXT_MAX },
	{ .key = "paths", .kind = ROW_SEQ, AT(config_channel, paths),
	  .count = offsetof(struct config_channel, npaths),
	  .map = &schema_path, .min = 1, .max = CONFIG_PATHS_MAX,
	  .flags = ROW_REQUIRED | ROW_MERGE },
	{ .key = NULL }
};
const struct config_map schema_channel = {
	.name = "channels", .rows = channel_rows,
	.size = sizeof(struct config_channel), .check = check_channel,
};

/* The file */

static const struct config_row file_rows[] = {
	{ .key = "node", AT(config, node), NAME(CONFIG_NODE_MAX) },
	{ .key = "control", .kind = ROW_MAP, AT(config, control),
	  .map = &control },
	{ .key = "defaults", .kind = ROW_MAP, .map = &schema_channel,
	  .flags = ROW_FILE },
	{ .key = "channels", .kind = ROW_SEQ, AT(config, channels),
	  .count = offsetof(struct config, nchannels),
	  .map = &schema_channel, .max = UINT16_MAX,
	  .flags = ROW_REQUIRED | ROW_MERGE },
	{ .key = NULL }
};
const struct config_map schema_file = {
	.name = "the file", .rows = file_rows, .size = sizeof(struct config),
};

static const struct config_map *const homes[] = {
	&schema_file, &control, &schema_channel, &tap, &tun, &bridge,
	&protection, &storm, &classes, &match, &schema_path, &schema_udp,
	&schema_dcc, &schema_liveness,
};

/**
 * schema_find() - Find a key's row
 * @map:	Where
 * @key:	The key
 *
 * Return: the row, or NULL
 */
const struct config_row *schema_find(const struct config_map *map,
				     const char *key)
{
	const struct config_row *row;

	for (row = map->rows; row->key; row++)
		if (!strcmp(row->key, key))
			return row;
	return NULL;
}

/**
 * schema_homes() - Where would this key be known?
 * @key:	A key that was found in the wrong place
 * @buf:	Gets the names of the mappings, quoted, with commas between
 * @size:	Room there
 *
 * Return: how many there are
 */
size_t schema_homes(const char *key, char *buf, size_t size)
{
	size_t i, n = 0, len = 0;

	for (i = 0; i < ARRAY_SIZE(homes); i++) {
		if (!schema_find(homes[i], key))
			continue;
		if (len < size)
			len += (size_t)snprintf(buf + len, size - len,
						"%s\"%s\"", n ? ", " : "",
						homes[i]->name);
		n++;
	}
	return n;
}
