// SPDX-License-Identifier: ISC
// Addresses of the file: with a prefix length, with a port, or alone.

#include "config/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "config/config.h"
#include "config/number.h"

enum { HOST_MAX = 253, HOST_SIZE = HOST_MAX + 1 };

static bool is_multicast(const struct addr *a)
{
	if (a->sa.sa_family == AF_INET)
		return IN_MULTICAST(ntohl(a->in.sin_addr.s_addr)) ||
		       a->in.sin_addr.s_addr == INADDR_BROADCAST;
	return IN6_IS_ADDR_MULTICAST(&a->in6.sin6_addr);
}

static bool is_mapped(const struct addr *a)
{
	return a->sa.sa_family == AF_INET6 &&
	       IN6_IS_ADDR_V4MAPPED(&a->in6.sin6_addr);
}

/* An address that one device or one far end can have. */
static int check_unicast(const struct addr *a, char *why)
{
	if (addr_is_any(a))
		return row_why(why, "is no address of one device");
	if (is_multicast(a))
		return row_why(why, "is a group or broadcast address");
	if (is_mapped(a))
		return row_why(why, "is an IPv4 address; write it as one");
	return 0;
}

static int parse_address(const struct config_row *row, void *field,
			 const char *text, char why[ROW_WHY_MAX])
{
	struct addr a;

	(void)row;
	if (!*text) {
		memset(field, 0, sizeof(a));
		return 0;
	}
	if (strchr(text, '/'))
		return row_why(why, "has a prefix length, which belongs to "
			       "\"address\"");
	if (addr_parse(&a, text, 0) < 0)
		return row_why(why, "is not an IP address");
	if (check_unicast(&a, why) < 0)
		return -EINVAL;
	memcpy(field, &a, sizeof(a));
	return 0;
}

static bool host_str(const struct addr *a, char buf[ADDR_STRLEN])
{
	char *end;

	addr_str(a, buf);
	end = strrchr(buf, ':');
	if (!end)
		return false;
	*end = '\0';
	if (*buf == '[') {
		end[-1] = '\0';
		memmove(buf, buf + 1, strlen(buf));
	}
	return true;
}

static bool print_address(const struct config_row *row, const void *field,
			  char buf[ROW_VALUE_MAX])
{
	(void)row;
	return host_str(field, buf);
}

const struct row_type type_address = {
	.wants = "an IP address, such as 192.0.2.18",
	.text = true,
	.parse = parse_address,
	.print = print_address,
};

static int parse_prefix(const struct config_row *row, void *field,
			const char *text, char why[ROW_WHY_MAX])
{
	struct config_prefix prefix = { 0 };
	const char *slash = strchr(text, '/');
	char host[INET6_ADDRSTRLEN + 16];
	uint64_t length;

	(void)row;
	snprintf(host, sizeof(host), "%.*s",
		 slash ? (int)MIN(slash - text, 60) : 60, text);
	if (addr_parse(&prefix.addr, host, 0) < 0)
		return row_why(why, "is not an IP address");
	if (!slash)
		return row_why(why, "has no prefix length");
	if (number_read(slash + 1, UNIT_NONE, &length, why) < 0)
		return row_why(why, "has a prefix length that is no number");
	if (!length || length > (prefix.addr.sa.sa_family == AF_INET ?
				 32 : 128))
		return row_why(why, "has a prefix length that is out of range");
	if (check_unicast(&prefix.addr, why) < 0)
		return -EINVAL;
	prefix.length = (uint8_t)length;
	memcpy(field, &prefix, sizeof(prefix));
	return 0;
}

static bool print_prefix(const struct config_row *row, const void *field,
			 char buf[ROW_VALUE_MAX])
{
	const struct config_prefix *prefix = field;
	char host[ADDR_STRLEN];

	(void)row;
	if (!host_str(&prefix->addr, host))
		return false;
	snprintf(buf, ROW_VALUE_MAX, "%s/%u", host, prefix->length);
	return true;
}

const struct row_type type_prefix = {
	.wants = "an IP address with its prefix length, such as "
		 "192.0.2.17/24",
	.text = true,
	.parse = parse_prefix,
	.print = print_prefix,
};

/* Splits "host:port" and "[v6]:port"; the brackets go. */
static int split_endpoint(const char *text, char host[HOST_SIZE],
			  uint16_t *port, char *why)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : 0;
	bool bracket = *text == '[';
	uint64_t n;

	if (!bracket && colon && strchr(text, ':') != colon)
		return row_why(why, "has many colons: an IPv6 address goes in "
			       "brackets");
	if (!*text || text == colon)
		return row_why(why, "has no address");
	if (!len || (bracket && (len < 3 || text[len - 1] != ']')))
		return row_why(why, "has no port");
	if (bracket) {
		text++;
		len -= 2;
	}
	if (len >= HOST_SIZE)
		return row_why(why, "has too long a name");
	memcpy(host, text, len);
	host[len] = '\0';
	if (number_read(colon + 1, UNIT_NONE, &n, why) < 0)
		return row_why(why, "has a port that is no number");
	if (!n || n > UINT16_MAX)
		return row_why(why, "has a port that is out of range");
	*port = (uint16_t)n;
	if (bracket && !strchr(host, ':'))
		return row_why(why, "has brackets around what is no IPv6 "
			       "address");
	return 0;
}

static int parse_local(const struct config_row *row, void *field,
		       const char *text, char why[ROW_WHY_MAX])
{
	char host[HOST_SIZE];
	struct addr a;
	uint16_t port;

	(void)row;
	if (!strcmp(text, "auto")) {
		memset(field, 0, sizeof(a));
		return 0;
	}
	if (split_endpoint(text, host, &port, why) < 0)
		return -EINVAL;
	if (addr_parse(&a, host, port) < 0)
		return row_why(why, "is not an address of this machine");
	if (is_multicast(&a))
		return row_why(why, "is a group or broadcast address");
	if (is_mapped(&a))
		return row_why(why, "is an IPv4 address; write it as one");
	memcpy(field, &a, sizeof(a));
	return 0;
}

static bool print_local(const struct config_row *row, const void *field,
			char buf[ROW_VALUE_MAX])
{
	const struct addr *a = field;

	(void)row;
	if (a->sa.sa_family == AF_UNSPEC)
		snprintf(buf, ROW_VALUE_MAX, "auto");
	else
		addr_str(a, buf);
	return true;
}

/* Our own end of a UDP line. */
const struct row_type type_local = {
	.wants = "address:port, such as 0.0.0.0:6000 or \"[::]:6000\" in "
		 "quotes",
	.text = true,
	.parse = parse_local,
	.print = print_local,
};

/* RFC 1123 section 2.1; the last label of a name is never a number, so that
 * a mistyped address is no name. */
static int check_hostname(const char *host, char *why)
{
	const char *label = strrchr(host, '.');
	const char *p;

	label = label ? label + 1 : host;
	for (p = host; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
			    "XYZ0123456789-_.", *p))
			return row_why(why, "is neither an address nor a name");
	if (*host == '.' || *host == '-' || strstr(host, ".."))
		return row_why(why, "is neither an address nor a name");
	if (*label && strspn(label, "0123456789") == strlen(label))
		return row_why(why, "is not an IPv4 address");
	return 0;
}

static int read_remote(struct addr *a, const char *host, uint16_t port,
		       char *why)
{
	if (!addr_parse(a, host, port))
		return check_unicast(a, why);
	if (strchr(host, '%'))
		return row_why(why, "names a scope: leave it out and set "
			       "\"interface\" instead");
	if (strchr(host, ':'))
		return row_why(why, "is not an IPv6 address");
	return check_hostname(host, why);
}

static int parse_remote(const struct config_row *row, void *field,
			const char *text, char why[ROW_WHY_MAX])
{
	struct config_udp *udp = container_of(field, struct config_udp,
					      remote_host);
	char host[HOST_SIZE], *copy;
	struct addr a;
	uint16_t port;

	(void)row;
	if (split_endpoint(text, host, &port, why) < 0 ||
	    read_remote(&a, host, port, why) < 0)
		return -EINVAL;
	copy = strdup(host);
	if (!copy)
		return -ENOMEM;
	free(udp->remote_host);
	udp->remote_host = copy;
	udp->remote_port = port;
	udp->remote = a;
	return 0;
}

static bool print_remote(const struct config_row *row, const void *field,
			 char buf[ROW_VALUE_MAX])
{
	const struct config_udp *udp = (const void *)
		((const char *)field - offsetof(struct config_udp,
						remote_host));
	const char *host = udp->remote_host;

	(void)row;
	if (!host)
		return false;
	snprintf(buf, ROW_VALUE_MAX, strchr(host, ':') ? "[%s]:%u" : "%s:%u",
		 host, udp->remote_port);
	return true;
}

/* The far end of a UDP line: an address, or a name to look up. */
const struct row_type type_remote = {
	.wants = "address:port, name:port or \"[v6]:port\" in quotes, such as "
		 "203.0.113.7:6000",
	.text = true,
	.heap = true,
	.parse = parse_remote,
	.print = print_remote,
};
