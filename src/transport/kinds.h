/* SPDX-License-Identifier: ISC */
/* Which kind of line a path is. */
#ifndef TRANSPORT_KINDS_H
#define TRANSPORT_KINDS_H

#include "transport/transport.h"

const struct transport *transport_for(const struct config_path *cfg);

#endif
