// SPDX-License-Identifier: ISC
// Ethernet frames and IP packets: lengths, padding, versions.

#include "codec/ether.h"

#include <net/ethernet.h>
#include <string.h>

#include "base/util.h"

/**
 * ether_length_ok() - May a frame of this length cross a LAN?
 * @len:	Octets of the frame, without FCS
 * @mtu:	The LAN's MTU, in octets
 *
 * The longest frame has two VLAN tags (IEEE 802.1Q), which Linux does not
 * count as payload.
 *
 * Return: true if so
 */
bool ether_length_ok(size_t len, size_t mtu)
{
	return len >= ETHER_FRAME_MIN && len <= mtu + ETHER_FRAME_EXTRA;
}

/**
 * ether_strip() - Leave the padding of a short frame at home
 * @frame:	Ethernet frame; borrowed
 * @len:	Its octets
 * @zeros:	Set to whether anything was cut, which is flag Z
 *
 * Only a frame of exactly 60 octets is cut, so that the far end knows what
 * to fill up to; only zeros are cut, so that it knows what with; and never
 * the addresses or the type.
 *
 * Return: the octets to be sent
 */
HOT size_t ether_strip(const uint8_t *frame, size_t len, bool *zeros)
{
	*zeros = false;
	if (len != ETHER_FRAME_PADDED)
		return len;
	while (len > ETHER_FRAME_MIN && !frame[len - 1])
		len--;
	*zeros = len < ETHER_FRAME_PADDED;
	return len;
}

/**
 * ether_restore() - Undo ether_strip() for a frame with flag Z
 * @out:	Where to; may be @cut itself
 * @room:	Octets at @out
 * @cut:	What was received
 * @len:	Its octets
 *
 * Return: octets at @out, ETHER_FRAME_PADDED; 0 if the flag cannot be true
 * of such a frame, or @room is too small
 */
size_t ether_restore(uint8_t *out, size_t room, const uint8_t *cut, size_t len)
{
	if (len < ETHER_FRAME_MIN || len >= ETHER_FRAME_PADDED ||
	    room < ETHER_FRAME_PADDED)
		return 0;
	memmove(out, cut, len);
	memset(out + len, 0, ETHER_FRAME_PADDED - len);
	return ETHER_FRAME_PADDED;
}

/**
 * ip_check() - Which IP is it?
 * @packet:	IP packet; borrowed
 * @len:	Its octets
 *
 * Looks only at the version and at whether there is a whole fixed header
 * (RFC 791 section 3.1, RFC 8200 section 3).
 *
 * Return: ETHERTYPE_IP or ETHERTYPE_IPV6, in host order (ETH_P_IP and
 * ETH_P_IPV6 are the same numbers); -1 if neither
 */
int ip_check(const uint8_t *packet, size_t len)
{
	if (len >= 20 && packet[0] >> 4 == 4)
		return ETHERTYPE_IP;
	if (len >= 40 && packet[0] >> 4 == 6)
		return ETHERTYPE_IPV6;
	return -1;
}
