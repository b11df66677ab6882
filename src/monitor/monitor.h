/* SPDX-License-Identifier: ISC */
/* The privileged half: opens what needs privilege, hands it down. */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include "monitor/state.h"

int monitor_run(const struct monitor_options *options);

#endif
