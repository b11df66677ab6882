// SPDX-License-Identifier: ISC
// UDP lines: the descriptor that a path of the configuration asks for.

#include "monitor/opener.h"

#include <string.h>

#include "base/util.h"
#include "os/udp_socket.h"

/* Any address of a family. */
static void any_address(struct addr *a, int family, uint16_t port)
{
	memset(a, 0, sizeof(*a));
	if (family == AF_INET6) {
		a->in6.sin6_family = AF_INET6;
		a->in6.sin6_port = htons(port);
	} else {
		a->in.sin_family = AF_INET;
		a->in.sin_port = htons(port);
	}
}

static int open_udp(const struct config_path *path, int family, bool second,
		    char *reason, size_t size)
{
	const struct config_udp *u = &path->udp;
	struct udp_params p = {
		.local = u->local, .interface = u->interface, .second = second,
	};

	if (p.local.sa.sa_family == AF_UNSPEC) {
		uint16_t port = addr_port(&u->local);

		any_address(&p.local, family, port ? port : CONFIG_PORT);
	}
	return udp_open(&p, reason, size);
}

/**
 * opener_family() - The family that a path's configuration alone tells
 * @path:	Path of a UDP line
 *
 * Return: AF_INET, AF_INET6, or AF_UNSPEC if only a name tells
 */
int opener_family(const struct config_path *path)
{
	if (path->udp.local.sa.sa_family != AF_UNSPEC)
		return path->udp.local.sa.sa_family;
	return path->udp.remote.sa.sa_family;
}

/**
 * opener_open() - Open a path's UDP line
 * @path:	The path
 * @family:	What the engine found the far end's name to be, or anything;
 *		counts only where the configuration does not tell
 * @second:	Beside one that is open there
 * @reason:	Filled in on failure: what failed, why, what to do
 * @size:	Room there
 *
 * Return: a descriptor, or a negative errno
 */
int opener_open(const struct config_path *path, int family, bool second,
		char *reason, size_t size)
{
	if (opener_family(path) != AF_UNSPEC)
		family = opener_family(path);
	return open_udp(path, family, second, reason, size);
}
