/* SPDX-License-Identifier: ISC */
/* What the parts of "dccbridge dump" share. */
#ifndef CLI_DUMP_H
#define CLI_DUMP_H

#include <dccbridge/control.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/cli.h"
#include "codec/pcapng.h"

enum { DUMP_LINKS = 3, DUMP_HEADERS_MAX = 64 };

/**
 * struct dump_location - Where frames were caught
 * @number:	Tells it apart in its source
 * @serial:	Of the file that @interface belongs to, by link type; 0: none
 * @interface:	Its number there
 */
struct dump_location {
	struct dump_location *next;
	uint32_t number;
	uint16_t id;
	char channel[DUMP_NAME_MAX + 8];
	char path[DUMP_NAME_MAX + 8];
	struct dump_address local, remote;
	uint32_t serial[DUMP_LINKS];
	uint32_t interface[DUMP_LINKS];
};

/**
 * struct dump_record - A frame that was caught
 * @at:		Where; never NULL
 * @point:	enum dump_point
 * @direction:	enum dump_direction, or 0: not known
 * @flags:	Set of enum dump_flag
 * @lost:	How many were lost just before it
 * @reason:	Why it was dropped, or ""
 * @link:	Link type, if it comes from a file; else 0
 */
struct dump_record {
	int64_t time_ns;
	struct dump_location *at;
	uint8_t point, direction, flags;
	uint16_t link;
	uint32_t lost;
	char reason[PCAPNG_TEXT_MAX];
	const uint8_t *data;
	size_t caplen, len;
};

/**
 * struct dump_options - What was asked for
 * @raw:		Frames as the kernel hands them over
 * @point_given:	-i was there
 * @filter:		Expression, or NULL
 * @max_file:		Octets after which a file is full; 0: never
 * @max_files:		How many files there are; 0: no end
 */
struct dump_options {
	bool line_buffered, numeric, headers, raw, point_given;
	int verbose, hex;
	enum dump_point point;
	uint8_t directions;
	uint64_t count;
	uint32_t snaplen;
	const char *write, *read;
	uint64_t max_file;
	unsigned max_files;
	const char *channel;
	char *filter;
};

/**
 * struct dump_program - A compiled filter
 * @n:	0: everything is wanted
 */
struct dump_program {
	struct dump_instruction *list;
	size_t n;
};

/**
 * struct dump_sink - Where frames go
 * @put:	Returns 0 or a negative errno, told already but -EPIPE
 * @idle:	Nothing more is there right now; the same
 * @finish:	All is said; @matched, @lost: for the file. The same
 * @fd:		What it writes to
 */
struct dump_sink {
	int (*put)(struct dump_sink *s, const struct dump_record *r);
	int (*idle)(struct dump_sink *s);
	int (*finish)(struct dump_sink *s, uint64_t matched, uint64_t lost);
	int fd;
};

/**
 * struct dump_pass - One run: from a source to a sink
 * @captured:	Frames that went to the sink
 * @matched:	Frames that the filter selected
 * @lost:	Of them, those that were lost on the way
 */
struct dump_pass {
	struct cli *cli;
	const struct dump_options *options;
	struct dump_program program;
	struct dump_sink *sink;
	uint64_t captured, matched, lost;
};

/* dump.c */
int dump_take(struct dump_pass *p, const struct dump_record *r);
void dump_started(const struct dump_options *o);
bool dump_interrupted(void);
const char *dump_point_name(enum dump_point point);

/* dump_filter.c */
int dump_compile(struct dump_program *p, const char *filter);

/* dump_live.c */
int dump_is_channel(const struct cli *cli, const char *name);
int dump_live(struct dump_pass *p);

/* dump_read.c */
int dump_read(struct dump_pass *p);

/* dump_headers.c */
size_t dump_headers(uint8_t out[DUMP_HEADERS_MAX],
		    const struct dump_record *r);
void dump_own_address(struct dump_address *local,
		      const struct dump_address *remote);

/* dump_text.c */
struct dump_sink *dump_text(struct cli *cli, const struct dump_options *o);

/* dump_write.c */
struct dump_sink *dump_write(const struct dump_options *o);

#endif
