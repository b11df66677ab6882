// SPDX-License-Identifier: ISC
// OAM of a path: what comes on its channel id.
//
// It neither needs nor touches the LAN's device: a channel whose device is
// missing still answers. What a far end can make us send is bounded: one
// reply a request, none longer than it, and no more of them than a part of
// the line, so that no flood of requests takes it from the frames.

#include "engine/path_oam.h"

#include <string.h>

#include "base/util.h"
#include "codec/oam.h"
#include "engine/path.h"
#include "engine/path_meter.h"
#include "engine/path_peer.h"
#include "engine/path_send.h"
#include "engine/ping.h"

/**
 * path_oam_begin() - The path has its line now
 * @p:		Path
 * @now:	Time
 */
void path_oam_begin(struct path *p, struct mono now)
{
	bucket_init(&p->echoes, path_echo_rate(p), mono_ms(1000), now);
	path_meter_begin(p, now);
}

/* What does not cross as one packet is answered as far as it does. */
static size_t room_for_reply(const struct path *p)
{
	size_t payload = line_payload(p->line);

	return payload > WIRE_HEADER_LEN ?
	       MIN(payload - WIRE_HEADER_LEN, (size_t)FRAME_SIZE) : FRAME_SIZE;
}

static int take_request(struct path *p, const uint8_t *data, size_t len,
			struct mono now)
{
	uint8_t reply[FRAME_SIZE];
	int n = oam_echo_reply(reply, room_for_reply(p), data, len);

	if (p->user.disabled)
		return DROP_DISABLED;
	if (n < 0)
		return DROP_OAM;
	if (!path_take_echo(p, (size_t)n + WIRE_HEADER_LEN +
			       line_overhead(p->line), now))
		return DROP_ECHO;
	path_send_echo(p, reply, (size_t)n, now);
	return 0;
}

static int take_reply(struct path *p, const uint8_t *data, size_t len,
		      struct mono now)
{
	struct oam_echo e;

	if (oam_echo_decode(&e, data, len) < 0 ||
	    !ping_answered(p->line->env->pings, p, &e, len, now))
		return DROP_OAM;
	return 0;
}

/**
 * struct taker - What is done with a kind of message
 * @take:	Returns 0 or the counter of why it dropped the message
 * @proves:	One that is taken can only be from the far end of now: it is
 *		a sign of life
 */
struct taker {
	int (*take)(struct path *p, const uint8_t *data, size_t len,
		    struct mono now);
	bool proves;
};

/* What comes on the path's own channel id; the rest is for the line. */
static const struct taker takers[] = {
	[WIRE_OAM_INFORMATION] = { path_peer_take, true },
	[WIRE_OAM_ECHO_REQUEST] = { take_request, false },
	[WIRE_OAM_ECHO_REPLY] = { take_reply, true },
	[WIRE_OAM_COUNTERS] = { path_meter_take, true },
};

/**
 * path_oam() - An OAM message came on the path's channel id
 * @p:		Path
 * @data:	What follows its header; borrowed
 * @len:	Its octets
 * @now:	Time
 *
 * Return: 0, or the enum stat_id that counts why it must be dropped
 */
int path_oam(struct path *p, const uint8_t *data, size_t len,
	     struct mono now)
{
	int kind = oam_kind(data, len), reason = DROP_OAM;

	if (kind >= 0 && kind < (int)ARRAY_SIZE(takers) && takers[kind].take)
		reason = takers[kind].take(p, data, len, now);
	if (reason)
		return reason;
	stats_inc(&p->stats, STAT_OAM_RX);
	if (takers[kind].proves)
		p->line->session.proven = now;
	return 0;
}
