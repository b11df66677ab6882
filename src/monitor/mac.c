// SPDX-License-Identifier: ISC
// Ethernet addresses that stay the same without anybody writing them down.
//
// A bridge that was given no address takes the lowest of its ports'. One
// that begins with fe is the highest that a single station may have and is
// locally administered, so a bridge never prefers it to a real port's.

#include "monitor/mac.h"

#include <string.h>

#include "base/util.h"

/**
 * mac_derive() - The address of a device of ours
 * @mac:	Filled in
 * @first:	Its first octet
 * @machine:	What tells this machine from all others
 * @node:	What tells this node from others with a copied disk
 * @name:	Of the channel or bridge
 */
void mac_derive(uint8_t mac[6], enum mac_first first, const char *machine,
		const char *node, const char *name)
{
	uint64_t h = HASH_INIT;
	int i;

	/* with their NUL octets, so that "a" "bc" is not "ab" "c" */
	h = hash_bytes(h, machine, strlen(machine) + 1);
	h = hash_bytes(h, node, strlen(node) + 1);
	h = hash_bytes(h, name, strlen(name) + 1);
	h ^= h >> 40;
	mac[0] = (uint8_t)first;
	for (i = 1; i < 6; i++)
		mac[i] = (uint8_t)(h >> (8 * (5 - i)));
}
