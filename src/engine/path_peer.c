// SPDX-License-Identifier: ISC
// Hearing who is at the far end of a path.
//
// A message must bear our discriminator of the line's session: so nobody can
// forge it, nor use it again when that session is over.

#include "engine/path_peer.h"

#include "codec/oam_information.h"
#include "engine/path.h"

/**
 * path_peer_forget() - If the line's session is another one: forget all
 * @p:	Path, with a line
 */
void path_peer_forget(struct path *p)
{
	uint32_t mine = p->line->session.live.mine;

	if (p->of != mine)
		peer_lost(&p->peer);
	p->of = mine;
}

/**
 * path_peer_take() - The far end tells who it is
 * @p:		Path
 * @data:	What follows the header; borrowed
 * @len:	Its octets
 * @now:	Not looked at
 *
 * Sets @p->news and @p->asked, which tell the caller what to do then.
 *
 * Return: 0, or the enum stat_id that counts why it must be dropped
 */
int path_peer_take(struct path *p, const uint8_t *data, size_t len,
		   struct mono now)
{
	const struct liveness *s = &p->line->session.live;
	struct oam_information m;
	int news;

	(void)now;
	if (oam_information_decode(&m, data, len) < 0)
		return DROP_OAM;
	if (s->state < WIRE_INIT || m.yours != s->mine)
		return DROP_SESSION;
	path_peer_forget(p);
	news = peer_receive(&p->peer, &m);
	if (news < 0)
		return DROP_SESSION;
	if (news & PEER_RESTARTED)
		path_restarted(p);
	p->news = news & PEER_NEWS;
	p->asked = (news & PEER_ASKS) || (p->news && !p->peer.heard);
	return 0;
}
