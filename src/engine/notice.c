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

static void to_log(const struct notice *n)
{
	char line[LOG_LINE_MAX];

	snprintf(line, sizeof(line), "%s%s%s%s%s", n->channel,
		 *n->path ? "/" : "", n->path, *n->channel ? ": " : "",
		 n->text);
	log_put(table[n->severity].priority, line);
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
	struct notice n = {
		.severity = severity,
		.channel = about.channel ? about.channel : "",
		.path = about.path ? about.path : "",
		.kind = kind,
		.text = text,
	};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	to_log(&n);
	if (sink->heard)
		sink->heard(sink->arg, &n);
}
