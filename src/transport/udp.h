/* SPDX-License-Identifier: ISC */
/* Lines over UDP. */
#ifndef TRANSPORT_UDP_H
#define TRANSPORT_UDP_H

#include "transport/transport.h"

extern const struct transport transport_udp;

#endif
