/* SPDX-License-Identifier: ISC */
/* Rates: what two answers to "status" differ by, per second. */
#ifndef CLI_RATES_H
#define CLI_RATES_H

#include <jansson.h>

double rates_span(const json_t *before, const json_t *now);
double rates_of(const json_t *before, const json_t *channel, const char *path,
		const char *counter, double span);

#endif
