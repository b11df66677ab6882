/* SPDX-License-Identifier: ISC */
/* OAM that a path sends, on its channel id. */
#ifndef ENGINE_PATH_SEND_H
#define ENGINE_PATH_SEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct path;

uint64_t path_echo_rate(const struct path *p);
bool path_take_echo(struct path *p, size_t octets, struct mono now);
void path_send_oam(struct path *p, const uint8_t *data, size_t len,
		   struct mono now);
void path_send_echo(struct path *p, const uint8_t *data, size_t len,
		    struct mono now);

#endif
