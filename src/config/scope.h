/* SPDX-License-Identifier: ISC */
/* One mapping that is being read: which keys the file set, and where. */
#ifndef CONFIG_SCOPE_H
#define CONFIG_SCOPE_H

#include <stdbool.h>

#include "config/row.h"

struct config_at;
struct config_report;
struct node;

/**
 * struct config_scope - One mapping that is being read
 * @report:	Where errors go
 * @at:		The mapping's place in the tree of keys
 * @map:	Its rows
 * @node:	The mapping itself; NULL: only defaults speak
 * @base:	The same mapping under "defaults", or NULL
 * @own:	By row, the value that stands in the mapping itself
 * @inherited:	By row, the value that stands in "defaults"
 * @meant:	By row, an unknown key was perhaps to be this one
 * @partial:	This is "defaults" itself: keys may be missing
 */
struct config_scope {
	struct config_report *report;
	const struct config_at *at;
	const struct config_map *map;
	const struct node *node;
	const struct node *base;
	const struct node *own[MAP_ROWS_MAX];
	const struct node *inherited[MAP_ROWS_MAX];
	bool meant[MAP_ROWS_MAX];
	bool partial;
};

bool scope_set(const struct config_scope *scope, const char *key);
bool scope_missing(const struct config_scope *scope, const char *key);
bool scope_own(const struct config_scope *scope, const char *key);
void scope_fault(const struct config_scope *scope, const char *key,
		 const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
