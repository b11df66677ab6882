/* SPDX-License-Identifier: ISC */
/* Looking up names in children that have no rights and little time. */
#ifndef MONITOR_RESOLVER_H
#define MONITOR_RESOLVER_H

#include <event2/event.h>
#include <stdint.h>

#include "base/addr.h"
#include "os/sandbox.h"

enum { RESOLVER_HOST_MAX = 256 };

/**
 * struct resolver_question - What is looked up, and for whom
 * @family:	AF_INET, AF_INET6 or AF_UNSPEC
 */
struct resolver_question {
	uint32_t generation;
	uint16_t channel, path;
	uint16_t port;
	int family;
	char host[RESOLVER_HOST_MAX];
};

/** Called with an address, or with a negative errno and a reason */
typedef void resolver_done(void *arg, const struct resolver_question *q,
			   int err, const struct addr *addr,
			   const char *reason);

struct resolver;

struct resolver *resolver_new(struct event_base *base,
			      const struct sandbox *sandbox,
			      resolver_done *done, void *arg);
void resolver_free(struct resolver *r);
void resolver_reap(struct resolver *r);
int resolver_ask(struct resolver *r, const struct resolver_question *q);

#endif
