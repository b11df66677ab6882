/* SPDX-License-Identifier: ISC */
/* Ethernet addresses that stay the same without anybody writing them down. */
#ifndef MONITOR_MAC_H
#define MONITOR_MAC_H

#include <stdint.h>

enum mac_first {
	MAC_TAP = 0xfe,		/* higher than any other port's */
	MAC_BRIDGE = 0x02,
};

void mac_derive(uint8_t mac[6], enum mac_first first, const char *machine,
		const char *node, const char *name);

#endif
