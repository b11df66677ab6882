/* SPDX-License-Identifier: ISC */
/* What a frame belongs to: its addresses, marks, protocol and ports. */
#ifndef CODEC_FLOW_H
#define CODEC_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"

/** enum flow_cast - Whom the destination address means */
enum flow_cast { FLOW_UNICAST, FLOW_MULTICAST, FLOW_BROADCAST };

enum flow_limit {
	FLOW_TAGS = 2,		/* VLAN tags that are looked behind */
	FLOW_LLC = 0,		/* ethertype of a frame with an LLC header */
};

/**
 * struct flow - What a frame says of itself; what it lacks is zero
 * @dst:	Destination's MAC address, in the frame; NULL of an IP packet
 * @src:	Source's; the same
 * @cast:	Of @dst, or of the IP destination where there is none
 * @tagged:	@pcp and @vlan are those of the outermost VLAN tag
 * @pcp:	Priority, 0..7
 * @vlan:	VLAN, 0..4095; 0: only a priority
 * @inner_vlan:	Of the second tag, or 0
 * @ethertype:	Behind the tags and a SNAP header, host order; FLOW_LLC
 * @llc:	DSAP, SSAP, control and the octet after that, most significant
 *		first; where @ethertype is FLOW_LLC and there are as many
 * @ip:		Version, 4 or 6; 0: none, or its header is broken
 * @dscp:	0..63
 * @addresses:	IP source and destination, one after the other, in the frame
 * @fragment:	Of an IP datagram: protocol and ports are not looked at, as
 *		most pieces do not have them
 * @protocol:	IP protocol, behind IPv6's extension headers
 * @has_ports:	@sport and @dport are there, host order
 * @tcp_flags:	The 8 flags of TCP
 * @pure_ack:	TCP, and nothing but an acknowledgement
 */
struct flow {
	const uint8_t *dst;
	const uint8_t *src;
	enum flow_cast cast;
	bool tagged;
	uint8_t pcp;
	uint16_t vlan;
	uint16_t inner_vlan;
	uint16_t ethertype;
	uint32_t llc;
	uint8_t ip;
	uint8_t dscp;
	const uint8_t *addresses;
	bool fragment;
	uint8_t protocol;
	bool has_ports;
	uint16_t sport;
	uint16_t dport;
	uint8_t tcp_flags;
	bool pure_ack;
};

void flow_parse_ether(struct flow *f, const uint8_t *frame, size_t len);
void flow_parse_ip(struct flow *f, const uint8_t *packet, size_t len);
uint64_t flow_hash(const struct flow *f, const struct siphash_key *key);

#endif
