// SPDX-License-Identifier: ISC
// Load a configuration: from YAML text to struct config, by the schema.
//
// Theory of operation. The text becomes a tree of nodes (node.c). Then the
// tables of schema.c are walked from the root: for each mapping the children
// are sorted to their rows, unknown and duplicate keys are told, and each row
// reads its value. A key that a channel does not set is taken from the same
// place under "defaults", and what is not there from the row's preset.
// "defaults" itself is read once before, into a channel that is thrown away,
// so that its errors are told once and where they are; when its values are
// used later, the report is mute. At the end cross.c compares the channels
// with each other. Nothing stops at the first error but broken YAML.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "base/util.h"
#include "config/config.h"
#include "config/cross.h"
#include "config/endpoint.h"
#include "config/node.h"
#include "config/report.h"
#include "config/schema.h"
#include "config/scope.h"

enum { LATER_MAX = 32, EXPECT_SIZE = 160 };

/** struct loader - One run */
struct loader {
	struct config_report report;
	struct config *config;
	const struct config_row *later[LATER_MAX];	/* told already */
};

static void read_map(struct loader *l, const struct config_at *at,
		     const struct config_map *map, void *object,
		     const struct node *own, const struct node *base,
		     bool partial);

static void *field_of(const struct config_row *row, void *object)
{
	return (char *)object + row->offset;
}

static void no_memory(struct loader *l)
{
	l->report.no_memory = true;
}

static const char *expected(const struct config_row *row,
			    char buf[EXPECT_SIZE])
{
	if (row->kind == ROW_MAP)
		return "a mapping of keys";
	if (row->kind == ROW_SEQ)
		return "a list, each element beginning with \"- \"";
	if (row->type->wants)
		return row->type->wants;
	row->type->expect(row, buf, EXPECT_SIZE);
	return buf;
}

static const char *kind_name(const struct node *node)
{
	return node->kind == NODE_MAP ? "a mapping" :
	       node->kind == NODE_SEQ ? "a list" :
	       node_is_null(node) ? "nothing" : "a single value";
}

/* A value that is no value of the row's kind at all. */
static void wrong_kind(struct loader *l, const struct config_at *at,
		       const struct config_row *row, const struct node *node)
{
	char buf[EXPECT_SIZE];
	bool endpoint = row->type == &type_remote || row->type == &type_local;

	report_add(&l->report, node->line, node->column, at,
		   "found %s; expected %s%s", kind_name(node),
		   expected(row, buf), endpoint && node->kind == NODE_SEQ ?
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

static void unknown_key(struct loader *l, const struct config_scope *s,
			const struct node *key)
{
	const struct config_at at = { s->at, key->text, 0 };
	const char *near = nearest_key(s->map, key->text);
	char homes[128] = "";

	if (!strcmp(key->text, "<<"))
		report_add(&l->report, key->line, key->column, &at,
			   "merge keys are not taken; use \"defaults\"");
	else if (schema_homes(key->text, homes, sizeof(homes)))
		report_add(&l->report, key->line, key->column, &at,
			   "unknown key; it belongs to %s", homes);
	else if (near)
		report_add(&l->report, key->line, key->column, &at,
			   "unknown key; did you mean \"%s\"?", near);
	else
		report_add(&l->report, key->line, key->column, &at,
			   "unknown key; see dccbridge.yaml(5)");
}

/* Sorts the children of @node to their rows. */
static void index_keys(struct loader *l, const struct config_scope *s,
		       const struct node *node, const struct node **index)
{
	const struct node *n;

	for (n = node ? node->child : NULL; n && !report_stop(&l->report);
	     n = n->next) {
		const struct config_row *row;
		struct config_at at;

		if (n->key->kind != NODE_SCALAR)
			continue;
		row = schema_find(s->map, n->key->text);
		if (!row) {
			unknown_key(l, s, n->key);
			continue;
		}
		at = (struct config_at){ s->at, row->key, 0 };
		if (index[row - s->map->rows])
			report_add(&l->report, n->key->line, n->key->column,
				   &at, "duplicate key; the first is in line "
				   "%u", index[row - s->map->rows]->key->line);
		else
			index[row - s->map->rows] = n;
	}
}

static void read_scalar(struct loader *l, const struct config_at *at,
			const struct config_row *row, void *field,
			const struct node *node)
{
	char why[ROW_WHY_MAX] = "", buf[EXPECT_SIZE];
	char shown[REPORT_SHOWN + 8];
	const char *near = NULL;
	int err;

	if (node->kind == NODE_BAD)
		return;
	if (node->kind != NODE_SCALAR || node_is_null(node)) {
		wrong_kind(l, at, row, node);
		return;
	}
	err = row->type->parse(row, field, node->text, why);
	if (err == -ENOMEM)
		no_memory(l);
	if (!err || err == -ENOMEM)
		return;
	if (row->words)
		near = nearest_word(row->words, node->text);
	report_shown(node->text, shown);
	if (near)
		report_add(&l->report, node->line, node->column, at,
			   "\"%s\" %s; did you mean \"%s\"?", shown, why, near);
	else
		report_add(&l->report, node->line, node->column, at,
			   "\"%s\" %s; expected %s", shown, why,
			   expected(row, buf));
}

static void read_preset(struct loader *l, const struct config_row *row,
			void *object)
{
	char why[ROW_WHY_MAX];

	if (row->kind != ROW_SCALAR || !row->preset)
		return;
	if (row->type->parse(row, field_of(row, object), row->preset, why) ==
	    -ENOMEM)
		no_memory(l);
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
static void *new_elements(struct loader *l, const struct config_row *row,
			  void *object, size_t size, size_t count)
{
	void *list = NULL;

	if (count) {
		list = calloc(count, size);
		if (!list) {
			no_memory(l);
			return NULL;
		}
	}
	memcpy(field_of(row, object), &list, sizeof(list));
	memcpy((char *)object + row->count, &count, sizeof(count));
	return list;
}

static void free_row(const struct config_row *row, void *object);

static size_t check_count(struct loader *l, const struct config_at *at,
			  const struct config_row *row,
			  const struct node *node)
{
	size_t count = node->kind == NODE_SEQ ? count_children(node) : 0;

	if (count < row->min)
		report_add(&l->report, node->line, node->column, at,
			   "is empty; expected %s", row->max > 1 ?
			   "at least one" : "one");
	if (count > row->max)
		report_add(&l->report, node->line, node->column, at,
			   "has %zu elements; at most %u are taken", count,
			   (unsigned)row->max);
	return MIN(count, (size_t)row->max);
}

static void read_list(struct loader *l, const struct config_at *at,
		      const struct config_row *row, void *object,
		      const struct node *node)
{
	const struct node *n = node->kind == NODE_SEQ ? node->child : node;
	size_t i, count = 1;
	char *list;

	free_row(row, object);
	if (node->kind == NODE_BAD || node_is_null(node))
		return;
	if (node->kind != NODE_SCALAR && node->kind != NODE_SEQ) {
		wrong_kind(l, at, row, node);
		return;
	}
	if (node->kind == NODE_SEQ)
		count = check_count(l, at, row, node);
	list = new_elements(l, row, object, sizeof(struct config_prefix),
			    count);
	for (i = 0; list && i < count; i++, n = n->next) {
		const struct config_at element = { at, NULL, i };

		read_scalar(l, node->kind == NODE_SEQ ? &element : at, row,
			    list + i * sizeof(struct config_prefix), n);
	}
}

static void read_element(struct loader *l, const struct config_at *at,
			 const struct config_row *row, void *element,
			 const struct node *node, const struct node *base)
{
	if (node->kind == NODE_BAD)
		return;
	if (node->kind != NODE_MAP) {
		report_add(&l->report, node->line, node->column, at,
			   "found %s; expected a mapping of keys",
			   kind_name(node));
		return;
	}
	read_map(l, at, row->map, element, node, base, false);
}

static void read_elements(struct loader *l, const struct config_at *at,
			  const struct config_row *row, void *object,
			  const struct node *node, const struct node *base)
{
	const struct node *n = node->child;
	size_t i, count;
	char *list;

	free_row(row, object);
	if (node->kind == NODE_BAD)
		return;
	if (node->kind != NODE_SEQ && !node_is_null(node)) {
		wrong_kind(l, at, row, node);
		return;
	}
	count = check_count(l, at, row, node);
	list = new_elements(l, row, object, row->map->size, count);
	for (i = 0; list && i < count && !report_stop(&l->report); i++) {
		const struct config_at element = { at, NULL, i };

		read_element(l, &element, row, list + i * row->map->size, n,
			     base);
		n = n->next;
	}
}

/* Under "defaults" the keys of a list's elements stand in one mapping. */
static void read_merged(struct loader *l, const struct config_at *at,
			const struct config_row *row, const struct node *node)
{
	void *scratch;

	if (node->kind == NODE_BAD || node_is_null(node))
		return;
	if (node->kind != NODE_MAP) {
		report_add(&l->report, node->line, node->column, at,
			   "found %s; expected a mapping of keys, for each "
			   "of the %s", kind_name(node), row->key);
		return;
	}
	scratch = calloc(1, row->map->size);
	if (!scratch) {
		no_memory(l);
		return;
	}
	read_map(l, at, row->map, scratch, node, NULL, true);
	for (row = row->map->rows; row->key; row++)
		free_row(row, scratch);
	free(scratch);
}

static void read_sequence(struct loader *l, const struct config_scope *s,
			  const struct config_at *at, size_t i, void *object)
{
	const struct config_row *row = &s->map->rows[i];
	const struct node *own = s->own[i], *inherited = s->inherited[i];

	if (row->flags & ROW_MERGE) {
		if (own && s->partial)
			read_merged(l, at, row, own);
		else if (own)
			read_elements(l, at, row, object, own, inherited);
		return;
	}
	if (own)
		read_elements(l, at, row, object, own, NULL);
	else if (inherited && inherited->kind == NODE_SEQ)
		read_elements(l, at, row, object, inherited, NULL);
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

static void read_submap(struct loader *l, const struct config_scope *s,
			const struct config_at *at, size_t i, void *object)
{
	const struct config_row *row = &s->map->rows[i];
	struct short_form own_form, base_form;
	const struct node *own = expand(row, s->own[i], &own_form);
	const struct node *base = expand(row, s->inherited[i], &base_form);

	if (own && own->kind == NODE_BAD)
		return;
	if (own && own->kind != NODE_MAP && !node_is_null(own)) {
		wrong_kind(l, at, row, own);
		return;
	}
	if (base && base->kind != NODE_MAP)
		base = NULL;
	read_map(l, at, row->map, field_of(row, object), own, base,
		 s->partial);
}

static void mark_has(const struct config_row *row, void *object)
{
	if (row->has)
		*((bool *)object + row->has - 1) = true;
}

static void read_value(struct loader *l, const struct config_scope *s,
		       const struct config_at *at, size_t i, void *object)
{
	const struct config_row *row = &s->map->rows[i];
	const struct node *node = s->own[i] ? s->own[i] : s->inherited[i];

	if (row->kind == ROW_MAP)
		read_submap(l, s, at, i, object);
	else if (row->kind == ROW_SEQ)
		read_sequence(l, s, at, i, object);
	else if (!node)
		return;
	else if (row->kind == ROW_LIST)
		read_list(l, at, row, object, node);
	else
		read_scalar(l, at, row, field_of(row, object), node);
	if (node)
		mark_has(row, object);
}

/* Remembers keys that are not acted upon yet, each once. */
static void note_later(struct loader *l, const struct config_at *at,
		       const struct config_row *row)
{
	char path[REPORT_PATH_MAX];
	size_t n = l->config->nunsupported;
	size_t i;

	for (i = 0; i < n; i++)
		if (l->later[i] == row)
			return;
	if (n == LATER_MAX)
		return;
	report_path(at, path, sizeof(path));
	l->config->unsupported[n] = strdup(path);
	if (!l->config->unsupported[n]) {
		no_memory(l);
		return;
	}
	l->later[n] = row;
	l->config->nunsupported++;
}

static void read_row(struct loader *l, const struct config_scope *s, size_t i,
		     void *object)
{
	const struct config_row *row = &s->map->rows[i];
	const struct config_at at = { s->at, row->key, 0 };
	bool inherited = !s->own[i] && s->inherited[i];
	char buf[EXPECT_SIZE];

	if (row->flags & ROW_FILE)
		return;
	if (s->own[i] && s->partial && (row->flags & ROW_SINGLE))
		scope_fault(s, row->key, "cannot be a default: it differs "
			    "from one to the next");
	if ((row->flags & ROW_REQUIRED) && !s->own[i] && !s->partial &&
	    (!s->inherited[i] || (row->flags & ROW_MERGE)))
		scope_fault(s, NULL, "\"%s\" is missing; expected %s",
			    row->key, expected(row, buf));
	if (s->own[i] && (row->flags & ROW_LATER))
		note_later(l, &at, row);
	/* a submapping mixes both, and mutes what is inherited itself */
	l->report.mute += inherited && row->kind != ROW_MAP;
	read_value(l, s, &at, i, object);
	l->report.mute -= inherited && row->kind != ROW_MAP;
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

static const struct config_row *fallback(const struct config_scope *s)
{
	const struct config_row *row, *first = NULL, *second = NULL;

	for (row = s->map->rows; row->key; row++) {
		if (row->flags & ROW_FALLBACK)
			return row;
		if (row->choice && !first)
			first = row;
		else if (row->choice)
			second = row;
	}
	if (first && second && !s->partial)
		scope_fault(s, NULL, "needs \"%s\" or \"%s\"", first->key,
			    second->key);
	return NULL;
}

static bool is_out(const struct config_scope *s, size_t i,
		   const struct config_row *chosen)
{
	const struct config_row *row = &s->map->rows[i];

	if (!row->choice || row == chosen)
		return false;
	/* what is left out is read all the same where it stands in the
	 * file, for its errors' sake: not into the object, though */
	return !s->partial || !s->own[i];
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

static void read_map(struct loader *l, const struct config_at *at,
		     const struct config_map *map, void *object,
		     const struct node *own, const struct node *base,
		     bool partial)
{
	struct config_scope s = {
		.report = &l->report, .at = at, .map = map, .node = own,
		.base = base, .partial = partial,
	};
	const struct config_row *chosen;
	size_t i;

	index_keys(l, &s, own, s.own);
	l->report.mute++;
	index_keys(l, &s, base, s.inherited);
	l->report.mute--;
	chosen = resolve(&s, object);
	for (i = 0; map->rows[i].key; i++) {
		if (is_out(&s, i, chosen))
			continue;
		read_preset(l, &map->rows[i], object);
		read_row(l, &s, i, object);
	}
	if (map->check && !partial)
		map->check(&s, object);
}

/* "defaults" first, so that its errors are told where they stand. */
static const struct node *read_defaults(struct loader *l,
					const struct config_map *map,
					const struct node *root)
{
	const struct config_row *row = schema_find(map, "defaults");
	const struct config_at at = { NULL, row->key, 0 };
	const struct node *node = node_get(root, row->key);

	if (!node || node_is_null(node) || node->kind == NODE_BAD)
		return NULL;
	if (node->kind != NODE_MAP) {
		wrong_kind(l, &at, row, node);
		return NULL;
	}
	read_merged(l, &at, row, node);
	return node;
}

static void read_file(struct loader *l, const struct node *root)
{
	const struct config_row *rows = schema_file.rows;
	struct config_scope s = {
		.report = &l->report, .map = &schema_file, .node = root,
	};
	const struct config_row *channels;
	size_t i;

	index_keys(l, &s, root, s.own);
	channels = schema_find(&schema_file, "channels");
	s.inherited[channels - rows] = read_defaults(l, &schema_file, root);
	for (i = 0; rows[i].key; i++) {
		read_preset(l, &rows[i], l->config);
		read_row(l, &s, i, l->config);
	}
}

static void set_node(struct loader *l, const char *hostname)
{
	const struct config_row *row = schema_find(&schema_file, "node");
	char why[ROW_WHY_MAX], shown[REPORT_SHOWN + 8];
	const struct config_at at = { NULL, row->key, 0 };

	if (*l->config->node)
		return;
	if (row->type->parse(row, l->config->node, hostname, why))
		report_add(&l->report, 0, 0, &at, "the host's name \"%s\" %s; "
			   "set \"node\"", report_shown(hostname, shown), why);
}

static void set_lines(struct config *config, const struct node *channels)
{
	const struct node *n = channels ? channels->child : NULL;
	size_t i;

	for (i = 0; n && i < config->nchannels; i++, n = n->next)
		config->channels[i].line = n->line;
}

static void read_root(struct loader *l, const struct node *root,
		      const char *hostname)
{
	const struct node *channels = node_get(root, "channels");

	if (node_is_null(root)) {
		report_add(&l->report, 1, 1, NULL, "the file is empty; it "
			   "needs at least \"channels\"");
		return;
	}
	if (root->kind != NODE_MAP) {
		report_add(&l->report, root->line, root->column, NULL,
			   "found %s; expected keys such as \"channels:\"",
			   kind_name(root));
		return;
	}
	read_file(l, root);
	if (!node_get(root, "node"))
		set_node(l, hostname);
	set_lines(l->config, channels);
	if (!report_stop(&l->report))
		cross_check(l->config, channels, &l->report);
}

static struct config *new_config(void)
{
	struct config *config = calloc(1, sizeof(*config));

	if (!config)
		return NULL;
	config->unsupported = calloc(LATER_MAX, sizeof(char *));
	if (config->unsupported)
		return config;
	free(config);
	return NULL;
}

/**
 * config_load() - Read a configuration
 * @out:	Set to the configuration, which the caller frees by
 *		config_free(); NULL on error
 * @text:	The file's text; borrowed
 * @len:	Its octets
 * @hostname:	The node's name where the file gives none
 * @errors:	Filled with all that is wrong, in the file's order; the
 *		caller frees it by config_errors_free() in any case
 *
 * Return: 0; -EINVAL if the file is wrong (@errors tells), -ENOMEM
 */
int config_load(struct config **out, const char *text, size_t len,
		const char *hostname, struct config_errors *errors)
{
	struct loader l = { .report.errors = errors };
	struct node_tree *tree = NULL;
	int err;

	*out = NULL;
	*errors = (struct config_errors){ 0 };
	l.config = new_config();
	if (!l.config)
		return -ENOMEM;
	err = node_parse(&tree, text, len, &l.report);
	if (!err)
		read_root(&l, node_root(tree), hostname);
	node_free(tree);
	report_sort(errors);
	if (l.report.no_memory)
		err = -ENOMEM;
	else if (errors->count)
		err = -EINVAL;
	if (err) {
		config_free(l.config);
		return err;
	}
	*out = l.config;
	return 0;
}

static void free_map(const struct config_map *map, void *object)
{
	const struct config_row *row;

	for (row = map->rows; row->key; row++)
		free_row(row, object);
}

static void free_list(const struct config_row *row, void *object)
{
	size_t i, none = 0, count;
	char *list, *gone = NULL;

	memcpy(&list, field_of(row, object), sizeof(list));
	memcpy(&count, (char *)object + row->count, sizeof(count));
	for (i = 0; row->kind == ROW_SEQ && i < count; i++)
		free_map(row->map, list + i * row->map->size);
	free(list);
	memcpy(field_of(row, object), &gone, sizeof(gone));
	memcpy((char *)object + row->count, &none, sizeof(none));
}

static void free_row(const struct config_row *row, void *object)
{
	char *text, *gone = NULL;

	if (row->flags & ROW_FILE)
		return;
	if (row->kind == ROW_MAP) {
		free_map(row->map, field_of(row, object));
	} else if (row->kind != ROW_SCALAR) {
		free_list(row, object);
	} else if (row->type->heap) {
		memcpy(&text, field_of(row, object), sizeof(text));
		free(text);
		memcpy(field_of(row, object), &gone, sizeof(gone));
	}
}

/**
 * config_free() - Free a configuration
 * @config:	Configuration, or NULL
 */
void config_free(struct config *config)
{
	size_t i;

	if (!config)
		return;
	free_map(&schema_file, config);
	for (i = 0; i < config->nunsupported; i++)
		free(config->unsupported[i]);
	free(config->unsupported);
	free(config);
}

/**
 * config_errors_free() - Free a list of errors
 * @errors:	As config_load() or config_read_file() left it
 */
void config_errors_free(struct config_errors *errors)
{
	free(errors->list);
	*errors = (struct config_errors){ 0 };
}

/**
 * config_unsupported() - Name what the file asks for in vain
 * @config:	Configuration
 * @cb:		Called with the path of each key that this version takes and
 *		checks, but does not act upon; may be NULL. A key that many
 *		channels set is named once
 * @arg:	Passed to @cb
 *
 * Return: how many there are
 */
size_t config_unsupported(const struct config *config,
			  void (*cb)(void *arg, const char *keypath),
			  void *arg)
{
	size_t i;

	for (i = 0; cb && i < config->nunsupported; i++)
		cb(arg, config->unsupported[i]);
	return config->nunsupported;
}
