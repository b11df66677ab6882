// SPDX-License-Identifier: ISC
// Has the far end's LAN room for all that ours sends?
//
// Each end tells how long a frame its LAN takes. Where that is less than what
// ours sends, short frames cross and long ones do not, which is hard to
// find. It is said once it was so for a second: while devices are made, or
// their MTUs changed at one end and then at the other, figures pass by.

#include "engine/channel.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/**
 * channel_room() - The longest frames that both LANs take
 * @ch:	Channel
 *
 * Return: both
 */
struct channel_room channel_room(const struct channel *ch)
{
	struct channel_room r = { .ours = ch->paths[0]->largest };

	for (size_t i = 0; i < ch->npaths; i++) {
		const struct path *p = ch->paths[i];
		uint32_t one = p->peer.theirs.largest;

		if (p->peer.known && path_is_trusted(p) && one &&
		    (!r.far || one < r.far))
			r.far = one;
	}
	return r;
}

/* "" while all of ours has room */
static void explain(const struct channel_room *r, char *text, size_t size)
{
	*text = '\0';
	if (r->far < r->ours)
		snprintf(text, size, "the far end's LAN takes frames of %"
			 PRIu32 " octets, ours of %" PRIu32 ": longer ones "
			 "than it takes are dropped there; give both ends "
			 "one MTU", r->far, r->ours);
}

static void tell(const struct channel *ch, const struct channel_room *r)
{
	const struct notice_sink *sink = &ch->shared->sink;
	const struct subject about = channel_about(ch, NULL);

	if (*ch->narrow)
		notice(sink, SEVERITY_WARNING, about, "far-mtu", "%s",
		       ch->narrow);
	else
		notice(sink, SEVERITY_INFO, about, "far-mtu-ok", "the far "
		       "end's LAN takes frames of %" PRIu32 " octets now, "
		       "ours of %" PRIu32 ": all of ours cross", r->far,
		       r->ours);
}

/**
 * channel_watch_room() - A second has passed: do all frames of ours cross?
 * @ch:	Channel
 *
 * What is not known changes nothing.
 */
void channel_watch_room(struct channel *ch)
{
	const struct channel_room r = channel_room(ch);
	bool stays = r.ours == ch->room.ours && r.far == ch->room.far;
	char text[sizeof(ch->narrow)];

	ch->room = r;
	if (!stays || !r.ours || !r.far)
		return;
	explain(&r, text, sizeof(text));
	if (!strcmp(text, ch->narrow))
		return;
	strlcpy(ch->narrow, text, sizeof(ch->narrow));
	tell(ch, &r);
}
