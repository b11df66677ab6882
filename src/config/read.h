/* SPDX-License-Identifier: ISC */
/* Walk the tables of the schema, and fill struct config from nodes. */
#ifndef CONFIG_READ_H
#define CONFIG_READ_H

#include "config/report.h"

struct config;
struct config_row;
struct node;

enum { READ_LATER_MAX = 32 };

/**
 * struct config_reader - One run
 * @report:	Where errors go
 * @config:	What is filled
 * @later:	Keys of which it was told that they are not acted upon
 */
struct config_reader {
	struct config_report report;
	struct config *config;
	const struct config_row *later[READ_LATER_MAX];
};

void read_file(struct config_reader *r, const struct node *root);

#endif
