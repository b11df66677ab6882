// SPDX-License-Identifier: ISC
// Internet addresses with a port: parse, print, compare, hash.

#include "base/addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

static int parse_v4(struct addr *a, const char *host, uint16_t port)
{
	if (inet_pton(AF_INET, host, &a->in.sin_addr) != 1)
		return -EINVAL;
	a->in.sin_family = AF_INET;
	a->in.sin_port = htons(port);
	return 0;
}

/* The scope is a number here; names of interfaces are the kernel's. */
static int parse_scope(const char *text, uint32_t *scope)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (end == text || *end || !n || n > UINT32_MAX)
		return -EINVAL;
	*scope = (uint32_t)n;
	return 0;
}

static int parse_v6(struct addr *a, const char *host, uint16_t port)
{
	char text[INET6_ADDRSTRLEN];
	const char *pct = strchr(host, '%');
	size_t len = pct ? (size_t)(pct - host) : strlen(host);

	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, host, len);
	text[len] = '\0';
	if (inet_pton(AF_INET6, text, &a->in6.sin6_addr) != 1)
		return -EINVAL;
	if (pct && parse_scope(pct + 1, &a->in6.sin6_scope_id) < 0)
		return -EINVAL;
	a->in6.sin6_family = AF_INET6;
	a->in6.sin6_port = htons(port);
	return 0;
}

/**
 * addr_parse() - Read a numeric address
 * @a:		Filled in; all zero on error
 * @host:	"192.0.2.1", "2001:db8::1" or "fe80::1%2", without brackets
 * @port:	Port, in host order
 *
 * Return: 0, or -EINVAL if @host is no address (a name, perhaps)
 */
int addr_parse(struct addr *a, const char *host, uint16_t port)
{
	memset(a, 0, sizeof(*a));
	if (!parse_v4(a, host, port) || !parse_v6(a, host, port))
		return 0;
	memset(a, 0, sizeof(*a));
	return -EINVAL;
}

/**
 * addr_str() - Write an address as people do
 * @a:		Address; none is written as "-"
 * @buf:	Where to
 *
 * Return: @buf
 */
const char *addr_str(const struct addr *a, char buf[ADDR_STRLEN])
{
	char ip[INET6_ADDRSTRLEN] = "-", scope[16] = "";

	if (a->sa.sa_family == AF_INET) {
		inet_ntop(AF_INET, &a->in.sin_addr, ip, sizeof(ip));
		snprintf(buf, ADDR_STRLEN, "%s:%u", ip, addr_port(a));
	} else if (a->sa.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &a->in6.sin6_addr, ip, sizeof(ip));
		if (a->in6.sin6_scope_id)
			snprintf(scope, sizeof(scope), "%%%u",
				 a->in6.sin6_scope_id);
		snprintf(buf, ADDR_STRLEN, "[%s%s]:%u", ip, scope,
			 addr_port(a));
	} else {
		snprintf(buf, ADDR_STRLEN, "-");
	}
	return buf;
}

/**
 * addr_eq() - Are two addresses the same far end?
 * @a:	One
 * @b:	The other
 *
 * A scope counts only where both name one.
 *
 * Return: true if so
 */
HOT bool addr_eq(const struct addr *a, const struct addr *b)
{
	if (a->sa.sa_family != b->sa.sa_family)
		return false;
	if (a->sa.sa_family == AF_INET)
		return a->in.sin_port == b->in.sin_port &&
		       a->in.sin_addr.s_addr == b->in.sin_addr.s_addr;
	if (a->sa.sa_family != AF_INET6)
		return true;
	return a->in6.sin6_port == b->in6.sin6_port &&
	       (!a->in6.sin6_scope_id || !b->in6.sin6_scope_id ||
		a->in6.sin6_scope_id == b->in6.sin6_scope_id) &&
	       !memcmp(&a->in6.sin6_addr, &b->in6.sin6_addr, 16);
}

/**
 * addr_hash() - A hash that agrees with addr_eq()
 * @a:	Address
 *
 * Return: the hash
 */
HOT uint64_t addr_hash(const struct addr *a)
{
	uint64_t h = HASH_INIT;

	if (a->sa.sa_family == AF_INET6)
		h = hash_bytes(h, &a->in6.sin6_addr, 16);
	else
		h = hash_bytes(h, &a->in.sin_addr, 4);
	return hash_bytes(h, &a->in.sin_port, 2);
}

/**
 * addr_len() - The length that socket calls want
 * @a:	Address
 *
 * Return: octets; 0 for none
 */
HOT socklen_t addr_len(const struct addr *a)
{
	switch (a->sa.sa_family) {
	case AF_INET:
		return sizeof(a->in);
	case AF_INET6:
		return sizeof(a->in6);
	default:
		return 0;
	}
}

/**
 * addr_port() - The port
 * @a:	Address
 *
 * Return: port in host order
 */
uint16_t addr_port(const struct addr *a)
{
	/* sin_port and sin6_port share their place */
	return ntohs(a->in.sin_port);
}

/**
 * addr_is_any() - Is it 0.0.0.0, :: or none at all?
 * @a:	Address
 *
 * Return: true if so
 */
bool addr_is_any(const struct addr *a)
{
	if (a->sa.sa_family == AF_INET)
		return a->in.sin_addr.s_addr == INADDR_ANY;
	if (a->sa.sa_family == AF_INET6)
		return IN6_IS_ADDR_UNSPECIFIED(&a->in6.sin6_addr);
	return true;
}

/**
 * addr_unmap() - Write ::ffff:192.0.2.1 as the IPv4 address that it is
 * @a:	Address, changed in place
 */
HOT void addr_unmap(struct addr *a)
{
	struct sockaddr_in in = { .sin_family = AF_INET };

	if (a->sa.sa_family != AF_INET6 ||
	    !IN6_IS_ADDR_V4MAPPED(&a->in6.sin6_addr))
		return;
	in.sin_port = a->in6.sin6_port;
	memcpy(&in.sin_addr, &a->in6.sin6_addr.s6_addr[12], 4);
	memset(a, 0, sizeof(*a));
	a->in = in;
}
