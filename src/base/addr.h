/* SPDX-License-Identifier: ISC */
/* Internet addresses with a port: parse, print, compare, hash. */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* "[" v6 "%" scope "]:" port NUL */
#define ADDR_STRLEN	(INET6_ADDRSTRLEN + 24)

/**
 * struct addr - An IPv4 or IPv6 address and a port; all zero means none
 */
struct addr {
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	};
};

int addr_parse(struct addr *a, const char *host, uint16_t port);
const char *addr_str(const struct addr *a, char buf[ADDR_STRLEN]);
bool addr_eq(const struct addr *a, const struct addr *b);
uint64_t addr_hash(const struct addr *a);
socklen_t addr_len(const struct addr *a);
uint16_t addr_port(const struct addr *a);
bool addr_is_any(const struct addr *a);
void addr_unmap(struct addr *a);

#endif
