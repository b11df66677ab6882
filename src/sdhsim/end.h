/* SPDX-License-Identifier: ISC */
/* What stands at an end of the section: a network device, a pty. */
#ifndef SDHSIM_END_H
#define SDHSIM_END_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/fcs.h"
#include "sdhsim/stats.h"

enum end_limit {
	END_NAME_MAX = 256,
	END_REASON_MAX = 256,
	END_MRU = 1600,		/* as Linux's HDLC layer has it */
};

struct end;

/**
 * struct end_kind - A kind of end
 * @scheme:	What stands before the colon
 * @gentle:	A program fills it: the clock must not leap, even if late
 * @open:	Make it; tells in @reason, of END_REASON_MAX octets, why not.
 *		Returns 0 or a negative errno, after which nothing is open
 * @send:	Fill @len octets of the channel with what it sends, flags where
 *		it has no more; returns how many are its own, or -ENODEV if
 *		the end is no more
 * @octets:	Octets of the channel arrived; may be NULL
 * @frame:	A whole frame arrived in them, its FCS good and taken off; may
 *		be NULL
 * @damaged:	So many frames arrived damaged; may be NULL
 * @carrier:	The receiver has, or has lost, the signal; may be NULL
 * @close:	Undo @open
 */
struct end_kind {
	const char *scheme;
	bool gentle;
	int (*open)(struct end *e, char *reason);
	int (*send)(struct end *e, uint8_t *octets, size_t len);
	void (*octets)(struct end *e, const uint8_t *octets, size_t len);
	void (*frame)(struct end *e, const uint8_t *frame, size_t len);
	void (*damaged)(struct end *e, uint64_t n);
	void (*carrier)(struct end *e, bool on);
	void (*close)(struct end *e);
};

/**
 * struct end - One of the two
 * @kind:	What it is
 * @name:	What stands after the colon
 * @fcs:	What protects its frames
 * @sent:	Counters of the direction that it sends in
 * @received:	Counters of the other
 * @state:	The kind's own, from @open to @close
 */
struct end {
	const struct end_kind *kind;
	char name[END_NAME_MAX];
	const struct fcs *fcs;
	struct sdh_stats *sent;
	struct sdh_stats *received;
	void *state;
};

#endif
