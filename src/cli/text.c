// SPDX-License-Identifier: ISC
// Text for people: times, amounts, and strings made safe to print.

#include "cli/text.h"

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

#include "base/util.h"

/* Format characters that turn or hide text around them. */
static bool deceives(wchar_t c)
{
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0x61c;
}

/* The length of the printable character at @s, or 0. */
static size_t printable(const char *s, size_t len, mbstate_t *state)
{
	size_t n;
	wchar_t c;

	n = mbrtowc(&c, s, len, state);
	if (n == (size_t)-1 || n == (size_t)-2) {
		*state = (mbstate_t){ 0 };
		return 0;
	}
	return n && iswprint((wint_t)c) && !deceives(c) ? n : 0;
}

/**
 * text_safe() - Make a foreign string safe to print
 * @s:	The string; NULL gives ""
 *
 * What the locale can print stays, so that a description may be in any
 * language; all else, and what would turn or hide text, becomes \xNN.
 *
 * Return: a new string, for the caller to free
 */
char *text_safe(const char *s)
{
	mbstate_t state = { 0 };
	size_t left, n, at = 0;
	char *safe;

	if (!s)
		s = "";
	left = strlen(s);
	safe = malloc(4 * left + 1);
	if (!safe)
		err(1, "text");
	for (; left; s += n, left -= n) {
		n = *s == '\\' ? 0 : printable(s, left, &state);
		if (n) {
			memcpy(safe + at, s, n);
			at += n;
			continue;
		}
		n = 1;
		at += (size_t)sprintf(safe + at, "\\x%02x", (unsigned char)*s);
	}
	safe[at] = '\0';
	return safe;
}

/**
 * text_print() - Print a foreign string
 * @out:	Where to
 * @s:		The string; NULL prints nothing
 */
void text_print(FILE *out, const char *s)
{
	char *safe = text_safe(s);

	fputs(safe, out);
	free(safe);
}

/**
 * text_width() - How many columns a string takes
 * @safe:	From text_safe()
 *
 * Return: columns
 */
unsigned text_width(const char *safe)
{
	mbstate_t state = { 0 };
	size_t left = strlen(safe), n;
	unsigned width = 0;
	wchar_t c;
	int w;

	for (; left; safe += n, left -= n) {
		n = mbrtowc(&c, safe, left, &state);
		if (!n || n > left)
			break;
		w = wcwidth(c);
		width += w > 0 ? (unsigned)w : 0;
	}
	return width + (unsigned)left;
}

/**
 * text_parse_time() - Read a time as the daemon writes it
 * @s:		RFC 3339 in UTC, as 2026-03-01T12:00:00.250Z
 * @ms:		Gets milliseconds since 1970-01-01 UTC
 *
 * Return: 0, or -1 if @s is NULL or no such time
 */
int text_parse_time(const char *s, int64_t *ms)
{
	struct tm tm = { 0 };
	const char *end;
	double fraction = 0;
	char *after;

	end = s ? strptime(s, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
	if (!end)
		return -1;
	if (*end == '.') {
		fraction = strtod(end, &after);
		end = after;
	}
	if (strcmp(end, "Z"))
		return -1;
	*ms = (int64_t)timegm(&tm) * 1000 + (int64_t)(fraction * 1000 + 0.5);
	return 0;
}

/**
 * text_time() - A time of the daemon's in the local zone
 * @buf:	Room for it
 * @rfc3339:	As the daemon wrote it; may be NULL
 *
 * Return: @buf; "-" if there is no time
 */
const char *text_time(char buf[TEXT_SHORT], const char *rfc3339)
{
	struct tm tm;
	int64_t ms;
	time_t t;

	if (text_parse_time(rfc3339, &ms))
		return "-";
	t = (time_t)(ms / 1000);
	localtime_r(&t, &tm);
	strftime(buf, TEXT_SHORT, "%Y-%m-%d %H:%M:%S", &tm);
	return buf;
}

/**
 * text_time_ms() - The same with milliseconds
 * @buf:	Room for it
 * @rfc3339:	As the daemon wrote it; may be NULL
 *
 * Return: @buf; "-" if there is no time
 */
const char *text_time_ms(char buf[TEXT_SHORT], const char *rfc3339)
{
	int64_t ms;
	size_t n;

	if (text_parse_time(rfc3339, &ms))
		return "-";
	n = strlen(text_time(buf, rfc3339));
	snprintf(buf + n, TEXT_SHORT - n, ".%03d", (int)(ms % 1000));
	return buf;
}

/**
 * text_span() - A span of time in its two largest units
 * @buf:	Room for it
 * @ms:		Milliseconds
 *
 * Return: @buf, as 12s, 3m12s, 2h03m or 5d04h
 */
const char *text_span(char buf[TEXT_SHORT], int64_t ms)
{
	long long s = ms > 0 ? ms / 1000 : 0;

	if (s < 60)
		snprintf(buf, TEXT_SHORT, "%llds", s);
	else if (s < 3600)
		snprintf(buf, TEXT_SHORT, "%lldm%02llds", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, TEXT_SHORT, "%lldh%02lldm", s / 3600,
			 s / 60 % 60);
	else
		snprintf(buf, TEXT_SHORT, "%lldd%02lldh", s / 86400,
			 s / 3600 % 24);
	return buf;
}

/**
 * text_age() - How long ago something was
 * @buf:	Room for it
 * @since:	When it was, as the daemon wrote it; may be NULL
 * @now:	When the daemon wrote its answer
 *
 * Return: as text_span(); "-" if there is no time
 */
const char *text_age(char buf[TEXT_SHORT], const char *since, const char *now)
{
	int64_t from, to;

	if (text_parse_time(since, &from) || text_parse_time(now, &to))
		return "-";
	return text_span(buf, to - from);
}

/**
 * text_amount() - A number in three digits or so
 * @buf:	Room for it
 * @n:		The number, not negative
 * @unit:	What follows, as "bit/s"; "" for none
 *
 * Return: @buf, as 950, 1.2k, 34.5M (powers of 1000)
 */
const char *text_amount(char buf[TEXT_SHORT], double n, const char *unit)
{
	static const char prefixes[] = " kMGTPE";
	size_t i = 0;

	while (n >= 999.5 && prefixes[i + 1]) {
		n /= 1000;
		i++;
	}
	if (!i)
		snprintf(buf, TEXT_SHORT, "%.0f%s%s", n, *unit ? " " : "",
			 unit);
	else
		snprintf(buf, TEXT_SHORT, "%.*f%s%c%s", n < 99.95 ? 1 : 0, n,
			 *unit ? " " : "", prefixes[i], unit);
	return buf;
}

/**
 * text_wrap() - Print words in the columns that are left of a line
 * @out:	Where to; its cursor stands at column @indent
 * @safe:	From text_safe()
 * @indent:	Where further lines begin
 * @width:	Columns of a line; 0: never wrap
 *
 * Ends the last line.
 */
void text_wrap(FILE *out, const char *safe, unsigned indent, unsigned width)
{
	unsigned room = width > indent + 20 ? width - indent : 0, at = 0;

	while (*safe) {
		size_t n = strcspn(safe, " ");
		char *word = strndup(safe, n);
		unsigned w = word ? text_width(word) : 0;

		if (at && room && at + 1 + w > room) {
			fprintf(out, "\n%*s", (int)indent, "");
			at = 0;
		} else if (at) {
			fputc(' ', out);
			at++;
		}
		fwrite(safe, 1, n, out);
		free(word);
		at += w;
		safe += n;
		safe += strspn(safe, " ");
	}
	fputc('\n', out);
}
