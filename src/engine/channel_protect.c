// SPDX-License-Identifier: ISC
// Which paths a channel's frames take, and what a change of that takes along.
//
// Theory of operation
// -------------------
// The states of the paths are the selector's signals (policy/protection);
// what it decides is the path in use. With 1:1 frames take that one alone.
// With 1+1 they take every path that is up and that commands leave in use;
// each frame is numbered before it is doubled, and the far end passes on the
// copy that comes first.
//
// A path that is left may have frames in the queue of its slow line. With
// 1:1 they move to the path in use, one that was sent in part first and as a
// whole, before anything new. With 1+1 they are copies, and are dropped. When
// the news comes while that queue is being sent from, it is done as soon as
// that is over.
//
// All follows from channel_refresh(), in the turn in which the news comes.
// Time alone changes something too: for that a wake-up is set.

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "engine/channel.h"

static_assert((int)CONFIG_PATHS_MAX <= (int)PROTECTION_PATHS_MAX,
	      "a channel has more paths than a selector");

static struct mono span(uint64_t ns)
{
	return (struct mono){ (int64_t)ns };
}

/* Without protection the first path that is up carries, at once. */
static struct protection_config config_of(const struct config_channel *cfg)
{
	const struct config_protection *p = &cfg->protection;
	struct protection_config c = {
		.paths = (unsigned int)cfg->npaths, .revertive = true,
	};

	if (p->mode == PROTECT_NONE)
		return c;
	c.revertive = p->revertive;
	c.hold_off = span(p->hold_off_ns);
	c.wait_to_restore = span(p->wait_to_restore_ns);
	return c;
}

static const struct config_path *find(const struct config_channel *cfg,
				      const char *name)
{
	for (size_t i = 0; i < cfg->npaths; i++)
		if (!strcmp(cfg->paths[i].name, name))
			return &cfg->paths[i];
	return NULL;
}

/**
 * channel_set_selector() - Make the selector for new settings
 * @ch:		Channel
 * @cfg:	Its settings
 * @from:	Selector in whose place it comes; may be the channel's own
 * @former:	Settings that belonged to that
 * @kept:	Paths that still use the same line are the same paths
 */
void channel_set_selector(struct channel *ch,
			  const struct config_channel *cfg,
			  const struct protection *from,
			  const struct config_channel *former, bool kept)
{
	struct protection_config c = config_of(cfg);
	struct protection next;

	protection_init(&next, &c);
	for (unsigned int i = 0; i < cfg->npaths; i++) {
		const struct config_path *was = find(former,
						     cfg->paths[i].name);

		if (was)
			protection_inherit(&next, i, from,
				(unsigned int)(was - former->paths),
				kept && line_key_eq(was, &cfg->paths[i]));
	}
	ch->selector = next;
	ch->senders = 0;
	ch->stale = UINT8_MAX;
}

static enum protection_signal signal_of(const struct path *p)
{
	if (p->state != PATH_UP)
		return SIGNAL_FAIL;
	return p->degraded ? SIGNAL_DEGRADE : SIGNAL_GOOD;
}

static void tell_withdrawn(struct channel *ch, enum protection_command what,
			   int path)
{
	notice(&ch->shared->sink, SEVERITY_WARNING,
	       channel_about(ch, ch->paths[path]), "command",
	       "%s is over: the path is not the best any more",
	       protection_command_name(what));
}

/* Return: the path that the selector decides on, or NULL */
static struct path *decide(struct channel *ch, struct mono now)
{
	struct protection *s = &ch->selector;
	enum protection_command command = s->command;
	int commanded = s->commanded;

	for (unsigned int i = 0; i < ch->npaths; i++) {
		protection_disable(s, i, ch->paths[i]->disabled);
		protection_signal(s, i, signal_of(ch->paths[i]), now);
	}
	protection_decide(s, now);
	if (command != COMMAND_NONE && s->command == COMMAND_NONE)
		tell_withdrawn(ch, command, commanded);
	return s->active == PROTECTION_NONE ? NULL : ch->paths[s->active];
}

static void set_active(struct channel *ch, struct path *p, struct mono now)
{
	struct path *was = ch->active;

	if (was == p)
		return;
	ch->active = p;
	channel_set_guard(ch);
	if (was && p && !ch->doubled)
		notice(&ch->shared->sink, SEVERITY_WARNING,
		       channel_about(ch, p), "switch",
		       "frames take path %s now, no longer %s (%s)",
		       p->cfg->name, was->cfg->name,
		       protection_cause_name(protection_cause(&ch->selector,
							      now)));
}

/**
 * channel_lacks_copies() - Does a far end take frames once only?
 * @ch:	Channel
 *
 * One whose channel is not 1+1 would pass every copy on.
 *
 * Return: true if that keeps us from 1+1
 */
bool channel_lacks_copies(const struct channel *ch)
{
	for (size_t i = 0; ch->doubled && i < ch->npaths; i++) {
		const struct path *p = ch->paths[i];

		if (p->state == PATH_UP &&
		    !(p->peer.theirs.abilities & WIRE_ABLE_COPIES))
			return true;
	}
	return false;
}

/* May frames be given to a path? While one that failed is held on to, they
 * can wait in its queue if it has one. */
static bool is_sender(const struct channel *ch, unsigned int i)
{
	const struct path *p = ch->paths[i];

	if (ch->disabled)
		return false;
	if (ch->doubled && !channel_lacks_copies(ch))
		return p->state == PATH_UP &&
		       protection_may_use(&ch->selector, i);
	return p == ch->active && (p->state == PATH_UP || path_is_slow(p));
}

static void set_senders(struct channel *ch)
{
	uint8_t senders = 0;

	for (unsigned int i = 0; i < ch->npaths; i++)
		if (is_sender(ch, i))
			senders |= (uint8_t)(1u << i);
	ch->stale |= ch->senders & (uint8_t)~senders;
	ch->stale &= (uint8_t)~senders;
	ch->senders = senders;
}

/* What waits for a line that is left goes out on one that has no queue. A
 * failure to send may change what the channel uses meanwhile. */
static void send_waiting(struct path *from, struct path *to,
			 struct mono now)
{
	struct outbox box;
	struct sched_frame f;

	while (sched_take(from->user.slot, &f)) {
		struct wire_header h = *f.header;

		outbox_init(&box, to, false, now);
		outbox_put(&box, &h, 0, f.data, f.len);
		outbox_flush(&box);
	}
}

static void empty_queue(struct channel *ch, struct path *from,
			struct mono now)
{
	struct path *to = ch->active;

	if (ch->doubled && !channel_lacks_copies(ch)) {
		sched_flush(from->user.slot);
	} else if (path_is_slow(to)) {
		sched_move(from->user.slot, to->user.slot, now);
		line_run(to->line, now);
	} else {
		send_waiting(from, to, now);
	}
}

/* Return: false if it has to be tried again */
static bool leave(struct channel *ch, unsigned int i, struct mono now)
{
	struct path *p = i < ch->npaths ? ch->paths[i] : NULL;

	if (p && path_is_slow(p)) {
		if (ch->moving || line_is_running(p->line))
			return false;
		ch->moving = true;
		empty_queue(ch, p, now);
		ch->moving = false;
	}
	ch->stale &= (uint8_t)~(1u << i);
	return true;
}

/* Return: false if something has to be tried again */
static bool leave_all(struct channel *ch, struct mono now)
{
	bool done = true;

	for (unsigned int i = 0; i < CONFIG_PATHS_MAX && ch->senders; i++)
		if (ch->stale & 1u << i)
			done = leave(ch, i, now) && done;
	return done;
}

static void set_wake(struct channel *ch, struct mono due)
{
	if (due.ns == MONO_NEVER.ns)
		wake_cancel(&ch->shared->waker, &ch->wake);
	else
		wake_at(&ch->shared->waker, &ch->wake, due);
}

static struct mono carrier_ends(const struct channel *ch)
{
	return mono_add(ch->dark, span(ch->cfg->device.carrier_delay_ns));
}

/**
 * channel_is_live() - Is there a path that frames can take?
 * @ch:	Channel
 *
 * Return: true if so, or if one will be taken as soon as hold-off is over
 */
bool channel_is_live(const struct channel *ch)
{
	return !ch->disabled && protection_is_live(&ch->selector);
}

/**
 * channel_wants_carrier() - Should the LAN see a carrier?
 * @ch:		Channel
 * @now:	Time
 *
 * Return: true while it is live, and for carrier-delay after that
 */
bool channel_wants_carrier(struct channel *ch, struct mono now)
{
	if (channel_is_live(ch)) {
		ch->dark = MONO_NEVER;
		return true;
	}
	if (ch->dark.ns == MONO_NEVER.ns)
		ch->dark = now;
	return !ch->disabled && ch->carrier == 1 &&
	       mono_before(now, carrier_ends(ch));
}

/**
 * channel_select() - See which paths carry now
 * @ch:		Channel, whose paths have their states
 * @now:	Time
 */
void channel_select(struct channel *ch, struct mono now)
{
	struct path *p = decide(ch, now);

	set_active(ch, ch->disabled ? NULL : p, now);
	set_senders(ch);
	channel_order_live(ch, now);
}

/**
 * channel_settle() - Do what a selection takes along
 * @ch:		Channel
 * @now:	Time
 */
void channel_settle(struct channel *ch, struct mono now)
{
	struct mono due = protection_next(&ch->selector, now);

	/* one that is over while the monitor is behind waits for the tick */
	if (ch->carrier == 1 && !channel_is_live(ch) &&
	    mono_before(now, carrier_ends(ch)) &&
	    mono_before(carrier_ends(ch), due))
		due = carrier_ends(ch);
	set_wake(ch, leave_all(ch, now) ? due : now);
}

static void woken(struct wake *w, struct mono now)
{
	(void)now;
	channel_refresh(container_of(w, struct channel, wake));
}

/**
 * channel_protect_begin() - Reserve what protection needs
 * @ch:	Channel, being made
 *
 * Return: 0 or -ENOMEM
 */
int channel_protect_begin(struct channel *ch)
{
	static const struct protection_config none;

	protection_init(&ch->selector, &none);
	ch->dark = MONO_NEVER;
	ch->wake.called = woken;
	return wake_reserve(&ch->shared->waker);
}

/**
 * channel_protect_end() - Give that back
 * @ch:	Channel
 */
void channel_protect_end(struct channel *ch)
{
	wake_cancel(&ch->shared->waker, &ch->wake);
	wake_release(&ch->shared->waker);
}

/**
 * channel_command() - An operator asks for a path, or against it
 * @ch:		Channel
 * @command:	What
 * @p:		One of its paths; NULL with COMMAND_NONE
 *
 * Return: REFUSED_NOT, or why nothing has changed
 */
enum protection_refusal channel_command(struct channel *ch,
					enum protection_command command,
					const struct path *p)
{
	enum protection_refusal no;

	no = protection_command(&ch->selector, command, p ? p->number : 0);
	if (no)
		return no;
	notice(&ch->shared->sink, SEVERITY_INFO, channel_about(ch, p),
	       "command", "switch command: %s",
	       p ? protection_command_name(command) : "clear");
	channel_refresh(ch);
	return REFUSED_NOT;
}
