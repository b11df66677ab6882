/* SPDX-License-Identifier: ISC */
/* Doing something in another network namespace. */
#ifndef SDHSIM_NETNS_H
#define SDHSIM_NETNS_H

int netns_enter(const char *name, int *home);
void netns_leave(int home);

#endif
