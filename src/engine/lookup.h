/* SPDX-License-Identifier: ISC */
/* Who is meant: a table from (sender, channel id) to its owner. */
#ifndef ENGINE_LOOKUP_H
#define ENGINE_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct lookup_entry {
	struct addr from;
	uint16_t id;
	void *owner;		/* NULL: free */
};

/** struct lookup - The table; all zero is an empty one */
struct lookup {
	struct lookup_entry *entries;
	size_t size;		/* a power of two, or 0 */
	size_t used;
	const struct lookup_entry *latest;	/* found; or NULL */
};

int lookup_add(struct lookup *t, const struct addr *from, uint16_t id,
	       void *owner);
void lookup_remove(struct lookup *t, const struct addr *from, uint16_t id);
void *lookup_find(struct lookup *t, const struct addr *from, uint16_t id);
void lookup_free(struct lookup *t);

#endif
