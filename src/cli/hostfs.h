/* SPDX-License-Identifier: ISC */
/* Read what a host says of itself in /proc, /sys and /etc. */
#ifndef CLI_HOSTFS_H
#define CLI_HOSTFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { HOST_TEXT = 256 };

/* @root is put before every path: "" is this host, a directory is another
 * host's files. Paths are formats, as in printf(3). */
FILE *host_open(const char *root, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool host_exists(const char *root, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool host_text(const char *root, char text[HOST_TEXT], const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
bool host_number(const char *root, long *n, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
bool host_link(const char *root, char name[HOST_TEXT], const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int host_each(const char *root, bool (*entry)(void *arg, const char *name),
	      void *arg, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
bool host_account(const char *root, const char *file, const char *name);

#endif
