/* SPDX-License-Identifier: ISC */
/* What hook programs are told of, as numbers that cross to the monitor. */
#ifndef POLICY_HOOK_H
#define POLICY_HOOK_H

#include <stdint.h>

#include "policy/alarm.h"

enum hook_numbers {
	HOOK_RAISED = 7,	/* before it, events without an alarm */
	HOOK_CLEARED = HOOK_RAISED + ALARM_KIND_NUM,
	HOOK_NUMBERS = HOOK_CLEARED + ALARM_KIND_NUM
};

/**
 * struct hook_words - What happened, in the words that scripts know
 * @event:	Kind of event
 * @alarm:	Name of the alarm that was raised or cleared, or ""
 * @severity:	Its severity, "cleared" if that is what it is; or ""
 */
struct hook_words {
	const char *event, *alarm, *severity;
};

int16_t hook_number(const char *event, const char *alarm);
int hook_words(int16_t number, struct hook_words *words);

#endif
