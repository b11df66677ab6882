/* SPDX-License-Identifier: ISC */
/* Who may do what at the control socket. */
#ifndef CONTROL_ACCESS_H
#define CONTROL_ACCESS_H

#include <stddef.h>
#include <sys/types.h>

/** enum access - What a client may do; a higher one may do more */
enum access {
	ACCESS_NONE,
	ACCESS_READ,	/* look, but neither change nor follow frames */
	ACCESS_ALL,
};

#define ACCESS_NO_GROUP	((gid_t)-1)

/**
 * struct access_rules - Who may do what
 * @owner:	This user may do all, as user 0 may: the one that started us
 * @group:	Its members may do all; ACCESS_NO_GROUP: there is none
 * @read_group:	Its members may look; ACCESS_NO_GROUP: there is none
 */
struct access_rules {
	uid_t owner;
	gid_t group, read_group;
};

enum access access_of(const struct access_rules *rules, uid_t uid, gid_t gid,
		      const gid_t *groups, size_t n);
int access_peer(const struct access_rules *rules, int fd,
		enum access *access);

#endif
