/* SPDX-License-Identifier: ISC */
/* Users, groups and the machine: names become numbers. */
#ifndef MONITOR_IDENTITY_H
#define MONITOR_IDENTITY_H

#include <stddef.h>
#include <sys/types.h>

#include "os/sandbox.h"

enum { MACHINE_ID_MAX = 64 };

int identity_user(const char *name, uid_t *uid);
int identity_group(const char *name, gid_t *gid);
int identity_engine(struct sandbox *s, char *reason, size_t size);
void identity_machine(char id[MACHINE_ID_MAX]);

#endif
