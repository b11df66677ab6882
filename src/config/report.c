// SPDX-License-Identifier: ISC
// Errors of a file: where, which key, what, and what would be right.

#include "config/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "config/config.h"

/**
 * report_stop() - Were there so many errors that more are of no use?
 * @report:	The report
 *
 * Return: true if so
 */
bool report_stop(const struct config_report *report)
{
	return report->no_memory || report->errors->more >= REPORT_STOP;
}

/**
 * report_shown() - What the file says, safe to print and not too long
 * @text:	From the file
 * @buf:	Where to
 *
 * Return: @buf
 */
const char *report_shown(const char *text, char buf[REPORT_SHOWN + 8])
{
	size_t len = strlen(text), n;

	n = escape(buf, REPORT_SHOWN, text, MIN(len, (size_t)REPORT_SHOWN));
	if (n >= REPORT_SHOWN - 4)
		memcpy(buf + n, "...", 4);
	return buf;
}

/**
 * report_path() - Write a path of keys, such as channels[0].paths[1].udp
 * @at:		The leaf, or NULL for the root
 * @buf:	Where to; always ends in NUL
 * @size:	Room there, not 0
 *
 * Return: octets written, without the NUL
 */
size_t report_path(const struct config_at *at, char *buf, size_t size)
{
	char shown[REPORT_SHOWN + 8];
	size_t n = 0;
	int add;

	*buf = '\0';
	if (!at)
		return 0;
	n = report_path(at->up, buf, size);
	if (at->key)
		add = snprintf(buf + n, size - n, "%s%s", n ? "." : "",
			       report_shown(at->key, shown));
	else
		add = snprintf(buf + n, size - n, "[%zu]", at->index);
	return MIN(n + (size_t)add, size - 1);
}

static struct config_error *new_error(struct config_report *report)
{
	struct config_errors *errors = report->errors;

	if (!errors->list)
		errors->list = calloc(REPORT_KEEP, sizeof(*errors->list));
	if (!errors->list) {
		report->no_memory = true;
		return NULL;
	}
	if (errors->count < REPORT_KEEP)
		return &errors->list[errors->count++];
	errors->more++;
	return NULL;
}

/**
 * report_add() - Note an error
 * @report:	Where to
 * @line:	Line in the file, from 1; 0: the file as a whole
 * @column:	Column, from 1
 * @at:		The key; NULL: none
 * @fmt:	As printf; what comes from the file went through report_shown()
 */
void report_add(struct config_report *report, unsigned line, unsigned column,
		const struct config_at *at, const char *fmt, ...)
{
	struct config_error *error;
	char path[REPORT_PATH_MAX];
	va_list ap;
	size_t n;

	if (report->mute)
		return;
	error = new_error(report);
	if (!error)
		return;
	error->line = line;
	error->column = column;
	report_path(at, path, sizeof(path));
	n = (size_t)snprintf(error->text, sizeof(error->text), "%s%s", path,
			     *path ? ": " : "");
	va_start(ap, fmt);
	vsnprintf(error->text + n, sizeof(error->text) - n, fmt, ap);
	va_end(ap);
}

static int compare(const void *a, const void *b)
{
	const struct config_error *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return strcmp(x->text, y->text);
}

/**
 * report_sort() - Put errors into the order of the file
 * @errors:	Errors
 */
void report_sort(struct config_errors *errors)
{
	if (errors->count)
		qsort(errors->list, errors->count, sizeof(*errors->list),
		      compare);
}
