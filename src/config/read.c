// SPDX-License-Identifier: ISC
// Walk the tables of the schema, and fill struct config from nodes.
//
// For each mapping the children are sorted to their rows, then each row reads
// its value: from the mapping itself, else from the same place under
// "defaults", else from the row's preset. "defaults" is read once before, into
// a channel that is thrown away, so that its errors are told once and where
// they are; when its values are used later, the report is mute.

#include "config/read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "config/blame.h"
#include "config/config.h"
#include "config/node.h"
#include "config/release.h"
#include "config/schema.h"
#include "config/scope.h"

static void read_map(struct config_reader *r, const struct config_at *at,
		     const struct config_map *map, void *object,
		     const struct node *own, const struct node *base,
		     bool partial);

static void *field_of(const struct config_row *row, void *object)
{
	return (char *)object + row->offset;
}

static void no_memory(struct config_reader *r)
{
	r->report.no_memory = true;
}

static void index_key(struct config_reader *r, struct config_scope *s,
		      const struct node *n, const struct node **index)
{
	const struct config_row *row = schema_find(s->map, n->key->text);
	struct config_at at;
	size_t i;

	if (!row) {
		row = blame_key(&r->report, s, n->key);
		if (row)
			s->meant[row - s->map->rows] = true;
		return;
	}
	i = (size_t)(row - s->map->rows);
	if (!index[i]) {
		index[i] = n;
		return;
	}
	at = (struct config_at){ s->at, row->key, 0 };
	report_add(&r->report, n->key->line, n->key->column, &at,
		   "duplicate key; the first is in line %u",
		   index[i]->key->line);
}

/* Sorts the children of @node to their rows. */
static void index_keys(struct config_reader *r, struct config_scope *s,
		       const struct node *node, const struct node **index)
{
	const struct node *n;

	if (!node || node->kind != NODE_MAP)
		return;
	for (n = node->child; n && !report_stop(&r->report); n = n->next)
		if (n->key->kind == NODE_SCALAR)
			index_key(r, s, n, index);
}

static void read_scalar(struct config_reader *r, const struct config_at *at,
			const struct config_row *row, void *field,
			const struct node *node)
{
	char why[ROW_WHY_MAX] = "";
	int err;

	if (node->kind == NODE_BAD)
		return;
	if (node->kind != NODE_SCALAR || node_is_null(node)) {
		blame_kind(&r->report, at, row, node);
		return;
	}
	err = row->type->parse(row, field, node->text, why);
	if (err == -ENOMEM)
		no_memory(r);
	else if (err)
		blame_value(&r->report, at, row, node, why);
}

static void read_preset(struct config_reader *r, const struct config_row *row,
			void *object)
{
	char why[ROW_WHY_MAX];

	if (row->kind != ROW_SCALAR || !row->preset)
		return;
	if (row->type->parse(row, field_of(row, object), row->preset, why) ==
	    -ENOMEM)
		no_memory(r);
}

static size_t count_children(const struct node *node)
{
	const struct node *n;
	size_t count = 0;

	for (n = node->child; n; n = n->next)
		count++;
	return count;
}

/* Room for the elements of a list, in place of what was there before. */
static void *new_elements(struct config_reader *r, const struct config_row *row,
			  void *object, size_t size, size_t count)
{
	void *list = NULL;

	if (count) {
		list = calloc(count, size);
		if (!list) {
			no_memory(r);
			return NULL;
		}
	}
	memcpy(field_of(row, object), &list, sizeof(list));
	memcpy((char *)object + row->count, &count, sizeof(count));
	return list;
}

static size_t check_count(struct config_reader *r, const struct config_at *at,
			  const struct config_row *row,
			  const struct node *node)
{
	size_t count = node->kind == NODE_SEQ ? count_children(node) : 0;

	if (count < row->min)
		report_add(&r->report, node->line, node->column, at,
			   "is empty; expected %s", row->max > 1 ?
			   "at least one" : "one");
	if (count > row->max)
		report_add(&r->report, node->line, node->column, at,
			   "has %zu elements; at most %u are taken", count,
			   (unsigned)row->max);
	return MIN(count, (size_t)row->max);
}

static void read_list(struct config_reader *r, const struct config_at *at,
		      const struct config_row *row, void *object,
		      const struct node *node)
{
	const struct node *n = node->kind == NODE_SEQ ? node->child : node;
	size_t i, count = 1;
	char *list;

	release_row(row, object);
	if (node->kind == NODE_BAD || node_is_null(node))
		return;
	if (node->kind != NODE_SCALAR && node->kind != NODE_SEQ) {
		blame_kind(&r->report, at, row, node);
		return;
	}
	if (node->kind == NODE_SEQ)
		count = check_count(r, at, row, node);
	list = new_elements(r, row, object, sizeof(struct config_prefix),
			    count);
	for (i = 0; list && i < count; i++, n = n->next) {
		const struct config_at element = { at, NULL, i };

		read_scalar(r, node->kind == NODE_SEQ ? &element : at, row,
			    list + i * sizeof(struct config_prefix), n);
	}
}

static void read_element(struct config_reader *r, const struct config_at *at,
			 const struct config_row *row, void *element,
			 const struct node *node, const struct node *base)
{
	if (node->kind == NODE_BAD)
		return;
	if (node->kind != NODE_MAP) {
		report_add(&r->report, node->line, node->column, at,
			   "found %s; expected a mapping of keys",
			   blame_name(node));
		return;
	}
	read_map(r, at, row->map, element, node, base, false);
}

static void read_elements(struct config_reader *r, const struct config_at *at,
			  const struct config_row *row, void *object,
			  const struct node *node, const struct node *base)
{
	const struct node *n = node->child;
	size_t i, count;
	char *list;

	release_row(row, object);
	if (node->kind == NODE_BAD)
		return;
	if (node->kind != NODE_SEQ && !node_is_null(node)) {
		blame_kind(&r->report, at, row, node);
		return;
	}
	count = check_count(r, at, row, node);
	list = new_elements(r, row, object, row->map->size, count);
	for (i = 0; list && i < count && !report_stop(&r->report); i++) {
		const struct config_at element = { at, NULL, i };

		read_element(r, &element, row, list + i * row->map->size, n,
			     base);
		n = n->next;
	}
}

/* Under "defaults" the keys of a list's elements stand in one mapping. */
static void read_merged(struct config_reader *r, const struct config_at *at,
			const struct config_row *row, const struct node *node)
{
	void *scratch;

	if (node->kind == NODE_BAD || node_is_null(node))
		return;
	if (node->kind != NODE_MAP) {
		report_add(&r->report, node->line, node->column, at,
			   "found %s; expected a mapping of keys, for each "
			   "of the %s", blame_name(node), row->key);
		return;
	}
	scratch = calloc(1, row->map->size);
	if (!scratch) {
		no_memory(r);
		return;
	}
	read_map(r, at, row->map, scratch, node, NULL, true);
	release_map(row->map, scratch);
	free(scratch);
}

static void read_sequence(struct config_reader *r, const struct config_scope *s,
			  const struct config_at *at, size_t i, void *object)
{
	const struct config_row *row = &s->map->rows[i];
	const struct node *own = s->own[i], *inherited = s->inherited[i];

	if (row->flags & ROW_MERGE) {
		if (own && s->partial)
			read_merged(r, at, row, own);
		else if (own)
			read_elements(r, at, row, object, own, inherited);
		return;
	}
	if (own)
		read_elements(r, at, row, object, own, NULL);
	else if (inherited && inherited->kind == NODE_SEQ)
		read_elements(r, at, row, object, inherited, NULL);
}

/** struct short_form - A mapping made up for a scalar that stands for one */
struct short_form {
	struct node map, key, value;
};

static const struct node *expand(const struct config_row *row,
				 const struct node *node,
				 struct short_form *form)
{
	if (!(row->flags & ROW_SHORT) || !node ||
	    node->kind != NODE_SCALAR || node_is_null(node))
		return node;
	form->key = *node;
	form->key.text = row->map->rows[0].key;
	form->value = *node;
	form->value.key = &form->key;
	form->value.next = NULL;
	form->map = (struct node){
		.kind = NODE_MAP, .line = node->line, .column = node->column,
		.key = node->key, .child = &form->value,
	};
	return &form->map;
}

static void read_submap(struct config_reader *r, const struct config_scope *s,
			const struct config_at *at, size_t i, void *object)
{
	const struct config_row *row = &s->map->rows[i];
	struct short_form own_form, base_form;
	const struct node *own = expand(row, s->own[i], &own_form);
	const struct node *base = expand(row, s->inherited[i], &base_form);

	if (own && own->kind == NODE_BAD)
		return;
	if (own && own->kind != NODE_MAP && !node_is_null(own)) {
		blame_kind(&r->report, at, row, own);
		return;
	}
	if (base && base->kind != NODE_MAP)
		base = NULL;
	read_map(r, at, row->map, field_of(row, object), own, base,
		 s->partial);
}

static void mark_has(const struct config_row *row, void *object)
{
	if (row->has)
		*((bool *)object + row->has - 1) = true;
}

static void read_value(struct config_reader *r, const struct config_scope *s,
		       const struct config_at *at, size_t i, void *object)
{
	const struct config_row *row = &s->map->rows[i];
	const struct node *node = s->own[i] ? s->own[i] : s->inherited[i];

	if (row->kind == ROW_MAP)
		read_submap(r, s, at, i, object);
	else if (row->kind == ROW_SEQ)
		read_sequence(r, s, at, i, object);
	else if (!node)
		return;
	else if (row->kind == ROW_LIST)
		read_list(r, at, row, object, node);
	else
		read_scalar(r, at, row, field_of(row, object), node);
	if (node)
		mark_has(row, object);
}

static void read_row(struct config_reader *r, const struct config_scope *s,
		     size_t i, void *object)
{
	const struct config_row *row = &s->map->rows[i];
	const struct config_at at = { s->at, row->key, 0 };
	bool inherited = !s->own[i] && s->inherited[i];
	char buf[BLAME_SIZE];

	if (row->flags & ROW_FILE)
		return;
	if (s->own[i] && s->partial && (row->flags & ROW_SINGLE))
		scope_fault(s, row->key, "cannot be a default; each needs its "
			    "own");
	if ((row->flags & ROW_REQUIRED) && !s->own[i] && !s->partial &&
	    !s->meant[i] && (!s->inherited[i] || (row->flags & ROW_MERGE)))
		scope_fault(s, NULL, "\"%s\" is missing; expected %s",
			    row->key, blame_expected(row, buf));
	/* a submapping mixes both, and mutes what is inherited itself */
	r->report.mute += inherited && row->kind != ROW_MAP;
	read_value(r, s, &at, i, object);
	r->report.mute -= inherited && row->kind != ROW_MAP;
}

static void choose(const struct config_row *row, void *object)
{
	unsigned chosen = row->chosen;

	memcpy((char *)object + row->choice - 1, &chosen, sizeof(chosen));
}

/* Of the rows that exclude each other: which one is it? */
static const struct config_row *pick(const struct config_scope *s,
				     const struct node *const *index)
{
	const struct config_row *row, *first = NULL;

	for (row = s->map->rows; row->key; row++) {
		if (!row->choice || !index[row - s->map->rows])
			continue;
		if (!first)
			first = row;
		else if (index == s->own && !s->partial)
			scope_fault(s, row->key, "\"%s\" and \"%s\" exclude "
				    "each other; leave one out", first->key,
				    row->key);
	}
	return first;
}

/* Nothing was chosen: then there is a key that we fall back to, or it is an
 * error, unless one of the keys was mistyped, which was told already. */
static const struct config_row *fallback(const struct config_scope *s)
{
	const struct config_row *row, *first = NULL, *second = NULL;

	for (row = s->map->rows; row->key; row++) {
		if (row->flags & ROW_FALLBACK)
			return row;
		if (row->choice && s->meant[row - s->map->rows])
			return NULL;
		if (row->choice && !first)
			first = row;
		else if (row->choice)
			second = row;
	}
	if (second && !s->partial)
		scope_fault(s, NULL, "needs \"%s\" or \"%s\"", first->key,
			    second->key);
	return NULL;
}

/* In "defaults" both of two keys that exclude each other may stand. */
static bool is_out(const struct config_scope *s, size_t i,
		   const struct config_row *chosen)
{
	const struct config_row *row = &s->map->rows[i];

	return row->choice && row != chosen && !(s->partial && s->own[i]);
}

/* Each mapping has at most one set of keys that exclude each other. */
static const struct config_row *resolve(const struct config_scope *s,
					void *object)
{
	const struct config_row *chosen = pick(s, s->own);

	if (!chosen)
		chosen = pick(s, s->inherited);
	if (!chosen)
		chosen = fallback(s);
	if (chosen)
		choose(chosen, object);
	return chosen;
}

static void read_map(struct config_reader *r, const struct config_at *at,
		     const struct config_map *map, void *object,
		     const struct node *own, const struct node *base,
		     bool partial)
{
	struct config_scope s = {
		.report = &r->report, .at = at, .map = map, .node = own,
		.base = base, .partial = partial,
	};
	const struct config_row *chosen;
	size_t i;

	index_keys(r, &s, own, s.own);
	r->report.mute++;
	index_keys(r, &s, base, s.inherited);
	r->report.mute--;
	chosen = resolve(&s, object);
	for (i = 0; map->rows[i].key; i++) {
		if (is_out(&s, i, chosen))
			continue;
		read_preset(r, &map->rows[i], object);
		read_row(r, &s, i, object);
	}
	if (map->check && !partial)
		map->check(&s, object);
}

/* "defaults" first, so that its errors are told where they stand. */
static const struct node *read_defaults(struct config_reader *r,
					const struct config_map *map,
					const struct node *root)
{
	const struct config_row *row = schema_find(map, "defaults");
	const struct config_at at = { NULL, row->key, 0 };
	const struct node *node = node_get(root, row->key);

	if (!node || node_is_null(node) || node->kind == NODE_BAD)
		return NULL;
	if (node->kind != NODE_MAP) {
		blame_kind(&r->report, &at, row, node);
		return NULL;
	}
	read_merged(r, &at, row, node);
	return node;
}

/**
 * read_file() - Read a whole file's tree into a configuration
 * @r:		The reader; its report gets what is wrong
 * @root:	The root, a mapping
 */
void read_file(struct config_reader *r, const struct node *root)
{
	const struct config_row *rows = schema_file.rows;
	struct config_scope s = {
		.report = &r->report, .map = &schema_file, .node = root,
	};
	const struct config_row *channels;
	size_t i;

	index_keys(r, &s, root, s.own);
	channels = schema_find(&schema_file, "channels");
	s.inherited[channels - rows] = read_defaults(r, &schema_file, root);
	for (i = 0; rows[i].key; i++) {
		read_preset(r, &rows[i], r->config);
		read_row(r, &s, i, r->config);
	}
}
