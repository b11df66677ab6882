/* SPDX-License-Identifier: ISC */
/* What all kinds of DCC lines have in common: prefix, trim, cost. */
#ifndef TRANSPORT_DCC_H
#define TRANSPORT_DCC_H

#include "codec/hdlc.h"
#include "transport/transport.h"

enum { DCC_PARTS = 3 };		/* prefix, our header, payload */

/**
 * struct dcc_wrap - What is put round our packets, and taken off again
 * @prefix:	Before each packet
 * @trim:	Octets to cut off the end of each received frame
 */
struct dcc_wrap {
	uint8_t prefix[sizeof(((struct config_dcc *)0)->prefix)];
	size_t prefix_len;
	size_t trim;
};

void dcc_wrap_init(struct dcc_wrap *w, const struct config_dcc *cfg);
bool dcc_unwrap(const struct dcc_wrap *w, struct frame *f);
struct hdlc_config dcc_hdlc(const struct config_dcc *cfg);

size_t dcc_overhead(const struct config_path *cfg, const struct far_end *to);
size_t dcc_cost(const struct config_path *cfg, const struct far_end *to,
		const struct packet *p);

#endif
