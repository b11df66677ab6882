/* SPDX-License-Identifier: ISC */
/* The stations that were heard: MAC addresses, by VLAN. */
#ifndef POLICY_STATIONS_H
#define POLICY_STATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/siphash.h"

enum stations_limit {
	STATIONS_DEFAULT = 2048,	/* stations of one channel */
	STATIONS_AGE = 300,		/* seconds (IEEE 802.1Q, 8.8.3) */
};

struct stations;

struct stations *stations_new(size_t max, const struct siphash_key *key);
void stations_free(struct stations *s);
void stations_heard(struct stations *s, const uint8_t mac[6], uint16_t vlan,
		    struct mono now);
bool stations_known(const struct stations *s, const uint8_t mac[6],
		    uint16_t vlan, struct mono now);
size_t stations_count(const struct stations *s, struct mono now);
void stations_forget(struct stations *s);

#endif
