/* SPDX-License-Identifier: ISC */
/* Loss and delay of one path, from the counters that both ends exchange. */
#ifndef POLICY_METER_H
#define POLICY_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "codec/oam_counters.h"

enum { METER_SENT = 4 };	/* messages of ours that may be on their way */

/**
 * struct meter_loss - Packets of one direction
 * @sent:	How many one end has sent
 * @lost:	Of them, how many the other end has not got
 */
struct meter_loss {
	uint64_t sent, lost;
};

/**
 * struct meter_count - What has crossed in one direction, at one end
 * @packets:	On the path
 * @beats:	Liveness messages, on its line
 */
struct meter_count {
	uint64_t packets;
	uint32_t beats;
};

/**
 * struct meter_report - What is known of a path
 * @near:	From the far end to us, since the path began. Both figures
 *		only grow, at each message that comes; who wants to know of a
 *		span takes the difference of two reports
 * @far:	From us to the far end, the same, as the far end tells
 * @near_beats:	Liveness messages of the line, as @near
 * @far_beats:	The same, as @far
 * @recent_near: Of about the last minute
 * @recent_far:	The same
 * @measured:	The round trip is known; else all of it is 0
 * @rtt:	Round trip: the last one
 * @average:	... of about the last minute, as the next two
 * @least:	...
 * @most:	...
 * @heard:	When the last message came that was good for anything
 */
struct meter_report {
	struct meter_loss near, far;
	struct meter_loss near_beats, far_beats;
	struct meter_loss recent_near, recent_far;
	bool measured;
	struct mono rtt, average, least, most;
	struct mono heard;
};

/** struct meter_span - Private to meter.c: what a while has brought */
struct meter_span {
	struct mono began;
	struct meter_loss near, far;
	struct mono sum, least, most;
	uint32_t trips;
};

/** struct meter_base - Private to meter.c: where differences begin */
struct meter_base {
	bool known, sure;
	uint16_t run;
	uint32_t session, sent, received, beats, beats_received;
	uint64_t timestamp;
	struct mono came;
};

/** struct meter_sent - Private to meter.c: a message of ours */
struct meter_sent {
	uint64_t timestamp;
	uint32_t count, beats;
};

/** struct meter_way - Private to meter.c: losses of one direction */
struct meter_way {
	struct meter_loss total;
	uint32_t surplus;
};

/**
 * struct meter - Private to meter.c
 * @run:	Ours
 * @sent:	Our last messages
 * @next:	Where the next one of them goes
 * @heard:	The far end's last message; not sure: it may be a replayed one
 * @told:	What the far end said last of our messages
 * @now:	Span that is being filled
 * @before:	The one before
 */
struct meter {
	uint16_t run;
	struct meter_sent sent[METER_SENT];
	unsigned int next;
	struct meter_base heard, told;
	struct meter_way near, far, near_beats, far_beats;
	struct meter_span now, before;
	struct mono rtt;
};

void meter_init(struct meter *m, uint16_t run, struct mono now);
struct mono meter_interval(uint64_t rate, size_t octets, size_t paths);
void meter_send(struct meter *m, struct oam_counters *c, uint32_t session,
		const struct meter_count *sent, struct mono now);
int meter_heard(struct meter *m, const struct oam_counters *c,
		const struct meter_count *received, struct mono now);
void meter_report(const struct meter *m, struct meter_report *r);
uint32_t meter_ppm(const struct meter_loss *l);

#endif
