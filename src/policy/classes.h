/* SPDX-License-Identifier: ISC */
/* Which of the four classes a flow is of. */
#ifndef POLICY_CLASSES_H
#define POLICY_CLASSES_H

#include <dccbridge/wire.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/flow.h"

/** struct class_rule - A user's rule: all that it has must be so */
struct class_rule {
	bool has_ethertype, has_pcp, has_dscp, has_protocol;
	bool has_udp_port, has_tcp_port;
	uint16_t ethertype;
	uint8_t pcp, dscp, protocol;
	uint16_t udp_port, tcp_port;	/* the source's or the destination's */
	uint8_t class;			/* enum wire_class */
};

enum wire_class classes_of(const struct class_rule *rules, size_t n,
			   const struct flow *f);

#endif
