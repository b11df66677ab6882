/* SPDX-License-Identifier: ISC */
/* What to tell of keys and values that the schema does not take. */
#ifndef CONFIG_BLAME_H
#define CONFIG_BLAME_H

struct config_at;
struct config_report;
struct config_row;
struct config_scope;
struct node;

enum { BLAME_SIZE = 200 };

const char *blame_expected(const struct config_row *row, char buf[BLAME_SIZE]);
const char *blame_name(const struct node *node);
void blame_kind(struct config_report *report, const struct config_at *at,
		const struct config_row *row, const struct node *node);
const struct config_row *blame_key(struct config_report *report,
				   const struct config_scope *s,
				   const struct node *key);
void blame_value(struct config_report *report, const struct config_at *at,
		 const struct config_row *row, const struct node *node,
		 const char *why);

#endif
