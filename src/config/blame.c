// SPDX-License-Identifier: ISC
// What to tell of keys and values that the schema does not take.

#include "config/blame.h"

#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "config/endpoint.h"
#include "config/node.h"
#include "config/report.h"
#include "config/schema.h"
#include "config/scope.h"

/**
 * blame_expected() - What would be right for a key?
 * @row:	The key's row
 * @buf:	Room for it
 *
 * Return: the text, in @buf or constant
 */
const char *blame_expected(const struct config_row *row, char buf[BLAME_SIZE])
{
	if (row->kind == ROW_MAP)
		return "a mapping of keys";
	if (row->kind == ROW_SEQ)
		return "a list, each element beginning with \"- \"";
	if (row->type->wants)
		return row->type->wants;
	row->type->expect(row, buf, BLAME_SIZE);
	return buf;
}

/**
 * blame_name() - What kind of thing did we find?
 * @node:	Node
 *
 * Return: its kind in words
 */
const char *blame_name(const struct node *node)
{
	return node->kind == NODE_MAP ? "a mapping" :
	       node->kind == NODE_SEQ ? "a list" :
	       node_is_null(node) ? "nothing" : "a single value";
}

/**
 * blame_kind() - Tell of a value that is not of the row's kind at all
 * @report:	Where to
 * @at:		The key's place
 * @row:	The key's row
 * @node:	What was found
 */
void blame_kind(struct config_report *report, const struct config_at *at,
		const struct config_row *row, const struct node *node)
{
	char buf[BLAME_SIZE];
	bool endpoint = row->type == &type_remote || row->type == &type_local;

	report_add(report, node->line, node->column, at,
		   "found %s; expected %s%s", blame_name(node),
		   blame_expected(row, buf),
		   endpoint && node->kind == NODE_SEQ ?
		   " (YAML takes bare brackets for a list)" : "");
}

static const char *nearest_key(const struct config_map *map, const char *text)
{
	const char *known[MAP_ROWS_MAX];
	size_t n;

	for (n = 0; map->rows[n].key; n++)
		known[n] = map->rows[n].key;
	return suggest(text, known, n);
}

static const char *nearest_word(const struct row_word *words, const char *text)
{
	const char *known[ROW_WORDS_MAX];
	size_t n;

	for (n = 0; words[n].word; n++)
		known[n] = words[n].word;
	return suggest(text, known, n);
}

static const char *key_names(const struct config_map *map, char *buf,
			     size_t size)
{
	const struct config_row *row;
	size_t n = 0;

	for (row = map->rows; row->key && n < size; row++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s",
				      !n ? "" : row[1].key ? ", " : " or ",
				      row->key);
	return buf;
}

/**
 * blame_key() - Tell of a key that is not known here
 * @report:	Where to
 * @s:		The mapping
 * @key:	The key
 *
 * One that is known elsewhere was put in the wrong place; else it may be
 * mistyped.
 *
 * Return: the row that was perhaps meant, or NULL
 */
const struct config_row *blame_key(struct config_report *report,
				   const struct config_scope *s,
				   const struct node *key)
{
	const struct config_at at = { s->at, key->text, 0 };
	const char *near = nearest_key(s->map, key->text);
	char names[BLAME_SIZE] = "";

	if (!strcmp(key->text, "<<"))
		report_add(report, key->line, key->column, &at,
			   "merge keys are not taken; use \"defaults\"");
	else if (schema_homes(key->text, names, sizeof(names)))
		report_add(report, key->line, key->column, &at,
			   "unknown key; it belongs to %s", names);
	else if (near)
		report_add(report, key->line, key->column, &at,
			   "unknown key; did you mean \"%s\"?", near);
	else
		report_add(report, key->line, key->column, &at,
			   "unknown key; expected %s",
			   key_names(s->map, names, sizeof(names)));
	return near ? schema_find(s->map, near) : NULL;
}

/**
 * blame_value() - Tell of a scalar that the row does not take
 * @report:	Where to
 * @at:		The key's place
 * @row:	The key's row
 * @node:	The scalar
 * @why:	What is wrong with it
 */
void blame_value(struct config_report *report, const struct config_at *at,
		 const struct config_row *row, const struct node *node,
		 const char *why)
{
	char shown[REPORT_SHOWN + 8], buf[BLAME_SIZE];
	const char *near = NULL;

	if (row->words)
		near = nearest_word(row->words, node->text);
	report_shown(node->text, shown);
	if (near)
		report_add(report, node->line, node->column, at,
			   "\"%s\" %s; did you mean \"%s\"?", shown, why, near);
	else
		report_add(report, node->line, node->column, at,
			   "\"%s\" %s; expected %s", shown, why,
			   blame_expected(row, buf));
}
