/* SPDX-License-Identifier: ISC */
/* Notices: what happened, for the log and for who follows events. */
#ifndef ENGINE_NOTICE_H
#define ENGINE_NOTICE_H

#include <stdbool.h>

#include "policy/alarm.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_NUM };

enum { NOTICE_TEXT_MAX = 256 };

/**
 * struct notice - One thing that happened; valid during the call only
 * @channel:	Name of the channel it concerns, or ""
 * @path:	Name of the path, or ""
 * @kind:	One of the words that scripts wait for, "path-up"
 * @text:	For people; nothing in it needs escaping
 * @alarm:	Name of the alarm that is raised or cleared, or NULL; this and
 *		@perceived are valid for ever
 * @perceived:	Its severity, "cleared" if that is what it is; or NULL
 */
struct notice {
	enum severity severity;
	const char *channel;
	const char *path;
	const char *kind;
	const char *text;
	const char *alarm;
	const char *perceived;
};

/**
 * struct notice_sink - Who hears of it besides the log
 * @heard:	Called for each notice; may be NULL
 * @arg:	Its first argument
 */
struct notice_sink {
	void (*heard)(void *arg, const struct notice *n);
	void *arg;
};

/** struct subject - Whom a notice is about */
struct subject {
	const char *channel;
	const char *path;
};

void notice(const struct notice_sink *sink, enum severity severity,
	    struct subject about, const char *kind, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void notice_alarm(const struct notice_sink *sink, struct subject about,
		  const struct alarm_type *type, bool raised,
		  const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
const char *severity_name(enum severity severity);

#endif
