// SPDX-License-Identifier: ISC
// Protection: the verb "switch", and what "status" tells of the selector.

#include <string.h>

#include "base/util.h"
#include "control/state.h"

static const char *const modes[] = {
	[PROTECT_NONE] = "none",
	[PROTECT_1_1] = "1:1",
	[PROTECT_1PLUS1] = "1+1",
};

/* Why a command is refused, and what could be done about it. */
static const char *const refusals[REFUSED_NUM] = {
	[REFUSED_OUTRANKED] = "a higher command is outstanding; clear it "
			      "first",
	[REFUSED_DISABLED] = "the path is disabled; enable it first",
	[REFUSED_SIGNAL] = "the path is down, or another one is better; "
			   "force takes it nevertheless",
};

static const struct action {
	const char *name;
	enum protection_command command;
} actions[] = {
	{ "manual", COMMAND_MANUAL },
	{ "force", COMMAND_FORCE },
	{ "lockout", COMMAND_LOCKOUT },
	{ "clear", COMMAND_NONE },
};

static const struct action *find_action(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (!strcmp(actions[i].name, name))
			return &actions[i];
	return NULL;
}

static const char *obey(struct engine *e, const struct request *r)
{
	const struct action *a = find_action(r->action);
	struct channel *ch = engine_find(e, r->channel);
	struct path *p = r->path ? channel_find_path(ch, r->path) : NULL;

	if (!a)
		return "expected manual, force, lockout or clear";
	if (!p && a->command != COMMAND_NONE)
		return "which path?";
	if (p && a->command == COMMAND_NONE)
		return "clear takes no path";
	return refusals[channel_command(ch, a->command, p)];
}

/**
 * control_switch() - Answer "switch"
 * @s:		State
 * @r:		Request; its channel and path exist
 * @out:	Output
 *
 * Return: NULL: there is no more to come
 */
struct job *control_switch(struct control_state *s, const struct request *r,
			   struct output *out)
{
	const char *error = obey(s->engine, r);

	if (error)
		output_error(out, "switch: %s", error);
	else
		output_answer(out, json_object());
	return NULL;
}

static json_t *time_left(const struct protection *p, struct mono now)
{
	struct mono when = protection_restores(p, now);

	if (when.ns == MONO_NEVER.ns)
		return json_null();
	return json_integer(mono_to_ms(mono_sub(when, now)));
}

/**
 * control_protection() - What there is to tell of a channel's selector
 * @ch:	Channel
 *
 * Return: an object, or null if there is nothing to select from
 */
json_t *control_protection(const struct channel *ch)
{
	const struct protection *p = &ch->selector;
	struct mono now = clock_mono();

	if (ch->npaths < 2)
		return json_null();
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}",
		"mode", modes[ch->cfg->protection.mode],
		"request", protection_cause_name(protection_cause(p, now)),
		"command", p->command == COMMAND_NONE ? json_null() :
			json_string(protection_command_name(p->command)),
		"commanded", p->command == COMMAND_NONE ? json_null() :
			json_string(ch->paths[p->commanded]->cfg->name),
		"restore_ms", time_left(p, now),
		"lost", ch->order ?
			json_integer((json_int_t)ch->order->lost) :
			json_null(),
		"lost_early", ch->order ?
			json_integer((json_int_t)ch->order->early) :
			json_null());
}
