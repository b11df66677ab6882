// SPDX-License-Identifier: ISC
// Alarms: what may be wrong, how bad it is, when it is told and taken back.
//
// Theory of operation
// -------------------
// An alarm follows a condition with hysteresis both ways. It is raised when
// the condition has been there for the kind's raise time, and cleared when it
// has been gone for the clear time. A condition that comes and goes adds up:
// the time for which it was there counts until it was gone for a whole clear
// time. So one that flaps is raised once, stays raised while it flaps, and
// counts how often it came.
//
//	            there                there long enough
//	ABSENT ------------> RISING ------------------------> RAISED
//	   ^                 |    ^                           |    ^
//	   |            gone |    | there                gone |    | there
//	   |                 v    |                           v    |
//	   +------------- FADING     ABSENT <------------- CLEARING
//	   gone long enough               gone long enough

#include "policy/alarm.h"

#include <assert.h>

#include "base/util.h"

#define SECONDS(n)	{ (n) * 1000000000LL }

/* Two seconds to come up are no fault, nor is a channel that is being made.
 * Ten to be cleared are the custom of transmission equipment. */
static const struct alarm_type types[] = {
	[ALARM_CHANNEL_DOWN] = { "channel-down",
		"no frame crosses the channel", ALARM_CRITICAL,
		SECONDS(2), SECONDS(10) },
	[ALARM_LOOP] = { "loop",
		"our own frames come back, so the channel is blocked",
		ALARM_CRITICAL, SECONDS(0), SECONDS(10) },
	[ALARM_STORM] = { "storm",
		"the LAN sends more to groups than may cross", ALARM_MINOR,
		SECONDS(0), SECONDS(10) },
	[ALARM_BRIDGE_GONE] = { "bridge-gone",
		"the device is in no bridge, for that was removed",
		ALARM_MAJOR, SECONDS(2), SECONDS(10) },
	[ALARM_PATH_DOWN] = { "path-down",
		"the path carries nothing", ALARM_MAJOR,
		SECONDS(2), SECONDS(10) },
	[ALARM_PEER_MISMATCH] = { "peer-mismatch",
		"the far end is not the one that was configured",
		ALARM_MAJOR, SECONDS(0), SECONDS(10) },
	[ALARM_LOOPBACK] = { "loopback",
		"the line brings back what we sent", ALARM_MAJOR,
		SECONDS(0), SECONDS(10) },
	[ALARM_DEGRADED] = { "degraded",
		"the path loses or damages too much", ALARM_MINOR,
		SECONDS(0), SECONDS(10) },
	[ALARM_SILENT_PATH] = { "silent-path",
		"copies of frames come on the other paths, but not on this",
		ALARM_MINOR, SECONDS(0), SECONDS(10) },
	[ALARM_QUEUE_OVERFLOW] = { "queue-overflow",
		"more is sent to the line than it carries", ALARM_WARNING,
		SECONDS(10), SECONDS(60) },
	[ALARM_THRESHOLD_15M] = { "threshold-15m",
		"too many errored or unavailable seconds in 15 minutes",
		ALARM_WARNING, SECONDS(0), SECONDS(0) },
	[ALARM_THRESHOLD_24H] = { "threshold-24h",
		"too many errored or unavailable seconds in a day",
		ALARM_WARNING, SECONDS(0), SECONDS(0) },
	[ALARM_RELOAD_FAILED] = { "reload-failed",
		"the configuration file is wrong: a restart would fail",
		ALARM_MAJOR, SECONDS(0), SECONDS(0) },
};

static_assert(ARRAY_SIZE(types) == ALARM_KIND_NUM, "an alarm lacks its type");

static const char *const severity_names[] = {
	[ALARM_CRITICAL] = "critical",
	[ALARM_MAJOR] = "major",
	[ALARM_MINOR] = "minor",
	[ALARM_WARNING] = "warning",
};

static_assert(ARRAY_SIZE(severity_names) == ALARM_SEVERITY_NUM,
	      "a severity lacks its name");

/**
 * alarm_type() - What all alarms of a kind have in common
 * @kind:	Kind
 *
 * Return: the type
 */
const struct alarm_type *alarm_type(enum alarm_kind kind)
{
	return &types[kind];
}

/**
 * alarm_severity_name() - The word for a severity
 * @severity:	Severity
 *
 * Return: the word, as in X.733
 */
const char *alarm_severity_name(enum alarm_severity severity)
{
	return severity_names[severity];
}

/**
 * alarm_is_raised() - Has it been told, and not been taken back?
 * @a:	Alarm
 *
 * Return: true if so
 */
bool alarm_is_raised(const struct alarm *a)
{
	return a->state == ALARM_RAISED || a->state == ALARM_CLEARING;
}

/* The condition has come, or come back. */
static void comes(struct alarm *a, const struct alarm_type *type,
		  struct mono now)
{
	switch (a->state) {
	case ALARM_ABSENT:
		a->state = ALARM_RISING;
		a->due = mono_add(now, type->raise);
		break;
	case ALARM_FADING:
		a->state = ALARM_RISING;
		a->due = mono_add(now, a->left);
		break;
	case ALARM_CLEARING:
		a->state = ALARM_RAISED;
		a->times++;
		break;
	default:
		break;
	}
}

static void goes(struct alarm *a, const struct alarm_type *type,
		 struct mono now)
{
	switch (a->state) {
	case ALARM_RISING:
		a->left = mono_sub(a->due, now);
		a->state = ALARM_FADING;
		break;
	case ALARM_RAISED:
		a->state = ALARM_CLEARING;
		break;
	default:
		return;
	}
	a->due = mono_add(now, type->clear);
}

/* Its time has come, whatever it waits for. */
static enum alarm_change expire(struct alarm *a)
{
	switch (a->state) {
	case ALARM_RISING:
		a->state = ALARM_RAISED;
		a->times = 1;
		return ALARM_IS_RAISED;
	case ALARM_FADING:
		a->state = ALARM_ABSENT;
		return ALARM_SAME;
	case ALARM_CLEARING:
		a->state = ALARM_ABSENT;
		return ALARM_IS_CLEARED;
	default:
		return ALARM_SAME;
	}
}

/**
 * alarm_step() - The condition is thus, or time has passed
 * @a:		Alarm
 * @kind:	Its kind
 * @present:	The condition is there
 * @now:	Time
 *
 * To be called when the condition changes, and now and then.
 *
 * Return: what there is to tell
 */
enum alarm_change alarm_step(struct alarm *a, enum alarm_kind kind,
			     bool present, struct mono now)
{
	enum alarm_change change = ALARM_SAME;

	/* what was due before this came, came first */
	if (!mono_before(now, a->due))
		change = expire(a);
	if (present)
		comes(a, &types[kind], now);
	else
		goes(a, &types[kind], now);
	if (change == ALARM_SAME && !mono_before(now, a->due))
		change = expire(a);
	return change;
}
