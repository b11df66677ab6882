/* SPDX-License-Identifier: ISC */
/* A device without a queueing discipline. */
#ifndef SDHSIM_NOQUEUE_H
#define SDHSIM_NOQUEUE_H

int noqueue_set(const char *device);

#endif
