/* SPDX-License-Identifier: ISC */
/* Log messages: to whom they go is told once, at start-up. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stddef.h>
#include <syslog.h>

#define LOG_LINE_MAX	1024

/**
 * typedef-free sink: takes one finished line
 * @arg:	What log_init() was given
 * @priority:	LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG (syslog.h)
 * @line:	Text without a line end; nothing in it needs escaping
 */
struct log_sink {
	void (*write)(void *arg, int priority, const char *line);
	void *arg;
};

void log_init(const char *name, int verbose);
void log_set_sink(const struct log_sink *sink);
int log_verbosity(void);
void log_use_syslog(void);

void log_put(int priority, const char *line);
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void fatal(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));
void fatalx(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));

#endif
