// SPDX-License-Identifier: ISC
// A request: one JSON object, read with all suspicion.
//
// The library descends into nested values by recursion, so depth is checked
// before it sees the line: no request nests at all.

#include "control/request.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "base/util.h"

enum { DEPTH_MAX = 2 };

enum key_kind { KEY_STRING, KEY_FLAG, KEY_NUMBER };

static const char *const kinds[] = {
	[KEY_STRING] = "a string",
	[KEY_FLAG] = "true or false",
	[KEY_NUMBER] = "a whole number, 1 to 4294967295",
};

/** struct key - A key: what it must be and where it goes */
static const struct key {
	const char *name;
	unsigned bit;		/* enum request_key; 0: the command */
	enum key_kind kind;
	size_t offset;
} keys[] = {
	{ "command", 0, KEY_STRING, offsetof(struct request, command) },
	{ "channel", REQUEST_CHANNEL, KEY_STRING,
	  offsetof(struct request, channel) },
	{ "path", REQUEST_PATH, KEY_STRING, offsetof(struct request, path) },
	{ "action", REQUEST_ACTION, KEY_STRING,
	  offsetof(struct request, action) },
	{ "follow", REQUEST_FOLLOW, KEY_FLAG,
	  offsetof(struct request, follow) },
	{ "count", REQUEST_COUNT, KEY_NUMBER,
	  offsetof(struct request, count) },
	{ "interval_us", REQUEST_INTERVAL, KEY_NUMBER,
	  offsetof(struct request, interval_us) },
	{ "size", REQUEST_SIZE, KEY_NUMBER, offsetof(struct request, size) },
};

static bool too_deep(const char *line, size_t len)
{
	bool quoted = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (quoted && line[i] == '\\')
			i++;
		else if (line[i] == '"')
			quoted = !quoted;
		else if (!quoted && (line[i] == '{' || line[i] == '['))
			depth++;
		else if (!quoted && (line[i] == '}' || line[i] == ']'))
			depth--;
		if (depth > DEPTH_MAX)
			return true;
	}
	return false;
}

static const struct key *find_key(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

static int unknown_key(const char *name, char *error)
{
	const char *names[ARRAY_SIZE(keys)], *near;
	char safe[64];

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		names[i] = keys[i].name;
	near = suggest(name, names, ARRAY_SIZE(names));
	escape(safe, sizeof(safe), name, strlen(name));
	snprintf(error, REQUEST_ERROR_MAX, near ?
		 "request: unknown key \"%s\"; did you mean \"%s\"?" :
		 "request: unknown key \"%s\"", safe, near);
	return -EINVAL;
}

static bool is_kind(const json_t *value, enum key_kind kind)
{
	switch (kind) {
	case KEY_FLAG:
		return json_is_boolean(value);
	case KEY_NUMBER:
		return json_integer_value(value) > 0 &&
		       json_integer_value(value) <= UINT32_MAX;
	default:
		return json_is_string(value);
	}
}

static int take_value(struct request *r, const struct key *key,
		      const json_t *value, char *error)
{
	char *field = (char *)r + key->offset;

	if (!is_kind(value, key->kind)) {
		snprintf(error, REQUEST_ERROR_MAX, "request: \"%s\" must be %s",
			 key->name, kinds[key->kind]);
		return -EINVAL;
	}
	if (key->kind == KEY_FLAG)
		*(bool *)field = json_is_true(value);
	else if (key->kind == KEY_NUMBER)
		*(json_int_t *)field = json_integer_value(value);
	else
		*(const char **)field = json_string_value(value);
	r->keys |= key->bit;
	return 0;
}

static int take_object(struct request *r, char *error)
{
	const char *name;
	json_t *value;

	json_object_foreach(r->json, name, value) {
		const struct key *key = find_key(name);
		int err = key ? take_value(r, key, value, error) :
				unknown_key(name, error);

		if (err)
			return err;
	}
	if (r->command)
		return 0;
	snprintf(error, REQUEST_ERROR_MAX, "request: \"command\" is missing");
	return -EINVAL;
}

/**
 * request_parse() - Read a request
 * @r:		Gets the request; request_free() ends it. Empty on failure
 * @line:	What the client sent
 * @len:	Its octets
 * @error:	Gets what is wrong
 *
 * Return: 0 or -EINVAL
 */
int request_parse(struct request *r, const char *line, size_t len,
		  char error[REQUEST_ERROR_MAX])
{
	json_error_t why;
	char safe[96];
	int err;

	*r = (struct request){ 0 };
	if (too_deep(line, len)) {
		snprintf(error, REQUEST_ERROR_MAX, "request: nested too deep");
		return -EINVAL;
	}
	r->json = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);
	if (!json_is_object(r->json)) {
		escape(safe, sizeof(safe), why.text, strlen(why.text));
		snprintf(error, REQUEST_ERROR_MAX,
			 "request: not one JSON object a line%s%s",
			 r->json ? "" : ": ", r->json ? "" : safe);
		request_free(r);
		return -EINVAL;
	}
	err = take_object(r, error);
	if (err)
		request_free(r);
	return err;
}

/**
 * request_key_name() - How a key is written
 * @key:	One of the set
 *
 * Return: its name
 */
const char *request_key_name(enum request_key key)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].bit == key)
			return keys[i].name;
	return "?";
}

/**
 * request_free() - End a request
 * @r:	The request; empty afterwards
 */
void request_free(struct request *r)
{
	json_decref(r->json);
	*r = (struct request){ 0 };
}
