/* SPDX-License-Identifier: ISC */
/* Telling the service manager how we are. */
#ifndef MONITOR_NOTIFY_H
#define MONITOR_NOTIFY_H

#include <sys/socket.h>
#include <sys/un.h>

/** struct notify - The way to the service manager; fd -1: there is none */
struct notify {
	int fd;
	struct sockaddr_un addr;
	socklen_t len;
};

void notify_open(struct notify *n);
void notify_say(const struct notify *n, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void notify_reloading(const struct notify *n);

#endif
