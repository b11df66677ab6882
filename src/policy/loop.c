// SPDX-License-Identifier: ISC
// The guard against our own frames coming back.
//
// How a loop looks
// ----------------
// When the LANs at both ends are also connected elsewhere, or the line hands
// our own frames back, a frame that crossed the channel one way soon crosses
// it the other way, octet for octet; in a loop of bridges it goes on doing
// so. Nothing else looks like that: a station that moves to the other end
// sends other frames there, or the same few once more; frames that are sent
// again and again, as hellos are, go one way.
//
// So the guard remembers the hashes of the last frames and which way each
// went last. A frame that now goes the other way than less than a second
// ago is a turn. LOOP_TURNS of them within a second are a loop. A station
// would have to move back and forth as often to be mistaken for one.
//
// A storm pushes frames out of the memory, but only after LOOP_SLOTS others,
// and its own frames are then those that turn.
//
// What then happens
// -----------------
//	CLEAR --found--> BLOCKED --time is over--> TRIAL --quiet--> CLEAR
//	                    ^                        |
//	                    +---------found----------+
//
// A block lasts FIRST_S at first and twice as long each time it was found
// again in a trial, LAST_S at most. A trial lasts as long as the block
// before it, and TRIAL_S at least: a loop that comes back within that is
// taken for the same one.
//
// While the channel is blocked, frames that bridges never pass on (to
// 01-80-C2-00-00-0x, as those of STP are) may cross: they cannot loop, and
// may be what ends it.

#include "policy/loop.h"

#include <assert.h>
#include <string.h>

#include "base/util.h"

enum {
	WITHIN_MS = 1000,
	FIRST_S = 5,
	LAST_S = 300,
	TRIAL_S = 30,
	HASHED = 256,		/* octets of a frame that are looked at */
	PADDED = 60,		/* a network card may have filled up to it */
};

static const char *const names[] = {
	[LOOP_CLEAR] = "clear",
	[LOOP_BLOCKED] = "blocked",
	[LOOP_TRIAL] = "trial",
};

static_assert(ARRAY_SIZE(names) == LOOP_STATE_NUM, "a state lacks its name");

/**
 * loop_state_name() - The word for a state
 * @state:	State
 *
 * Return: the word
 */
const char *loop_state_name(enum loop_state state)
{
	return names[state];
}

static struct mono seconds(int64_t s)
{
	return mono_ms(s * 1000);
}

/**
 * loop_init() - Begin to watch a channel
 * @l:		Filled in
 * @key:	Secret; copied
 */
void loop_init(struct loop *l, const struct siphash_key *key)
{
	memset(l, 0, sizeof(*l));
	l->key = *key;
	l->state = LOOP_CLEAR;
	l->until = MONO_NEVER;
}

/* What tells a frame from others; padding of zeros does not */
static uint64_t hash_of(const struct loop *l, const uint8_t *frame, size_t len)
{
	uint8_t padded[PADDED] = { 0 };

	if (len >= PADDED)
		return siphash(&l->key, frame, MIN(len, HASHED)) + len;
	memcpy(padded, frame, len);
	return siphash(&l->key, padded, PADDED) + PADDED;
}

/* Does the frame go the other way than it has just gone? */
static bool turns(struct loop *l, uint64_t hash, enum loop_way way,
		  struct mono now)
{
	struct loop_slot *slot = &l->slots[hash % LOOP_SLOTS];
	bool recent = slot->used && slot->hash == hash &&
		      mono_sub(now, slot->seen).ns < mono_ms(WITHIN_MS).ns;
	bool turned = recent && slot->way != way;

	*slot = (struct loop_slot){ hash, now, way, true };
	return turned;
}

/* Count a turn. Return: were there enough of them? */
static bool enough(struct loop *l, struct mono now)
{
	struct mono *oldest = &l->turns[l->nturns++ % LOOP_TURNS];

	*oldest = now;
	if (l->nturns < LOOP_TURNS)
		return false;
	oldest = &l->turns[l->nturns % LOOP_TURNS];
	return mono_sub(now, *oldest).ns <= mono_ms(WITHIN_MS).ns;
}

static void forget(struct loop *l)
{
	memset(l->slots, 0, sizeof(l->slots));
	l->nturns = 0;
}

static void block(struct loop *l, struct mono now)
{
	struct mono longest = seconds(LAST_S);

	if (l->state == LOOP_TRIAL)
		l->penalty = mono_add(l->penalty, l->penalty);
	else
		l->penalty = seconds(FIRST_S);
	if (mono_before(longest, l->penalty))
		l->penalty = longest;
	l->state = LOOP_BLOCKED;
	l->until = mono_add(now, l->penalty);
	l->found++;
	forget(l);
}

/**
 * loop_saw() - A frame is about to cross the channel
 * @l:		Guard
 * @way:	LOOP_OUT from the LAN to the line, LOOP_IN the other way
 * @frame:	Ethernet frame; borrowed
 * @len:	Its octets
 * @now:	Time
 *
 * To be told before storm control drops any. On a fast line the frames to
 * groups will do.
 *
 * Return: LOOP_FOUND if the channel is blocked from now on, else
 * LOOP_NOTHING
 */
enum loop_event loop_saw(struct loop *l, enum loop_way way,
			 const uint8_t *frame, size_t len, struct mono now)
{
	if (l->state == LOOP_BLOCKED ||
	    !turns(l, hash_of(l, frame, len), way, now) || !enough(l, now))
		return LOOP_NOTHING;
	block(l, now);
	return LOOP_FOUND;
}

/**
 * loop_tick() - Time has passed
 * @l:		Guard
 * @now:	Time
 *
 * Return: LOOP_RETRY if the channel is open again, to try; LOOP_OVER if that
 * went well; LOOP_NOTHING else
 */
enum loop_event loop_tick(struct loop *l, struct mono now)
{
	if (l->state == LOOP_CLEAR || mono_before(now, l->until))
		return LOOP_NOTHING;
	if (l->state == LOOP_BLOCKED) {
		struct mono least = seconds(TRIAL_S);

		l->state = LOOP_TRIAL;
		l->until = mono_add(now, mono_before(l->penalty, least) ?
				    least : l->penalty);
		return LOOP_RETRY;
	}
	l->state = LOOP_CLEAR;
	l->until = MONO_NEVER;
	return LOOP_OVER;
}

/**
 * loop_state() - What the guard thinks
 * @l:	Guard
 *
 * Return: the state; frames may cross unless it is LOOP_BLOCKED
 */
HOT enum loop_state loop_state(const struct loop *l)
{
	return l->state;
}

/**
 * loop_deadline() - When loop_tick() will have something to do
 * @l:	Guard
 *
 * Return: the time, or MONO_NEVER
 */
struct mono loop_deadline(const struct loop *l)
{
	return l->until;
}
