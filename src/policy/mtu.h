/* SPDX-License-Identifier: ISC */
/* How large a datagram may be: path MTU discovery of a UDP line. */
#ifndef POLICY_MTU_H
#define POLICY_MTU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

/**
 * enum mtu_state - Where the discovery is (RFC 8899, section 5.2)
 * @MTU_DISABLED:	the configuration fixes it; nothing is ever sent
 * @MTU_BASE:		is there an answer to the base size at all?
 * @MTU_SEARCH:		the far end answers; larger sizes are tried
 * @MTU_COMPLETE:	found; confirmed now and then, raised once in a while
 * @MTU_ERROR:		no size is answered: the path is dead, or thinner
 *			than the base size
 */
enum mtu_state {
	MTU_DISABLED,
	MTU_BASE,
	MTU_SEARCH,
	MTU_COMPLETE,
	MTU_ERROR,
	MTU_STATE_NUM,
};

enum mtu_bound {
	MTU_ROUND = 16,		/* most probes that are sent at once */
	MTU_HISTORY = 32,	/* probes whose answer may still come */
};

/**
 * struct mtu_config - What is known beforehand
 * @family:	AF_INET or AF_INET6, of the far end
 * @fixed:	The underlay's MTU as configured, in octets; 0: find out
 * @need:	The largest UDP payload that is ever of use, in octets
 * @sequence:	Where the probes' numbers begin; to be random
 */
struct mtu_config {
	int family;
	size_t fixed;
	size_t need;
	uint32_t sequence;
};

/**
 * struct mtu_probe - A probe to be sent now
 * @size:	Octets of UDP payload, our header included
 * @sequence:	To be found again in the answer
 */
struct mtu_probe {
	size_t size;
	uint32_t sequence;
};

/** struct mtu - The discovery of one line; private to mtu.c */
struct mtu {
	enum mtu_state state;
	int family;
	size_t fixed;		/* UDP payload; 0: find out */
	size_t need;
	size_t limit;		/* what the kernel can send at all */
	size_t payload;		/* what may be used now */
	size_t low;		/* the search: answered */
	size_t high;		/* the search: not yet ruled out */
	bool hopeful;		/* the search: @high itself was not tried yet */
	size_t candidate;	/* size being probed; 0: none */
	unsigned int lost;	/* probes of the candidate in a row */
	bool smaller_ok;	/* a smaller one was answered meanwhile */
	unsigned int rounds;	/* without any answer */
	size_t due[MTU_ROUND];	/* sizes of probes to be sent at once */
	unsigned int ndue;
	uint32_t sequence;
	struct mono timer;	/* what an answer may take */
	struct mono sent;	/* the last round of probes */
	struct mono next;
	struct mono raise;
	struct {
		size_t size;	/* 0: answered, or never used */
		uint32_t sequence;
		struct mono sent;
	} history[MTU_HISTORY];	/* by sequence */
};

void mtu_init(struct mtu *m, const struct mtu_config *c, struct mono now);
void mtu_restart(struct mtu *m, struct mono now);
void mtu_need(struct mtu *m, struct mono now, size_t need);
size_t mtu_payload(const struct mtu *m);
enum mtu_state mtu_state(const struct mtu *m);
const char *mtu_state_name(enum mtu_state state);

struct mono mtu_deadline(const struct mtu *m);
bool mtu_tick(struct mtu *m, struct mono now, struct mtu_probe *probe);
bool mtu_answered(struct mtu *m, struct mono now, uint32_t sequence);
bool mtu_too_big(struct mtu *m, struct mono now, size_t ip_mtu);
bool mtu_refused(struct mtu *m, struct mono now, size_t size, size_t ip_mtu);
void mtu_heard(struct mtu *m, struct mono now);

#endif
