// SPDX-License-Identifier: ISC
// What "status" says of a path's session and of its far end.

#include "control/state.h"

static json_int_t us(struct mono span)
{
	return span.ns == MONO_NEVER.ns ? 0 : (json_int_t)(span.ns / 1000);
}

/**
 * control_session() - The session of a path's line, as JSON
 * @l:	Line
 *
 * Return: an object; null where the line is not open
 */
json_t *control_session(const struct line *l)
{
	const struct liveness *s = &l->session.live;
	bool up = line_is_up(l);

	if (!line_is_open(l))
		return json_null();
	return json_pack("{s:s, s:o, s:I, s:o, s:b}",
		"state", liveness_state_name(s->state),
		"far_state", s->far.multiplier ?
			json_string(liveness_state_name(s->far.state)) :
			json_null(),
		"interval_us", us(liveness_interval(s)),
		"detection_us", up ?
			json_integer(us(liveness_detection(s))) : json_null(),
		"resting", l->session.rest.resting);
}

/**
 * control_far_end() - Who is at the far end of a path, as JSON
 * @p:	Path
 *
 * Return: an object; null while it has not told
 */
json_t *control_far_end(const struct path *p)
{
	const struct oam_information *t = &p->peer.theirs;

	if (!p->peer.known)
		return json_null();
	return json_pack("{s:s, s:s, s:o, s:I, s:b}",
		"node", t->node,
		"channel", t->channel,
		"version", output_string(t->version),
		"largest_frame", (json_int_t)t->largest,
		"disabled", !!(t->flags & WIRE_INFO_DISABLED));
}
