/* SPDX-License-Identifier: ISC */
/* Directories that have to be there. */
#ifndef OS_DIRECTORY_H
#define OS_DIRECTORY_H

#include <sys/types.h>

int directory_make(const char *path, mode_t mode);

#endif
