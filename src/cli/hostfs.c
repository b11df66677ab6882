// SPDX-License-Identifier: ISC
// Read what a host says of itself in /proc, /sys and /etc.

#include "cli/hostfs.h"

#include <dirent.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void make_path(char path[PATH_MAX], const char *root, const char *fmt,
		      va_list ap) __attribute__((format(printf, 3, 0)));

/* A path that is too long becomes "", which opens nothing. */
static void make_path(char path[PATH_MAX], const char *root, const char *fmt,
		      va_list ap)
{
	int n = snprintf(path, PATH_MAX, "%s/", root);

	if (n < 0 || n >= PATH_MAX ||
	    vsnprintf(path + n, (size_t)(PATH_MAX - n), fmt, ap) >=
	    PATH_MAX - n)
		path[0] = '\0';
}

/* What a function with a format for its last named argument begins with */
#define PATH(path, root, fmt) do {				\
	va_list ap_;						\
	va_start(ap_, fmt);					\
	make_path(path, root, fmt, ap_);			\
	va_end(ap_);						\
} while (0)

/**
 * host_open() - Open a file for reading
 * @root:	Put before the path
 * @fmt:	Path without its first slash
 *
 * Return: the file for fclose(), or NULL
 */
FILE *host_open(const char *root, const char *fmt, ...)
{
	char path[PATH_MAX];

	PATH(path, root, fmt);
	return fopen(path, "re");
}

/**
 * host_exists() - Is there such a file?
 * @root:	Put before the path
 * @fmt:	Path without its first slash
 *
 * Return: true if so
 */
bool host_exists(const char *root, const char *fmt, ...)
{
	char path[PATH_MAX];

	PATH(path, root, fmt);
	return !access(path, F_OK);
}

static bool first_line(char text[HOST_TEXT], const char *path)
{
	FILE *f = fopen(path, "re");
	bool got = f && fgets(text, HOST_TEXT, f);

	if (f)
		fclose(f);
	if (got)
		text[strcspn(text, "\n")] = '\0';
	return got;
}

/**
 * host_text() - The first line of a file
 * @root:	Put before the path
 * @text:	Gets it
 * @fmt:	Path without its first slash
 *
 * Return: whether there is one
 */
bool host_text(const char *root, char text[HOST_TEXT], const char *fmt, ...)
{
	char path[PATH_MAX];

	PATH(path, root, fmt);
	return first_line(text, path);
}

/**
 * host_number() - The number in a file
 * @root:	Put before the path
 * @n:		Gets it; decimal, or hexadecimal with 0x
 * @fmt:	Path without its first slash
 *
 * Return: whether there is one
 */
bool host_number(const char *root, long *n, const char *fmt, ...)
{
	char path[PATH_MAX], text[HOST_TEXT], *end;

	PATH(path, root, fmt);
	if (!first_line(text, path))
		return false;
	*n = strtol(text, &end, 0);
	return end != text;
}

/**
 * host_link() - The last part of what a link points to
 * @root:	Put before the path
 * @name:	Gets it
 * @fmt:	Path without its first slash
 *
 * Return: whether it is a link
 */
bool host_link(const char *root, char name[HOST_TEXT], const char *fmt, ...)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *slash;
	ssize_t n;

	PATH(path, root, fmt);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return false;
	target[n] = '\0';
	slash = strrchr(target, '/');
	strlcpy(name, slash ? slash + 1 : target, HOST_TEXT);
	return true;
}

/**
 * host_each() - Go through a directory, in the order of the alphabet
 * @root:	Put before the path
 * @entry:	Called with each name; returns false to stop
 * @arg:	Its first argument
 * @fmt:	Path without its first slash
 *
 * Return: how many entries there are, or -1 if there is no such directory
 */
int host_each(const char *root, bool (*entry)(void *arg, const char *name),
	      void *arg, const char *fmt, ...)
{
	char path[PATH_MAX];
	struct dirent **list;
	bool more = true;
	int n, count = 0;

	PATH(path, root, fmt);
	n = scandir(path, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		if (strcmp(name, ".") && strcmp(name, "..")) {
			more = more && entry && entry(arg, name);
			count++;
		}
		free(list[i]);
	}
	if (n < 0)
		return -1;
	free(list);
	return count;
}

static bool in_file(const char *root, const char *file, const char *name)
{
	FILE *f = host_open(root, "etc/%s", file);
	size_t len = strlen(name), room = 0;
	char *line = NULL;
	bool found = false;

	while (f && !found && getline(&line, &room, f) > 0)
		found = !strncmp(line, name, len) && line[len] == ':';
	free(line);
	if (f)
		fclose(f);
	return found;
}

/**
 * host_account() - Is there such a user or group?
 * @root:	Under which its files are; "": ask this host's services
 * @file:	"passwd" or "group"
 * @name:	Name
 *
 * Return: true if so
 */
bool host_account(const char *root, const char *file, const char *name)
{
	if (*root)
		return in_file(root, file, name);
	return *file == 'p' ? getpwnam(name) != NULL : getgrnam(name) != NULL;
}
