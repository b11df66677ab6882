/* SPDX-License-Identifier: ISC */
/* Packet sockets as lines want them, and what a device's carrier is. */
#ifndef OS_PACKET_SOCKET_H
#define OS_PACKET_SOCKET_H

#include <stddef.h>

int packet_open(int index, char *reason, size_t size);
int packet_carrier(int fd, const char *name);

#endif
