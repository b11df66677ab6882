/* SPDX-License-Identifier: ISC */
/* What comes off a port: whose is it? */
#ifndef ENGINE_RECEIVE_H
#define ENGINE_RECEIVE_H

#include "engine/capture.h"
#include "engine/port.h"
#include "engine/shared.h"

void receive_packets(struct port *port, struct reception *r, unsigned int n,
		     struct shared *shared, struct mono now);
void receive_error(struct port *port, const struct transport_error *e,
		   struct mono now);

#endif
