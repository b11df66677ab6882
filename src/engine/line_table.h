/* SPDX-License-Identifier: ISC */
/* Lines by their settings, while a new configuration takes force. */
#ifndef ENGINE_LINE_TABLE_H
#define ENGINE_LINE_TABLE_H

#include "engine/line.h"

/**
 * struct line_table - Lines, found by what line_key_eq() compares
 * @chains:	Of lines whose settings have one hash
 * @size:	How many, a power of two
 */
struct line_table {
	struct line **chains;
	size_t size;
};

int line_table_init(struct line_table *t, size_t lines);
void line_table_fini(struct line_table *t);
void line_table_add(struct line_table *t, struct line *l);
struct line *line_table_find(const struct line_table *t,
			     const struct config_path *cfg);

#endif
