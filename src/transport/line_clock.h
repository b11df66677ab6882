/* SPDX-License-Identifier: ISC */
/* The clock of a line that never pauses: how much is to be written now. */
#ifndef TRANSPORT_LINE_CLOCK_H
#define TRANSPORT_LINE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

/**
 * struct line_clock - What the line is thought to do; private
 * @rate:	bit/s, as configured
 * @least:	Octets that shall be below us where nothing is ever late
 * @ahead:	Octets that shall be below us
 * @dry:	How often the line took more than there was, while there were
 *		frames
 * @below:	Octets that are, as far as we know
 * @written:	Octets written while nothing has ever been read
 * @came:	Octets read since the last turn
 * @measured:	bit/s that it runs at, by the last MEASURE_MS; 0: not known
 * @counting:	Octets read since @measuring
 * @measuring:	When it was last measured
 * @counted:	Until when the line's time was turned into octets
 * @heard:	When the last octet came, or we last pushed without one
 * @eased:	When @ahead was last changed
 * @active:	When there was last a frame in either direction
 * @turned:	There was a turn: the times are valid
 * @since:	Since when the line clocks us
 * @follows:	It does: something was read
 * @full:	The device did not take all of it
 * @busy:	There was a frame since the last turn
 * @quick:	At the last turn there was one, or had been just before
 * @midst:	The last turn wrote only a part of one
 */
struct line_clock {
	uint64_t rate;
	size_t least, ahead;
	uint64_t dry;
	size_t below;
	size_t written;
	size_t came;
	uint64_t measured, counting;
	struct mono measuring;
	struct mono counted;
	struct mono heard;
	struct mono eased;
	struct mono since;
	struct mono active;
	bool turned, follows, full, busy, quick, midst;
};

void line_clock_init(struct line_clock *c, uint64_t rate);
void line_clock_read(struct line_clock *c, size_t octets);
void line_clock_wrote(struct line_clock *c, size_t octets);
void line_clock_full(struct line_clock *c);
void line_clock_busy(struct line_clock *c);
void line_clock_midst(struct line_clock *c);
size_t line_clock_turn(struct line_clock *c, struct mono now);
struct mono line_clock_next(const struct line_clock *c, struct mono now);

#endif
