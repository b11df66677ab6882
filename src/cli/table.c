// SPDX-License-Identifier: ISC
// A table of text: columns aligned, narrowed to the terminal.
//
// Cells are added row by row, from left to right, and printed in the end,
// when all widths are known. Where the terminal is too narrow, columns that
// may go are left out; the last column takes the rest of the line and wraps.

#include "cli/table.h"

#include <err.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "cli/text.h"

enum {
	GAP = 2,		/* columns between columns */
	COLUMNS_MAX = 16,
	LAST_MIN = 24,		/* what the last column gets at least */
};

/**
 * table_init() - Begin a table
 * @t:		The table
 * @columns:	Its columns, kept by reference
 * @n:		How many, at most 16
 */
void table_init(struct table *t, const struct column *columns, size_t n)
{
	*t = (struct table){ .columns = columns,
			     .ncolumns = MIN(n, (size_t)COLUMNS_MAX) };
}

static void add_cell(struct table *t, char *text)
{
	if (t->ncells == t->room) {
		t->room = t->room ? 2 * t->room : 64;
		t->cells = reallocarray(t->cells, t->room, sizeof(char *));
		if (!t->cells)
			err(1, "table");
	}
	t->cells[t->ncells++] = text;
}

/**
 * table_add() - Add a cell with a string from elsewhere
 * @t:		The table
 * @foreign:	The string; NULL is an empty cell
 */
void table_add(struct table *t, const char *foreign)
{
	add_cell(t, text_safe(foreign));
}

/**
 * table_addf() - Add a cell with text of ours
 * @t:		The table
 * @fmt:	As for printf(3); all of it safe to print
 */
void table_addf(struct table *t, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		err(1, "table");
	add_cell(t, text);
}

/* The width that each column asks for; 0: nothing in it. */
static void measure(const struct table *t, unsigned *widths)
{
	memset(widths, 0, sizeof(*widths) * t->ncolumns);
	for (size_t i = 0; i < t->ncells; i++) {
		unsigned w = text_width(t->cells[i]);
		unsigned *max = &widths[i % t->ncolumns];

		*max = MAX(*max, w);
	}
	for (size_t c = 0; c < t->ncolumns; c++) {
		const char *title = t->columns[c].title;

		if (title && widths[c])
			widths[c] = MAX(widths[c], (unsigned)strlen(title));
		if (widths[c])
			widths[c] = MAX(widths[c],
					(unsigned)t->columns[c].min);
	}
}

static unsigned total(const struct table *t, const unsigned *widths)
{
	unsigned sum = t->indent;

	for (size_t c = 0; c + 1 < t->ncolumns; c++)
		sum += widths[c] ? widths[c] + GAP : 0;
	return sum + MIN(widths[t->ncolumns - 1], (unsigned)LAST_MIN);
}

/* Leave out what may go until the rest fits. */
static void narrow(const struct table *t, unsigned *widths, unsigned width)
{
	while (width && total(t, widths) > width) {
		size_t victim = t->ncolumns;

		for (size_t c = 0; c < t->ncolumns; c++) {
			const struct column *col = &t->columns[c];

			if (!col->drop || !widths[c])
				continue;
			if (victim == t->ncolumns ||
			    col->drop < t->columns[victim].drop)
				victim = c;
		}
		if (victim == t->ncolumns)
			break;
		widths[victim] = 0;
	}
}

static size_t last_shown(const struct table *t, const unsigned *widths,
			 char *const *row)
{
	size_t last = 0;

	for (size_t c = 0; c < t->ncolumns; c++)
		if (widths[c] && *row[c])
			last = c;
	return last;
}

static void print_row(const struct table *t, FILE *out, char *const *row,
		      const unsigned *widths, unsigned width)
{
	size_t last = last_shown(t, widths, row);
	unsigned at = t->indent;

	fprintf(out, "%*s", (int)t->indent, "");
	for (size_t c = 0; c <= last; c++) {
		int pad = (int)widths[c] - (int)text_width(row[c]);

		if (!widths[c])
			continue;
		if (c == last && !t->columns[c].right) {
			text_wrap(out, row[c], at, width);
			return;
		}
		fprintf(out, "%*s%s%*s", t->columns[c].right ? pad : 0, "",
			row[c], t->columns[c].right ? 0 : pad, "");
		if (c < last)
			fprintf(out, "%*s", GAP, "");
		at += widths[c] + GAP;
	}
	fputc('\n', out);
}

static void print_titles(const struct table *t, FILE *out,
			 const unsigned *widths)
{
	char *titles[COLUMNS_MAX];

	for (size_t c = 0; c < t->ncolumns; c++) {
		titles[c] = strdup(t->columns[c].title);
		if (!titles[c])
			err(1, "table");
	}
	print_row(t, out, titles, widths, 0);
	for (size_t c = 0; c < t->ncolumns; c++)
		free(titles[c]);
}

/**
 * table_print() - Print a table
 * @t:		The table
 * @out:	Where to
 * @width:	Columns of the terminal; 0: as wide as it wants to be
 */
void table_print(const struct table *t, FILE *out, unsigned width)
{
	unsigned widths[COLUMNS_MAX];

	measure(t, widths);
	narrow(t, widths, width);
	if (t->columns[0].title && t->ncells)
		print_titles(t, out, widths);
	for (size_t i = 0; i + t->ncolumns <= t->ncells; i += t->ncolumns)
		print_row(t, out, &t->cells[i], widths, width);
}

/**
 * table_free() - End a table
 * @t:	The table; may be filled again
 */
void table_free(struct table *t)
{
	for (size_t i = 0; i < t->ncells; i++)
		free(t->cells[i]);
	free(t->cells);
	t->cells = NULL;
	t->ncells = t->room = 0;
}
