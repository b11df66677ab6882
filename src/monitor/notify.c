// SPDX-License-Identifier: ISC
// Telling the service manager how we are: sd_notify(3)'s protocol.
//
// Lines of NAME=VALUE in one datagram to the socket that the environment
// names. Nobody answers, and nothing here may fail or wait.

#include "monitor/notify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

/**
 * notify_open() - Find the service manager, if there is one
 * @n:	Filled in; lives as long as the process
 *
 * The name is taken out of the environment, so that nobody whom we start
 * speaks in our name.
 */
void notify_open(struct notify *n)
{
	const char *name = getenv("NOTIFY_SOCKET");
	size_t len = name ? strlen(name) : 0;

	memset(n, 0, sizeof(*n));
	n->fd = -1;
	if (!len || len >= sizeof(n->addr.sun_path) ||
	    (name[0] != '/' && name[0] != '@'))
		return;
	n->addr.sun_family = AF_UNIX;
	memcpy(n->addr.sun_path, name, len);
	if (name[0] == '@')
		n->addr.sun_path[0] = '\0';
	n->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	unsetenv("NOTIFY_SOCKET");
}

/**
 * notify_say() - Tell it something
 * @n:		Way to it
 * @fmt:	Lines of NAME=VALUE
 */
void notify_say(const struct notify *n, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	int len;

	if (n->fd < 0)
		return;
	va_start(ap, fmt);
	len = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof(text))
		len = sizeof(text) - 1;
	sendto(n->fd, text, (size_t)len, MSG_NOSIGNAL,
	       (const struct sockaddr *)&n->addr, n->len);
}

/**
 * notify_reloading() - Tell it that a reload begins; READY=1 ends it
 * @n:	Way to it
 */
void notify_reloading(const struct notify *n)
{
	notify_say(n, "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
		   clock_mono().ns / 1000);
}
