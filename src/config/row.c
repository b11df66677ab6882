// SPDX-License-Identifier: ISC
// Rows at work: what a structure holds for a key, as text or to compare.

#include "config/row.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/**
 * row_why() - Say what is wrong with a value
 * @why:	Where to
 * @fmt:	As printf
 *
 * Return: -EINVAL, for the caller to return in turn
 */
int row_why(char why[ROW_WHY_MAX], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, ROW_WHY_MAX, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/**
 * row_chosen() - Does a key speak in this structure?
 * @row:	Row
 * @object:	The structure that the row's map fills
 *
 * Return: false if another key was chosen in its place
 */
bool row_chosen(const struct config_row *row, const void *object)
{
	unsigned chosen;

	if (!row->choice)
		return true;
	memcpy(&chosen, (const char *)object + row->choice - 1,
	       sizeof(chosen));
	return chosen == row->chosen;
}

static bool is_set(const struct config_row *row, const void *object)
{
	const void *needed;

	if (row->needs) {
		memcpy(&needed, (const char *)object + row->needs - 1,
		       sizeof(needed));
		if (!needed)
			return false;
	}
	return !row->has || row->preset ||
	       *((const bool *)object + row->has - 1);
}

/**
 * row_value() - A scalar's value as the file would write it
 * @row:	A row of kind ROW_SCALAR
 * @object:	The structure that the row's map fills
 * @buf:	Where to; without quotes
 *
 * Return: false if there is no value
 */
bool row_value(const struct config_row *row, const void *object,
	       char buf[ROW_VALUE_MAX])
{
	*buf = '\0';
	return is_set(row, object) &&
	       row->type->print(row, (const char *)object + row->offset, buf);
}

/**
 * row_equal() - Is a scalar the same in two structures?
 * @row:	A row of kind ROW_SCALAR
 * @a:		One
 * @b:		The other
 *
 * Return: true if so
 */
bool row_equal(const struct config_row *row, const void *a, const void *b)
{
	char x[ROW_VALUE_MAX], y[ROW_VALUE_MAX];

	return row_value(row, a, x) == row_value(row, b, y) && !strcmp(x, y);
}

/**
 * row_count() - How many elements has a list?
 * @row:	A row of kind ROW_LIST or ROW_SEQ
 * @object:	The structure that the row's map fills
 *
 * Return: elements
 */
size_t row_count(const struct config_row *row, const void *object)
{
	size_t count;

	memcpy(&count, (const char *)object + row->count, sizeof(count));
	return count;
}

/**
 * row_element() - An element of a list
 * @row:	A row of kind ROW_LIST or ROW_SEQ
 * @object:	The structure that the row's map fills
 * @size:	Octets of an element
 * @i:		Which, below row_count()
 *
 * Return: the element
 */
const char *row_element(const struct config_row *row, const void *object,
			size_t size, size_t i)
{
	const char *list;

	memcpy(&list, (const char *)object + row->offset, sizeof(list));
	return list + i * size;
}
