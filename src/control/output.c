// SPDX-License-Identifier: ISC
// What waits to be sent to a client, and JSON to fill it with.
//
// A client that does not read holds at most OUTPUT_MAX octets of ours; one
// that has read everything holds none. Nothing here opens a file: the date
// is computed by hand, for gmtime_r() would look for the time zone's file,
// which a process without a file system does not have.

#include "control/output.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

enum { ERROR_MAX = 512 };

/**
 * output_pending() - How much waits
 * @out:	Output
 *
 * Return: octets
 */
size_t output_pending(const struct output *out)
{
	return out->end - out->begin;
}

static bool make_room(struct output *out, size_t len)
{
	size_t room = MAX(out->room, (size_t)4096);
	char *data;

	if (out->begin) {
		memmove(out->data, out->data + out->begin,
			output_pending(out));
		out->end -= out->begin;
		out->begin = 0;
	}
	if (len > OUTPUT_MAX - out->end)
		return false;
	while (room - out->end < len)
		room *= 2;
	data = room == out->room ? out->data : realloc(out->data, room);
	if (!data)
		return false;
	out->data = data;
	out->room = room;
	return true;
}

/**
 * output_text() - Append octets
 * @out:	Output; fails when OUTPUT_MAX octets wait
 * @text:	Octets, copied
 * @len:	How many
 */
void output_text(struct output *out, const char *text, size_t len)
{
	if (out->failed || !len)
		return;
	if (out->room - out->end < len && !make_room(out, len)) {
		out->failed = true;
		return;
	}
	memcpy(out->data + out->end, text, len);
	out->end += len;
}

static int append(const char *buffer, size_t size, void *arg)
{
	struct output *out = arg;

	output_text(out, buffer, size);
	return out->failed ? -1 : 0;
}

/**
 * output_json() - Append a JSON value, without a line end
 * @out:	Output; fails if the value is NULL (memory ran out)
 * @value:	The reference is stolen
 */
void output_json(struct output *out, json_t *value)
{
	if (!value || json_dump_callback(value, append, out, JSON_COMPACT |
					 JSON_ENCODE_ANY))
		out->failed = true;
	json_decref(value);
}

/**
 * output_error() - Append the answer that a request failed
 * @out:	Output
 * @fmt:	Why, and what to do; may hold what the client sent
 */
void output_error(struct output *out, const char *fmt, ...)
{
	char text[ERROR_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	output_json(out, json_pack("{s:b, s:o}", "ok", 0, "error",
				   output_string(text)));
	output_text(out, "\n", 1);
}

/**
 * output_answer() - Append the answer that a request succeeded
 * @out:	Output
 * @object:	What it says beside "ok" and "schema"; the reference is stolen
 */
void output_answer(struct output *out, json_t *object)
{
	json_t *answer = json_pack("{s:b, s:i}", "ok", 1, "schema",
				   CONTROL_SCHEMA);

	if (!object || json_object_update(answer, object)) {
		json_decref(answer);
		answer = NULL;
	}
	json_decref(object);
	output_json(out, answer);
	output_text(out, "\n", 1);
}

/* Take back the last octets. */
static void take_back(struct output *out, size_t len)
{
	if (!out->failed)
		out->end -= len;
}

/**
 * output_list_begin() - Append an answer up to where its list begins
 * @out:	Output
 * @head:	What it says before the list; the reference is stolen
 * @key:	Key of the list
 *
 * The list's elements follow with output_list_add(), as many as there are,
 * and nothing else may go to @out until output_list_end().
 */
void output_list_begin(struct output *out, json_t *head, const char *key)
{
	char text[64];
	int n = snprintf(text, sizeof(text), ",\"%s\":[", key);

	output_answer(out, head);
	take_back(out, 2);	/* the brace and the line end */
	output_text(out, text, (size_t)n);
}

/**
 * output_list_add() - Append an element of a list
 * @out:	Output
 * @value:	The element; the reference is stolen
 * @first:	Nothing stands before it
 */
void output_list_add(struct output *out, json_t *value, bool first)
{
	if (!first)
		output_text(out, ",", 1);
	output_json(out, value);
}

/**
 * output_list_end() - Append the end of a list, and of the answer
 * @out:	Output
 */
void output_list_end(struct output *out)
{
	output_text(out, "]}\n", 3);
}

/**
 * output_fd() - Hand a descriptor over with the octets that are sent next
 * @out:	Output, which has none yet
 * @fd:		Descriptor; the output's from now on
 */
void output_fd(struct output *out, int fd)
{
	out->has_fd = true;
	out->fd = fd;
}

static void drop_fd(struct output *out)
{
	if (out->has_fd)
		close(out->fd);
	out->has_fd = false;
}

/**
 * output_sent() - Forget what was sent
 * @out:	Output
 * @len:	Octets that went out, with the descriptor if there was one
 */
void output_sent(struct output *out, size_t len)
{
	drop_fd(out);
	out->begin += len;
	if (out->begin == out->end)
		output_free(out);
}

/**
 * output_free() - Forget everything
 * @out:	Output; empty afterwards, and has failed if it had
 */
void output_free(struct output *out)
{
	drop_fd(out);
	free(out->data);
	*out = (struct output){ .failed = out->failed };
}

/**
 * output_string() - A string from anywhere as JSON
 * @s:	Configured, or a peer's; what is not UTF-8 is escaped
 *
 * Return: a new reference; null for NULL and for ""
 */
json_t *output_string(const char *s)
{
	char escaped[ERROR_MAX];
	json_t *value;

	if (!s || !*s)
		return json_null();
	value = json_string(s);
	if (value)
		return value;
	escape(escaped, sizeof(escaped), s, strlen(s));
	return json_string(escaped);
}

/**
 * output_address() - An address with its port as JSON
 * @a:	Address
 *
 * Return: a new reference; null for an address of no family
 */
json_t *output_address(const struct addr *a)
{
	char text[ADDR_STRLEN];

	return a->sa.sa_family == AF_UNSPEC ? json_null() :
					      json_string(addr_str(a, text));
}

/* Year, month and day of a day counted from 1970-01-01, in the calendar of
 * 400 years that begin in March, so that the leap day comes last. */
static void civil(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t era, of_era, of_year;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	of_era = days - era * 146097;
	*year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		365;
	of_year = of_era - (365 * *year + *year / 4 - *year / 100);
	*month = (unsigned)((5 * of_year + 2) / 153);
	*day = (unsigned)(of_year - (153 * *month + 2) / 5) + 1;
	*month = *month < 10 ? *month + 3 : *month - 9;
	*year += era * 400 + (*month <= 2);
}

/**
 * output_time() - A time as JSON
 * @utc_ns:	Nanoseconds since 1970-01-01 UTC; 0: never
 *
 * Return: a new reference: RFC 3339 with milliseconds in UTC, or null
 */
json_t *output_time(int64_t utc_ns)
{
	int64_t ms = utc_ns / 1000000, s = ms / 1000, year;
	unsigned month, day, of_day = (unsigned)(s % 86400);

	if (utc_ns <= 0)
		return json_null();
	civil(s / 86400, &year, &month, &day);
	return json_sprintf("%04lld-%02u-%02uT%02u:%02u:%02u.%03uZ",
			    (long long)year, month, day, of_day / 3600,
			    of_day / 60 % 60, of_day % 60,
			    (unsigned)(ms % 1000));
}
