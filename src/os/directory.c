// SPDX-License-Identifier: ISC
// Directories that have to be there.

#include "os/directory.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

/**
 * directory_make() - Make a directory and what lies above it
 * @path:	Its path
 * @mode:	Its permissions; those above it get 0755. What is there
 *		already stays as it is
 *
 * Return: 0, also if it is there already, or a negative errno
 */
int directory_make(const char *path, mode_t mode)
{
	char part[PATH_MAX];
	const char *slash = path;

	if (strlcpy(part, path, sizeof(part)) >= sizeof(part))
		return -ENAMETOOLONG;
	while ((slash = strchr(slash + 1, '/'))) {
		part[slash - path] = '\0';
		if (mkdir(part, 0755) && errno != EEXIST)
			return -errno;
		part[slash - path] = '/';
	}
	return mkdir(path, mode) && errno != EEXIST ? -errno : 0;
}
