/* SPDX-License-Identifier: ISC */
/* What the channels of a file say together. */
#ifndef CONFIG_CROSS_H
#define CONFIG_CROSS_H

struct config;
struct config_report;
struct node;

void cross_check(const struct config *config, const struct node *channels,
		 struct config_report *report);

#endif
