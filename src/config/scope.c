// SPDX-License-Identifier: ISC
// One mapping that is being read: which keys the file set, and where.

#include "config/scope.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/node.h"
#include "config/report.h"

enum { TEXT_SIZE = 256 };

static size_t row_index(const struct config_scope *scope, const char *key)
{
	size_t i;

	for (i = 0; scope->map->rows[i].key; i++)
		if (!strcmp(scope->map->rows[i].key, key))
			break;
	return i;
}

static const struct node *value_of(const struct config_scope *scope,
				   const char *key)
{
	size_t i = row_index(scope, key);

	return scope->own[i] ? scope->own[i] : scope->inherited[i];
}

/**
 * scope_own() - Does a key stand in the mapping itself?
 * @scope:	The mapping
 * @key:	Key
 *
 * Return: true if so; a default does not count
 */
bool scope_own(const struct config_scope *scope, const char *key)
{
	return !node_is_null(scope->own[row_index(scope, key)]);
}

/**
 * scope_set() - Does the file set a key, be it under "defaults"?
 * @scope:	The mapping
 * @key:	Key
 *
 * Return: true if so
 */
bool scope_set(const struct config_scope *scope, const char *key)
{
	return !node_is_null(value_of(scope, key));
}

/**
 * scope_missing() - Is a key missing, and not just mistyped?
 * @scope:	The mapping
 * @key:	Key
 *
 * Return: true if the file should be told to set it
 */
bool scope_missing(const struct config_scope *scope, const char *key)
{
	return !scope_set(scope, key) && !scope->meant[row_index(scope, key)];
}

/**
 * scope_fault() - Say what is wrong with a key's value
 * @scope:	The mapping
 * @key:	Key; NULL: the mapping itself
 * @fmt:	As printf
 *
 * The place is the value's, or that of the nearest thing that there is.
 */
void scope_fault(const struct config_scope *scope, const char *key,
		 const char *fmt, ...)
{
	const struct config_at at = { scope->at, key, 0 };
	const struct node *node = key ? value_of(scope, key) : NULL;
	char text[TEXT_SIZE];
	va_list ap;

	if (!node)
		node = scope->node ? scope->node : scope->base;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	report_add(scope->report, node ? node->line : 0,
		   node ? node->column : 0, key ? &at : scope->at, "%s", text);
}
