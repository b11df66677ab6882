// SPDX-License-Identifier: ISC
// How large a datagram may be: path MTU discovery of a UDP line.
//
// This is RFC 8899 for one line and one far end. All sizes are octets of UDP
// payload. The caller sends the probes, which the far end answers (OAM echo);
// it tells us of answers, refusals, ICMP messages and of the time.
//
//	BASE		is the far end there? Probes of the base size, and at
//	  |		the same time of the largest size: on a clean path all
//	  |		is known after one round trip.
//	SEARCH		the far end answers. First the largest size not ruled
//	  |		out, then the sizes that are common in networks, then
//	  |		halving what is left.
//	COMPLETE	the size is confirmed every CONFIRM; every RAISE a
//			larger one is tried.
//	ERROR		nothing is answered. Probes with back-off: base,
//			largest, and one that even a thin path carries.
//
// Where the first size of a search has no answer, its second probe goes out
// with one of each common size below it: so the best of those is in use after
// a second, while the search still rules out the sizes above, three seconds
// each. That is one burst of at most MTU_ROUND probes in a search.
//
// A size is lost after MAX_PROBES probes in a row without an answer. That may
// also mean that the path is dead, where a smaller size would not help. So
// the last of them has a companion: in SEARCH of the size that worked last, in
// COMPLETE of the base size. If the companion is answered, the size is to
// blame: in SEARCH it is ruled out; in COMPLETE the path has a black hole, the
// base size is used at once and the search begins below the lost size. If it
// is not answered either, the path is taken for dead: the size in use is
// kept, and BASE finds out when it is back, and what it carries then.
//
// ICMP messages are hints, for anybody may forge them: one can only end what
// we would have found out by probing. A size that was not confirmed by an
// answer is never used, and none below the base size is believed. What our
// own kernel refuses is a fact.
//
// PROBE_TIMER is the RFC's minimum of one second, more on a path whose round
// trip is seen to be long: a slow line with a full queue takes two. Answers to
// the last MTU_HISTORY probes are taken whenever they come.
//
// Not believed, on purpose: that the far end sends is no sign that our large
// datagrams arrive. It is a reason only to probe again soon (mtu_heard()).

#include "policy/mtu.h"

#include <assert.h>

#include "base/util.h"
#include "policy/mtu_size.h"

enum {
	BASE_PLPMTU = 1200,	/* RFC 8899 section 5.1.2 */
	MAX_PROBES = 3,
	GRAIN = 16,		/* octets not worth another probe */
	BACK_OFF_MAX = 8,	/* keeps a shift in bounds */
};

static const struct mono probe_timer = { 1000 * INT64_C(1000000) };
static const struct mono probe_timer_max = { 10000 * INT64_C(1000000) };
static const struct mono confirm_time = { 10000 * INT64_C(1000000) };
static const struct mono raise_time = { 600000 * INT64_C(1000000) };

static const char *const state_names[] = {
	[MTU_DISABLED]	= "fixed",
	[MTU_BASE]	= "base",
	[MTU_SEARCH]	= "search",
	[MTU_COMPLETE]	= "complete",
	[MTU_ERROR]	= "error",
};
static_assert(ARRAY_SIZE(state_names) == MTU_STATE_NUM, "a name per state");

/* What any link must carry: nothing below is believed, of anybody. */
static size_t floor_of(const struct mtu *m)
{
	return mtu_size_floor(m->family);
}

static size_t top_of(const struct mtu *m)
{
	return MIN(m->need, m->limit);
}

static size_t base_of(const struct mtu *m)
{
	return MIN((size_t)BASE_PLPMTU, top_of(m));
}

/* With IPv6 that is the base size. */
static size_t thin_of(const struct mtu *m)
{
	return MIN(mtu_size_host(m->family), base_of(m));
}

static struct mono earlier(struct mono a, struct mono b)
{
	return mono_before(a, b) ? a : b;
}

static struct mono later(struct mono a, struct mono b)
{
	return mono_before(a, b) ? b : a;
}

static void begin_round(struct mtu *m, struct mono now, struct mono span)
{
	m->ndue = 0;
	m->sent = now;
	m->next = mono_add(now, span);
}

static void push(struct mtu *m, size_t size)
{
	for (unsigned int i = 0; i < m->ndue; i++)
		if (m->due[i] == size)
			return;
	m->due[m->ndue++] = size;
}

static struct mono back_off(const struct mtu *m)
{
	unsigned int n = m->rounds > MAX_PROBES ? m->rounds - MAX_PROBES : 0;
	struct mono span = m->timer;

	span.ns <<= MIN(n, (unsigned int)BACK_OFF_MAX);
	return earlier(span, probe_timer_max);
}

static void send_base(struct mtu *m, struct mono now)
{
	m->candidate = m->high;
	m->lost = 0;
	begin_round(m, now, back_off(m));
	push(m, m->high);
	push(m, base_of(m));
	if (m->state == MTU_ERROR)
		push(m, thin_of(m));
}

/* The size in use stays as it is until there is an answer. */
static void enter_base(struct mtu *m, struct mono now)
{
	m->state = MTU_BASE;
	m->rounds = 0;
	m->low = 0;
	m->high = top_of(m);
	m->hopeful = true;
	send_base(m, now);
}

static void enter_complete(struct mtu *m, struct mono now)
{
	m->state = MTU_COMPLETE;
	m->candidate = 0;
	m->ndue = 0;
	m->next = mono_add(now, confirm_time);
	m->raise = mono_add(now, raise_time);
}

/* One probe of each common size below the candidate, larger ones first */
static void push_ladder(struct mtu *m)
{
	size_t size = mtu_size_below(m->family, m->candidate);

	while (size > m->low && m->ndue < MTU_ROUND) {
		push(m, size);
		size = mtu_size_below(m->family, size);
	}
}

static void send_candidate(struct mtu *m, struct mono now)
{
	size_t smaller = m->state == MTU_SEARCH ? m->low : base_of(m);

	begin_round(m, now, m->timer);
	m->smaller_ok = false;
	push(m, m->candidate);
	if (m->lost == 1 && m->state == MTU_SEARCH && m->hopeful)
		push_ladder(m);
	if (m->lost == MAX_PROBES - 1 && smaller < m->candidate)
		push(m, smaller);
}

/* The size to try next; 0 if the search is at its end. */
static size_t choose(const struct mtu *m)
{
	size_t size;

	if (m->low >= m->high)
		return 0;
	if (m->low < base_of(m) && m->high >= base_of(m))
		return base_of(m);
	if (m->hopeful)
		return m->high;
	size = mtu_size_between(m->family, m->low, m->high);
	if (size)
		return size;
	if (m->high - m->low < GRAIN)
		return 0;
	return m->low + (m->high - m->low + 1) / 2;
}

static void search_on(struct mtu *m, struct mono now)
{
	m->state = MTU_SEARCH;
	m->candidate = choose(m);
	m->lost = 0;
	if (m->candidate)
		send_candidate(m, now);
	else
		enter_complete(m, now);
}

static void search_between(struct mtu *m, struct mono now, size_t low,
			   size_t high, bool hopeful)
{
	m->payload = low;
	m->low = low;
	m->high = high;
	m->hopeful = hopeful;
	search_on(m, now);
}

/* MAX_PROBES probes of the candidate had no answer: who is to blame? */
static void candidate_lost(struct mtu *m, struct mono now)
{
	if (!m->smaller_ok) {
		enter_base(m, now);
	} else if (m->state == MTU_SEARCH) {
		m->high = m->candidate - 1;
		m->hopeful = false;
		search_on(m, now);
	} else {
		search_between(m, now, base_of(m), m->candidate - 1, false);
	}
}

static void confirm_or_raise(struct mtu *m, struct mono now)
{
	if (!mono_before(now, m->raise)) {
		m->limit = SIZE_MAX;
		m->raise = mono_add(now, raise_time);
		if (m->payload < top_of(m)) {
			search_between(m, now, m->payload, top_of(m), true);
			return;
		}
	}
	m->candidate = m->payload;
	m->lost = 0;
	send_candidate(m, now);
}

static void expired(struct mtu *m, struct mono now)
{
	switch (m->state) {
	case MTU_BASE:
	case MTU_ERROR:
		if (++m->rounds >= MAX_PROBES)
			m->state = MTU_ERROR;
		send_base(m, now);
		break;
	case MTU_SEARCH:
	case MTU_COMPLETE:
		if (!m->candidate)
			confirm_or_raise(m, now);
		else if (++m->lost < MAX_PROBES)
			send_candidate(m, now);
		else
			candidate_lost(m, now);
		break;
	default:		/* fixed, and the kernel refused it once */
		m->limit = SIZE_MAX;
		m->payload = m->fixed;
		m->next = MONO_NEVER;
	}
}

/* There is a far end. The largest size may still be on its way. */
static void answered_base(struct mtu *m, struct mono now, size_t size)
{
	m->rounds = 0;
	m->payload = size;
	m->low = size;
	m->high = MAX(m->high, size);
	m->state = MTU_SEARCH;
	if (size >= m->high || size < base_of(m))
		search_on(m, now);
	else
		m->next = later(now, mono_add(m->sent, m->timer));
}

static void answered_search(struct mtu *m, struct mono now, size_t size)
{
	if (size <= m->low) {
		m->smaller_ok = true;
		return;
	}
	m->low = size;
	m->payload = size;
	m->high = MAX(m->high, size);
	m->smaller_ok = true;
	if (size >= m->candidate)
		search_on(m, now);
}

static void answered_complete(struct mtu *m, struct mono now, size_t size)
{
	if (size < m->payload) {
		m->smaller_ok = true;
		return;
	}
	m->payload = size;
	m->candidate = 0;
	m->ndue = 0;
	m->next = mono_add(now, confirm_time);
}

/**
 * mtu_init() - Begin with a new line
 * @m:		Filled in
 * @c:		What is known; copied
 * @now:	The time
 */
void mtu_init(struct mtu *m, const struct mtu_config *c, struct mono now)
{
	*m = (struct mtu){
		.family = c->family,
		.sequence = c->sequence,
		.limit = SIZE_MAX,
		.next = MONO_NEVER,
		.timer = probe_timer,
	};
	m->need = MAX(c->need, floor_of(m));
	if (c->fixed) {
		m->fixed = MAX(mtu_size_payload(m->family, c->fixed),
			       floor_of(m));
		m->payload = m->fixed;
		return;
	}
	mtu_restart(m, now);
}

/**
 * mtu_restart() - The far end has another address: forget the path
 * @m:		Line
 * @now:	The time
 */
void mtu_restart(struct mtu *m, struct mono now)
{
	if (m->state == MTU_DISABLED && m->fixed)
		return;
	for (unsigned int i = 0; i < MTU_HISTORY; i++)
		m->history[i].size = 0;
	m->limit = SIZE_MAX;
	m->timer = probe_timer;
	m->payload = base_of(m);
	enter_base(m, now);
}

/**
 * mtu_need() - Other channels, other needs
 * @m:		Line
 * @now:	The time
 * @need:	The largest UDP payload that is ever of use, in octets
 */
void mtu_need(struct mtu *m, struct mono now, size_t need)
{
	need = MAX(need, floor_of(m));
	if (need == m->need)
		return;
	m->need = need;
	if (m->state == MTU_DISABLED)
		return;
	if (m->state != MTU_COMPLETE)
		enter_base(m, now);
	else if (m->payload < top_of(m))
		search_between(m, now, m->payload, top_of(m), true);
}

/**
 * mtu_payload() - How large a datagram may be now
 * @m:	Line
 *
 * Return: octets of UDP payload
 */
HOT size_t mtu_payload(const struct mtu *m)
{
	return m->payload;
}

/**
 * mtu_state() - Where the discovery is
 * @m:	Line
 *
 * Return: the state
 */
enum mtu_state mtu_state(const struct mtu *m)
{
	return m->state;
}

/**
 * mtu_state_name() - What a state is called
 * @state:	State
 *
 * Return: a word; "unknown" for what is none
 */
const char *mtu_state_name(enum mtu_state state)
{
	return (unsigned int)state < MTU_STATE_NUM ? state_names[state] :
	       "unknown";
}

/**
 * mtu_deadline() - When mtu_tick() is to be called next
 * @m:	Line
 *
 * May change with each call of this file.
 *
 * Return: a moment, perhaps past; MONO_NEVER if there is nothing to do
 */
HOT struct mono mtu_deadline(const struct mtu *m)
{
	return m->ndue ? m->sent : m->next;
}

/**
 * mtu_tick() - Time has passed
 * @m:		Line
 * @now:	The time
 * @probe:	Filled in if there is one to be sent
 *
 * To be called until it returns false. If the kernel refuses the probe,
 * mtu_refused() is to be called.
 *
 * Return: true if @probe is to be sent
 */
bool mtu_tick(struct mtu *m, struct mono now, struct mtu_probe *probe)
{
	unsigned int slot;

	if (!m->ndue && !mono_before(now, m->next))
		expired(m, now);
	if (!m->ndue)
		return false;
	*probe = (struct mtu_probe){ m->due[0], ++m->sequence };
	m->ndue--;
	for (unsigned int i = 0; i < m->ndue; i++)
		m->due[i] = m->due[i + 1];
	slot = probe->sequence % MTU_HISTORY;
	m->history[slot].size = probe->size;
	m->history[slot].sequence = probe->sequence;
	m->history[slot].sent = now;
	return true;
}

/**
 * mtu_answered() - The far end answered a probe
 * @m:		Line
 * @now:	The time
 * @sequence:	The probe's
 *
 * Return: true if mtu_payload() is another now
 */
bool mtu_answered(struct mtu *m, struct mono now, uint32_t sequence)
{
	unsigned int slot = sequence % MTU_HISTORY;
	size_t before = m->payload, size = m->history[slot].size;
	struct mono trip;

	if (!size || m->history[slot].sequence != sequence ||
	    size > m->limit)
		return false;
	m->history[slot].size = 0;
	trip = mono_sub(now, m->history[slot].sent);
	m->timer = later(probe_timer, earlier((struct mono){ trip.ns * 3 },
					      probe_timer_max));
	if (m->state == MTU_SEARCH)
		answered_search(m, now, size);
	else if (m->state == MTU_COMPLETE)
		answered_complete(m, now, size);
	else
		answered_base(m, now, size);
	return m->payload != before;
}

/* The largest size that is in use or may come into use without more ado */
static size_t ceiling(const struct mtu *m)
{
	return m->state == MTU_COMPLETE ? m->payload : m->high;
}

/* Nothing above @high passes. Begin again below it, if that is news. */
static void cut(struct mtu *m, struct mono now, size_t high)
{
	if (m->state == MTU_BASE || m->state == MTU_ERROR) {
		m->high = MIN(m->high, high);
		send_base(m, now);
	} else if (m->low > high || m->state == MTU_COMPLETE) {
		search_between(m, now, MIN(base_of(m), high), high, true);
	} else {
		m->high = high;
		m->hopeful = true;
		search_on(m, now);
	}
}

/**
 * mtu_too_big() - ICMP says that a datagram did not pass
 * @m:		Line
 * @now:	The time
 * @ip_mtu:	The MTU that it names, in octets; 0 for none
 *
 * RFC 8899 section 4.6: only what makes the size smaller is believed, never
 * below the base size, and it has to be confirmed by a probe.
 *
 * Return: true if mtu_payload() is another now
 */
bool mtu_too_big(struct mtu *m, struct mono now, size_t ip_mtu)
{
	size_t before = m->payload;
	size_t high = MAX(mtu_size_payload(m->family, ip_mtu), base_of(m));

	if (m->state == MTU_DISABLED || !ip_mtu || high >= ceiling(m))
		return false;
	cut(m, now, high);
	return m->payload != before;
}

/**
 * mtu_refused() - Our own kernel would not send a datagram (EMSGSIZE)
 * @m:		Line
 * @now:	The time
 * @size:	Octets of UDP payload that it had
 * @ip_mtu:	The MTU that the kernel names, in octets; 0 if it names none
 *
 * The limit is forgotten after ten minutes, for links change.
 *
 * Return: true if mtu_payload() is another now
 */
bool mtu_refused(struct mtu *m, struct mono now, size_t size, size_t ip_mtu)
{
	size_t before = m->payload, was = ceiling(m);
	size_t limit = mtu_size_payload(m->family, ip_mtu);

	if (!ip_mtu || limit >= size)
		limit = mtu_size_below(m->family, size);
	limit = MAX(limit, floor_of(m));
	if (limit >= m->limit)
		return false;
	m->limit = limit;
	if (m->state == MTU_DISABLED) {
		m->payload = MIN(m->fixed, limit);
		m->next = mono_add(now, raise_time);
	} else {
		if (m->payload > limit)
			m->payload = base_of(m);
		if (was > limit)
			cut(m, now, limit);
	}
	return m->payload != before;
}

/**
 * mtu_heard() - Something came from the far end: perhaps it is back
 * @m:		Line
 * @now:	The time
 *
 * Shortens the back-off; costs nothing while the path is known.
 */
HOT void mtu_heard(struct mtu *m, struct mono now)
{
	if (m->state != MTU_BASE && m->state != MTU_ERROR)
		return;
	m->next = earlier(m->next, later(now, mono_add(m->sent, m->timer)));
}
