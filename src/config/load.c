// SPDX-License-Identifier: ISC
// Load a configuration: from YAML text to struct config, by the schema.
//
// Theory of operation. The text becomes a tree of nodes (node.c). Then the
// tables of schema.c are walked from the root (read.c), each mapping is
// checked as it is finished (check.c), and at the end the channels are
// compared with each other (cross.c). Nothing stops at the first error but
// broken YAML.

#include <errno.h>
#include <stdlib.h>

#include "config/blame.h"
#include "config/config.h"
#include "config/cross.h"
#include "config/node.h"
#include "config/read.h"
#include "config/release.h"
#include "config/schema.h"

static void set_node(struct config_reader *r, const char *hostname)
{
	const struct config_row *row = schema_find(&schema_file, "node");
	char why[ROW_WHY_MAX], shown[REPORT_SHOWN + 8];
	const struct config_at at = { NULL, row->key, 0 };

	if (*r->config->node)
		return;
	if (row->type->parse(row, r->config->node, hostname, why))
		report_add(&r->report, 0, 0, &at, "the host's name \"%s\" %s; "
			   "set \"node\"", report_shown(hostname, shown), why);
}

static void set_lines(struct config *config, const struct node *channels)
{
	const struct node *n = channels ? channels->child : NULL;
	size_t i;

	for (i = 0; n && i < config->nchannels; i++, n = n->next)
		config->channels[i].line = n->line;
}

static void read_root(struct config_reader *r, const struct node *root,
		      const char *hostname)
{
	const struct node *channels = node_get(root, "channels");

	if (node_is_null(root)) {
		report_add(&r->report, 1, 1, NULL, "the file is empty; it "
			   "needs at least \"channels\"");
		return;
	}
	if (root->kind != NODE_MAP) {
		report_add(&r->report, root->line, root->column, NULL,
			   "found %s; expected keys such as \"channels:\"",
			   blame_name(root));
		return;
	}
	read_file(r, root);
	if (!node_get(root, "node"))
		set_node(r, hostname);
	set_lines(r->config, channels);
	if (!report_stop(&r->report))
		cross_check(r->config, channels, &r->report);
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
	struct config_reader r = { .report.errors = errors };
	struct node_tree *tree = NULL;
	int err;

	*out = NULL;
	*errors = (struct config_errors){ 0 };
	r.config = calloc(1, sizeof(struct config));
	if (!r.config)
		return -ENOMEM;
	err = node_parse(&tree, text, len, &r.report);
	if (!err)
		read_root(&r, node_root(tree), hostname);
	node_free(tree);
	report_sort(errors);
	if (r.report.no_memory)
		err = -ENOMEM;
	else if (errors->count)
		err = -EINVAL;
	if (err) {
		config_free(r.config);
		return err;
	}
	*out = r.config;
	return 0;
}

/**
 * config_free() - Free a configuration
 * @config:	Configuration, or NULL
 */
void config_free(struct config *config)
{
	if (!config)
		return;
	release_map(&schema_file, config);
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
