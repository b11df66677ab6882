/* SPDX-License-Identifier: ISC */
/* Lines over a stream of octets whose HDLC we make ourselves. */
#ifndef TRANSPORT_STREAM_H
#define TRANSPORT_STREAM_H

#include "transport/transport.h"

extern const struct transport transport_stream;

#endif
