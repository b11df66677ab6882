// SPDX-License-Identifier: ISC
// What the far end says of channels that no path of ours has.
//
// It is dropped, and never answered; but it may be what we wait for.

#include "engine/line.h"

#include "codec/oam_information.h"

/* As of path_peer_take(): nobody else can have sent it, and it is new. */
static bool is_ours(const struct line *l, const struct oam_information *m)
{
	return line_is_up(l) && m->yours == l->session.live.mine;
}

/**
 * line_stray() - A packet came on a channel id that no path here has
 * @l:		Line
 * @h:		Its header
 * @data:	What follows that; borrowed
 * @len:	Its octets
 *
 * Return: true if it was of use, and must not be counted as dropped
 */
bool line_stray(struct line *l, const struct wire_header *h,
		const uint8_t *data, size_t len)
{
	struct oam_information m;

	if (h->type != WIRE_OAM ||
	    oam_information_decode(&m, data, len) < 0 || !is_ours(l, &m))
		return false;
	if (!line_farewell_heard(l, h->channel, &m))
		return false;
	stats_inc(&l->stats, STAT_OAM_RX);
	return true;
}
