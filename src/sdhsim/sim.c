// SPDX-License-Identifier: ISC
// The simulator as a whole: two ends, and a section each way.
//
//   end a -- send --> section a-b -- octets --> end b
//     ^                               decoder --> frames, carrier
//     |
//     +-- octets -- section b-a <-- send -- end b
//
// Theory of operation
// -------------------
// A turn makes as many frames as the clock says are due, first one way, then
// the other. Whatever the kind of the end that receives, a decoder looks at
// the channel there: it counts what a receiver would see, and a network
// device gets the frames that it finds.

#include "sdhsim/sim.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/util.h"
#include "sdhsim/kinds.h"
#include "sdhsim/scrambler.h"

static size_t frames_of(struct mono delay)
{
	return (size_t)(delay.ns * STM1_FRAMES_MS / 1000000);
}

static int open_way(struct sim *s, int i)
{
	const struct hdlc_config config = {
		.framing = &hdlc_bit,
		.fcs = s->options.fcs,
		.order = HDLC_MSB_FIRST,
	};
	struct direction *d = &s->ways[i];
	int err;

	d->from = &s->ends[i];
	d->to = &s->ends[!i];
	d->from->sent = &d->section.stats;
	d->to->received = &d->section.stats;
	d->alarms = ALARM_LOS | ALARM_OOF | ALARM_LOF;
	hdlc_decoder_init(&d->decoder, &config, d->frame, sizeof(d->frame));
	err = section_init(&d->section, s->options.dcc, s->sequence,
			   s->options.seed + (uint64_t)i);
	if (!err)
		err = section_delay(&d->section, frames_of(s->options.delay));
	if (!err)
		err = errors_set(&d->section.errors, s->options.ber);
	if (err)
		log_warnx("section: %s", strerror(-err));
	return err;
}

static int open_end(struct end *e, const char *text, const struct fcs *fcs)
{
	char reason[END_REASON_MAX] = "";
	int err = kinds_parse(e, text, reason);

	e->fcs = fcs;
	if (!err)
		err = e->kind->open(e, reason);
	if (err) {
		e->kind = NULL;
		log_warnx("%s: %s", text, reason);
	}
	return err;
}

/**
 * sim_open() - Make the section and its ends
 * @s:		The simulator; sim_close() ends it, even if this failed
 * @options:	Copied; the texts in it are kept
 * @now:	The section's clock begins here
 *
 * Return: 0, or a negative errno after telling why
 */
int sim_open(struct sim *s, const struct sim_options *options,
	     struct mono now)
{
	int err = 0;

	memset(s, 0, sizeof(*s));
	s->options = *options;
	s->start = now;
	pace_init(&s->pace, now);
	scrambler_sequence(s->sequence);
	for (int i = 0; i < 2 && !err; i++)
		err = open_way(s, i);
	for (int i = 0; i < 2 && !err; i++) {
		err = open_end(&s->ends[i], options->ends[i], options->fcs);
		if (!err && s->ends[i].kind->gentle)
			s->pace.most = PACE_GENTLE;
	}
	return err;
}

static void tell(const struct sim *s, const struct direction *d,
		 unsigned int alarm, const char *name)
{
	if ((d->alarms ^ d->section.framer.alarms) & alarm)
		log_info("%s: %s %s", s->options.ends[d == &s->ways[0]], name,
			 d->section.framer.alarms & alarm ? "raised" :
							    "cleared");
}

/* Passes on what the receiver complains of. */
static void update_alarms(struct sim *s, struct direction *d)
{
	bool on = !(d->section.framer.alarms & ALARM_FAIL);

	tell(s, d, ALARM_LOS, "LOS");
	tell(s, d, ALARM_LOF, "LOF");
	d->alarms = d->section.framer.alarms;
	if (on == d->carrier)
		return;
	d->carrier = on;
	if (d->to->kind->carrier)
		d->to->kind->carrier(d->to, on);
}

/* Count them. Return: how many have come since the last time, without runts:
 * a flag that is hit while the line is idle makes one, which no hardware takes
 * for a frame. */
static uint64_t count_errors(struct direction *d)
{
	static const enum sdh_stat stats[] = {
		[-HDLC_EFCS - 1] = SDH_FCS,
		[-HDLC_EABORT - 1] = SDH_ABORTS,
		[-HDLC_ERUNT - 1] = SDH_RUNTS,
		[-HDLC_EGIANT - 1] = SDH_GIANTS,
		[-HDLC_EALIGN - 1] = SDH_UNALIGNED,
	};
	uint64_t *count = d->section.stats.count, more = 0;

	for (size_t i = 0; i < ARRAY_SIZE(stats); i++) {
		if (stats[i] != SDH_RUNTS)
			more += d->decoder.errors[i] - count[stats[i]];
		count[stats[i]] = d->decoder.errors[i];
	}
	count[SDH_HDLC_RECEIVED] = d->decoder.frames;
	return more;
}

/* What arrived goes to the end, as octets and as frames. */
static void deliver(struct direction *d, const uint8_t *octets, size_t len)
{
	const struct end_kind *kind = d->to->kind;
	uint64_t damaged;

	if (kind->octets)
		kind->octets(d->to, octets, len);
	while (len) {
		int n = hdlc_decode(&d->decoder, &octets, &len);

		if (n > 0 && kind->frame)
			kind->frame(d->to, d->frame, (size_t)n);
	}
	damaged = count_errors(d);
	if (damaged && kind->damaged)
		kind->damaged(d->to, damaged);
}

static int turn(struct sim *s, struct direction *d, unsigned int frames)
{
	uint8_t in[PACE_TURN * STM1_DCC_OCTETS];
	uint8_t out[PACE_TURN * STM1_DCC_OCTETS];
	size_t count = d->section.dcc->count;
	int own = d->from->kind->send(d->from, in, frames * count);
	size_t left = own < 0 ? 0 : (size_t)own;

	if (own < 0)
		log_warnx("%s:%s: it was removed", d->from->kind->scheme,
			  d->from->name);
	for (size_t i = 0; i < frames; i++) {
		size_t here = MIN(left, count);

		section_step(&d->section, in + i * count, here,
			     out + i * count);
		left -= here;
	}
	update_alarms(s, d);
	deliver(d, out, frames * count);
	return MIN(own, 0);
}

/**
 * sim_turn() - Do what is due
 * @s:		The simulator
 * @now:	The time
 *
 * Return: 0; -ENODEV, after telling so, if an end is no more
 */
int sim_turn(struct sim *s, struct mono now)
{
	unsigned int frames = pace_due(&s->pace, now);
	int err = 0;

	for (int i = 0; i < 2 && frames && !err; i++)
		err = turn(s, &s->ways[i], frames);
	return err;
}

/**
 * sim_cut() - Cut both fibres, or mend them
 * @s:		The simulator
 * @cut:	Cut
 */
void sim_cut(struct sim *s, bool cut)
{
	for (int i = 0; i < 2; i++)
		s->ways[i].section.cut = cut;
}

/**
 * sim_ber() - Change the bit error rate of both directions
 * @s:		The simulator
 * @rate:	Errors by bits
 *
 * Return: 0, or -ERANGE
 */
int sim_ber(struct sim *s, double rate)
{
	int err = errors_set(&s->ways[0].section.errors, rate);

	if (err)
		return err;
	s->options.ber = rate;
	return errors_set(&s->ways[1].section.errors, rate);
}

/**
 * sim_delay() - Change the delay of both directions
 * @s:		The simulator
 * @delay:	Whole frames of it count
 *
 * Return: 0, -ERANGE or -ENOMEM
 */
int sim_delay(struct sim *s, struct mono delay)
{
	int err;

	for (int i = 0; i < 2; i++) {
		err = section_delay(&s->ways[i].section, frames_of(delay));
		if (err)
			return err;
	}
	s->options.delay = delay;
	return 0;
}

/**
 * sim_close() - End all of it
 * @s:	The simulator
 */
void sim_close(struct sim *s)
{
	for (int i = 0; i < 2; i++) {
		if (s->ends[i].kind)
			s->ends[i].kind->close(&s->ends[i]);
		section_free(&s->ways[i].section);
	}
}
