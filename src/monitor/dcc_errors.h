/* SPDX-License-Identifier: ISC */
/* How many frames a line has damaged, by what its driver counts. */
#ifndef MONITOR_DCC_ERRORS_H
#define MONITOR_DCC_ERRORS_H

#include <stdbool.h>
#include <stdint.h>

#include "os/priv.h"
#include "os/rtnl_link.h"

bool dcc_errors_since(struct rtnl_errors *was, const struct rtnl_errors *is,
		      uint32_t hits[PRIV_HIT_NUM]);

#endif
