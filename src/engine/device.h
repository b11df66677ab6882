/* SPDX-License-Identifier: ISC */
/* What differs between a TAP and a TUN on the way of a frame. */
#ifndef ENGINE_DEVICE_H
#define ENGINE_DEVICE_H

#include <stdint.h>

#include "base/frame.h"
#include "base/stats.h"
#include "codec/wire.h"
#include "config/config.h"

/**
 * struct device - A kind of device; one constant table of functions each
 * @name:	As in the configuration
 * @type:	Of the frames that it gives and takes
 * @extra:	Octets that a frame may be longer than the device's MTU
 * @from_lan:	Check what was read and make it what travels; sets Z in @h.
 *		Returns 0, or the enum stat_id that counts its drop
 * @to_lan:	Check what came and make it what is written; the same
 */
struct device {
	const char *name;
	uint8_t type;
	uint32_t extra;
	int (*from_lan)(const struct config_device *cfg, uint32_t mtu,
			struct frame *f, struct wire_header *h);
	int (*to_lan)(const struct config_device *cfg, uint32_t mtu,
		      struct frame *f, const struct wire_header *h);
};

const struct device *device_of(enum attachment attachment);

#endif
