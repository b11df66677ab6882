/* SPDX-License-Identifier: ISC */
/* The chain of MTUs that a frame meets, from the bridge to the line. */
#ifndef CLI_CHAIN_H
#define CLI_CHAIN_H

#include <jansson.h>
#include <stdio.h>

void chain_add(json_t *answer);
void chain_print(FILE *out, const json_t *channel, const json_t *path);

#endif
