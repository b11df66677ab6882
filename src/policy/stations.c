// SPDX-License-Identifier: ISC
// The stations that were heard: MAC addresses, by VLAN.
//
// A hash table of sets of WAYS places, of a fixed size. Who is heard goes to
// the place in its set that matters least: an empty or aged one; else of a
// station heard in one second only; else the one heard longest ago. So a
// flood of made-up addresses, each heard once, does not push out those who
// talk. The hash has a secret, so that nobody can aim at a set.

#include "policy/stations.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

enum {
	WAYS = 8,
	NANO = 1000000000,
	MAX_STATIONS = 1 << 20,
};

/**
 * struct station - One place
 * @mac:	Address
 * @vlan:	VLAN
 * @seen:	Second in which it was heard last, from 1; 0: nobody
 * @proven:	It was heard in an earlier second, too
 */
struct station {
	uint8_t mac[6];
	uint16_t vlan;
	uint32_t seen;
	bool proven;
};

struct stations {
	struct siphash_key key;
	size_t sets;		/* a power of two */
	struct station places[];
};

/**
 * stations_new() - Make an empty table
 * @max:	Most stations; rounded up to a power of two, at most a million
 * @key:	Secret; copied
 *
 * Return: the table, the caller's; NULL without memory
 */
struct stations *stations_new(size_t max, const struct siphash_key *key)
{
	struct stations *s;
	size_t sets = 1;

	max = MIN(max, MAX_STATIONS);
	while (sets * WAYS < max)
		sets *= 2;
	s = calloc(1, sizeof(*s) + sets * WAYS * sizeof(s->places[0]));
	if (!s)
		return NULL;
	s->key = *key;
	s->sets = sets;
	return s;
}

/**
 * stations_free() - Forget the table itself
 * @s:	Table or NULL; consumed
 */
void stations_free(struct stations *s)
{
	free(s);
}

static uint32_t second_of(struct mono now)
{
	return (uint32_t)(now.ns / NANO) + 1;
}

static bool is_alive(const struct station *t, uint32_t second)
{
	return t->seen && second - t->seen < STATIONS_AGE;
}

/* The set where a station is, if it is anywhere */
static size_t set_of(const struct stations *s, const uint8_t mac[6],
		     uint16_t vlan)
{
	uint8_t in[8] = {
		[6] = (uint8_t)(vlan >> 8), [7] = (uint8_t)vlan,
	};

	memcpy(in, mac, 6);
	return (siphash(&s->key, in, sizeof(in)) & (s->sets - 1)) * WAYS;
}

static bool is_it(const struct station *t, const uint8_t mac[6], uint16_t vlan)
{
	return t->vlan == vlan && !memcmp(t->mac, mac, 6);
}

/* What a place is worth: the lowest is given to another */
static uint64_t worth(const struct station *t, uint32_t second)
{
	if (!is_alive(t, second))
		return 0;
	return (uint64_t)t->proven << 32 | t->seen;
}

/**
 * stations_heard() - A frame came from a station
 * @s:		Table
 * @mac:	Its source address; that of a group is ignored
 * @vlan:	Its VLAN, or 0
 * @now:	Time
 */
void stations_heard(struct stations *s, const uint8_t mac[6], uint16_t vlan,
		    struct mono now)
{
	struct station *set = &s->places[set_of(s, mac, vlan)];
	struct station *least = set;
	uint32_t second = second_of(now);

	if (mac[0] & 1)
		return;
	for (int i = 0; i < WAYS; i++) {
		if (is_it(&set[i], mac, vlan) && is_alive(&set[i], second)) {
			set[i].proven |= set[i].seen != second;
			set[i].seen = second;
			return;
		}
		if (worth(&set[i], second) < worth(least, second))
			least = &set[i];
	}
	memcpy(least->mac, mac, 6);
	least->vlan = vlan;
	least->seen = second;
	least->proven = false;
}

/**
 * stations_known() - Was a station heard lately?
 * @s:		Table
 * @mac:	Address
 * @vlan:	VLAN, or 0
 * @now:	Time
 *
 * Return: true if so
 */
bool stations_known(const struct stations *s, const uint8_t mac[6],
		    uint16_t vlan, struct mono now)
{
	const struct station *set = &s->places[set_of(s, mac, vlan)];
	uint32_t second = second_of(now);

	for (int i = 0; i < WAYS; i++)
		if (is_it(&set[i], mac, vlan) && is_alive(&set[i], second))
			return true;
	return false;
}

/**
 * stations_count() - How many are known
 * @s:		Table
 * @now:	Time
 *
 * Looks at all of the table: for people, not for each frame.
 *
 * Return: the number
 */
size_t stations_count(const struct stations *s, struct mono now)
{
	uint32_t second = second_of(now);
	size_t n = 0;

	for (size_t i = 0; i < s->sets * WAYS; i++)
		n += is_alive(&s->places[i], second);
	return n;
}

/**
 * stations_forget() - Forget all stations
 * @s:	Table
 *
 * For when the LAN at the far end has changed its shape.
 */
void stations_forget(struct stations *s)
{
	memset(s->places, 0, s->sets * WAYS * sizeof(s->places[0]));
}
