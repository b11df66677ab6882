/* SPDX-License-Identifier: ISC */
/* A TUN device that passes for the network device of an HDLC driver. */
#ifndef SDHSIM_TUN_H
#define SDHSIM_TUN_H

#include <stddef.h>

enum {
	TUN_QUEUE = 100,	/* frames that wait in the device */
};

int tun_open(const char *name, char *reason, size_t size);

#endif
