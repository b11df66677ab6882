/* SPDX-License-Identifier: ISC */
/* The socket on which the operator's command speaks to the engine. */
#ifndef MONITOR_CONTROL_SOCKET_H
#define MONITOR_CONTROL_SOCKET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

#include "config/config.h"

/** struct control_socket - It listens; fd -1: not yet */
struct control_socket {
	int fd;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

int control_socket_open(struct control_socket *s, const char *path,
			char *reason, size_t size);
void control_socket_close(struct control_socket *s);
void control_socket_groups(const struct config_control *c, int32_t gid[2]);

#endif
