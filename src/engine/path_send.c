// SPDX-License-Identifier: ISC
// OAM that a path sends, on its channel id.

#include "engine/path_send.h"

#include "engine/path.h"

enum {
	ECHO_PART = 10,			/* of a slow line, for echoes */
	ECHO_FAST = 1250000,		/* octets a second of a fast one */
};

/**
 * path_echo_rate() - How much of its line echoes may take in one direction
 * @p:	Path, with a line
 *
 * Return: octets a second, what the line adds to each packet included
 */
uint64_t path_echo_rate(const struct path *p)
{
	uint64_t rate = line_rate(p->line);

	return rate ? rate / 8 / ECHO_PART : ECHO_FAST;
}

/**
 * path_take_echo() - May an echo request or reply be sent now?
 * @p:		Path, with a line
 * @octets:	That it takes on the line
 * @now:	Time
 *
 * Return: true if so, and then it must be
 */
bool path_take_echo(struct path *p, size_t octets, struct mono now)
{
	if (!bucket_ready(&p->echoes, now))
		return false;
	bucket_take(&p->echoes, (uint32_t)octets);
	return true;
}

static struct wire_header header_of(const struct path *p)
{
	return (struct wire_header){
		.type = WIRE_OAM,
		.class = WIRE_CONTROL,
		.channel = p->user.id,
	};
}

static void send_fast(struct path *p, const uint8_t *data, size_t len,
		      struct mono now)
{
	struct wire_header h = header_of(p);

	h.sequence = p->oam_sequence++;
	line_send_message(p->line, &h, data, len, &p->stats, now);
}

/* A slow line has its own turn, and numbers what is sent then. */
static bool sent_at_once(struct path *p, const uint8_t *data, size_t len,
			 struct mono now)
{
	stats_inc(&p->stats, STAT_OAM_TX);
	if (path_is_slow(p))
		return false;
	send_fast(p, data, len, now);
	return true;
}

/**
 * path_send_oam() - Send a message of ours, before all else
 * @p:		Path, with a line
 * @data:	Message, its kind first; copied or sent
 * @len:	Its octets
 * @now:	Time
 *
 * It is sent whatever state the path is in, if only its line is open.
 */
void path_send_oam(struct path *p, const uint8_t *data, size_t len,
		   struct mono now)
{
	struct wire_header h = header_of(p);

	if (sent_at_once(p, data, len, now))
		return;
	sched_put_oam(p->user.slot, &h, data, len, now);
	line_run(p->line, now);
}

/**
 * path_send_echo() - Send an echo request or a reply
 * @p:		Path, with a line
 * @data:	Message, its kind first; copied or sent
 * @len:	Its octets
 * @now:	Time
 *
 * It is no more urgent than frames of class 0, with which it waits on a slow
 * line: others can make us send it.
 */
void path_send_echo(struct path *p, const uint8_t *data, size_t len,
		    struct mono now)
{
	struct wire_header h = header_of(p);

	if (sent_at_once(p, data, len, now))
		return;
	sched_put(p->user.slot, &h, 0, data, len, now);
	line_run(p->line, now);
}
