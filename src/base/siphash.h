/* SPDX-License-Identifier: ISC */
/* SipHash: a hash that a stranger without the key cannot steer. */
#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct siphash_key - The secret; 16 random octets
 * @k:	Its halves, the first octet lowest
 */
struct siphash_key {
	uint64_t k[2];
};

uint64_t siphash(const struct siphash_key *key, const void *data, size_t len);

#endif
