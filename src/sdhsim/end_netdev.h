/* SPDX-License-Identifier: ISC */
/* An end that is a network device, as a Linux HDLC driver gives. */
#ifndef SDHSIM_END_NETDEV_H
#define SDHSIM_END_NETDEV_H

#include "sdhsim/end.h"

extern const struct end_kind end_netdev;

#endif
