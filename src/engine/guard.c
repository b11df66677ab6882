// SPDX-License-Identifier: ISC
// What keeps a LAN's storms and loops off the line: one guard a channel.
//
// Theory of operation
// -------------------
// On a slow line each frame is looked at. On a fast one only those to groups
// are, unless limits were set: a loop multiplies these first, and the others
// go by at full speed. Frames that may cross are shown to the loop guard of
// policy/loop both ways; a station heard from the far side is known, so that
// what is sent to it is no "unknown" traffic.
//
// Storms and loops are told once when they begin and once when they end.

#include "engine/guard.h"

#include <event2/util.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "base/util.h"

static const enum stat_id storm_stats[STORM_KINDS] = {
	[STORM_BROADCAST] = DROP_STORM_BROADCAST,
	[STORM_MULTICAST] = DROP_STORM_MULTICAST,
	[STORM_UNKNOWN] = DROP_STORM_UNKNOWN,
	[STORM_CONTROL] = DROP_STORM_CONTROL,
};

/* One alarm for all kinds of storms, which names one that rages. */
static void report_storms(struct guard *g, struct mono now)
{
	int raging = -1;

	for (int i = 0; i < STORM_KINDS; i++)
		if (storm_is_raging(&g->storm, (enum storm_kind)i))
			raging = i;
	alarm_report(g->alarms, ALARM_STORM, raging >= 0, now,
		     "%s frames exceed their limit", raging < 0 ? "" :
		     storm_kind_name((enum storm_kind)raging));
}

/**
 * guard_new() - Make the guard of a channel
 * @cfg:	Channel's settings; see guard_set()
 * @sink:	Who hears of storms and loops; borrowed
 * @alarms:	The channel's alarms; borrowed
 *
 * Return: the guard, owned by the caller, or NULL without memory
 */
struct guard *guard_new(const struct config_channel *cfg,
			const struct notice_sink *sink,
			struct alarm_set *alarms)
{
	struct guard *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	evutil_secure_rng_get_bytes(&g->key, sizeof(g->key));
	g->sink = sink;
	g->alarms = alarms;
	loop_init(&g->loop, &g->key);
	guard_set(g, cfg, 0, clock_mono());
	return g;
}

/**
 * guard_free() - Forget a guard
 * @g:	Guard; consumed. May be NULL
 */
void guard_free(struct guard *g)
{
	if (!g)
		return;
	if (g->stations)
		stations_free(g->stations);
	free(g);
}

static bool is_limited(const struct guard *g)
{
	return storm_is_limited(&g->storm, STORM_BROADCAST) ||
	       storm_is_limited(&g->storm, STORM_MULTICAST) ||
	       storm_is_limited(&g->storm, STORM_UNKNOWN);
}

/**
 * guard_set() - The settings, or the line that is used, are others now
 * @g:		Guard
 * @cfg:	Channel's settings; its name is borrowed until the next call
 * @rate:	Of the line, bit/s; 0: fast
 * @now:	Time
 */
void guard_set(struct guard *g, const struct config_channel *cfg,
	       uint64_t rate, struct mono now)
{
	g->about = (struct subject){ cfg->name, NULL };
	storm_init(&g->storm, &cfg->storm, rate, now);
	g->limited = is_limited(g);
	report_storms(g, now);
	if (!storm_is_limited(&g->storm, STORM_UNKNOWN) || g->stations)
		return;
	g->stations = stations_new(STATIONS_DEFAULT, &g->key);
}

static bool to_group(const struct frame *f)
{
	return f->data[0] & 1;
}

/**
 * guard_looks() - Must this frame be shown to the guard?
 * @g:		Guard
 * @f:		Frame, at least 14 octets
 * @slow:	The line is slow
 *
 * Return: true if so
 */
HOT bool guard_looks(const struct guard *g, const struct frame *f, bool slow)
{
	return slow || to_group(f) || g->limited || guard_blocks(g);
}

/* 01-80-C2-00-00-0x: bridges never pass these on, so they cannot loop. */
static bool is_reserved(const struct frame *f)
{
	static const uint8_t prefix[] = { 0x01, 0x80, 0xc2, 0, 0 };

	return !memcmp(f->data, prefix, sizeof(prefix)) && f->data[5] < 16;
}

static int kind_of(const struct guard *g, const struct flow *flow,
		   enum wire_class class, struct mono now)
{
	if (flow->cast != FLOW_UNICAST && class == WIRE_CONTROL)
		return STORM_CONTROL;
	if (flow->cast == FLOW_BROADCAST)
		return STORM_BROADCAST;
	if (flow->cast == FLOW_MULTICAST)
		return STORM_MULTICAST;
	if (g->stations && flow->dst &&
	    !stations_known(g->stations, flow->dst, flow->vlan, now))
		return STORM_UNKNOWN;
	return -1;
}

static void tell_storms(struct guard *g, struct mono now)
{
	struct storm_event e;

	while (storm_next_event(&g->storm, now, &e)) {
		const char *name = storm_kind_name(e.kind);

		if (e.begins)
			notice(g->sink, SEVERITY_WARNING, g->about,
			       "storm", "%s frames exceed their limit; what "
			       "is beyond it is dropped", name);
		else
			notice(g->sink, SEVERITY_INFO, g->about, "storm-over",
			       "%s frames are within their limit again, after"
			       " %" PRId64 " s and %" PRIu64 " drops", name,
			       mono_to_ms(e.lasted) / 1000, e.dropped);
		report_storms(g, now);
	}
}

static void report_loop(struct guard *g, bool present, struct mono now)
{
	alarm_report(g->alarms, ALARM_LOOP, present, now,
		     "our own frames come back: both LANs are joined "
		     "elsewhere, or the line is looped");
}

static void tell_loop(struct guard *g, enum loop_event event,
		      struct mono now)
{
	struct mono left = mono_sub(loop_deadline(&g->loop), now);

	switch (event) {
	case LOOP_FOUND:
		notice(g->sink, SEVERITY_ERROR, g->about, "loop",
		       "our own frames come back: both LANs are joined "
		       "elsewhere, or the line is looped; blocked for %"
		       PRId64 " s", mono_to_ms(left) / 1000);
		report_loop(g, true, now);
		break;
	case LOOP_RETRY:
		notice(g->sink, SEVERITY_INFO, g->about, "loop-retry",
		       "open again, to see whether frames still come back");
		break;
	case LOOP_OVER:
		notice(g->sink, SEVERITY_INFO, g->about, "loop-over",
		       "no frame of ours comes back any more");
		report_loop(g, false, now);
		break;
	case LOOP_NOTHING:
		break;
	}
}

static int show_loop(struct guard *g, enum loop_way way,
		     const struct frame *f, struct mono now)
{
	tell_loop(g, loop_saw(&g->loop, way, f->data, f->len, now), now);
	return guard_blocks(g) && !is_reserved(f) ? DROP_LOOP : 0;
}

/**
 * guard_out() - May a frame cross from the LAN?
 * @g:		Guard
 * @flow:	What it belongs to
 * @class:	Its class
 * @f:		Frame
 * @now:	Time
 *
 * Return: 0, or the enum stat_id that counts its drop
 */
int guard_out(struct guard *g, const struct flow *flow, enum wire_class class,
	      const struct frame *f, struct mono now)
{
	int kind;

	if (guard_blocks(g) && !is_reserved(f))
		return DROP_LOOP;
	kind = kind_of(g, flow, class, now);
	if (kind >= 0 && !storm_pass(&g->storm, (enum storm_kind)kind,
				     f->len, now)) {
		tell_storms(g, now);
		return (int)storm_stats[kind];
	}
	return show_loop(g, LOOP_OUT, f, now);
}

static void hear_station(struct guard *g, const struct frame *f,
			 struct mono now)
{
	struct flow flow;

	flow_parse_ether(&flow, f->data, f->len);
	if (flow.src)
		stations_heard(g->stations, flow.src, flow.vlan, now);
}

/**
 * guard_in() - May a frame from the line go to the LAN?
 * @g:		Guard
 * @f:		Frame, at least 14 octets
 * @slow:	The line is slow
 * @now:	Time
 *
 * Return: 0, or the enum stat_id that counts its drop
 */
HOT int guard_in(struct guard *g, const struct frame *f, bool slow,
		 struct mono now)
{
	if (g->stations)
		hear_station(g, f, now);
	if (!guard_looks(g, f, slow))
		return 0;
	return show_loop(g, LOOP_IN, f, now);
}

/**
 * guard_tick() - A second has passed
 * @g:		Guard
 * @now:	Time
 *
 * Return: true if guard_blocks() says something else than before
 */
bool guard_tick(struct guard *g, struct mono now)
{
	bool was = guard_blocks(g);

	tell_storms(g, now);
	tell_loop(g, loop_tick(&g->loop, now), now);
	return guard_blocks(g) != was;
}

/**
 * guard_blocks() - Is there a loop, so that nothing may cross?
 * @g:	Guard
 *
 * Return: true if so
 */
bool guard_blocks(const struct guard *g)
{
	return loop_state(&g->loop) == LOOP_BLOCKED;
}
