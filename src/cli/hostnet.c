// SPDX-License-Identifier: ISC
// Addresses, routes and sockets of a host, as /proc/net shows them.
//
// The kernel writes an address there as words of 32 bits in its own octet
// order, but in if_inet6 and ipv6_route, where it is octet by octet.

#include "cli/hostnet.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "cli/hostfs.h"

enum { ROUTE_REJECT = 0x200 };	/* RTF_REJECT */

/* 32 digits, octet by octet. */
static bool octets6(const char *hex, struct in6_addr *a)
{
	unsigned octet;

	for (size_t i = 0; i < 16; i++) {
		if (sscanf(hex + 2 * i, "%2x", &octet) != 1)
			return false;
		a->s6_addr[i] = (uint8_t)octet;
	}
	return true;
}

static bool has_address6(const char *root, const struct in6_addr *wanted)
{
	FILE *f = host_open(root, "proc/net/if_inet6");
	char line[HOST_TEXT];
	struct in6_addr a;
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = octets6(line, &a) && !memcmp(&a, wanted, sizeof(a));
	if (f)
		fclose(f);
	return found;
}

/* fib_trie: "|-- 192.0.2.1", and below it "/32 host LOCAL". */
static bool has_address4(const char *root, struct in_addr wanted)
{
	FILE *f = host_open(root, "proc/net/fib_trie");
	char line[HOST_TEXT], text[INET_ADDRSTRLEN], leaf[HOST_TEXT] = "";
	bool found = false;

	inet_ntop(AF_INET, &wanted, text, sizeof(text));
	while (f && !found && fgets(line, sizeof(line), f)) {
		sscanf(line, " |-- %63s", leaf);
		found = strstr(line, "/32 host LOCAL") && !strcmp(leaf, text);
	}
	if (f)
		fclose(f);
	return found;
}

/**
 * host_has_address() - Is an address one of the host's?
 * @root:	Put before the paths
 * @a:		The address
 *
 * Return: true if so, and for every loopback address
 */
bool host_has_address(const char *root, const struct addr *a)
{
	if (a->sa.sa_family == AF_INET6)
		return has_address6(root, &a->in6.sin6_addr);
	return ntohl(a->in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET ||
	       has_address4(root, a->in.sin_addr);
}

/* Reads one line of a table; returns the length of the prefix if the route
 * leads to @to, else -1. */
static int match4(const char *line, const struct addr *to, char *interface)
{
	unsigned destination, mask, flags;

	if (sscanf(line, "%15s %x %*x %x %*d %*d %*d %x", interface,
		   &destination, &flags, &mask) != 4)
		return -1;
	if ((to->in.sin_addr.s_addr & mask) != destination ||
	    (flags & ROUTE_REJECT))
		return -1;
	return __builtin_popcount(mask);
}

static int match6(const char *line, const struct addr *to, char *interface)
{
	char destination[33];
	unsigned len, flags;
	struct in6_addr a;

	if (sscanf(line, "%32s %x %*s %*x %*s %*x %*x %*x %x %15s",
		   destination, &len, &flags, interface) != 4 ||
	    strlen(destination) != 32 || len > 128 ||
	    !octets6(destination, &a) || (flags & ROUTE_REJECT))
		return -1;
	for (unsigned i = 0; i < len; i++)
		if ((a.s6_addr[i / 8] ^ to->in6.sin6_addr.s6_addr[i / 8]) >>
		    (7 - i % 8) & 1)
			return -1;
	return (int)len;
}

/**
 * host_route() - The interface by which a host reaches an address
 * @root:	Put before the paths
 * @to:		The address
 * @interface:	Gets the name
 *
 * Looks at the main table only; rules of policy routing are not followed.
 *
 * Return: whether there is a route
 */
bool host_route(const char *root, const struct addr *to,
		char interface[IFNAMSIZ])
{
	bool six = to->sa.sa_family == AF_INET6;
	FILE *f = host_open(root, six ? "proc/net/ipv6_route" :
					"proc/net/route");
	char line[HOST_TEXT], name[IFNAMSIZ];
	int best = -1;

	while (f && fgets(line, sizeof(line), f)) {
		int len = six ? match6(line, to, name) :
				match4(line, to, name);

		if (len > best) {
			best = len;
			strlcpy(interface, name, IFNAMSIZ);
		}
	}
	if (f)
		fclose(f);
	return best >= 0;
}

/* Whether a socket at the address in @hex, as words, is in the way of @a. */
static bool collides(const char *hex, const struct addr *a)
{
	bool six = a->sa.sa_family == AF_INET6;
	struct in6_addr theirs = { 0 };
	const uint8_t *mine = six ? a->in6.sin6_addr.s6_addr :
				    (const uint8_t *)&a->in.sin_addr;
	size_t len = six ? 16 : 4;

	if (strlen(hex) != 2 * len)
		return false;
	for (size_t i = 0; i < len / 4; i++) {
		char word[9] = "";
		uint32_t value;

		memcpy(word, hex + 8 * i, 8);
		value = (uint32_t)strtoul(word, NULL, 16);
		memcpy(&theirs.s6_addr[4 * i], &value, 4);
	}
	return addr_is_any(a) || !memcmp(&theirs, &in6addr_any, len) ||
	       !memcmp(&theirs, mine, len);
}

/**
 * struct search - Looking for the program that has a socket
 * @wanted:	What its descriptor points to
 * @pid:	The process that is looked at
 */
struct search {
	const char *root;
	const char *pid;
	char wanted[48];
	char comm[HOST_COMM];
};

static bool look_at_fd(void *arg, const char *fd)
{
	struct search *s = arg;
	char target[HOST_TEXT];

	if (!host_link(s->root, target, "proc/%s/fd/%s", s->pid, fd) ||
	    strcmp(target, s->wanted))
		return true;
	if (host_text(s->root, target, "proc/%s/comm", s->pid))
		strlcpy(s->comm, target, sizeof(s->comm));
	return false;
}

static bool look_at_process(void *arg, const char *pid)
{
	struct search *s = arg;

	if (!isdigit((unsigned char)*pid))
		return true;
	s->pid = pid;
	host_each(s->root, look_at_fd, s, "proc/%s/fd", pid);
	return !*s->comm;
}

static void find_program(const char *root, unsigned long inode,
			 char comm[HOST_COMM])
{
	struct search s = { .root = root };

	snprintf(s.wanted, sizeof(s.wanted), "socket:[%lu]", inode);
	host_each(root, look_at_process, &s, "proc");
	strlcpy(comm, s.comm, HOST_COMM);
}

/**
 * host_udp_sockets() - Which programs have sockets in the way of an address
 * @root:	Put before the paths
 * @local:	Address and port
 * @sockets:	Gets them
 * @max:	Room there
 *
 * Whose program it is only root can tell of others' sockets.
 *
 * Return: how many there are, at most @max
 */
int host_udp_sockets(const char *root, const struct addr *local,
		     struct host_socket *sockets, int max)
{
	FILE *f = host_open(root, local->sa.sa_family == AF_INET6 ?
			    "proc/net/udp6" : "proc/net/udp");
	char line[HOST_TEXT], hex[33];
	unsigned port, uid;
	unsigned long inode;
	int n = 0;

	while (f && n < max && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*s %32[0-9A-F]:%x %*s %*s %*s %*s %*s %u "
			   "%*s %lu", hex, &port, &uid, &inode) != 4 ||
		    port != addr_port(local) || !collides(hex, local))
			continue;
		sockets[n].uid = uid;
		find_program(root, inode, sockets[n++].comm);
	}
	if (f)
		fclose(f);
	return n;
}
