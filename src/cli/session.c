// SPDX-License-Identifier: ISC
// A path's session and its far end, in words.
//
// What a daemon says is foreign: who prints these texts must escape them.

#include "cli/session.h"

#include <stdio.h>

#include "cli/client.h"

static double milli(const json_t *object, const char *key)
{
	return (double)json_get_integer(object, key) / 1000;
}

/**
 * session_text() - What a path's session does
 * @path:	Path, of the answer to "status"
 * @buf:	Gets the text
 *
 * Return: @buf; "" if nothing is known
 */
const char *session_text(const json_t *path, char buf[SESSION_TEXT_MAX])
{
	const json_t *s = json_object_get(path, "session");
	const char *state = json_get_string(s, "state");
	double detection = milli(s, "detection_us");

	buf[0] = '\0';
	if (state && detection > 0)
		snprintf(buf, SESSION_TEXT_MAX, "%s; a message each %.4g ms, "
			 "down after %.4g ms of silence%s", state,
			 milli(s, "interval_us"), detection,
			 json_is_true(json_object_get(s, "resting")) ?
			 "; resting" : "");
	else if (state)
		snprintf(buf, SESSION_TEXT_MAX, "%s; a message each %.4g ms",
			 state, milli(s, "interval_us"));
	return buf;
}

/**
 * session_far_end() - Who is at the far end of a path
 * @path:	Path, of the answer to "status"
 * @buf:	Gets the text
 *
 * Return: @buf; "" if nothing is known
 */
const char *session_far_end(const json_t *path, char buf[SESSION_TEXT_MAX])
{
	const json_t *far = json_object_get(path, "far_end");
	const char *node = json_get_string(far, "node");
	const char *version = json_get_string(far, "version");
	json_int_t largest = json_get_integer(far, "largest_frame");
	int n;

	buf[0] = '\0';
	if (!node)
		return buf;
	n = snprintf(buf, SESSION_TEXT_MAX, "node %.64s%s%.32s", node,
		     version ? ", version " : "", version ? version : "");
	if (n > 0 && largest > 0)
		snprintf(buf + n, SESSION_TEXT_MAX - (size_t)n,
			 ", takes frames of %lld octets", (long long)largest);
	return buf;
}
