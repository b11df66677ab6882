// SPDX-License-Identifier: ISC
// The clock of a line that never pauses: how much is to be written now.
//
// Theory of operation
// -------------------
// Below us there shall always be AHEAD_MS worth of octets: fewer, and the
// line runs dry in the middle of a frame; more, and all that follows is late.
// Nobody tells how many there are, so they are reckoned: what we wrote less
// what the line took. Both directions of a line have one clock, so it took
// as many octets as came from it.
//
// Where there is no frame, a line that runs dry does no harm: flags of ours are
// whole octets then, and so are those that it puts in.
//
// How late we may be is the host's affair: where the line ran dry, more is
// kept below us, up to AHEAD_MOST_MS worth, and less again when it has not
// for a while.
//
// A line from which nothing has ever come is reckoned by time and rate. One
// that did clock us and then falls silent has probably stopped: nothing is
// assumed to have left, but once in PUSH_MS AHEAD_MS worth is written, so
// that two ends which each wait for the other begin again. All that is kept
// in mind: when the line goes on, it first takes what lies there.
//
// A turn that comes very late may have lost octets to a buffer that was
// full; then time counts, if it says more.

#include "transport/line_clock.h"

#include <string.h>

#include "base/util.h"

#define SECOND_NS	1000000000LL

enum {
	AHEAD_MS = 5,
	AHEAD_MOST_MS = 40,
	EASE_MS = 10000,
	SETTLE_MS = 500,	/* what happens so soon means nothing */
	AHEAD_LEAST = 16,	/* octets */
	BELOW_MAX = 16 * 1024,	/* no terminal swallows more, octets */
	AHEAD_MOST = BELOW_MAX / 2,
	PUSH_MS = 100,
	LATE_MS = 100,		/* a turn after so long lost something */
	BUSY_MS = 100,		/* quick turns for so long after a frame */
	MEASURE_MS = 10000,
	TURN_BUSY_MS = 2,
	TURN_IDLE_MS = 9,
};

/**
 * line_clock_init() - A line that has just been opened
 * @c:		Set up
 * @rate:	bit/s
 */
void line_clock_init(struct line_clock *c, uint64_t rate)
{
	memset(c, 0, sizeof(*c));
	c->rate = rate;
	c->least = MIN(MAX((size_t)(rate * AHEAD_MS / 8000),
			   (size_t)AHEAD_LEAST), (size_t)AHEAD_MOST);
	c->ahead = c->least;
}

/**
 * line_clock_read() - Octets came from the line
 * @c:		Clock
 * @octets:	How many
 */
void line_clock_read(struct line_clock *c, size_t octets)
{
	c->came += octets;
}

/**
 * line_clock_wrote() - Octets are on their way to the line
 * @c:		Clock
 * @octets:	How many, whether the device has taken them already or not
 */
void line_clock_wrote(struct line_clock *c, size_t octets)
{
	c->below = MIN(c->below + octets, (size_t)BELOW_MAX);
	if (!c->follows)
		c->written = MIN(c->written + octets, (size_t)BELOW_MAX);
}

/**
 * line_clock_full() - The device takes no more for now
 * @c:	Clock
 */
void line_clock_full(struct line_clock *c)
{
	c->full = true;
}

/**
 * line_clock_busy() - There is a frame, in one direction or the other
 * @c:	Clock
 */
void line_clock_busy(struct line_clock *c)
{
	c->busy = true;
}

/**
 * line_clock_midst() - What was written last ends in the midst of a frame
 * @c:	Clock
 */
void line_clock_midst(struct line_clock *c)
{
	c->midst = true;
}

/* The octets of the time that has passed; what makes none is kept. */
static size_t passed(struct line_clock *c, struct mono now)
{
	int64_t ns = MIN(mono_sub(now, c->counted).ns, SECOND_NS);
	uint64_t octets = (uint64_t)ns * c->rate / (8 * SECOND_NS);

	if (ns == SECOND_NS)
		c->counted = now;
	else
		c->counted.ns += (int64_t)(octets * 8 * SECOND_NS / c->rate);
	return (size_t)octets;
}

static void begin(struct line_clock *c, struct mono now)
{
	c->counted = c->heard = c->active = c->eased = now;
	c->turned = true;
}

/* The first octets that ever came: what time said may have been wrong. */
static void follow(struct line_clock *c, struct mono now)
{
	if (c->full)
		c->below = c->written;
	c->follows = true;
	c->since = c->measuring = now;
	c->counting = 0;
}

/* How fast is it really? A silence says nothing. */
static void measure(struct line_clock *c, size_t came, struct mono now)
{
	int64_t ns = mono_sub(now, c->measuring).ns;

	c->counting += came;
	if (ns < mono_ms(MEASURE_MS).ns)
		return;
	c->measured = c->counting * 8 * 1000 / (uint64_t)(ns / 1000000);
	c->counting = 0;
	c->measuring = now;
}

static size_t taken(struct line_clock *c, struct mono now)
{
	bool late = mono_before(mono_add(c->counted, mono_ms(LATE_MS)), now);
	size_t time = passed(c, now), came = c->came;

	c->came = 0;
	if (!came)
		return c->follows ? 0 : time;
	if (!c->follows)
		follow(c, now);
	measure(c, came, now);
	late &= !mono_before(mono_add(c->heard, mono_ms(PUSH_MS * 2)), now);
	c->heard = now;
	return late ? MAX(time, came) : came;
}

/* The line took more than we know of: it ran dry in between. */
static void ran_dry(struct line_clock *c, size_t lacked, struct mono now)
{
	size_t most = MIN(c->least * AHEAD_MOST_MS / AHEAD_MS,
			  (size_t)AHEAD_MOST);

	c->dry++;
	c->eased = now;
	c->ahead = MIN(c->ahead + c->ahead / 4 + lacked, most);
}

static bool is_settled(const struct line_clock *c, struct mono now)
{
	return c->follows &&
	       !mono_before(now, mono_add(c->since, mono_ms(SETTLE_MS)));
}

/* Are the turns, since the last one? */
static bool is_quick(const struct line_clock *c)
{
	return c->quick || c->midst;
}

static void ease(struct line_clock *c, struct mono now)
{
	if (mono_before(now, mono_add(c->eased, mono_ms(EASE_MS))))
		return;
	c->eased = now;
	c->ahead = MAX(c->ahead - c->ahead / 4, c->least);
}

/**
 * line_clock_turn() - What has happened, and what is to be written
 * @c:		Clock
 * @now:	Time
 *
 * Return: octets
 */
size_t line_clock_turn(struct line_clock *c, struct mono now)
{
	size_t gone;

	if (!c->turned)
		begin(c, now);
	gone = taken(c, now);
	if (gone > c->below && is_settled(c, now) && is_quick(c))
		ran_dry(c, gone - c->below, now);
	else
		ease(c, now);
	c->below -= MIN(gone, c->below);
	if (c->busy)
		c->active = now;
	c->busy = false;
	c->midst = false;
	c->quick = mono_before(now, mono_add(c->active, mono_ms(BUSY_MS)));
	if (c->follows &&
	    mono_before(mono_add(c->heard, mono_ms(PUSH_MS)), now)) {
		c->heard = now;
		return c->ahead;
	}
	return c->below < c->ahead ? c->ahead - c->below : 0;
}

/**
 * line_clock_next() - When the next turn is due
 * @c:		Clock
 * @now:	Time, as of line_clock_turn()
 *
 * Return: when; more often while there are frames
 */
struct mono line_clock_next(const struct line_clock *c, struct mono now)
{
	return mono_add(now, mono_ms(is_quick(c) ? TURN_BUSY_MS :
						    TURN_IDLE_MS));
}
