/* SPDX-License-Identifier: ISC */
/* Bit errors: independent, at a rate, at the cost of the errors alone. */
#ifndef SDHSIM_ERRORS_H
#define SDHSIM_ERRORS_H

#include <stdint.h>

/**
 * struct errors - Where the next error falls; errors_init() begins it
 * @random:	State of the generator
 * @rate:	Of errors, by bits
 * @scale:	1 / log(1 - rate)
 * @gap:	Bits that stay whole before the next error
 */
struct errors {
	uint64_t random;
	double rate;
	double scale;
	uint64_t gap;
};

void errors_init(struct errors *e, uint64_t seed);
int errors_set(struct errors *e, double rate);
unsigned int errors_apply(struct errors *e, uint8_t *octets, uint64_t bits);

#endif
