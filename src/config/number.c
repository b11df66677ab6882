// SPDX-License-Identifier: ISC
// Numbers of the file: with units, ranges and words.

#include "config/number.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

enum { FRACTION_MAX = 9 };

/** struct suffix - A unit's name and its worth; the largest come first */
struct suffix {
	const char *name;
	uint64_t worth;
};

static const struct suffix powers[] = {
	{ "G", 1000000000 }, { "M", 1000000 }, { "k", 1000 }, { "", 1 },
	{ NULL, 0 }
};

static const struct suffix times[] = {
	{ "h", 3600000000000 }, { "m", 60000000000 }, { "s", 1000000000 },
	{ "ms", 1000000 }, { "us", 1000 }, { "", 1000000000 },
	{ NULL, 0 }
};

static const struct suffix percents[] = { { "%", 1 }, { NULL, 0 } };

static const struct suffix plain[] = { { "", 1 }, { NULL, 0 } };

/**
 * struct unit - What may follow a number
 * @wants:	The kind of number, for messages
 * @example:	One of them, also for messages; or NULL
 */
static const struct unit {
	const struct suffix *suffixes;
	const char *wants;
	const char *example;
	const char *all;
} units[] = {
	[UNIT_NONE] = { plain, "a whole number", NULL, NULL },
	[UNIT_OCTETS] = { powers, "a number of octets", NULL, "k, M, G" },
	[UNIT_RATE] = { powers, "bits a second", "192k", "k, M, G" },
	[UNIT_TIME] = { times, "a time", "100ms", "us, ms, s, m, h" },
	[UNIT_PERCENT] = { percents, "a share", "5%", "%" },
	[UNIT_HEX] = { plain, "a number", NULL, NULL },
	[UNIT_WORD] = { plain, NULL, NULL, NULL },
};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static int read_hex(const char *text, uint64_t *value, char *why)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 16);
	if (*end || end == text + 2 || errno)
		return row_why(why, "is not a number");
	return 0;
}

/* The digits before the point; *text is moved behind them. */
static int read_whole(const char **text, uint64_t *whole, char *why)
{
	const char *p = *text;

	if (*p == '-')
		return row_why(why, "is negative");
	if (!digit(*p))
		return row_why(why, "is not a number");
	if (*p == '0' && digit(p[1]))
		return row_why(why, "begins with 0, which some read as octal");
	for (*whole = 0; digit(*p); p++) {
		if (*whole > (UINT64_MAX - 9) / 10)
			return row_why(why, "is too large");
		*whole = *whole * 10 + (uint64_t)(*p - '0');
	}
	*text = p;
	return 0;
}

/* The digits after the point, as a count of 1 / @scale. */
static int read_fraction(const char **text, uint64_t *part, uint64_t *scale,
			 char *why)
{
	const char *p = *text, *last;

	*part = 0;
	*scale = 1;
	if (*p != '.')
		return 0;
	if (!digit(*++p))
		return row_why(why, "ends in a point");
	for (*text = p; digit(**text); ++*text)
		;
	for (last = *text; last > p && last[-1] == '0'; last--)
		;
	if (last - p > FRACTION_MAX)
		return row_why(why, "has too many digits after the point");
	for (; p < last; p++) {
		*part = *part * 10 + (uint64_t)(*p - '0');
		*scale *= 10;
	}
	return 0;
}

static const struct suffix *find_suffix(const struct unit *unit,
					const char *name)
{
	const struct suffix *s;

	for (s = unit->suffixes; s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

static int bad_suffix(const struct unit *unit, char *why)
{
	if (!unit->all)
		return row_why(why, "is not a number");
	return row_why(why, "has no unit that fits (%s)", unit->all);
}

/**
 * number_read() - Read a number with its unit
 * @text:	Such as "1500", "192k", "0.5s"
 * @unit:	What the number counts
 * @value:	Set to the number in octets, bit/s or ns
 * @why:	Says what is wrong, on error
 *
 * A fraction is taken where the unit makes a whole number of it.
 *
 * Return: 0, or -EINVAL
 */
int number_read(const char *text, enum row_unit unit, uint64_t *value,
		char why[ROW_WHY_MAX])
{
	const struct unit *u = &units[unit];
	uint64_t whole = 0, part, scale;
	const struct suffix *s;

	if (unit == UNIT_HEX && !strncmp(text, "0x", 2))
		return read_hex(text, value, why);
	if (read_whole(&text, &whole, why) < 0 ||
	    read_fraction(&text, &part, &scale, why) < 0)
		return -EINVAL;
	s = find_suffix(u, text);
	if (!s)
		return bad_suffix(u, why);
	if (s->worth % scale)
		return row_why(why, "is not a whole number");
	if (whole > UINT64_MAX / s->worth - 1)
		return row_why(why, "is too large");
	*value = whole * s->worth + part * (s->worth / scale);
	if (unit == UNIT_TIME && *value % 1000)
		return row_why(why, "is finer than 1us");
	return 0;
}

/**
 * number_write() - Write a number as number_read() takes it
 * @value:	In octets, bit/s or ns
 * @unit:	What the number counts
 * @buf:	Where to
 * @size:	Room there
 *
 * The largest unit is taken that needs no fraction.
 */
void number_write(uint64_t value, enum row_unit unit, char *buf, size_t size)
{
	const struct suffix *s = plain;

	if (unit == UNIT_HEX) {
		snprintf(buf, size, "0x%04" PRIx64, value);
		return;
	}
	if (value && (unit == UNIT_RATE || unit == UNIT_TIME ||
		      unit == UNIT_PERCENT))
		for (s = units[unit].suffixes; value % s->worth && s[1].name;
		     s++)
			;
	snprintf(buf, size, "%" PRIu64 "%s", value / s->worth, s->name);
}

static uint64_t load_field(const void *field, size_t size)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;
	uint8_t u8;

	switch (size) {
	case 1:
		memcpy(&u8, field, 1);
		return u8;
	case 2:
		memcpy(&u16, field, 2);
		return u16;
	case 4:
		memcpy(&u32, field, 4);
		return u32;
	default:
		memcpy(&u64, field, 8);
		return u64;
	}
}

static void store_field(void *field, size_t size, uint64_t value)
{
	uint32_t u32 = (uint32_t)value;
	uint16_t u16 = (uint16_t)value;
	uint8_t u8 = (uint8_t)value;

	switch (size) {
	case 1:
		memcpy(field, &u8, 1);
		break;
	case 2:
		memcpy(field, &u16, 2);
		break;
	case 4:
		memcpy(field, &u32, 4);
		break;
	default:
		memcpy(field, &value, 8);
		break;
	}
}

static const struct row_word *find_word(const struct config_row *row,
					const char *text)
{
	const struct row_word *w;

	for (w = row->words; w && w->word; w++)
		if (!strcmp(w->word, text))
			return w;
	return NULL;
}

static const char *word_of(const struct config_row *row, uint64_t value)
{
	const struct row_word *w;

	for (w = row->words; w && w->word; w++)
		if (w->value == value && !w->alias)
			return w->word;
	return NULL;
}

static int parse_number(const struct config_row *row, void *field,
			const char *text, char why[ROW_WHY_MAX])
{
	const struct row_word *w = find_word(row, text);
	uint64_t value;

	if (w) {
		store_field(field, row->size, w->value);
		return 0;
	}
	if (row->unit == UNIT_WORD)
		return row_why(why, "is not known");
	if (number_read(text, row->unit, &value, why) < 0)
		return -EINVAL;
	if (value < row->min)
		return row_why(why, "is too small");
	if (value > row->max)
		return row_why(why, "is too large");
	store_field(field, row->size, value);
	return 0;
}

static bool print_number(const struct config_row *row, const void *field,
			 char buf[ROW_VALUE_MAX])
{
	uint64_t value = load_field(field, row->size);
	const char *word = word_of(row, value);

	if (word)
		snprintf(buf, ROW_VALUE_MAX, "%s", word);
	else
		number_write(value, row->unit, buf, ROW_VALUE_MAX);
	return true;
}

/* Aliases are many where they are: one of them must do. */
static size_t put_words(const struct config_row *row, char *buf, size_t size)
{
	const struct row_word *w;
	bool more = row->unit != UNIT_WORD, first = true, last;
	size_t n = 0;

	for (w = row->words; w && w->word && n < size; w++) {
		if (w->alias && !(first && more))
			continue;
		last = !w[1].word || w[1].alias;
		n += (size_t)snprintf(buf + n, size - n, "%s%s%s",
				      first ? "" : last && !more ? " or " :
				      ", ", w->alias ? "a name such as " : "",
				      w->word);
		first = false;
		if (w->alias)
			break;
	}
	return MIN(n, size - 1);
}

static void expect_number(const struct config_row *row, char *buf, size_t size)
{
	const struct unit *u = &units[row->unit];
	char min[32], max[32];
	size_t n = put_words(row, buf, size);

	if (row->unit == UNIT_WORD)
		return;
	number_write(row->min, row->unit, min, sizeof(min));
	number_write(row->max, row->unit, max, sizeof(max));
	snprintf(buf + n, size - n, "%s%s from %s to %s%s%s", n ? " or " : "",
		 u->wants, min, max, u->example ? ", such as " : "",
		 u->example ? u->example : "");
}

const struct row_type type_number = {
	.parse = parse_number,
	.print = print_number,
	.expect = expect_number,
};
