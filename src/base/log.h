/* SPDX-License-Identifier: ISC */
/* Log messages: to whom they go is told once, at start-up. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stddef.h>
#include <syslog.h>

#include "base/journal.h"

#define LOG_LINE_MAX	1024

/**
 * struct log_sink - Takes finished lines
 * @write:	Called for each; @priority is one of syslog(3)'s, from
 *		LOG_CRIT to LOG_DEBUG, and @line is text that needs no escaping,
 *		without a line end. @about: what it is about, or NULL; what
 *		@line says is complete without it
 * @arg:	Its first argument
 */
struct log_sink {
	void (*write)(void *arg, int priority, const char *line,
		      const struct log_about *about);
	void *arg;
};

void log_init(const char *name, int verbose);
void log_set_sink(const struct log_sink *sink);
int log_verbosity(void);
void log_use_system(void);
void log_to_system(void *arg, int priority, const char *line,
		   const struct log_about *about);

void log_put(int priority, const char *line);
void log_put_about(int priority, const char *line,
		   const struct log_about *about);
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void fatal(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));
void fatalx(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));

#endif
