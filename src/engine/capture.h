/* SPDX-License-Identifier: ISC */
/* The taps: copies of frames at fixed points, for those who dump. */
#ifndef ENGINE_CAPTURE_H
#define ENGINE_CAPTURE_H

#include <dccbridge/wire.h>
#include <stdbool.h>

#include "engine/dumper.h"

enum {
	CAPTURE_DUMPERS = 16,
	CAPTURE_COPY = FRAME_MAX + WIRE_HEADER_MAX,
};

/**
 * struct capture - Who dumps
 * @points:	Set of the bits 1 << enum dump_point that somebody watches
 * @base:	Event loop
 * @n:		How many dumpers there are
 * @copy:	Room for a frame that has to be completed
 */
struct capture {
	unsigned int points;
	unsigned int n;
	struct event_base *base;
	struct dumper_user user;
	TAILQ_HEAD(, dumper) dumpers;
	uint8_t copy[CAPTURE_COPY];
};

/**
 * capture_wants() - Does anybody watch a point?
 * @c:		Taps
 * @point:	Point
 *
 * All that the way of a frame pays while nobody does.
 *
 * Return: true if so: then capture_put() it
 */
static inline bool capture_wants(const struct capture *c,
				 enum dump_point point)
{
	return __builtin_expect(c->points & 1U << point, 0);
}

void capture_init(struct capture *c, struct event_base *base);
int capture_open(struct capture *c, const char *channel);
void capture_put(struct capture *c, const struct tap *t);
void capture_super(struct capture *c, const struct tap *t);
void capture_renamed(struct capture *c);
void capture_fini(struct capture *c);

#endif
