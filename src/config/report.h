/* SPDX-License-Identifier: ISC */
/* Errors of a file: where, which key, what, and what would be right. */
#ifndef CONFIG_REPORT_H
#define CONFIG_REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct config_errors;

enum {
	REPORT_KEEP = 100,	/* errors kept; what is beyond is counted */
	REPORT_STOP = 1000,	/* errors after which we stop looking */
	REPORT_SHOWN = 64,	/* octets shown of what the file says */
	REPORT_PATH_MAX = 200,
};

/** struct config_at - A place in the tree of keys, from the leaf to the root */
struct config_at {
	const struct config_at *up;
	const char *key;	/* may come from the file; NULL: an index */
	size_t index;
};

/** struct config_report - Where errors go while a file is read */
struct config_report {
	struct config_errors *errors;
	unsigned mute;		/* not 0: what comes was already told */
	bool no_memory;
};

bool report_stop(const struct config_report *report);
size_t report_path(const struct config_at *at, char *buf, size_t size);
void report_add(struct config_report *report, unsigned line, unsigned column,
		const struct config_at *at, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void report_sort(struct config_errors *errors);
const char *report_shown(const char *text, char buf[REPORT_SHOWN + 8]);

#endif
