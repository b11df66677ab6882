// SPDX-License-Identifier: ISC
// Strings of the file: names, paths, MAC addresses, storm limits.

#include "config/scalar.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "config/config.h"
#include "config/number.h"

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* Fills the whole field, so that equal strings are equal octets. */
static int store_string(const struct config_row *row, void *field,
			const char *text, char *why)
{
	if (strlen(text) >= row->size)
		return row_why(why, "is too long");
	memset(field, 0, row->size);
	memcpy(field, text, strlen(text));
	return 0;
}

static bool print_string(const struct config_row *row, const void *field,
			 char buf[ROW_VALUE_MAX])
{
	const char *s = field;

	(void)row;
	snprintf(buf, ROW_VALUE_MAX, "%s", s);
	return *s;
}

static int check_length(const struct config_row *row, const char *text,
			char *why)
{
	size_t len = strlen(text);

	if (!len && row->min)
		return row_why(why, "is empty");
	if (len > row->max)
		return row_why(why, "is too long (%zu characters)", len);
	return 0;
}

static int check_set(const char *text, const char *more, char *why)
{
	for (; *text; text++)
		if (!alnum(*text) && !strchr(more, *text))
			return row_why(why,
				       *text == ' ' ? "has a space in it" :
				       *text > ' ' && *text < 0x7f ?
				       "must not have \"%c\" in it" :
				       "has a character that it must not have",
				       *text);
	return 0;
}

static int parse_name(const struct config_row *row, void *field,
		      const char *text, char why[ROW_WHY_MAX])
{
	if (check_length(row, text, why) < 0 ||
	    check_set(text, "._-", why) < 0)
		return -EINVAL;
	return store_string(row, field, text, why);
}

static void expect_name(const struct config_row *row, char *buf, size_t size)
{
	snprintf(buf, size, "1 to %u of the characters A-Z a-z 0-9 . _ -",
		 (unsigned)row->max);
}

/* What a node, a channel or a path is called. */
const struct row_type type_name = {
	.text = true,
	.parse = parse_name,
	.print = print_string,
	.expect = expect_name,
};

static int parse_account(const struct config_row *row, void *field,
			 const char *text, char why[ROW_WHY_MAX])
{
	if (check_length(row, text, why) < 0 ||
	    check_set(text, "._-$", why) < 0)
		return -EINVAL;
	if (*text == '-')
		return row_why(why, "begins with \"-\"");
	return store_string(row, field, text, why);
}

/* A user or a group; whether it exists only the system knows. */
const struct row_type type_account = {
	.wants = "a user's or group's name or number",
	.text = true,
	.parse = parse_account,
	.print = print_string,
};

static int parse_ifname(const struct config_row *row, void *field,
			const char *text, char why[ROW_WHY_MAX])
{
	const char *p;

	if (check_length(row, text, why) < 0)
		return -EINVAL;
	if (!strcmp(text, ".") || !strcmp(text, ".."))
		return row_why(why, "is no name of a device");
	for (p = text; *p; p++)
		if (*p <= ' ' || *p >= 0x7f || strchr("/:%", *p))
			return row_why(why, *p == ' ' ? "has a space in it" :
				       strchr("/:%", *p) ?
				       "must not have \"%c\" in it" :
				       "must be ASCII without control "
				       "characters", *p);
	return store_string(row, field, text, why);
}

/* A network device; the kernel's own rules, and ASCII only. */
const struct row_type type_ifname = {
	.wants = "a network device's name, at most 15 characters without "
		 "space, / : %",
	.text = true,
	.parse = parse_ifname,
	.print = print_string,
};

/* A character that no line of text should hold: a control character, or a
 * line end of Unicode's. The text is valid UTF-8. */
static bool control_at(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	return *s < 0x20 || *s == 0x7f ||
	       (s[0] == 0xc2 && s[1] < 0xa0) ||
	       (s[0] == 0xe2 && s[1] == 0x80 &&
		(s[2] == 0xa8 || s[2] == 0xa9));
}

static int check_line(const char *text, char *why)
{
	for (; *text; text++)
		if (control_at(text))
			return row_why(why, "has a line end or a control "
				       "character in it");
	return 0;
}

static int check_path(const struct config_row *row, const char *text,
		      char *why)
{
	if (check_length(row, text, why) < 0 || check_line(text, why) < 0)
		return -EINVAL;
	if (*text && *text != '/')
		return row_why(why, "does not begin with \"/\"");
	return 0;
}

static int parse_path(const struct config_row *row, void *field,
		      const char *text, char why[ROW_WHY_MAX])
{
	if (check_path(row, text, why) < 0)
		return -EINVAL;
	return store_string(row, field, text, why);
}

static void expect_path(const struct config_row *row, char *buf, size_t size)
{
	snprintf(buf, size, "a file name from \"/\" on, at most %u octets",
		 (unsigned)row->max);
}

/* A file name kept in the structure itself. */
const struct row_type type_path = {
	.text = true,
	.parse = parse_path,
	.print = print_string,
	.expect = expect_path,
};

/* An empty string is none at all. */
static int store_heap(void *field, const char *text)
{
	char *copy = NULL, *old;

	if (*text) {
		copy = strdup(text);
		if (!copy)
			return -ENOMEM;
	}
	memcpy(&old, field, sizeof(old));
	free(old);
	memcpy(field, &copy, sizeof(copy));
	return 0;
}

static bool print_heap(const struct config_row *row, const void *field,
		       char buf[ROW_VALUE_MAX])
{
	const char *s;

	(void)row;
	memcpy(&s, field, sizeof(s));
	if (!s)
		return false;
	snprintf(buf, ROW_VALUE_MAX, "%s", s);
	return true;
}

static int parse_heap_path(const struct config_row *row, void *field,
			   const char *text, char why[ROW_WHY_MAX])
{
	int err = check_path(row, text, why);

	return err ? err : store_heap(field, text);
}

/* A file name on the heap. */
const struct row_type type_heap_path = {
	.text = true,
	.heap = true,
	.parse = parse_heap_path,
	.print = print_heap,
	.expect = expect_path,
};

static int parse_text(const struct config_row *row, void *field,
		      const char *text, char why[ROW_WHY_MAX])
{
	if (check_length(row, text, why) < 0 || check_line(text, why) < 0)
		return -EINVAL;
	return store_heap(field, text);
}

static void expect_text(const struct config_row *row, char *buf, size_t size)
{
	snprintf(buf, size, "one line of text, at most %u octets",
		 (unsigned)row->max);
}

/* Free text for people. */
const struct row_type type_text = {
	.text = true,
	.heap = true,
	.parse = parse_text,
	.print = print_heap,
	.expect = expect_text,
};

static int nibble(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return p ? (int)(p - digits) : -1;
}

/* Octets in hex, with or without one of @seps between them.
 * Return: how many, or -EINVAL. */
static int read_hex(uint8_t *out, size_t max, const char *text,
		    const char *seps, char *why)
{
	size_t n = 0;

	while (*text) {
		int hi = nibble(text[0]);
		int lo = hi < 0 ? -1 : nibble(text[1]);

		if (lo < 0)
			return row_why(why, "is not octets in hex");
		if (n == max)
			return row_why(why, "is too long");
		out[n++] = (uint8_t)(hi << 4 | lo);
		text += 2;
		if (*text && strchr(seps, *text) && text[1])
			text++;
	}
	return (int)n;
}

static bool print_octets(const uint8_t *octets, size_t n, const char *sep,
			 char *buf)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf += sprintf(buf, "%s%02x", i ? sep : "", octets[i]);
	return n;
}

static int parse_hex(const struct config_row *row, void *field,
		     const char *text, char why[ROW_WHY_MAX])
{
	struct config_dcc *dcc = container_of(field, struct config_dcc, prefix);
	uint8_t octets[sizeof(dcc->prefix)] = { 0 };
	int n;

	(void)row;
	n = read_hex(octets, sizeof(octets), text, " :-", why);
	if (n < 0)
		return n;
	memcpy(dcc->prefix, octets, sizeof(octets));
	dcc->prefix_len = (uint8_t)n;
	return 0;
}

static bool print_hex(const struct config_row *row, const void *field,
		      char buf[ROW_VALUE_MAX])
{
	const struct config_dcc *dcc = (const void *)
		((const char *)field - offsetof(struct config_dcc, prefix));

	(void)row;
	return print_octets(dcc->prefix, dcc->prefix_len, "", buf);
}

/* The prefix of a DCC line. */
const struct row_type type_hex = {
	.wants = "up to 16 octets in hex, such as ff44",
	.text = true,
	.parse = parse_hex,
	.print = print_hex,
};

static int parse_mac(const struct config_row *row, void *field,
		     const char *text, char why[ROW_WHY_MAX])
{
	static const uint8_t zero[6];
	uint8_t mac[6];

	(void)row;
	if (strlen(text) != 17 ||
	    read_hex(mac, sizeof(mac), text, ":-", why) != sizeof(mac))
		return row_why(why, "is not a MAC address");
	if (mac[0] & 1)
		return row_why(why, "is a group address, and a device needs "
			       "one of its own");
	if (!memcmp(mac, zero, sizeof(mac)))
		return row_why(why, "is no address");
	memcpy(field, mac, sizeof(mac));
	return 0;
}

static bool print_mac(const struct config_row *row, const void *field,
		      char buf[ROW_VALUE_MAX])
{
	(void)row;
	return print_octets(field, 6, ":", buf);
}

const struct row_type type_mac = {
	.wants = "a unicast MAC address, such as fe:00:5e:00:00:11",
	.text = true,
	.parse = parse_mac,
	.print = print_mac,
};

enum { STORM_VALUE_MAX = 1000000000 };

/* Cuts @suffix off the end of @number, which is a copy. */
static bool cut(char *number, const char *suffix)
{
	size_t len = strlen(number), n = strlen(suffix);

	if (len <= n || strcmp(number + len - n, suffix))
		return false;
	number[len - n] = '\0';
	return true;
}

static int parse_storm(const struct config_row *row, void *field,
		       const char *text, char why[ROW_WHY_MAX])
{
	struct storm_limit limit = { .unit = STORM_BITS };
	enum row_unit unit = UNIT_RATE;
	char number[32];

	(void)row;
	snprintf(number, sizeof(number), "%s", text);
	if (!strcmp(text, "off")) {
		limit.unit = STORM_OFF;
		goto store;
	}
	if (cut(number, "%")) {
		limit.unit = STORM_PERCENT;
		unit = UNIT_NONE;
	} else if (cut(number, "/s")) {
		limit.unit = STORM_FRAMES;
	}
	if (strlen(text) >= sizeof(number))
		return row_why(why, "is too long");
	if (number_read(number, unit, &limit.value, why) < 0)
		return -EINVAL;
	if (!limit.value)
		return row_why(why, "would let nothing pass");
	if (limit.value > (unit == UNIT_NONE ? 100U :
			   (uint64_t)STORM_VALUE_MAX * 1000))
		return row_why(why, "is too large");
store:
	memset(field, 0, sizeof(limit));
	memcpy(field, &limit, sizeof(limit));
	return 0;
}

static bool print_storm(const struct config_row *row, const void *field,
			char buf[ROW_VALUE_MAX])
{
	const struct storm_limit *limit = field;
	static const char *const suffix[] = {
		[STORM_OFF] = "", [STORM_PERCENT] = "%",
		[STORM_FRAMES] = "/s", [STORM_BITS] = "",
	};
	char number[32] = "off";

	(void)row;
	if (limit->unit != STORM_OFF)
		number_write(limit->value, limit->unit == STORM_BITS ?
			     UNIT_RATE : UNIT_NONE, number, sizeof(number));
	snprintf(buf, ROW_VALUE_MAX, "%s%s", number, suffix[limit->unit]);
	return true;
}

const struct row_type type_storm = {
	.wants = "1% to 100% of the rate, frames a second such as 50/s, bits "
		 "a second such as 20k, or off",
	.parse = parse_storm,
	.print = print_storm,
};
