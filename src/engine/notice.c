// SPDX-License-Identifier: ISC
// Notices: what happened, for the log and for who follows events.

#include "engine/notice.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"
#include "base/util.h"

static const struct {
	const char *name;
	int priority;
} table[] = {
	[SEVERITY_INFO] = { "info", LOG_INFO },
	[SEVERITY_WARNING] = { "warning", LOG_WARNING },
	[SEVERITY_ERROR] = { "error", LOG_ERR },
};

static_assert(ARRAY_SIZE(table) == SEVERITY_NUM, "a severity lacks its name");

/**
 * severity_name() - The word for a severity
 * @severity:	Severity
 *
 * Return: "info", "warning" or "error"
 */
const char *severity_name(enum severity severity)
{
	return table[severity].name;
}

static void to_log(const struct notice *n, int priority)
{
	const struct log_about about = { .field = {
		[LOG_FIELD_CHANNEL] = n->channel,
		[LOG_FIELD_PATH] = n->path,
		[LOG_FIELD_EVENT] = n->kind,
		[LOG_FIELD_ALARM] = n->alarm,
		[LOG_FIELD_SEVERITY] = n->perceived,
	} };
	char line[LOG_LINE_MAX];

	snprintf(line, sizeof(line), "%s%s%s%s%s%s%s", n->channel,
		 *n->path ? "/" : "", n->path, *n->channel ? ": " : "",
		 n->alarm ? n->perceived : "", n->alarm ? " alarm " : "",
		 n->text);
	log_put_about(priority, line, &about);
}

/* Names may be NULL for none. */
static void tell(const struct notice_sink *sink, struct subject about,
		 struct notice *n, int priority)
{
	n->channel = about.channel ? about.channel : "";
	n->path = about.path ? about.path : "";
	to_log(n, priority);
	if (sink->heard)
		sink->heard(sink->arg, n);
}

/**
 * notice() - Tell the log and the followers that something happened
 * @sink:	Who follows
 * @severity:	How bad it is
 * @about:	Which channel and path; NULL for none
 * @kind:	The word that scripts wait for
 * @fmt:	Text for people, as in printf(3); foreign text is escaped
 */
void notice(const struct notice_sink *sink, enum severity severity,
	    struct subject about, const char *kind, const char *fmt, ...)
{
	char text[NOTICE_TEXT_MAX];
	struct notice n = { .severity = severity, .kind = kind, .text = text };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	tell(sink, about, &n, table[severity].priority);
}

/* How bad an alarm is for those who know three steps only, and for the log. */
static const struct {
	enum severity severity;
	int priority;
} alarm_table[] = {
	[ALARM_CRITICAL] = { SEVERITY_ERROR, LOG_CRIT },
	[ALARM_MAJOR] = { SEVERITY_ERROR, LOG_ERR },
	[ALARM_MINOR] = { SEVERITY_WARNING, LOG_WARNING },
	[ALARM_WARNING] = { SEVERITY_WARNING, LOG_WARNING },
};

static_assert(ARRAY_SIZE(alarm_table) == ALARM_SEVERITY_NUM,
	      "a severity of alarms lacks its meaning");

/**
 * notice_alarm() - Tell that an alarm is raised or cleared
 * @sink:	Who follows
 * @about:	Which channel and path; NULL for none
 * @type:	Its type
 * @raised:	Raised; else cleared
 * @fmt:	Text for people, as in printf(3); foreign text is escaped
 */
void notice_alarm(const struct notice_sink *sink, struct subject about,
		  const struct alarm_type *type, bool raised,
		  const char *fmt, ...)
{
	char text[NOTICE_TEXT_MAX];
	struct notice n = {
		.severity = raised ? alarm_table[type->severity].severity :
				     SEVERITY_INFO,
		.kind = raised ? "alarm-raised" : "alarm-cleared",
		.text = text,
		.alarm = type->name,
		.perceived = raised ? alarm_severity_name(type->severity) :
				      "cleared",
	};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	tell(sink, about, &n, raised ? alarm_table[type->severity].priority :
				       LOG_NOTICE);
}
