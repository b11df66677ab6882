/* SPDX-License-Identifier: ISC */
/* A frame in a few words: layers 2 to 4, and our own header. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include <stddef.h>
#include <stdint.h>

enum { SUMMARY_MAX = 512, SUMMARY_NAME = 128 };

/**
 * struct summary_names - Names instead of numbers
 * @host:	Name of an address in @out, or the address
 * @port:	Name of a port in @out, or the number; @protocol "tcp", "udp"
 * @arg:	Their first argument
 */
struct summary_names {
	void (*host)(void *arg, int family, const uint8_t *addr,
		     char out[SUMMARY_NAME]);
	void (*port)(void *arg, const char *protocol, uint16_t port,
		     char out[SUMMARY_NAME]);
	void *arg;
};

/**
 * struct summary - Text in the making
 * @names:	NULL: numbers
 * @verbose:	Say more
 */
struct summary {
	const struct summary_names *names;
	int verbose;
	size_t used;
	char text[SUMMARY_MAX];
};

void summary_ethernet(struct summary *s, const uint8_t *data, size_t caplen,
		      size_t len);
void summary_ip(struct summary *s, const uint8_t *data, size_t caplen,
		size_t len);
void summary_add(struct summary *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
