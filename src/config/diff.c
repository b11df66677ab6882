// SPDX-License-Identifier: ISC
// Compare configurations by the schema, key by key.

#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "config/config.h"
#include "config/report.h"
#include "config/schema.h"

/** struct diff - The list of keys that differ */
struct diff {
	char *buf;
	size_t size, used;
	size_t count;
	bool full;
};

static void diff_map(struct diff *d, const struct config_at *up,
		     const struct config_map *map, const void *a,
		     const void *b);

static void differs(struct diff *d, const struct config_at *at)
{
	static const char more[] = ", ...";
	char path[REPORT_PATH_MAX];
	size_t len = report_path(at, path, sizeof(path));

	d->count++;
	if (d->full)
		return;
	if (d->used + len + 2 + sizeof(more) > d->size) {
		d->full = true;
		if (d->used + sizeof(more) <= d->size)
			memcpy(d->buf + d->used, more + (d->used ? 0 : 2),
			       sizeof(more) - (d->used ? 0 : 2));
		return;
	}
	d->used += (size_t)snprintf(d->buf + d->used, d->size - d->used,
				    "%s%s", d->used ? ", " : "", path);
}

static bool list_equal(const struct config_row *row, const void *a,
		       const void *b)
{
	const size_t size = sizeof(struct config_prefix);
	size_t i, count = row_count(row, a);
	char x[ROW_VALUE_MAX], y[ROW_VALUE_MAX];

	if (count != row_count(row, b))
		return false;
	for (i = 0; i < count; i++) {
		row->type->print(row, row_element(row, a, size, i), x);
		row->type->print(row, row_element(row, b, size, i), y);
		if (strcmp(x, y))
			return false;
	}
	return true;
}

static void diff_sequence(struct diff *d, const struct config_at *at,
			  const struct config_row *row, const void *a,
			  const void *b)
{
	size_t na = row_count(row, a), nb = row_count(row, b), i;
	const size_t size = row->map->size;

	for (i = 0; i < MAX(na, nb); i++) {
		const struct config_at element = { at, NULL, i };

		if (i >= na || i >= nb)
			differs(d, &element);
		else
			diff_map(d, &element, row->map,
				 row_element(row, a, size, i),
				 row_element(row, b, size, i));
	}
}

static void diff_row(struct diff *d, const struct config_at *at,
		     const struct config_row *row, const void *a,
		     const void *b)
{
	if (row_chosen(row, a) != row_chosen(row, b))
		differs(d, at);
	else if (!row_chosen(row, a))
		return;
	else if (row->kind == ROW_MAP)
		diff_map(d, at, row->map, (const char *)a + row->offset,
			 (const char *)b + row->offset);
	else if (row->kind == ROW_SEQ)
		diff_sequence(d, at, row, a, b);
	else if (row->kind == ROW_LIST ? !list_equal(row, a, b) :
					 !row_equal(row, a, b))
		differs(d, at);
}

static void diff_map(struct diff *d, const struct config_at *up,
		     const struct config_map *map, const void *a,
		     const void *b)
{
	const struct config_row *row;

	for (row = map->rows; row->key; row++) {
		const struct config_at at = { up, row->key, 0 };

		diff_row(d, &at, row, a, b);
	}
}

/**
 * config_channel_diff() - Name the keys in which two channels differ
 * @buf:	Gets them, such as "description, paths[1].udp.remote"; ends
 *		in "..." where the room is too small. May be NULL if @size
 *		is 0
 * @size:	Room there
 * @a:		One channel
 * @b:		The other
 *
 * Return: how many keys differ; 0: the channels are the same
 */
size_t config_channel_diff(char *buf, size_t size,
			   const struct config_channel *a,
			   const struct config_channel *b)
{
	struct diff d = { .buf = buf, .size = size };

	if (size)
		*buf = '\0';
	diff_map(&d, NULL, &schema_channel, a, b);
	return d.count;
}

/**
 * config_device_equal() - Have two channels the same device?
 * @a:	One channel
 * @b:	The other
 *
 * Return: true if so, that is if no key of "tap" or "tun" differs
 */
bool config_device_equal(const struct config_channel *a,
			 const struct config_channel *b)
{
	const struct config_row *row;
	struct diff d = { 0 };

	for (row = schema_channel.rows; row->key; row++)
		if (row->choice)
			diff_row(&d, NULL, row, a, b);
	return !d.count;
}

/**
 * config_dcc_equal() - Are two DCC lines the same in every key?
 * @a:	One line
 * @b:	The other
 *
 * Return: true if so
 */
bool config_dcc_equal(const struct config_dcc *a, const struct config_dcc *b)
{
	struct diff d = { 0 };

	diff_map(&d, NULL, &schema_dcc, a, b);
	return !d.count;
}
