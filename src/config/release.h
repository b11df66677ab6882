/* SPDX-License-Identifier: ISC */
/* Free what the rows of the schema hold. */
#ifndef CONFIG_RELEASE_H
#define CONFIG_RELEASE_H

#include "config/row.h"

void release_row(const struct config_row *row, void *object);
void release_map(const struct config_map *map, void *object);

#endif
