/* SPDX-License-Identifier: ISC */
/* The shape of the schema: a row is a key, a map is a table of rows. */
#ifndef CONFIG_ROW_H
#define CONFIG_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config_row;
struct config_scope;

enum {
	ROW_VALUE_MAX = 1024,	/* printed value of a scalar, NUL included */
	ROW_WHY_MAX = 160,	/* what is wrong with a scalar, in words */
	MAP_ROWS_MAX = 24,	/* rows of a map, and its end */
	ROW_WORDS_MAX = 24,	/* words of a row */
};

/** enum row_kind - What YAML stands for a key */
enum row_kind {
	ROW_SCALAR,	/* one value */
	ROW_LIST,	/* values, or one value alone */
	ROW_MAP,	/* a mapping with rows of its own */
	ROW_SEQ,	/* a sequence of mappings */
};

/** enum row_flag - What is peculiar about a key */
enum row_flag {
	ROW_REQUIRED = 1,	/* must be set, by the defaults at least */
	ROW_SINGLE = 2,		/* cannot be in "defaults" */
	ROW_SHORT = 4,		/* a scalar stands for the map's first key */
	ROW_HIDDEN = 8,		/* not printed if the map's first key is "" */
	ROW_MERGE = 16,		/* in "defaults" a mapping, for each element */
	ROW_FILE = 32,		/* is not part of the configuration itself */
	ROW_LINE = 64,		/* paths that share the line must agree */
	ROW_FALLBACK = 128,	/* of a choice, where the file makes none */
};

/** enum row_unit - How a number is written */
enum row_unit {
	UNIT_NONE,
	UNIT_OCTETS,	/* takes k, M, G; printed without */
	UNIT_RATE,	/* bit/s; k, M, G */
	UNIT_TIME,	/* us, ms, s, m, h; kept in ns */
	UNIT_PERCENT,
	UNIT_HEX,	/* also 0x...; printed so */
	UNIT_WORD,	/* no number, only one of the words */
};

/** struct row_word - A word for a value; an alias is read, never printed */
struct row_word {
	const char *word;
	uint64_t value;
	bool alias;
};

/**
 * struct row_type - How text becomes a field, and a field text
 * @wants:	What would be right; NULL: @expect says it
 * @text:	Is a string to YAML, so it may need quotes
 * @heap:	The field is a pointer to memory of its own
 * @parse:	Return 0, or negative with the reason in @why; -ENOMEM alone
 *		needs no reason. Leaves the field alone on error
 * @print:	Write the value to @buf of ROW_VALUE_MAX; false: no value
 * @expect:	Write what would be right
 */
struct row_type {
	const char *wants;
	bool text;
	bool heap;
	int (*parse)(const struct config_row *row, void *field,
		     const char *text, char why[ROW_WHY_MAX]);
	bool (*print)(const struct config_row *row, const void *field,
		      char buf[ROW_VALUE_MAX]);
	void (*expect)(const struct config_row *row, char *buf, size_t size);
};

/**
 * struct config_map - The keys of one mapping
 * @name:	As in "belongs to"
 * @rows:	End in a row without a key
 * @size:	Octets of the structure that the rows fill
 * @check:	What the rows cannot say alone; may be NULL
 */
struct config_map {
	const char *name;
	const struct config_row *rows;
	size_t size;
	void (*check)(const struct config_scope *scope, void *object);
};

/**
 * struct config_row - One key of the file
 * @preset:	The default, as the file would write it
 * @count:	Offset of a list's or sequence's number of elements
 * @has:	Offset + 1 of a bool that tells that the file set the key
 * @choice:	Offset + 1 of an enum that this key sets to @chosen; keys
 *		with the same offset exclude each other
 * @needs:	Offset + 1 of a pointer: the key speaks only where it is set
 * @min:	Smallest value, or number of elements
 * @max:	Largest value, number of elements, or octets of a string
 */
struct config_row {
	const char *key;
	enum row_kind kind;
	const struct row_type *type;
	const struct config_map *map;
	const struct row_word *words;
	enum row_unit unit;
	const char *preset;
	size_t offset;
	size_t size;
	size_t count;
	size_t has;
	size_t choice;
	unsigned chosen;
	size_t needs;
	unsigned flags;
	uint64_t min, max;
};

int row_why(char why[ROW_WHY_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool row_chosen(const struct config_row *row, const void *object);
bool row_value(const struct config_row *row, const void *object,
	       char buf[ROW_VALUE_MAX]);
bool row_equal(const struct config_row *row, const void *a, const void *b);
const char *row_element(const struct config_row *row, const void *object,
			size_t size, size_t i);
size_t row_count(const struct config_row *row, const void *object);

#endif
