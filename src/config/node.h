/* SPDX-License-Identifier: ISC */
/* A YAML file as a tree of nodes, each with its place in the file. */
#ifndef CONFIG_NODE_H
#define CONFIG_NODE_H

#include <stdbool.h>
#include <stddef.h>

struct config_report;

/** enum node_kind - What a node is */
enum node_kind {
	NODE_SCALAR,
	NODE_MAP,
	NODE_SEQ,
	NODE_BAD,	/* was told to be wrong already: pass it over */
};

/** struct node - One value; children of a mapping have a key */
struct node {
	enum node_kind kind;
	bool plain;		/* a scalar without quotes */
	unsigned line, column;	/* from 1 */
	const char *text;	/* of a scalar; has no NUL inside */
	const struct node *key;	/* a scalar, or NULL in a sequence */
	struct node *child, *next;
};

struct node_tree;

int node_parse(struct node_tree **out, const char *text, size_t len,
	       struct config_report *report);
const struct node *node_root(const struct node_tree *tree);
void node_free(struct node_tree *tree);
const struct node *node_get(const struct node *map, const char *key);
bool node_is_null(const struct node *node);

#endif
