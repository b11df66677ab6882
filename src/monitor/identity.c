// SPDX-License-Identifier: ISC
// Users, groups and the machine: names become numbers.

#include "monitor/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "os/directory.h"

#define EMPTY_ROOT	DCC_RUN_DIR "/empty"

/* A number as ids are: not negative, and not the -1 that means none. */
static int number(const char *text, unsigned long *n)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return -ENOENT;
	errno = 0;
	*n = strtoul(text, &end, 10);
	return *end || errno || *n >= UINT32_MAX ? -ENOENT : 0;
}

/**
 * identity_user() - A user's number
 * @name:	Name or number
 * @uid:	Filled in
 *
 * Return: 0, or -ENOENT if there is no such user
 */
int identity_user(const char *name, uid_t *uid)
{
	const struct passwd *pw = getpwnam(name);
	unsigned long n;

	if (!pw && number(name, &n))
		return -ENOENT;
	*uid = pw ? pw->pw_uid : (uid_t)n;
	return 0;
}

/**
 * identity_group() - A group's number
 * @name:	Name or number
 * @gid:	Filled in
 *
 * Return: 0, or -ENOENT if there is no such group
 */
int identity_group(const char *name, gid_t *gid)
{
	const struct group *gr = getgrnam(name);
	unsigned long n;

	if (!gr && number(name, &n))
		return -ENOENT;
	*gid = gr ? gr->gr_gid : (gid_t)n;
	return 0;
}

/* An empty directory of root's, that the engine will see nothing beyond. */
static int make_root(char *reason, size_t size)
{
	struct stat st;
	int err = directory_make(EMPTY_ROOT, 0555);

	if (!err && lstat(EMPTY_ROOT, &st))
		err = -errno;
	if (err) {
		snprintf(reason, size, "%s: %s", EMPTY_ROOT, strerror(-err));
		return err;
	}
	if (!S_ISDIR(st.st_mode) || st.st_uid != 0 || (st.st_mode & 022)) {
		snprintf(reason, size, "%s is no directory that only root "
			 "may write to: remove it", EMPTY_ROOT);
		return -EPERM;
	}
	return 0;
}

/**
 * identity_engine() - Who the engine will be
 * @s:		Filled in
 * @reason:	Filled in on failure
 * @size:	Room there
 *
 * Where we may not change users it stays who we are; the log says so.
 *
 * Return: 0 or a negative errno
 */
int identity_engine(struct sandbox *s, char *reason, size_t size)
{
	const struct passwd *pw = getpwnam(DCC_USER);

	memset(s, 0, sizeof(*s));
	if (!pw && sandbox_can_change(0, 0) && sandbox_can_change(1, 1)) {
		snprintf(reason, size, "user %s does not exist: make it with "
			 "\"systemd-sysusers\" or \"useradd --system "
			 "--no-create-home --home-dir /nonexistent --shell "
			 "/usr/sbin/nologin %s\"", DCC_USER, DCC_USER);
		return -ENOENT;
	}
	if (!pw || !sandbox_can_change(pw->pw_uid, pw->pw_gid)) {
		log_info("started without the privilege to change users: the "
			 "engine keeps user %u and the root directory",
			 (unsigned int)geteuid());
		return 0;
	}
	if (!pw->pw_uid || !pw->pw_gid) {
		snprintf(reason, size, "user %s is root: give it a number "
			 "of its own", DCC_USER);
		return -EPERM;
	}
	s->change = true;
	s->uid = pw->pw_uid;
	s->gid = pw->pw_gid;
	s->root = EMPTY_ROOT;
	return make_root(reason, size);
}

/**
 * identity_machine() - What tells this machine from all others
 * @id:	Filled in; "" where nothing does
 */
void identity_machine(char id[MACHINE_ID_MAX])
{
	static const char *const files[] = { "/etc/machine-id",
					     "/var/lib/dbus/machine-id" };
	size_t i;

	id[0] = '\0';
	for (i = 0; !id[0] && i < sizeof(files) / sizeof(files[0]); i++) {
		FILE *f = fopen(files[i], "re");

		if (!f)
			continue;
		if (!fgets(id, MACHINE_ID_MAX, f))
			id[0] = '\0';
		id[strcspn(id, "\n")] = '\0';
		fclose(f);
	}
}
