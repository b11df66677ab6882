// SPDX-License-Identifier: ISC
// The verb "events": the last events, and those to come for who follows.
//
// Each line of the answer has a list of events. One who follows and reads too
// slowly holds nothing of ours: he finds his place in the ring again, and is
// told how many events he lost.

#include <stdlib.h>

#include "base/util.h"
#include "control/state.h"

enum { A_TURN = 16 };	/* events */

/**
 * struct events_job - One answer
 * @number:	Of the next event that is still there
 * @wanted:	Of the event that would have been the next
 * @follow:	Go on when all have been told
 * @open:	A line has begun and not ended
 * @said:	A line has begun
 * @count:	Events in this line
 */
struct events_job {
	struct job job;
	const struct ring *ring;
	uint64_t number, wanted;
	bool follow, open, said;
	size_t count;
};

static json_t *event_object(const struct ring_event *e)
{
	return json_pack("{s:I, s:o, s:s, s:o, s:o, s:s, s:o,"
			 " s:o, s:o}",
		"number", (json_int_t)e->number,
		"time", output_time(e->utc_ns),
		"severity", severity_name(e->severity),
		"channel", output_string(e->channel),
		"path", output_string(e->path),
		"kind", e->kind,
		"text", output_string(e->text),
		"alarm", output_string(e->alarm),
		"alarm_severity", output_string(e->perceived));
}

static void begin_line(struct events_job *j, struct output *out)
{
	output_list_begin(out, json_pack("{s:I}", "lost",
			  (json_int_t)(j->number - j->wanted)), "events");
	j->open = true;
	j->said = true;
	j->count = 0;
}

/* Without following, all is one line, however many turns it takes. */
static enum job_state next(struct job *job, struct output *out)
{
	struct events_job *j = container_of(job, struct events_job, job);
	const struct ring_event *e;
	size_t last;

	j->wanted = j->number;
	e = ring_get(j->ring, &j->number);
	if (!j->open && j->said && !e)
		return JOB_WAIT;
	if (!j->open)
		begin_line(j, out);
	for (last = j->count + A_TURN; e && j->count < last;
	     e = ring_get(j->ring, &j->number)) {
		output_list_add(out, event_object(e), !j->count++);
		j->number++;
	}
	if (e && !j->follow)
		return JOB_MORE;
	output_list_end(out);
	j->open = false;
	if (!j->follow)
		return JOB_DONE;
	return e ? JOB_MORE : JOB_WAIT;
}

static void free_job(struct job *job)
{
	free(container_of(job, struct events_job, job));
}

/**
 * control_events() - Answer "events"
 * @s:		State
 * @r:		Request
 * @out:	Output
 *
 * Return: the job
 */
struct job *control_events(struct control_state *s, const struct request *r,
			   struct output *out)
{
	struct events_job *j = calloc(1, sizeof(*j));

	if (!j) {
		output_error(out, "events: out of memory");
		return NULL;
	}
	*j = (struct events_job){ .job = { next, free_job }, .ring = s->ring,
				  .number = 1, .follow = r->follow };
	return &j->job;
}
