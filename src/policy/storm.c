// SPDX-License-Identifier: ISC
// Storm control: how much of what goes to all may cross a channel.
//
// One token bucket a kind. A limit in frames counts frames, the others count
// octets on the line. A limit in per cent is one of the rate, so it is none
// where there is no rate.
//
// Class 0 has a bucket of its own, of the multicast limit's size: what keeps
// the LAN together, and could end the storm, does not drown in it.
//
// A few drops are not a storm: it begins when drops have gone on for
// BEGIN_MS without a pause of PAUSE_MS, and is over after END_MS without any.
// So it is told once, not with each frame.

#include "policy/storm.h"

#include <assert.h>

#include "base/util.h"

enum {
	SPAN_MS = 500,		/* a bucket holds what its limit lets pass */
	BEGIN_MS = 500,
	PAUSE_MS = 2000,
	END_MS = 5000,
};

static const char *const names[] = {
	[STORM_BROADCAST] = "broadcast",
	[STORM_MULTICAST] = "multicast",
	[STORM_UNKNOWN] = "unknown",
	[STORM_CONTROL] = "control",
};

static_assert(ARRAY_SIZE(names) == STORM_KINDS, "a kind lacks its name");

/**
 * storm_kind_name() - The word for a kind
 * @kind:	Kind
 *
 * Return: the word
 */
const char *storm_kind_name(enum storm_kind kind)
{
	return names[kind];
}

/* Tokens a second; 0: no limit */
static uint64_t tokens_of(const struct storm_limit *limit, uint64_t rate)
{
	switch (limit->unit) {
	case STORM_FRAMES:
		return limit->value;
	case STORM_BITS:
		return DIV_ROUND_UP(limit->value, 8);
	case STORM_PERCENT:
		return DIV_ROUND_UP(rate / 8 * limit->value, 100);
	default:
		return 0;
	}
}

/**
 * storm_init() - Begin to limit a channel
 * @s:		Filled in
 * @limits:	Its limits; copied
 * @rate:	Of the line that it uses, bit/s; 0: fast
 * @now:	Time
 */
void storm_init(struct storm *s, const struct storm_limits *limits,
		uint64_t rate, struct mono now)
{
	*s = (struct storm){ 0 };
	s->meters[STORM_BROADCAST].limit = limits->broadcast;
	s->meters[STORM_MULTICAST].limit = limits->multicast;
	s->meters[STORM_UNKNOWN].limit = limits->unknown;
	s->meters[STORM_CONTROL].limit = limits->multicast;
	storm_set_rate(s, rate, now);
}

/**
 * storm_set_rate() - The channel uses another line now
 * @s:		Storm control
 * @rate:	Of that line, bit/s; 0: fast
 * @now:	Time
 */
void storm_set_rate(struct storm *s, uint64_t rate, struct mono now)
{
	for (int i = 0; i < STORM_KINDS; i++) {
		struct storm_meter *m = &s->meters[i];
		uint64_t tokens = tokens_of(&m->limit, rate);

		m->limited = tokens;
		bucket_init(&m->bucket, tokens, mono_ms(SPAN_MS), now);
	}
}

/**
 * storm_is_limited() - Is there a limit?
 * @s:		Storm control
 * @kind:	Of what
 *
 * Return: true if so
 */
bool storm_is_limited(const struct storm *s, enum storm_kind kind)
{
	return s->meters[kind].limited;
}

static void note_drop(struct storm_meter *m, struct mono now)
{
	struct mono pause = mono_sub(now, m->last);

	if (!m->dropping ||
	    (!m->raging && !mono_before(pause, mono_ms(PAUSE_MS)))) {
		m->dropping = true;
		m->first = now;
		m->dropped = 0;
	}
	m->last = now;
	m->dropped++;
}

/**
 * storm_pass() - May a frame pass?
 * @s:		Storm control
 * @kind:	What it is
 * @octets:	That it takes on the line
 * @now:	Time
 *
 * Return: true if so; false to drop it
 */
bool storm_pass(struct storm *s, enum storm_kind kind, size_t octets,
		struct mono now)
{
	struct storm_meter *m = &s->meters[kind];

	if (!m->limited)
		return true;
	if (bucket_ready(&m->bucket, now)) {
		bucket_take(&m->bucket, m->limit.unit == STORM_FRAMES ?
			    1 : (uint32_t)octets);
		return true;
	}
	note_drop(m, now);
	return false;
}

/* Has a storm begun (1), or ended (-1)? */
static int change_of(struct storm_meter *m, struct mono now)
{
	struct mono quiet = mono_sub(now, m->last);

	if (!m->dropping)
		return 0;
	if (m->raging)
		return m->limited &&
		       mono_before(quiet, mono_ms(END_MS)) ? 0 : -1;
	return mono_before(mono_sub(m->last, m->first), mono_ms(BEGIN_MS)) ?
	       0 : 1;
}

/**
 * storm_next_event() - Is there something to tell?
 * @s:		Storm control
 * @now:	Time
 * @e:		Filled in if so
 *
 * To be asked after a drop and once a second, until there is nothing more.
 *
 * Return: true if so
 */
bool storm_next_event(struct storm *s, struct mono now,
		      struct storm_event *e)
{
	for (int i = 0; i < STORM_KINDS; i++) {
		struct storm_meter *m = &s->meters[i];
		int change = change_of(m, now);

		if (!change)
			continue;
		m->raging = change > 0;
		m->dropping = change > 0;
		*e = (struct storm_event){
			.kind = (enum storm_kind)i,
			.begins = change > 0,
			.dropped = m->dropped,
			.lasted = mono_sub(m->last, m->first),
		};
		return true;
	}
	return false;
}

/**
 * storm_is_raging() - Is there a storm that has been told?
 * @s:		Storm control
 * @kind:	Of what
 *
 * Return: true if so
 */
bool storm_is_raging(const struct storm *s, enum storm_kind kind)
{
	return s->meters[kind].raging;
}
