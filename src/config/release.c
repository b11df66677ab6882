// SPDX-License-Identifier: ISC
// Free what the rows of the schema hold.

#include "config/release.h"

#include <stdlib.h>
#include <string.h>

static void release_list(const struct config_row *row, void *object)
{
	size_t i, none = 0, count;
	char *list, *gone = NULL;

	memcpy(&list, (char *)object + row->offset, sizeof(list));
	memcpy(&count, (char *)object + row->count, sizeof(count));
	for (i = 0; row->kind == ROW_SEQ && i < count; i++)
		release_map(row->map, list + i * row->map->size);
	free(list);
	memcpy((char *)object + row->offset, &gone, sizeof(gone));
	memcpy((char *)object + row->count, &none, sizeof(none));
}

/**
 * release_row() - Free what a key holds
 * @row:	The key's row
 * @object:	The structure that the row's map fills; the field is empty
 *		afterwards
 */
void release_row(const struct config_row *row, void *object)
{
	char *text, *gone = NULL;

	if (row->flags & ROW_FILE)
		return;
	if (row->kind == ROW_MAP) {
		release_map(row->map, (char *)object + row->offset);
	} else if (row->kind != ROW_SCALAR) {
		release_list(row, object);
	} else if (row->type->heap) {
		memcpy(&text, (char *)object + row->offset, sizeof(text));
		free(text);
		memcpy((char *)object + row->offset, &gone, sizeof(gone));
	}
}

/**
 * release_map() - Free what all keys of a mapping hold
 * @map:	Mapping
 * @object:	The structure that it fills, which itself is not freed
 */
void release_map(const struct config_map *map, void *object)
{
	const struct config_row *row;

	for (row = map->rows; row->key; row++)
		release_row(row, object);
}
