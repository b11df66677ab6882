// SPDX-License-Identifier: ISC
// Telling the far end of a path who we are.
//
// What is told is made anew whenever something may have changed; if it is not
// what was told last, it gets a number and goes out at once, and then each
// second until the far end has acknowledged it. All paths of a slow line
// together may take so much of it, and so may liveness.

#include "engine/path_tell.h"

#include <string.h>

#include "base/util.h"
#include "codec/oam_information.h"
#include "engine/path.h"
#include "engine/path_peer.h"
#include "engine/path_send.h"

static uint8_t flags_of(const struct path *p)
{
	bool wrong = peer_is_wrong(peer_fault(&p->peer, &p->us));

	return (uint8_t)((p->user.disabled ? WIRE_INFO_DISABLED : 0) |
			 (p->lan_down ? WIRE_INFO_LAN_DOWN : 0) |
			 (wrong ? WIRE_INFO_REFUSES : 0));
}

/* All that is told but what belongs to one message */
static void describe(const struct path *p, struct oam_information *m)
{
	*m = (struct oam_information){
		.session = p->us.session,
		.numbering = p->us.numbering,
		.yours = p->line->session.live.remote,
		.flags = flags_of(p),
		.largest = p->largest,
		.abilities = WIRE_ABLE_PARTIAL |
			     (p->doubled ? WIRE_ABLE_COPIES : 0),
	};
	strlcpy(m->node, p->us.node, sizeof(m->node));
	strlcpy(m->channel, p->us.channel, sizeof(m->channel));
	strlcpy(m->version, PACKAGE_VERSION, sizeof(m->version));
}

static uint64_t hash_of(const struct oam_information *m)
{
	uint8_t octets[WIRE_INFO_LEN_MAX];

	return hash_bytes(HASH_INIT, octets,
			  oam_information_encode(octets, m));
}

/* Return: octets */
static size_t compose(const struct path *p, uint8_t octets[WIRE_INFO_LEN_MAX])
{
	struct oam_information m;

	describe(p, &m);
	m.number = p->peer.number;
	m.heard = p->peer.known ? p->peer.theirs.number : 0;
	if (!p->peer.heard)
		m.flags |= WIRE_INFO_ASKS;
	return oam_information_encode(octets, &m);
}

static void send_ours(struct path *p, struct mono now)
{
	uint8_t octets[WIRE_INFO_LEN_MAX];

	path_send_oam(p, octets, compose(p, octets), now);
}

/* Return: true if there is something new to tell; it has its number then */
static bool renew(struct path *p)
{
	struct oam_information m;
	uint64_t hash;

	path_peer_forget(p);
	if (!line_is_up(p->line))
		return false;
	describe(p, &m);
	hash = hash_of(&m);
	if (p->peer.number && p->told == hash)
		return false;
	p->told = hash;
	peer_tell(&p->peer, ++p->line->session.number);
	return true;
}

/**
 * path_tell() - Something may have changed: tell it
 * @p:		Path, with a line
 * @now:	Time
 */
void path_tell(struct path *p, struct mono now)
{
	if (renew(p))
		send_ours(p, now);
}

/**
 * path_tell_again() - The far end asks for it
 * @p:		Path, with a line
 * @now:	Time
 */
void path_tell_again(struct path *p, struct mono now)
{
	if (line_is_up(p->line) && p->peer.number)
		send_ours(p, now);
}

/**
 * path_tell_end() - The path is about to be removed, its line may stay
 * @p:		Path
 * @now:	Time
 *
 * The line goes on telling it, for nobody will be there to hear that it is
 * acknowledged. Who has not spoken of the channel does not use it.
 */
void path_tell_end(struct path *p, struct mono now)
{
	struct farewell f;

	p->user.disabled = true;
	if (!p->line || !line_is_up(p->line))
		return;
	renew(p);
	if (!p->peer.known || p->peer.heard)
		return;
	f = (struct farewell){
		.id = p->user.id,
		.sequence = p->oam_sequence,
		.number = p->peer.number,
	};
	f.len = compose(p, f.octets);
	line_farewell(p->line, &f, now);
}

/* Seconds from one message to the next */
static unsigned int interval(const struct path *p)
{
	uint8_t octets[WIRE_INFO_LEN_MAX];
	const struct line_user *u;
	size_t len, waiting = 0;

	if (!path_is_slow(p))
		return 1;
	TAILQ_FOREACH(u, &p->line->users, entry) {
		const struct path *one = u->owner;

		waiting += !one->peer.heard;
	}
	len = WIRE_HEADER_LEN + compose(p, octets) + line_overhead(p->line);
	return peer_interval(line_rate(p->line), len, waiting);
}

static bool must_repeat(struct path *p)
{
	return p->line && line_is_up(p->line) && !p->peer.heard &&
	       peer_repeats(&p->peer, interval(p), p->user.id);
}

/**
 * path_tell_tick() - A second has passed
 * @p:		Path
 * @now:	Time
 *
 * Return: true if path_refresh() has something to see
 */
bool path_tell_tick(struct path *p, struct mono now)
{
	bool waited = p->peer.waited;

	if (must_repeat(p))
		send_ours(p, now);
	return p->peer.waited != waited;
}
