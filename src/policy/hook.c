// SPDX-License-Identifier: ISC
// What hook programs are told of, as numbers that cross to the monitor.
//
// No word that the engine says reaches a program: the number is an index, and
// the words are in the tables of the monitor's own copy of this file.

#include "policy/hook.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/util.h"

static const char *const events[] = {
	"channel-up", "channel-down", "channel-disabled",
	"path-up", "path-down", "path-disabled", "switch",
};

static_assert(ARRAY_SIZE(events) == HOOK_RAISED, "an event lacks its number");

static int find_alarm(const char *name)
{
	for (int i = 0; i < ALARM_KIND_NUM; i++)
		if (!strcmp(alarm_type((enum alarm_kind)i)->name, name))
			return i;
	return -ENOENT;
}

/**
 * hook_number() - The number of something that happened
 * @event:	Kind of event
 * @alarm:	Name of the alarm that it is about, or NULL
 *
 * Return: the number; -ENOENT: no hook is told of that
 */
int16_t hook_number(const char *event, const char *alarm)
{
	int kind = alarm ? find_alarm(alarm) : -ENOENT;

	if (kind >= 0 && !strcmp(event, "alarm-raised"))
		return (int16_t)(HOOK_RAISED + kind);
	if (kind >= 0 && !strcmp(event, "alarm-cleared"))
		return (int16_t)(HOOK_CLEARED + kind);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		if (!strcmp(events[i], event))
			return (int16_t)i;
	return -ENOENT;
}

/**
 * hook_words() - What a number stands for
 * @number:	Number
 * @words:	Gets the words
 *
 * Return: 0, or -EINVAL if there is no such number
 */
int hook_words(int16_t number, struct hook_words *words)
{
	const struct alarm_type *type;

	if (number < 0 || number >= HOOK_NUMBERS)
		return -EINVAL;
	if (number < HOOK_RAISED) {
		*words = (struct hook_words){ events[number], "", "" };
		return 0;
	}
	type = alarm_type((enum alarm_kind)((number - HOOK_RAISED) %
					    ALARM_KIND_NUM));
	if (number < HOOK_CLEARED)
		*words = (struct hook_words){
			"alarm-raised", type->name,
			alarm_severity_name(type->severity)
		};
	else
		*words = (struct hook_words){
			"alarm-cleared", type->name, "cleared"
		};
	return 0;
}
