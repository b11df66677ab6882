/* SPDX-License-Identifier: ISC */
/* What the engine asks for: checked, then done. */
#ifndef MONITOR_REQUESTS_H
#define MONITOR_REQUESTS_H

struct monitor;

void requests_read(struct monitor *m);

#endif
