/* SPDX-License-Identifier: ISC */
/* Alarms: what may be wrong, how bad it is, when it is told and taken back. */
#ifndef POLICY_ALARM_H
#define POLICY_ALARM_H

#include <stdbool.h>

#include "base/clock.h"

/** enum alarm_kind - What may be wrong; the order of the table in alarm.c */
enum alarm_kind {
	/* of a channel */
	ALARM_CHANNEL_DOWN,
	ALARM_LOOP,
	ALARM_STORM,
	ALARM_BRIDGE_GONE,
	/* of a path */
	ALARM_PATH_DOWN,
	ALARM_PEER_MISMATCH,
	ALARM_LOOPBACK,
	ALARM_DEGRADED,
	ALARM_SILENT_PATH,
	ALARM_QUEUE_OVERFLOW,
	ALARM_THRESHOLD_15M,
	ALARM_THRESHOLD_24H,
	/* of the daemon */
	ALARM_RELOAD_FAILED,
	ALARM_KIND_NUM
};

/** enum alarm_severity - Perceived severity of ITU-T X.733, the worst first */
enum alarm_severity {
	ALARM_CRITICAL,		/* service is lost */
	ALARM_MAJOR,		/* service suffers, or its spare is lost */
	ALARM_MINOR,		/* a fault that does no harm to service yet */
	ALARM_WARNING,		/* may become a fault */
	ALARM_SEVERITY_NUM
};

/**
 * struct alarm_type - What all alarms of a kind have in common
 * @name:	As scripts know it
 * @help:	What it means, for people
 * @raise:	The condition must have been there for so long
 * @clear:	... and gone for so long
 */
struct alarm_type {
	const char *name;
	const char *help;
	enum alarm_severity severity;
	struct mono raise, clear;
};

/**
 * struct alarm - One condition of one object; all zero is one that is absent
 * @due:	RISING: when it is raised; FADING, CLEARING: when it is over
 * @left:	FADING: how long it must still be there to be raised
 * @times:	How often the condition came since it was raised
 */
struct alarm {
	enum {
		ALARM_ABSENT,
		ALARM_RISING,	/* there, but not for long enough */
		ALARM_FADING,	/* the same, but just now it is not there */
		ALARM_RAISED,
		ALARM_CLEARING,	/* raised; gone, but not for long enough */
	} state;
	struct mono due, left;
	unsigned int times;
};

/** enum alarm_change - What there is to tell */
enum alarm_change { ALARM_SAME, ALARM_IS_RAISED, ALARM_IS_CLEARED };

enum alarm_change alarm_step(struct alarm *a, enum alarm_kind kind,
			     bool present, struct mono now);
bool alarm_is_raised(const struct alarm *a);

const struct alarm_type *alarm_type(enum alarm_kind kind);
const char *alarm_severity_name(enum alarm_severity severity);

#endif
