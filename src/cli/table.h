/* SPDX-License-Identifier: ISC */
/* A table of text: columns aligned, narrowed to the terminal. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stddef.h>
#include <stdio.h>

/**
 * struct column - One column
 * @title:	At its top; NULL in all columns: no line of titles
 * @right:	Numbers, aligned to the right
 * @drop:	Not 0: may be left out where the terminal is too narrow, the
 *		lowest number first
 * @min:	At least so wide, so that one table aligns with the next
 *
 * A column without a single entry is left out. The last one wraps.
 */
struct column {
	const char *title;
	unsigned char right;
	unsigned char drop;
	unsigned char min;
};

/**
 * struct table - Rows so far; made by table_init(), ended by table_free()
 */
struct table {
	const struct column *columns;
	size_t ncolumns;
	char **cells;
	size_t ncells, room;
	unsigned indent;
};

void table_init(struct table *t, const struct column *columns, size_t n);
void table_add(struct table *t, const char *foreign);
void table_addf(struct table *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void table_print(const struct table *t, FILE *out, unsigned width);
void table_free(struct table *t);

#endif
