// SPDX-License-Identifier: ISC
// Print a configuration as YAML, every default filled in.
//
// What is printed loads to the same configuration, and that prints the same
// again.

#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "config/config.h"
#include "config/schema.h"

/** struct printer - Where we write, and how far in */
struct printer {
	FILE *out;
	unsigned indent;
	bool dash;		/* the next line begins an element */
};

/* Words that some YAML reader or other takes for no string. */
static bool reserved(const char *s)
{
	static const char *const words[] = {
		"null", "true", "false", "yes", "no", "on", "off", "y", "n",
		".nan", ".inf",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcasecmp(s, words[i]))
			return true;
	return false;
}

static bool looks_like_number(const char *s)
{
	return strchr("0123456789.", *s) &&
	       strspn(s, "0123456789.eExXabcdefABCDEF_+") == strlen(s);
}

/* Plain scalars are kept to what every YAML reader takes for a string. */
static bool needs_quotes(const struct config_row *row, const char *s)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+%$@:-";
	size_t len = strlen(s);

	if (!len || strspn(s, safe) != len || s[len - 1] == ':' ||
	    strchr("-%@:+", *s))
		return true;
	if (strspn(s, "0123456789:") == len && strchr(s, ':'))
		return true;
	return row->type->text && (reserved(s) || looks_like_number(s));
}

static void put_scalar(struct printer *p, const struct config_row *row,
		       const char *s)
{
	if (!needs_quotes(row, s)) {
		fputs(s, p->out);
		return;
	}
	putc('"', p->out);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			putc('\\', p->out);
		putc(*s, p->out);
	}
	putc('"', p->out);
}

static void put_key(struct printer *p, const char *key)
{
	fprintf(p->out, "%*s%s%s:", (int)p->indent * 2 - (p->dash ? 2 : 0), "",
		p->dash ? "- " : "", key);
	p->dash = false;
}

static void print_map(struct printer *p, const struct config_map *map,
		      const void *object);

static void print_scalar(struct printer *p, const struct config_row *row,
			 const void *object)
{
	char value[ROW_VALUE_MAX];

	if (!row_value(row, object, value))
		return;
	put_key(p, row->key);
	putc(' ', p->out);
	put_scalar(p, row, value);
	putc('\n', p->out);
}

static void print_list(struct printer *p, const struct config_row *row,
		       const void *object)
{
	size_t i, count = row_count(row, object);
	char value[ROW_VALUE_MAX];

	put_key(p, row->key);
	fputs(" [", p->out);
	for (i = 0; i < count; i++) {
		const void *element = row_element(row, object,
						  sizeof(struct config_prefix),
						  i);

		row->type->print(row, element, value);
		fputs(i ? ", " : "", p->out);
		put_scalar(p, row, value);
	}
	fputs("]\n", p->out);
}

static void print_submap(struct printer *p, const struct config_row *row,
			 const void *object)
{
	const char *sub = (const char *)object + row->offset;
	char value[ROW_VALUE_MAX];

	if ((row->flags & ROW_HIDDEN) &&
	    !row_value(&row->map->rows[0], sub, value))
		return;
	put_key(p, row->key);
	putc('\n', p->out);
	p->indent++;
	print_map(p, row->map, sub);
	p->indent--;
}

static void print_sequence(struct printer *p, const struct config_row *row,
			   const void *object)
{
	size_t i, count = row_count(row, object);

	put_key(p, row->key);
	fputs(count ? "\n" : " []\n", p->out);
	p->indent += 2;
	for (i = 0; i < count; i++) {
		p->dash = true;
		print_map(p, row->map,
			  row_element(row, object, row->map->size, i));
	}
	p->indent -= 2;
}

static void print_map(struct printer *p, const struct config_map *map,
		      const void *object)
{
	static void (*const kinds[])(struct printer *p,
				     const struct config_row *row,
				     const void *object) = {
		[ROW_SCALAR] = print_scalar,
		[ROW_LIST] = print_list,
		[ROW_MAP] = print_submap,
		[ROW_SEQ] = print_sequence,
	};
	const struct config_row *row;

	for (row = map->rows; row->key; row++)
		if (!(row->flags & ROW_FILE) && row_chosen(row, object))
			kinds[row->kind](p, row, object);
}

/**
 * config_print() - Print a configuration with every default filled in
 * @config:	Configuration
 * @out:	Where to
 */
void config_print(const struct config *config, FILE *out)
{
	struct printer p = { .out = out };

	print_map(&p, &schema_file, config);
}
