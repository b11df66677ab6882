// SPDX-License-Identifier: ISC
// Who is at the other end of a path, and is it the right one?
//
// Both ends tell who they are as soon as their line is up, and again each
// second until the other has acknowledged it; more seldom on a slow line that
// many paths share, and then in turns. What is told has a number,
// which goes up when anything in it is new. A path may be used when each end
// knows the other and has been heard, and when nothing about the other is
// wrong. Where the file names the node that must be there, that decides, and
// a channel may be called otherwise there: a centre has a thousand of them.
// Elsewhere the channel's name is all that tells crossed lines.
//
// A far end that has another channel id in the place of ours says nothing of
// ours, but what it says of the other one tells who it is.
//
// Time is counted in seconds, that is in calls of peer_repeats().

#include "policy/peer.h"

#include <stdio.h>
#include <string.h>

#include "base/util.h"

enum {
	PATIENCE = 3,		/* seconds that a far end has to speak up */
	LINE_PART = 15,		/* thousandths of a slow line, for all paths */
};

/**
 * peer_lost() - The session with the far end is over
 * @p:	Peer
 */
void peer_lost(struct peer *p)
{
	p->known = false;
	p->heard = p->confirmed = p->waited = false;
	p->number = 0;
}

/**
 * peer_tell() - There is something new to tell, and it is being sent
 * @p:		Peer
 * @number:	Of it; higher than all before in this session
 */
void peer_tell(struct peer *p, uint32_t number)
{
	p->number = number;
	p->heard = false;
	p->tries = 0;
}

/**
 * peer_repeats() - A second has passed: must it be sent again?
 * @p:		Peer
 * @every:	Seconds from one message to the next, as peer_interval() says
 * @turn:	Another number for each path of a line, so that they take turns
 *
 * A far end that does not have the channel never answers.
 *
 * Return: true if so
 */
bool peer_repeats(struct peer *p, unsigned int every, unsigned int turn)
{
	if (!p->number || p->heard)
		return false;
	p->tries++;
	p->waited |= p->tries >= MAX((unsigned int)PATIENCE, every);
	return !((p->tries + turn) % every);
}

/**
 * peer_interval() - How often to say what has not been acknowledged
 * @rate:	Of the line, bit/s; 0: fast
 * @octets:	That a message takes there
 * @paths:	How many paths of the line have something to say
 *
 * Return: seconds, 1 or as many as it takes for all those together to cost
 * 1.5 % of the line; PEER_EVERY_MAX at most
 */
unsigned int peer_interval(uint64_t rate, size_t octets, size_t paths)
{
	uint64_t share = MAX(rate * LINE_PART / 1000, 1u);
	uint64_t bits = (uint64_t)octets * 8 * paths;

	if (!rate)
		return 1;
	return (unsigned int)MIN(MAX((bits + share - 1) / share, 1u),
				 (unsigned int)PEER_EVERY_MAX);
}

/* All of it, or only the channel, whose numbers are others then, too. */
static bool has_restarted(const struct oam_information *was,
			  const struct oam_information *is)
{
	return *was->node && (was->session != is->session ||
			      was->numbering != is->numbering);
}

/**
 * peer_receive() - The far end tells who it is
 * @p:	Peer
 * @m:	What it tells; of the session that is up
 *
 * Return: enum peer_news, or -1 if it is older than what is known
 */
int peer_receive(struct peer *p, const struct oam_information *m)
{
	int news = m->flags & WIRE_INFO_ASKS ? PEER_ASKS : 0;
	bool heard = p->number && m->heard == p->number;
	bool forgot = p->confirmed && !m->heard;

	if (p->known && (int32_t)(m->number - p->theirs.number) < 0)
		return -1;
	if (has_restarted(&p->theirs, m))
		news |= PEER_RESTARTED;
	if (!p->known || p->theirs.number != m->number ||
	    p->heard != heard || forgot)
		news |= PEER_NEWS;
	p->theirs = *m;
	p->known = true;
	p->heard = heard;
	/* one that has forgotten us is no longer sure */
	p->confirmed = heard || (p->confirmed && m->heard);
	return news;
}

/**
 * peer_is_wrong() - Is it somebody else than it should be?
 * @fault:	What keeps the path from being used
 *
 * Return: true if so
 */
bool peer_is_wrong(enum peer_fault fault)
{
	return fault == PEER_LOOPBACK || fault == PEER_NODE ||
	       fault == PEER_CHANNEL;
}

static bool is_ourselves(const struct peer_self *us, const char *node,
			 uint32_t session)
{
	return session == us->session && !strcmp(node, us->node);
}

/* It has not spoken of the channel; perhaps of another one */
static enum peer_fault why_unknown(const struct peer *p,
				   const struct peer_self *us)
{
	const struct peer_other *o = p->other;

	if (o && is_ourselves(us, o->node, o->session))
		return PEER_LOOPBACK;
	return o && p->waited ? PEER_ELSEWHERE : PEER_UNKNOWN;
}

/**
 * peer_fault() - What keeps the path from being used?
 * @p:	Peer
 * @us:	Who we are
 *
 * Return: the gravest reason
 */
enum peer_fault peer_fault(const struct peer *p, const struct peer_self *us)
{
	const struct oam_information *t = &p->theirs;

	if (!p->known)
		return why_unknown(p, us);
	if (is_ourselves(us, t->node, t->session))
		return PEER_LOOPBACK;
	if (*us->wanted && strcmp(t->node, us->wanted))
		return PEER_NODE;
	if (!*us->wanted && strcmp(t->channel, us->channel))
		return PEER_CHANNEL;
	if (t->flags & WIRE_INFO_REFUSES)
		return PEER_REFUSES;
	if (t->flags & WIRE_INFO_DISABLED)
		return PEER_DISABLED;
	return p->confirmed ? PEER_FINE : PEER_UNSURE;
}

/**
 * peer_explain() - Say it, for people
 * @p:		Peer
 * @us:		Who we are
 * @buf:	Gets the text; "" if nothing is wrong
 * @size:	Room there, more than 0
 *
 * Return: as snprintf(3)
 */
size_t peer_explain(const struct peer *p, const struct peer_self *us,
		    char *buf, size_t size)
{
	const struct oam_information *t = &p->theirs;
	int n = 0;

	buf[0] = '\0';
	switch (peer_fault(p, us)) {
	case PEER_FINE:
		break;
	case PEER_LOOPBACK:
		n = snprintf(buf, size, "the line leads back to ourselves: "
			     "node %s, channel %s here, %s there", us->node,
			     us->channel, p->known ? t->channel :
			     p->other->channel);
		break;
	case PEER_NODE:
		n = snprintf(buf, size, "the far end is node %s, but \"peer\" "
			     "says %s: wrong line or wrong setting",
			     t->node, us->wanted);
		break;
	case PEER_CHANNEL:
		n = snprintf(buf, size, "the far end, node %s, calls this "
			     "channel %s, we call it %s: crossed lines? Name "
			     "it alike, or set \"peer\" at both ends",
			     t->node, t->channel, us->channel);
		break;
	case PEER_ELSEWHERE:
		n = snprintf(buf, size, "the far end, node %s, does not speak "
			     "of channel %s (id %u), but of %s (id %u): "
			     "crossed lines, or a wrong id?", p->other->node,
			     us->channel, us->id, p->other->channel,
			     p->other->id);
		break;
	case PEER_UNKNOWN:
		n = snprintf(buf, size, "the far end is there, but does not "
			     "speak of channel %s: see whether it has id %u",
			     us->channel, us->id);
		break;
	case PEER_REFUSES:
		n = snprintf(buf, size, "node %s, channel %s, takes us for "
			     "the wrong far end: see what it says", t->node,
			     t->channel);
		break;
	case PEER_DISABLED:
		n = snprintf(buf, size, "node %s has disabled its side, or "
			     "removed it",
			     t->node);
		break;
	case PEER_UNSURE:
		n = snprintf(buf, size, "node %s has not confirmed who we "
			     "are yet", t->node);
		break;
	}
	return n > 0 ? (size_t)n : 0;
}
