// SPDX-License-Identifier: ISC
// The file as text: is it UTF-8 that YAML takes? What stands in a line?

#include "config/text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "config/report.h"

/** struct place - Where we are in the text */
struct place {
	const unsigned char *p, *end;
	unsigned line, column;
};

/* RFC 3629: length of the sequence and its code point, or 0. */
static size_t decode(const unsigned char *p, size_t left, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len, i;

	*code = p[0];
	if (p[0] < 0x80)
		return 1;
	len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len > left)
		return 0;
	*code &= 0x7fU >> len;
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3f);
	}
	if (*code < least[len] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return len;
}

/* YAML 1.1 section 5.1: the characters that a file may hold. */
static const char *forbidden(uint32_t code)
{
	if (code == '\t' || code == '\n' || code == '\r' || code == 0x85)
		return NULL;
	if (!code)
		return "a NUL octet; is this a text file?";
	if (code == 0xfeff)
		return "a byte order mark; save the file as UTF-8 without one";
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return "a control character";
	if (code == 0xfffe || code == 0xffff)
		return "a character that is none in Unicode";
	return NULL;
}

static void step(struct place *at, size_t len)
{
	if (*at->p == '\n') {
		at->line++;
		at->column = 0;
	}
	at->column++;
	at->p += len;
}

static bool is_utf16(const char *text, size_t len)
{
	return len >= 2 && (!memcmp(text, "\xff\xfe", 2) ||
			    !memcmp(text, "\xfe\xff", 2));
}

/**
 * text_check() - Is a text one that a YAML parser can take?
 * @text:	The file, not ended by NUL
 * @len:	Octets
 * @report:	Gets what is wrong: the first wrong character
 *
 * Return: true if so
 */
bool text_check(const char *text, size_t len, struct config_report *report)
{
	struct place at = { (const unsigned char *)text,
			    (const unsigned char *)text + len, 1, 1 };
	const char *what;
	uint32_t code;
	size_t n;

	if (len > CONFIG_FILE_MAX) {
		report_add(report, 0, 0, NULL, "the file is too large; at "
			   "most 4 MiB are read");
		return false;
	}
	if (is_utf16(text, len)) {
		report_add(report, 1, 1, NULL, "the file is UTF-16; save it "
			   "as UTF-8");
		return false;
	}
	for (; at.p < at.end; step(&at, n)) {
		n = decode(at.p, (size_t)(at.end - at.p), &code);
		if (!n) {
			report_add(report, at.line, at.column, NULL,
				   "octet 0x%02x is not UTF-8; save the file "
				   "as UTF-8", *at.p);
			return false;
		}
		what = forbidden(code);
		if (what) {
			report_add(report, at.line, at.column, NULL,
				   "found %s", what);
			return false;
		}
	}
	return true;
}

/**
 * text_line() - Find a line
 * @text:	Text
 * @len:	Its octets
 * @line:	Which, from 1
 * @n:		Set to the octets in the line
 *
 * Return: its first octet, or NULL if there is no such line
 */
const char *text_line(const char *text, size_t len, unsigned line, size_t *n)
{
	const char *end = text + len, *eol;

	while (line-- > 1) {
		text = memchr(text, '\n', (size_t)(end - text));
		if (!text)
			return NULL;
		text++;
	}
	eol = memchr(text, '\n', (size_t)(end - text));
	*n = (size_t)((eol ? eol : end) - text);
	return text;
}

/* "[", then what an IPv6 address is made of, then "]:" and a digit */
static bool bare_v6_at(const char *p, const char *end)
{
	bool colon = false;

	if (*p != '[')
		return false;
	for (p++; p < end && (isxdigit((unsigned char)*p) || *p == ':' ||
			      *p == '.'); p++)
		colon |= *p == ':';
	return colon && end - p >= 3 && p[0] == ']' && p[1] == ':' &&
	       isdigit((unsigned char)p[2]);
}

/**
 * text_bare_v6() - Does a line have a [v6]:port without quotes?
 * @line:	Line
 * @len:	Its octets
 *
 * YAML reads such brackets as a list, and what it then complains about
 * helps nobody.
 *
 * Return: true if so
 */
bool text_bare_v6(const char *line, size_t len)
{
	const char *p, *end = line + len;

	for (p = line; p < end; p++)
		if (bare_v6_at(p, end) &&
		    (p == line || (p[-1] != '"' && p[-1] != '\'')))
			return true;
	return false;
}
