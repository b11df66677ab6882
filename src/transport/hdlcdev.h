/* SPDX-License-Identifier: ISC */
/* Lines over a packet socket: an HDLC network device, or any other. */
#ifndef TRANSPORT_HDLCDEV_H
#define TRANSPORT_HDLCDEV_H

#include "transport/transport.h"

extern const struct transport transport_hdlcdev;

#endif
