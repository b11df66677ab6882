// SPDX-License-Identifier: ISC
// What a process gives up for good before it meets the network.
//
// Theory of operation
// -------------------
// Two stages, each complete in itself:
//
// sandbox_identity() takes away who the process is: its root directory
// becomes an empty one, its user and group ones that own nothing, and all
// capabilities go, out of every set; it can never get any back, not through
// exec either, and nobody may trace it or read its memory. The child that
// looks up names stops here.
//
// sandbox_seccomp() (in seccomp.c) takes away what it can ask of the kernel.
//
// Where the program was not started by a root that may change users, the
// change of user and root directory falls away; the rest is the same.

#include "os/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Is @id one that this user namespace knows? */
static bool mapped(const char *map, uint32_t id)
{
	FILE *f = fopen(map, "re");
	uint32_t inside, outside, count;
	bool found = false;

	if (!f)
		return true;	/* no user namespaces here */
	while (!found && fscanf(f, "%" SCNu32 " %" SCNu32 " %" SCNu32,
				&inside, &outside, &count) == 3)
		found = id >= inside && id - inside < count;
	fclose(f);
	return found;
}

/**
 * sandbox_can_change() - May this process become another user?
 * @uid:	User to become
 * @gid:	Group to become
 *
 * Return: true if it holds the capabilities for that and for another root
 * directory, and its user namespace knows @uid and @gid
 */
bool sandbox_can_change(uid_t uid, gid_t gid)
{
	static const unsigned int need[] = { CAP_SETUID, CAP_SETGID,
					     CAP_SYS_CHROOT, CAP_SETPCAP };
	size_t i;

	capng_get_caps_process();
	for (i = 0; i < sizeof(need) / sizeof(need[0]); i++)
		if (!capng_have_capability(CAPNG_EFFECTIVE, need[i]))
			return false;
	return mapped("/proc/self/uid_map", uid) &&
	       mapped("/proc/self/gid_map", gid);
}

static int change(const struct sandbox *s, const char **what)
{
	*what = s->root;
	if (s->root && (chroot(s->root) || chdir("/")))
		return -errno;
	*what = "setgroups";
	if (setgroups(0, NULL))
		return -errno;
	*what = "setresgid";
	if (setresgid(s->gid, s->gid, s->gid))
		return -errno;
	*what = "setresuid";
	if (setresuid(s->uid, s->uid, s->uid))
		return -errno;
	return 0;
}

/*
 * The bounding set can only be emptied by who may set capabilities. Who may
 * not has it as it was given, and no way to use it: no new privileges.
 */
static int drop_bounding(const char **what)
{
	int i;

	*what = "capability bounding set";
	for (i = 0; prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++)
		if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) && errno != EPERM)
			return -errno;
	return 0;
}

static int drop_rest(const char **what)
{
	*what = "ambient capabilities";
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) &&
	    errno != EINVAL)
		return -errno;
	*what = "capabilities";
	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_apply(CAPNG_SELECT_CAPS))
		return -EPERM;
	*what = "no new privileges";
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	*what = "dumpable";
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return -errno;
	return 0;
}

/**
 * sandbox_identity() - Become nobody, with no right to anything
 * @s:		How far
 * @what:	On failure, the step that failed
 *
 * Should: be called before anything from outside is read. Mustn't: be called
 * while files or users are still to be looked up.
 *
 * Return: 0 or a negative errno; then the process must not go on
 */
int sandbox_identity(const struct sandbox *s, const char **what)
{
	int err;

	capng_get_caps_process();
	err = drop_bounding(what);
	if (!err && s->change)
		err = change(s, what);
	return err ? err : drop_rest(what);
}
