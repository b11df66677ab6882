// SPDX-License-Identifier: ISC
// The state of a channel: found anew whenever something may have changed.
//
// A channel is up when its device is open, one of its paths is up and no
// loop blocks it. channel_refresh() is the one place where that is decided,
// told, and shown to the LAN as the device's carrier.

#include "engine/channel.h"

#include <assert.h>

#include "base/util.h"
#include "engine/path_tell.h"

static const char *const state_names[] = {
	[CHANNEL_DOWN] = "down",
	[CHANNEL_UP] = "up",
	[CHANNEL_DISABLED] = "disabled",
};

static_assert(ARRAY_SIZE(state_names) == CHANNEL_STATE_NUM,
	      "a state lacks its name");

/**
 * channel_state_name() - The word for a state
 * @state:	State
 *
 * Return: the word
 */
const char *channel_state_name(enum channel_state state)
{
	return state_names[state];
}

/**
 * channel_about() - Whom a notice is about
 * @ch:	Channel
 * @p:	Path, or NULL
 *
 * Return: their names, valid as long as the settings
 */
struct subject channel_about(const struct channel *ch,
			     const struct path *p)
{
	return (struct subject){ ch->cfg->name, p ? p->cfg->name : NULL };
}

/* Of the path in use; with 1+1, what even the slowest can carry. 0: fast */
static uint64_t usual_rate(const struct channel *ch)
{
	uint64_t rate, least = 0;

	if (!ch->doubled)
		return ch->active ? line_rate(ch->active->line) : 0;
	for (size_t i = 0; i < ch->npaths; i++) {
		rate = ch->paths[i]->line ? line_rate(ch->paths[i]->line) : 0;
		if (rate && (!least || rate < least))
			least = rate;
	}
	return least;
}

/**
 * channel_set_guard() - Settings or the path in use are others now
 * @ch:	Channel
 *
 * Limits may be parts of the rate, so they go with the path.
 */
void channel_set_guard(struct channel *ch)
{
	if (ch->guard)
		guard_set(ch->guard, ch->cfg, usual_rate(ch), clock_mono());
}

/* Whether we want the path, and what its far end is to know of us */
static void tell_far_end(struct channel *ch, struct path *p, struct mono now)
{
	p->user.disabled = p->disabled || ch->disabled;
	p->lan_down = ch->port_down;
	if (!p->line)
		return;
	line_session_wanted(p->line, now);
	path_tell(p, now);
}

static void report_path(struct channel *ch, struct path *p, struct mono now)
{
	const char *why = path_reason(p);
	bool down = p->state == PATH_DOWN && !ch->disabled;
	bool looped = p->fault == PEER_LOOPBACK ||
		      (p->line && line_is_looped(p->line));

	alarm_report(&p->alarms, ALARM_PATH_DOWN, down, now, "%s", why);
	alarm_report(&p->alarms, ALARM_LOOPBACK, down && looped, now, "%s",
		     why);
	alarm_report(&p->alarms, ALARM_PEER_MISMATCH, down &&
		     (p->fault == PEER_NODE || p->fault == PEER_CHANNEL ||
		      p->fault == PEER_ELSEWHERE), now, "%s", why);
}

static void refresh_path(struct channel *ch, struct path *p, struct mono now)
{
	enum severity severity = SEVERITY_INFO;
	const char *kind = "path-disabled", *why = "";
	bool changed;

	tell_far_end(ch, p, now);
	changed = path_refresh(p);
	p->watch.fault |= p->state != PATH_UP;
	report_path(ch, p, now);
	if (!changed)
		return;
	if (p->state != PATH_UP && path_is_slow(p))
		sched_restart(p->user.slot);
	if (p->state == PATH_UP) {
		kind = "path-up";
	} else if (p->state == PATH_DOWN) {
		severity = SEVERITY_WARNING;
		kind = "path-down";
		why = path_reason(p);
	}
	notice(&ch->shared->sink, severity, channel_about(ch, p), kind,
	       "path is %s%s%s", path_state_name(p->state),
	       *why ? ": " : "", why);
}

static void set_state(struct channel *ch, enum channel_state state,
		      struct mono now)
{
	static const char *const kinds[] = {
		"channel-down", "channel-up", "channel-disabled",
	};
	const char *why = "";

	alarm_report(&ch->alarms, ALARM_CHANNEL_DOWN, state == CHANNEL_DOWN,
		     now, "%s", channel_reason(ch));
	if (ch->state == state)
		return;
	if (state == CHANNEL_DOWN)
		why = channel_reason(ch);
	ch->state = state;
	ch->since = clock_utc_ns();
	notice(&ch->shared->sink,
	       state == CHANNEL_DOWN ? SEVERITY_ERROR : SEVERITY_INFO,
	       channel_about(ch, NULL), kinds[state], "channel is %s%s%s",
	       state_names[state], *why ? ": " : "", why);
}

static bool is_blocked(const struct channel *ch)
{
	return ch->guard && guard_blocks(ch->guard);
}

/* Return: false if it has to be tried again, for the monitor is behind */
static bool order(struct channel *ch, enum priv_op op, int *told, bool on)
{
	if (*told == on && !ch->retell)
		return true;
	if (asker_say(&ch->shared->asker, op, ch->index, on) < 0)
		return false;
	*told = on;
	return true;
}

/* A slow path has no use for 64 KiB at once: that is seconds of a DCC. With
 * 1+1 frames go one by one. */
static bool wants_offload(const struct channel *ch)
{
	const struct path *p = ch->doubled ? NULL : ch->active;

	return p && p->cfg->kind == TRANSPORT_UDP && p->cfg->udp.offload &&
	       !path_is_slow(p);
}

/* Have the monitor do to the device what we must not. */
static void set_device(struct channel *ch, bool carrier)
{
	bool done = true;

	if (ch->fd < 0)
		return;
	if (ch->offloads)
		done = order(ch, PRIV_OFFLOAD, &ch->offloaded,
			     wants_offload(ch));
	done = order(ch, PRIV_CARRIER, &ch->carrier, carrier) && done;
	ch->retell = !done;
}

/* On one path the news may come later than on another. */
static bool is_far_down(const struct channel *ch)
{
	for (size_t i = 0; i < ch->npaths; i++)
		if (path_far_lan_down(ch->paths[i]))
			return true;
	return false;
}

static void look_far(struct channel *ch)
{
	bool down = is_far_down(ch);

	if (ch->far_down == down)
		return;
	ch->far_down = down;
	notice(&ch->shared->sink,
	       down ? SEVERITY_WARNING : SEVERITY_INFO,
	       channel_about(ch, NULL), down ? "far-lan-down" : "far-lan-up",
	       down ? "the far end's LAN has lost its carrier; so does %s" :
	       "the far end's LAN has its carrier again; %s may, too",
	       ch->cfg->device.name);
}

/**
 * channel_refresh() - Something may have changed: look at all of it anew
 * @ch:	Channel
 */
void channel_refresh(struct channel *ch)
{
	enum channel_state state = CHANNEL_DOWN;
	struct mono now = clock_mono();

	for (size_t i = 0; i < ch->npaths; i++)
		refresh_path(ch, ch->paths[i], now);
	channel_select(ch, now);
	if (ch->disabled)
		state = CHANNEL_DISABLED;
	else if (ch->fd >= 0 && channel_is_live(ch) && !is_blocked(ch))
		state = CHANNEL_UP;
	set_state(ch, state, now);
	look_far(ch);
	set_device(ch, channel_wants_carrier(ch, now) && !ch->far_down);
	channel_settle(ch, now);
}

/**
 * channel_reason() - What keeps a channel from working, or hinders it
 * @ch:	Channel
 *
 * Return: printable text, "" if nothing does; valid until the next change
 */
const char *channel_reason(const struct channel *ch)
{
	const char *reason;

	if (ch->disabled)
		return "disabled by command";
	if (ch->fd < 0)
		return *ch->reason ? ch->reason : "its device is being opened";
	if (!ch->link_up)
		return "somebody has set its device down";
	if (is_blocked(ch))
		return "blocked for a while: our own frames come back";
	if (ch->far_down)
		return "the far end's LAN has lost its carrier, and so has "
		       "ours";
	if (ch->port_down)
		return "the port that it watches has no carrier; the far end "
		       "is told";
	if (channel_lacks_copies(ch))
		return "the far end's protection.mode is not 1+1: frames take "
		       "one path only";
	reason = path_reason(ch->active ? ch->active : ch->paths[0]);
	return *reason || !ch->active ? reason : ch->narrow;
}
