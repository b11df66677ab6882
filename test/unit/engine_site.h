/* SPDX-License-Identifier: ISC */
/* An engine whose monitor says nothing. */
#ifndef TEST_ENGINE_SITE_H
#define TEST_ENGINE_SITE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"

/** struct site - An engine, and the monitor's end of its socket */
struct site {
	struct engine *e;
	int sockets[2];
	uint32_t generation;
};

int site_begin(void **state);
int site_end(void **state);
void site_apply(struct site *s, const char *channels);
struct path *site_path(const struct site *s, size_t channel, size_t path);

#endif
