// SPDX-License-Identifier: ISC
// Which kind of line a path is.

#include "transport/kinds.h"

#include "transport/hdlcdev.h"
#include "transport/stream.h"
#include "transport/udp.h"

/**
 * transport_for() - The kind of line that a path uses
 * @cfg:	Path
 *
 * Return: that
 */
const struct transport *transport_for(const struct config_path *cfg)
{
	if (cfg->kind == TRANSPORT_UDP)
		return &transport_udp;
	return cfg->dcc.device ? &transport_stream : &transport_hdlcdev;
}
