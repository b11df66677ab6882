// SPDX-License-Identifier: ISC
// SipHash-2-4 (Aumasson and Bernstein, 2012).

#include "base/siphash.h"

struct state {
	uint64_t a, b, c, d;
};

static uint64_t rotate(uint64_t x, unsigned int by)
{
	return x << by | x >> (64 - by);
}

static void mix(struct state *s, unsigned int rounds)
{
	while (rounds--) {
		s->a += s->b;
		s->c += s->d;
		s->b = rotate(s->b, 13) ^ s->a;
		s->d = rotate(s->d, 16) ^ s->c;
		s->a = rotate(s->a, 32) + s->d;
		s->c += s->b;
		s->d = rotate(s->d, 21) ^ s->a;
		s->b = rotate(s->b, 17) ^ s->c;
		s->c = rotate(s->c, 32);
	}
}

static void absorb(struct state *s, uint64_t word)
{
	s->d ^= word;
	mix(s, 2);
	s->a ^= word;
}

static uint64_t load(const uint8_t *p, size_t n)
{
	uint64_t word = 0;

	while (n--)
		word = word << 8 | p[n];
	return word;
}

/**
 * siphash() - Hash octets with a secret
 * @key:	Secret
 * @data:	Octets
 * @len:	How many
 *
 * For tables that strangers fill: without the key nobody can say which
 * octets fall together.
 *
 * Return: the hash; all 64 bits are equally good
 */
uint64_t siphash(const struct siphash_key *key, const void *data, size_t len)
{
	struct state s = {
		key->k[0] ^ 0x736f6d6570736575, key->k[1] ^ 0x646f72616e646f6d,
		key->k[0] ^ 0x6c7967656e657261, key->k[1] ^ 0x7465646279746573,
	};
	const uint8_t *p = data;
	size_t left = len;

	for (; left >= 8; left -= 8, p += 8)
		absorb(&s, load(p, 8));
	absorb(&s, (uint64_t)(len & 0xff) << 56 | load(p, left));
	s.c ^= 0xff;
	mix(&s, 4);
	return s.a ^ s.b ^ s.c ^ s.d;
}
