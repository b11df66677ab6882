/* SPDX-License-Identifier: ISC */
/* Walk the tables of the schema, and fill struct config from nodes. */
#ifndef CONFIG_READ_H
#define CONFIG_READ_H

#include "config/report.h"

struct config;
struct config_row;
struct node;

/**
 * struct config_reader - One run
 * @report:	Where errors go
 * @config:	What is filled
 */
struct config_reader {
	struct config_report report;
	struct config *config;
};

void read_file(struct config_reader *r, const struct node *root);

#endif
