// SPDX-License-Identifier: ISC
// Log messages: formatted here, delivered by the sink that start-up chose.
//
// The one piece of state below is set at start-up and only read afterwards:
// who listens. It is the process's stderr in other clothes, which is why it
// is not handed through every function. Names: the x in warnx and fatalx
// means "no errno in the text", as in err(3).

#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void to_stderr(void *arg, int priority, const char *line,
		      const struct log_about *about);

static struct {
	const char *name;
	int verbose;
	struct log_sink sink;
	struct journal journal;
} log_state = { "dccbridge", 0, { to_stderr, NULL }, { .fd = -1 } };

static void to_stderr(void *arg, int priority, const char *line,
		      const struct log_about *about)
{
	(void)arg;
	(void)priority;
	(void)about;
	fprintf(stderr, "%s: %s\n", log_state.name, line);
}

/**
 * log_init() - Say who speaks and how much
 * @name:	Program name before each line; kept, not copied
 * @verbose:	0: up to LOG_NOTICE and LOG_INFO; 1 or more: LOG_DEBUG too
 */
void log_init(const char *name, int verbose)
{
	log_state.name = name;
	log_state.verbose = verbose;
}

/**
 * log_set_sink() - Deliver lines elsewhere than to stderr
 * @sink:	Copied
 */
void log_set_sink(const struct log_sink *sink)
{
	log_state.sink = *sink;
}

/**
 * log_to_system() - A sink: the journal with its fields, else syslog(3)
 * @arg:	Not used
 * @priority:	As in syslog(3)
 * @line:	The text
 * @about:	The fields, or NULL
 *
 * Works after log_use_system().
 */
void log_to_system(void *arg, int priority, const char *line,
		   const struct log_about *about)
{
	(void)arg;
	if (log_state.journal.fd < 0 ||
	    journal_send(&log_state.journal, log_state.name, priority, line,
			 about))
		syslog(priority, "%s", line);
}

/**
 * log_use_system() - Deliver lines to the system's log, as a daemon does
 */
void log_use_system(void)
{
	openlog(log_state.name, LOG_PID | LOG_NDELAY, LOG_DAEMON);
	journal_close(&log_state.journal);
	if (journal_open(&log_state.journal, JOURNAL_SOCKET))
		journal_close(&log_state.journal);
	log_set_sink(&(struct log_sink){ log_to_system, NULL });
}

/**
 * log_verbosity() - What log_init() was told
 *
 * Return: 0 or more
 */
int log_verbosity(void)
{
	return log_state.verbose;
}

/**
 * log_put() - Deliver a line that is already text
 * @priority:	As in syslog(3)
 * @line:	The text, without a line end
 */
void log_put(int priority, const char *line)
{
	log_put_about(priority, line, NULL);
}

/**
 * log_put_about() - Deliver a line, and in fields what it is about
 * @priority:	As in syslog(3)
 * @line:	The text, without a line end; complete without the fields
 * @about:	The fields, or NULL
 */
void log_put_about(int priority, const char *line,
		   const struct log_about *about)
{
	if (priority >= LOG_DEBUG && !log_state.verbose)
		return;
	log_state.sink.write(log_state.sink.arg, priority, line, about);
}

/* Leaves errno as it was, so that a caller may log before it returns it. */
__attribute__((format(printf, 3, 0)))
static void vlog(int priority, int err, const char *fmt, va_list ap)
{
	char line[LOG_LINE_MAX];
	int n;

	n = vsnprintf(line, sizeof(line), fmt, ap);
	if (err && n >= 0 && (size_t)n < sizeof(line))
		snprintf(line + n, sizeof(line) - (size_t)n, ": %s",
			 strerror(err));
	log_put(priority, line);
}

#define VLOG(priority, err) do {		\
	int saved_ = errno;			\
	va_list ap_;				\
	va_start(ap_, fmt);			\
	vlog(priority, (err), fmt, ap_);	\
	va_end(ap_);				\
	errno = saved_;				\
} while (0)

/** log_warn() - A failed system call: the text and what errno says */
void log_warn(const char *fmt, ...)
{
	VLOG(LOG_WARNING, saved_);
}

/** log_warnx() - Something wrong that errno does not describe */
void log_warnx(const char *fmt, ...)
{
	VLOG(LOG_WARNING, 0);
}

/** log_info() - What an operator wants to know without asking */
void log_info(const char *fmt, ...)
{
	VLOG(LOG_INFO, 0);
}

/** log_debug() - What only a developer wants to know; said with -v */
void log_debug(const char *fmt, ...)
{
	if (log_state.verbose)
		VLOG(LOG_DEBUG, 0);
}

/** fatal() - A system call without which set-up cannot go on; exits with 1 */
void fatal(const char *fmt, ...)
{
	VLOG(LOG_ERR, saved_);
	exit(1);
}

/** fatalx() - A set-up that cannot go on; the text says why; exits with 1 */
void fatalx(const char *fmt, ...)
{
	VLOG(LOG_ERR, 0);
	exit(1);
}
