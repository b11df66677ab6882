// SPDX-License-Identifier: ISC
// Rates: what two answers to "status" differ by, per second.
//
// The daemon keeps counters only, so that a rate costs nothing while nobody
// looks, and everybody who looks gets the span that he asked for.

#include "cli/rates.h"

#include <string.h>

#include "cli/client.h"

/**
 * rates_span() - The time between two answers
 * @before:	The older answer, or NULL
 * @now:	The newer one
 *
 * Return: seconds; 0 if no rate can be told (the daemon began anew)
 */
double rates_span(const json_t *before, const json_t *now)
{
	json_int_t ms = json_get_integer(now, "uptime_ms") -
			json_get_integer(before, "uptime_ms");

	return before && ms > 0 ? (double)ms / 1000 : 0;
}

static const json_t *find(const json_t *array, const char *name)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(array, i, entry) {
		const char *has = json_get_string(entry, "name");

		if (has && name && !strcmp(has, name))
			return entry;
	}
	return NULL;
}

/* The counters of a channel, or of one of its paths. */
static const json_t *counters(const json_t *channel, const char *path)
{
	if (path)
		channel = find(json_object_get(channel, "paths"), path);
	return json_object_get(channel, "counters");
}

/**
 * rates_of() - How fast a counter grows
 * @before:	The older answer
 * @channel:	The channel in the newer answer
 * @path:	The path's name; NULL: a counter of the channel
 * @counter:	The counter's key
 * @span:	From rates_span()
 *
 * Return: per second; 0 if the channel is new or its counters began anew
 */
double rates_of(const json_t *before, const json_t *channel, const char *path,
		const char *counter, double span)
{
	const json_t *old = find(json_object_get(before, "channels"),
				 json_get_string(channel, "name"));
	json_int_t grown;

	old = counters(old, path);
	if (!old || span <= 0)
		return 0;
	grown = json_get_integer(counters(channel, path), counter) -
		json_get_integer(old, counter);
	return grown > 0 ? (double)grown / span : 0;
}
