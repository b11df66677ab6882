// SPDX-License-Identifier: ISC
// The table of verbs: who may use them and what they take.
//
// A request passes four checks before its verb sees it: it can be read, the
// verb is known, the client may use it, and it holds the keys that the verb
// takes. A channel or path that it names exists.

#include "control/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "base/util.h"

enum { NAMES_MAX = 4096 };	/* channels that a suggestion looks at */

static struct job *version(struct control_state *s, const struct request *r,
			   struct output *out)
{
	const struct engine *e = s->engine;

	(void)r;
	output_answer(out, json_pack("{s:s, s:o, s:o, s:o, s:I}",
		"version", PACKAGE_VERSION,
		"node", output_string(e->config->node),
		"started", output_time(e->started),
		"loaded", output_time(e->loaded),
		"generation", (json_int_t)e->shared.asker.generation));
	return NULL;
}

static struct job *set(struct control_state *s, const struct request *r,
		       struct output *out, bool on)
{
	int err = engine_enable(s->engine, r->channel, r->path, on);

	if (err)
		output_error(out, "%s: %s", r->command, strerror(-err));
	else
		output_answer(out, json_object());
	return NULL;
}

static struct job *enable(struct control_state *s, const struct request *r,
			  struct output *out)
{
	return set(s, r, out, true);
}

static struct job *disable(struct control_state *s, const struct request *r,
			   struct output *out)
{
	return set(s, r, out, false);
}

/**
 * struct verb - One verb
 * @access:	Who may use it
 * @takes:	Set of enum request_key that it may hold
 * @needs:	... and must hold
 */
static const struct verb {
	const char *name;
	enum access access;
	unsigned takes, needs;
	struct job *(*run)(struct control_state *s, const struct request *r,
			   struct output *out);
} verbs[] = {
	{ "status", ACCESS_READ, REQUEST_CHANNEL, 0, control_status },
	{ "stats", ACCESS_READ, REQUEST_CHANNEL, 0, control_stats },
	{ "events", ACCESS_READ, REQUEST_FOLLOW, 0, control_events },
	{ "alarms", ACCESS_READ, REQUEST_CHANNEL, 0, control_alarms },
	{ "history", ACCESS_READ, REQUEST_CHANNEL | REQUEST_PATH,
	  REQUEST_CHANNEL, control_history },
	{ "version", ACCESS_READ, 0, 0, version },
	{ "dump", ACCESS_ALL, REQUEST_CHANNEL, 0, control_dump },
	{ "ping", ACCESS_ALL, REQUEST_CHANNEL | REQUEST_PATH | REQUEST_COUNT |
	  REQUEST_INTERVAL | REQUEST_SIZE, REQUEST_CHANNEL, control_ping },
	{ "reload", ACCESS_ALL, 0, 0, control_reload },
	{ "switch", ACCESS_ALL,
	  REQUEST_CHANNEL | REQUEST_PATH | REQUEST_ACTION,
	  REQUEST_CHANNEL | REQUEST_ACTION, control_switch },
	{ "enable", ACCESS_ALL, REQUEST_CHANNEL | REQUEST_PATH,
	  REQUEST_CHANNEL, enable },
	{ "disable", ACCESS_ALL, REQUEST_CHANNEL | REQUEST_PATH,
	  REQUEST_CHANNEL, disable },
};

/* Say that there is no such thing, and what may have been meant. */
static void unknown(struct output *out, const char *what, const char *name,
		    const char *const *names, size_t n)
{
	const char *near = suggest(name, names, n);
	char safe[64];

	escape(safe, sizeof(safe), name, strlen(name));
	if (near)
		output_error(out, "no %s \"%s\"; did you mean \"%s\"?", what,
			     safe, near);
	else
		output_error(out, "no %s \"%s\"", what, safe);
}

static const struct verb *find_verb(const struct request *r,
				    struct output *out)
{
	const char *names[ARRAY_SIZE(verbs)];

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (!strcmp(verbs[i].name, r->command))
			return &verbs[i];
		names[i] = verbs[i].name;
	}
	unknown(out, "command", r->command, names, ARRAY_SIZE(verbs));
	return NULL;
}

static bool keys_fit(const struct verb *v, const struct request *r,
		     struct output *out)
{
	unsigned odd = r->keys & ~v->takes, missing = v->needs & ~r->keys;

	if (odd)
		output_error(out, "%s: takes no \"%s\"", v->name,
			     request_key_name(odd & -odd));
	else if (missing)
		output_error(out, "%s: \"%s\" is missing", v->name,
			     request_key_name(missing & -missing));
	return !odd && !missing;
}

static void unknown_channel(const struct engine *e, const char *name,
			    struct output *out)
{
	size_t n = MIN(e->nchannels, (size_t)NAMES_MAX);
	const char **names = calloc(n + 1, sizeof(*names));

	for (size_t i = 0; names && i < n; i++)
		names[i] = e->channels[i]->cfg->name;
	unknown(out, "channel", name, names, names ? n : 0);
	free(names);
}

static bool names_exist(const struct engine *e, const struct request *r,
			struct output *out)
{
	const char *names[CONFIG_PATHS_MAX];
	const struct channel *ch;
	size_t n = 0;

	if (!r->channel)
		return true;
	ch = engine_find(e, r->channel);
	if (!ch)
		unknown_channel(e, r->channel, out);
	if (!ch || !r->path)
		return ch;
	if (channel_find_path(ch, r->path))
		return true;
	for (; n < ch->npaths && n < CONFIG_PATHS_MAX; n++)
		names[n] = ch->paths[n]->cfg->name;
	unknown(out, "path", r->path, names, n);
	return false;
}

static struct job *run(struct control_state *s, const struct request *r,
		       enum access access, struct output *out)
{
	const struct verb *v = find_verb(r, out);

	if (!v)
		return NULL;
	if (access < v->access) {
		output_error(out, "%s: permission denied; you may look, but "
			     "only root and the members of control.group may "
			     "change things or dump", v->name);
		return NULL;
	}
	if (!keys_fit(v, r, out) || !names_exist(s->engine, r, out))
		return NULL;
	return v->run(s, r, out);
}

/**
 * command_run() - Carry out a request
 * @state:	struct control_state
 * @line:	What the client sent, without its line end
 * @len:	Its octets
 * @access:	What the client may do
 * @out:	Gets the answer, or its beginning
 *
 * Return: a job that makes the answer, or NULL: @out has all of it
 */
struct job *command_run(void *state, char *line, size_t len,
			enum access access, struct output *out)
{
	struct control_state *s = state;
	char error[REQUEST_ERROR_MAX];
	struct request r;
	struct job *job;

	if (request_parse(&r, line, len, error)) {
		output_error(out, "%s", error);
		return NULL;
	}
	job = run(s, &r, access, out);
	request_free(&r);
	return job;
}
