// SPDX-License-Identifier: ISC
// Sizes of datagrams that networks have: what path MTU discovery tries.

#include "policy/mtu_size.h"

#include <netinet/in.h>
#include <stdint.h>

#include "base/util.h"

enum {
	HEADERS_V4 = 20 + 8,	/* IP without options, UDP */
	HEADERS_V6 = 40 + 8,
	LINK_V4 = 68,		/* RFC 791: every module must forward it */
	LINK_V6 = 1280,		/* RFC 8200 section 5 */
	HOST_V4 = 576,		/* RFC 791: every host must take it */
	ETHERNET = 1500,
};

/* The MTUs that networks have, with their IP headers; ascending. */
static const uint16_t common_mtus[] = {
	576, 1006, 1280,
	1400,		/* a round guess of many tunnels */
	1420,		/* WireGuard */
	1436,		/* GRE over IPsec */
	1450,		/* VXLAN */
	1460,		/* Google's cloud */
	1476,		/* GRE */
	1480,		/* IP in IP */
	1492,		/* PPPoE */
	ETHERNET,
	1508, 1536, 2000, 4352, 8900, 8950,
	9000,		/* jumbo frames */
	9100, 9198, 9216,
};

/**
 * mtu_size_payload() - What a packet carries
 * @family:	AF_INET or AF_INET6
 * @ip_mtu:	Octets of the whole IP packet
 *
 * Return: octets of UDP payload; 0 if there is no room for any
 */
size_t mtu_size_payload(int family, size_t ip_mtu)
{
	size_t headers = family == AF_INET6 ? HEADERS_V6 : HEADERS_V4;

	return ip_mtu > headers ? ip_mtu - headers : 0;
}

/**
 * mtu_size_floor() - What every link carries
 * @family:	AF_INET or AF_INET6
 *
 * Return: octets of UDP payload
 */
size_t mtu_size_floor(int family)
{
	return mtu_size_payload(family,
				family == AF_INET6 ? LINK_V6 : LINK_V4);
}

/**
 * mtu_size_host() - What every host takes, and so nearly every path carries
 * @family:	AF_INET or AF_INET6
 *
 * Return: octets of UDP payload
 */
size_t mtu_size_host(int family)
{
	return mtu_size_payload(family,
				family == AF_INET6 ? LINK_V6 : HOST_V4);
}

/**
 * mtu_size_between() - A size that is worth a probe
 * @family:	AF_INET or AF_INET6
 * @low:	Octets of UDP payload that pass
 * @high:	Octets above which nothing passes
 *
 * Return: the middle one of the common sizes above @low and up to @high,
 * but Ethernet's first, in octets of UDP payload; 0 if there is none
 */
size_t mtu_size_between(int family, size_t low, size_t high)
{
	size_t found[ARRAY_SIZE(common_mtus)];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(common_mtus); i++) {
		size_t size = mtu_size_payload(family, common_mtus[i]);

		if (size <= low || size > high)
			continue;
		if (common_mtus[i] == ETHERNET)
			return size;
		found[n++] = size;
	}
	return n ? found[n / 2] : 0;
}

/**
 * mtu_size_below() - The next smaller common size
 * @family:	AF_INET or AF_INET6
 * @size:	Octets of UDP payload that are too many
 *
 * Return: fewer octets, or mtu_size_floor()
 */
size_t mtu_size_below(int family, size_t size)
{
	for (size_t i = ARRAY_SIZE(common_mtus); i--;) {
		size_t payload = mtu_size_payload(family, common_mtus[i]);

		if (payload < size)
			return payload;
	}
	return mtu_size_floor(family);
}
