// SPDX-License-Identifier: ISC
// Frames of a hostile LAN: their flows, and the classes of these.
//
// The first octet says whether a frame or an IP packet follows.

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "codec/flow.h"
#include "policy/classes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static bool inside(const uint8_t *p, size_t n, const uint8_t *data, size_t len)
{
	return !p || (p >= data && n <= len && p <= data + len - n);
}

static void check(const struct flow *f, const uint8_t *data, size_t len)
{
	static const struct siphash_key key = { { 1, 2 } };
	static const struct class_rule rules[] = {
		{ .has_pcp = true, .pcp = 2, .class = WIRE_BULK },
		{ .has_udp_port = true, .udp_port = 7, .class = WIRE_NORMAL },
	};

	must(inside(f->dst, 6, data, len) && inside(f->src, 6, data, len));
	must(inside(f->addresses, f->ip == 6 ? 32 : 8, data, len));
	must(!f->ip == !f->addresses && (!f->ip || f->ip == 4 || f->ip == 6));
	must(f->pcp < 8 && f->vlan < 4096 && f->inner_vlan < 4096 &&
	     f->dscp < 64);
	must(!f->protocol || (f->ip && !f->fragment));
	must(!f->pure_ack || (f->has_ports && f->protocol == 6));
	must(flow_hash(f, &key) == flow_hash(f, &key));
	must(classes_of(rules, ARRAY_SIZE(rules), f) <= WIRE_BULK);
	must(!f->pure_ack || classes_of(NULL, 0, f) <= WIRE_INTERACTIVE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy;
	struct flow f;

	if (!size--)
		return 0;
	/* in memory of its own size, so that a read beyond it is seen */
	copy = malloc(size ? size : 1);
	must(copy);
	memcpy(copy, data + 1, size);
	if (data[0] & 1)
		flow_parse_ip(&f, copy, size);
	else
		flow_parse_ether(&f, copy, size);
	check(&f, copy, size);
	free(copy);
	return 0;
}
