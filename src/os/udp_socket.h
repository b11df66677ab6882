/* SPDX-License-Identifier: ISC */
/* UDP sockets as lines want them. */
#ifndef OS_UDP_SOCKET_H
#define OS_UDP_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"

/**
 * struct udp_params - What a line's socket is
 * @local:	Address and port to listen on; its family is the socket's
 * @interface:	Go out and come in there and nowhere else; "" is anywhere
 * @second:	Beside the one that this program has there already
 */
struct udp_params {
	struct addr local;
	const char *interface;
	bool second;
};

int udp_open(const struct udp_params *params, char *reason, size_t size);

#endif
