// SPDX-License-Identifier: ISC
// Who may do what at the control socket: the kernel vouches for the client.

#include "control/access.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS	59	/* since Linux 4.13 */
#endif

enum { GROUPS_USUAL = 64 };	/* more than that need memory of their own */

static bool member(gid_t wanted, gid_t gid, const gid_t *groups, size_t n)
{
	if (wanted == ACCESS_NO_GROUP)
		return false;
	for (size_t i = 0; i < n; i++)
		if (groups[i] == wanted)
			return true;
	return gid == wanted;
}

/**
 * access_of() - What a user may do
 * @rules:	Who may do what
 * @uid:	Effective user
 * @gid:	Effective group
 * @groups:	Supplementary groups
 * @n:		How many
 *
 * Return: the access
 */
enum access access_of(const struct access_rules *rules, uid_t uid, gid_t gid,
		      const gid_t *groups, size_t n)
{
	if (!uid || uid == rules->owner ||
	    member(rules->group, gid, groups, n))
		return ACCESS_ALL;
	return member(rules->read_group, gid, groups, n) ? ACCESS_READ :
							   ACCESS_NONE;
}

/* Many groups: the kernel has told how much room they take. */
static int with_room(const struct access_rules *rules, int fd,
		     const struct ucred *peer, socklen_t len,
		     enum access *access)
{
	gid_t *groups;
	int err = 0;

	if (len > NGROUPS_MAX * sizeof(gid_t))
		return -ERANGE;
	groups = malloc(len);
	if (!groups)
		return -ENOMEM;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len))
		err = -errno;
	else
		*access = access_of(rules, peer->uid, peer->gid, groups,
				    len / sizeof(gid_t));
	free(groups);
	return err;
}

/**
 * access_peer() - What the client behind a socket may do
 * @rules:	Who may do what
 * @fd:		Connected unix socket
 * @access:	Gets the access
 *
 * What counts is who the client was when it connected.
 *
 * Return: 0 or a negative errno; then @access is ACCESS_NONE
 */
int access_peer(const struct access_rules *rules, int fd, enum access *access)
{
	gid_t groups[GROUPS_USUAL];
	socklen_t len = sizeof(groups);
	struct ucred peer;
	socklen_t peer_len = sizeof(peer);

	*access = ACCESS_NONE;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_len))
		return -errno;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len)) {
		if (errno == ERANGE)
			return with_room(rules, fd, &peer, len, access);
		len = 0;	/* an old kernel: the main group must do */
	}
	*access = access_of(rules, peer.uid, peer.gid, groups,
			    len / sizeof(gid_t));
	return 0;
}
