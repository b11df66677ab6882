/* SPDX-License-Identifier: ISC */
/* What a process gives up for good before it meets the network. */
#ifndef OS_SANDBOX_H
#define OS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A sanitizer makes calls of its own, which have to be let through. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_SANITIZED	1
#elif defined(__has_feature)
#define SANDBOX_SANITIZED \
	(__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SANDBOX_SANITIZED	0
#endif

/**
 * struct sandbox - How far a process goes down
 * @change:	Change user and root directory; false where the kernel gave
 *		us no right to
 * @uid:	User to become
 * @gid:	Its group; it gets no other
 * @root:	Empty directory of root's, the new root directory; NULL: keep it
 */
struct sandbox {
	bool change;
	uid_t uid;
	gid_t gid;
	const char *root;
};

bool sandbox_can_change(uid_t uid, gid_t gid);
int sandbox_identity(const struct sandbox *s, const char **what);
int sandbox_seccomp(const char **what);

#endif
