// SPDX-License-Identifier: ISC
// A line's packets, caught for those who dump; works only while somebody does.

#include <string.h>

#include "engine/line.h"

static bool is_used_by(const void *sharer, const char *channel)
{
	const struct line *l = sharer;
	const struct line_user *u;

	TAILQ_FOREACH(u, &l->users, entry)
		if (!strcmp(u->place->channel, channel))
			return true;
	return false;
}

/* The line itself: named after a path that uses it, told apart by where it
 * is in memory. */
static struct tap_place own_place(const struct line *l)
{
	return (struct tap_place){
		.number = UINT32_C(1) << 31 | (uint32_t)((uintptr_t)l >> 4),
		.channel = l->about.channel,
		.path = l->about.path,
	};
}

/**
 * line_tap() - A packet of the line's is caught
 * @l:		Line
 * @place:	Of the path that it belongs to; NULL: the line's own
 * @t:		The packet; what the line knows is filled in
 */
void line_tap(struct line *l, const struct tap_place *place, struct tap *t)
{
	t->flags |= DUMP_F_LINE;
	if (place) {
		t->place = *place;
	} else {
		t->place = own_place(l);
		t->concerns = is_used_by;
		t->sharer = l;
	}
	if (l->port && l->port->transport->addressed) {
		t->place.local = &l->port->key.local;
		t->place.remote = &l->far_end.addr;
	}
	capture_put(l->env->capture, t);
}

/* Only while somebody dumps: whose packet is it? Most likely his who sent the
 * one before it. */
static const struct line_user *sender_of(const struct line *l,
					 const struct packet *p,
					 const struct line_user *before)
{
	const struct line_user *u;
	struct wire_header h;

	if (wire_decode(&h, p->head, p->head_len) < 0)
		return NULL;
	if (before && before->id == h.channel)
		return before;
	TAILQ_FOREACH(u, &l->users, entry)
		if (u->id == h.channel)
			return u;
	return NULL;
}

/**
 * line_tap_packets() - Packets that were sent, or not, are caught
 * @l:		Line
 * @p:		Packets
 * @n:		How many
 * @point:	DUMP_LINE or DUMP_DROP
 * @reason:	Why they were dropped, or NULL
 */
void line_tap_packets(struct line *l, const struct packet *p, unsigned int n,
		      enum dump_point point, const char *reason)
{
	const struct line_user *u = NULL;

	for (unsigned int i = 0; i < n; i++) {
		u = sender_of(l, &p[i], u);
		line_tap(l, u ? u->place : NULL, &(struct tap){
			.point = point, .direction = DUMP_OUT,
			.reason = reason,
			.head = p[i].head, .head_len = p[i].head_len,
			.data = p[i].data, .len = p[i].len,
		});
	}
}
