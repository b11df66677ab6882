/* SPDX-License-Identifier: ISC */
/* The schema of the file: one table gives parser, checks, defaults, printer. */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include "config/row.h"

extern const struct config_map schema_file;
extern const struct config_map schema_channel;
extern const struct config_map schema_path;
extern const struct config_map schema_udp;
extern const struct config_map schema_dcc;
extern const struct config_map schema_liveness;

const struct config_row *schema_find(const struct config_map *map,
				     const char *key);
size_t schema_homes(const char *key, char *buf, size_t size);

#endif
