// SPDX-License-Identifier: ISC
// A YAML file as a tree of nodes, each with its place in the file.
//
// Theory of operation. libyaml gives events; each scalar, mapping or
// sequence becomes a node. The event interface is used because the others
// hide anchors and aliases, which we refuse: with them a small file could
// grow without bound. Tags and second documents are refused too. Depth and
// number of nodes are bounded, nodes and texts live in an arena that is freed
// at once. A node that is wrong in itself is told once and becomes NODE_BAD,
// so that the rest of the file is still read.

#include "config/node.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/util.h"
#include "config/config.h"
#include "config/report.h"
#include "config/text.h"

enum {
	CHUNK = 64 * 1024,
	NODES_MAX = CONFIG_FILE_MAX / 4,
};

/** struct chunk - A piece of the arena */
struct chunk {
	struct chunk *next;
	size_t used, size;
	_Alignas(max_align_t) char data[];
};

/** struct level - A mapping or sequence that is still open */
struct level {
	struct node *node;
	struct node *key;	/* waits for its value */
	struct node **tail;
};

struct node_tree {
	struct chunk *chunks;
	struct node *root;
	size_t nodes;
	unsigned depth;
	unsigned documents;
	struct level open[CONFIG_DEPTH_MAX];
};

/** struct builder - What one run needs */
struct builder {
	struct node_tree *tree;
	struct config_report *report;
	const char *text;
	size_t len;
};

static void *arena(struct node_tree *tree, size_t size)
{
	struct chunk *c = tree->chunks;
	void *p;

	size = (size + 7) & ~(size_t)7;
	if (!c || c->size - c->used < size) {
		size_t room = MAX(size, (size_t)CHUNK);

		c = malloc(sizeof(*c) + room);
		if (!c)
			return NULL;
		*c = (struct chunk){ tree->chunks, 0, room };
		tree->chunks = c;
	}
	p = c->data + c->used;
	c->used += size;
	return p;
}

static struct node *new_node(struct builder *b, const yaml_event_t *ev,
			     enum node_kind kind)
{
	struct node *node = arena(b->tree, sizeof(*node));

	if (!node) {
		b->report->no_memory = true;
		return NULL;
	}
	*node = (struct node){
		.kind = kind,
		.line = (unsigned)ev->start_mark.line + 1,
		.column = (unsigned)ev->start_mark.column + 1,
	};
	return node;
}

static void fault(struct builder *b, const yaml_event_t *ev, const char *what)
{
	report_add(b->report, (unsigned)ev->start_mark.line + 1,
		   (unsigned)ev->start_mark.column + 1, NULL, "%s", what);
}

/* Puts a node where it belongs: the root, a key, a value, an element. */
static void attach(struct builder *b, struct node *node)
{
	struct node_tree *tree = b->tree;
	struct level *top;

	if (!tree->depth) {
		tree->root = node;
		return;
	}
	top = &tree->open[tree->depth - 1];
	if (top->node->kind == NODE_MAP && !top->key) {
		top->key = node;
		return;
	}
	node->key = top->key;
	top->key = NULL;
	*top->tail = node;
	top->tail = &node->next;
}

static bool is_key(const struct node_tree *tree)
{
	const struct level *top;

	if (!tree->depth)
		return false;
	top = &tree->open[tree->depth - 1];
	return top->node->kind == NODE_MAP && !top->key;
}

/* Anchors and tags; the node itself is kept. */
static void check_properties(struct builder *b, const yaml_event_t *ev,
			     const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		fault(b, ev, "anchors (&) and aliases (*) are not taken; "
		      "write the value out, or use \"defaults\"");
	if (tag)
		fault(b, ev, "tags (!) are not taken; leave it out");
}

static int open_level(struct builder *b, const yaml_event_t *ev,
		      enum node_kind kind)
{
	struct node_tree *tree = b->tree;
	struct node *node = new_node(b, ev, kind);

	if (!node)
		return -ENOMEM;
	if (is_key(tree))
		fault(b, ev, "a key must be a single word");
	attach(b, node);
	if (tree->depth == CONFIG_DEPTH_MAX) {
		fault(b, ev, "nested too deeply; 16 levels are the most");
		return -EINVAL;
	}
	tree->open[tree->depth++] = (struct level){
		.node = node, .tail = &node->child
	};
	return 0;
}

static int add_scalar(struct builder *b, const yaml_event_t *ev)
{
	struct node *node = new_node(b, ev, NODE_SCALAR);
	size_t len = ev->data.scalar.length;
	char *text = node ? arena(b->tree, len + 1) : NULL;

	if (!text) {
		b->report->no_memory = true;
		return -ENOMEM;
	}
	memcpy(text, ev->data.scalar.value, len);
	text[len] = '\0';
	node->text = text;
	node->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (strlen(text) != len) {
		fault(b, ev, "has a NUL octet in it");
		node->kind = NODE_BAD;
	}
	attach(b, node);
	return 0;
}

static int add_alias(struct builder *b, const yaml_event_t *ev)
{
	struct node *node = new_node(b, ev, NODE_BAD);

	if (!node)
		return -ENOMEM;
	check_properties(b, ev, ev->data.alias.anchor, NULL);
	attach(b, node);
	return 0;
}

static int begin_document(struct builder *b, const yaml_event_t *ev)
{
	if (!b->tree->documents++)
		return 0;
	fault(b, ev, "a second document (---) begins; a file is one document");
	return -EINVAL;
}

static int take_event(struct builder *b, const yaml_event_t *ev)
{
	if (b->tree->nodes++ > NODES_MAX) {
		fault(b, ev, "too many values; a million are the most");
		return -EINVAL;
	}
	switch (ev->type) {
	case YAML_DOCUMENT_START_EVENT:
		return begin_document(b, ev);
	case YAML_ALIAS_EVENT:
		return add_alias(b, ev);
	case YAML_SCALAR_EVENT:
		check_properties(b, ev, ev->data.scalar.anchor,
				 ev->data.scalar.tag);
		return add_scalar(b, ev);
	case YAML_SEQUENCE_START_EVENT:
		check_properties(b, ev, ev->data.sequence_start.anchor,
				 ev->data.sequence_start.tag);
		return open_level(b, ev, NODE_SEQ);
	case YAML_MAPPING_START_EVENT:
		check_properties(b, ev, ev->data.mapping_start.anchor,
				 ev->data.mapping_start.tag);
		return open_level(b, ev, NODE_MAP);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		b->tree->depth--;
		return 0;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return 0;
	}
	return 0;
}

static bool line_has_bare_v6(const struct builder *b, size_t mark)
{
	const char *line;
	size_t n;

	line = text_line(b->text, b->len, (unsigned)mark + 1, &n);
	return line && text_bare_v6(line, n);
}

/* A slip at the end of a line is often noticed only in the next. */
static bool near_bare_v6(const struct builder *b, const yaml_parser_t *p)
{
	size_t mark = p->problem_mark.line;

	return line_has_bare_v6(b, mark) ||
	       (mark && line_has_bare_v6(b, mark - 1)) ||
	       (p->context && line_has_bare_v6(b, p->context_mark.line));
}

static bool line_has_tab(const struct builder *b, size_t mark)
{
	size_t n, i;
	const char *line = text_line(b->text, b->len, (unsigned)mark + 1, &n);

	for (i = 0; line && i < n && (line[i] == ' ' || line[i] == '\t'); i++)
		if (line[i] == '\t')
			return true;
	return false;
}

static int syntax_error(struct builder *b, const yaml_parser_t *p)
{
	const char *hint = "";
	char begun[48] = "";

	if (p->error == YAML_MEMORY_ERROR) {
		b->report->no_memory = true;
		return -ENOMEM;
	}
	if (near_bare_v6(b, p))
		hint = "; put \"[v6]:port\" in quotes";
	else if (line_has_tab(b, p->problem_mark.line))
		hint = "; YAML is indented with spaces, never with tabs";
	if (p->context && p->context_mark.line != p->problem_mark.line)
		snprintf(begun, sizeof(begun), " (it began in line %zu)",
			 p->context_mark.line + 1);
	report_add(b->report, (unsigned)p->problem_mark.line + 1,
		   (unsigned)p->problem_mark.column + 1, NULL,
		   "not YAML: %s%s%s%s%s", p->context ? p->context : "",
		   begun, p->context ? ", " : "",
		   p->problem ? p->problem : "?", hint);
	return -EINVAL;
}

static int run(struct builder *b, yaml_parser_t *p)
{
	bool end = false;
	yaml_event_t ev;
	int err;

	while (!end) {
		if (!yaml_parser_parse(p, &ev))
			return syntax_error(b, p);
		end = ev.type == YAML_STREAM_END_EVENT;
		err = take_event(b, &ev);
		yaml_event_delete(&ev);
		if (err < 0)
			return err;
		if (report_stop(b->report))
			return -EINVAL;
	}
	return 0;
}

/**
 * node_parse() - Read YAML into a tree
 * @out:	Set to the tree, which the caller frees by node_free(); it
 *		may have no root, if the file is empty
 * @text:	The file; borrowed
 * @len:	Octets
 * @report:	Gets what is wrong
 *
 * Return: 0 if there is a tree, though there may be errors; -EINVAL if not,
 * -ENOMEM
 */
int node_parse(struct node_tree **out, const char *text, size_t len,
	       struct config_report *report)
{
	struct builder b = { NULL, report, text, len };
	yaml_parser_t parser;
	int err;

	if (!text_check(text, len, report))
		return -EINVAL;
	b.tree = calloc(1, sizeof(*b.tree));
	if (!b.tree || !yaml_parser_initialize(&parser)) {
		free(b.tree);
		return -ENOMEM;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	err = run(&b, &parser);
	yaml_parser_delete(&parser);
	if (err < 0) {
		node_free(b.tree);
		return err;
	}
	*out = b.tree;
	return 0;
}

/**
 * node_root() - The value that is the whole document
 * @tree:	Tree
 *
 * Return: the root, or NULL if the file is empty
 */
const struct node *node_root(const struct node_tree *tree)
{
	return tree->root;
}

/**
 * node_free() - Free a tree and all texts in it
 * @tree:	Tree, or NULL
 */
void node_free(struct node_tree *tree)
{
	struct chunk *c, *next;

	if (!tree)
		return;
	for (c = tree->chunks; c; c = next) {
		next = c->next;
		free(c);
	}
	free(tree);
}

/**
 * node_get() - Find a key's value
 * @map:	A mapping; NULL or another kind has no keys
 * @key:	Key
 *
 * Return: the first value of that key, or NULL
 */
const struct node *node_get(const struct node *map, const char *key)
{
	const struct node *n;

	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (n = map->child; n; n = n->next)
		if (n->key->kind == NODE_SCALAR && !strcmp(n->key->text, key))
			return n;
	return NULL;
}

/**
 * node_is_null() - Is there no value?
 * @node:	Node, or NULL
 *
 * Return: true for nothing, an empty value, ~ and null
 */
bool node_is_null(const struct node *node)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };
	size_t i;

	if (!node)
		return true;
	if (node->kind != NODE_SCALAR || !node->plain)
		return false;
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(node->text, words[i]))
			return true;
	return false;
}
