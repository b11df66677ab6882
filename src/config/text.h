/* SPDX-License-Identifier: ISC */
/* The file as text: is it UTF-8 that YAML takes? What stands in a line? */
#ifndef CONFIG_TEXT_H
#define CONFIG_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct config_report;

bool text_check(const char *text, size_t len, struct config_report *report);
const char *text_line(const char *text, size_t len, unsigned line, size_t *n);
bool text_bare_v6(const char *line, size_t len);

#endif
