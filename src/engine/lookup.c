// SPDX-License-Identifier: ISC
// Who is meant: a table from (sender, channel id) to its owner.
//
// Open addressing, linear probing, at most half full. All keys come from the
// configuration, so a stranger cannot choose them to make a chain long.
//
// Packets come in rows from one sender: the entry found last is looked at
// first.

#include "engine/lookup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

enum { SIZE_MIN = 8 };

static size_t home(const struct lookup *t, const struct addr *from,
		   uint16_t id)
{
	uint64_t h = hash_bytes(addr_hash(from), &id, sizeof(id));

	return (size_t)(h ^ h >> 32) & (t->size - 1);
}

static bool is_it(const struct lookup_entry *e, const struct addr *from,
		  uint16_t id)
{
	return e->id == id && addr_eq(&e->from, from);
}

/* The entry of a key, or the free one where it would go. */
static HOT struct lookup_entry *probe(const struct lookup *t,
				      const struct addr *from, uint16_t id)
{
	size_t i = home(t, from, id);

	for (;; i = (i + 1) & (t->size - 1)) {
		struct lookup_entry *e = &t->entries[i];

		if (!e->owner || is_it(e, from, id))
			return e;
	}
}

static void insert(struct lookup *t, const struct lookup_entry *e)
{
	*probe(t, &e->from, e->id) = *e;
	t->latest = NULL;
	t->used++;
}

static int grow(struct lookup *t)
{
	struct lookup bigger = { .size = MAX(t->size * 2, SIZE_MIN) };

	bigger.entries = calloc(bigger.size, sizeof(*bigger.entries));
	if (!bigger.entries)
		return -ENOMEM;
	for (size_t i = 0; i < t->size; i++)
		if (t->entries[i].owner)
			insert(&bigger, &t->entries[i]);
	free(t->entries);
	*t = bigger;
	return 0;
}

/**
 * lookup_add() - Say who is meant by a sender and an id
 * @t:		Table
 * @from:	Sender
 * @id:		Channel id; 0 for the line itself
 * @owner:	Who; not NULL
 *
 * Return: 0, -EEXIST if somebody else is meant already, or -ENOMEM
 */
int lookup_add(struct lookup *t, const struct addr *from, uint16_t id,
	       void *owner)
{
	struct lookup_entry e = { *from, id, owner };
	int err;

	if (lookup_find(t, from, id))
		return -EEXIST;
	if (2 * (t->used + 1) > t->size) {
		err = grow(t);
		if (err)
			return err;
	}
	insert(t, &e);
	return 0;
}

/**
 * lookup_remove() - Nobody is meant any more
 * @t:		Table
 * @from:	Sender
 * @id:		Channel id
 */
void lookup_remove(struct lookup *t, const struct addr *from, uint16_t id)
{
	struct lookup_entry *e;
	size_t i;

	if (!lookup_find(t, from, id))
		return;
	e = probe(t, from, id);
	t->latest = NULL;
	e->owner = NULL;
	t->used--;
	/* what follows in the chain may have been pushed on by it */
	i = (size_t)(e - t->entries);
	for (i = (i + 1) & (t->size - 1); t->entries[i].owner;
	     i = (i + 1) & (t->size - 1)) {
		struct lookup_entry moved = t->entries[i];

		t->entries[i].owner = NULL;
		t->used--;
		insert(t, &moved);
	}
}

/**
 * lookup_find() - Who is meant?
 * @t:		Table
 * @from:	Sender
 * @id:		Channel id
 *
 * Return: the owner or NULL
 */
HOT void *lookup_find(struct lookup *t, const struct addr *from, uint16_t id)
{
	if (t->latest && is_it(t->latest, from, id))
		return t->latest->owner;
	if (!t->size)
		return NULL;
	t->latest = probe(t, from, id);
	return t->latest->owner;
}

/**
 * lookup_free() - Empty the table and give its memory back
 * @t:	Table
 */
void lookup_free(struct lookup *t)
{
	free(t->entries);
	memset(t, 0, sizeof(*t));
}
