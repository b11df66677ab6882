// SPDX-License-Identifier: ISC
// The verb "alarms": what is wrong now, in the order in which it was raised.

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "control/state.h"

enum { A_TURN = 16 };	/* alarms */

/**
 * struct alarms_job - One answer
 * @channel:	Only this one's; "" for all
 * @last:	Number of the alarm that was told last: alarms may come and go
 *		between two turns
 */
struct alarms_job {
	struct job job;
	const struct control_state *state;
	char channel[CONFIG_NAME_MAX + 1];
	uint64_t last;
	size_t written;
	bool begun;
};

/**
 * control_alarm() - An alarm as JSON
 * @e:	Alarm that is raised
 *
 * Return: a new reference
 */
json_t *control_alarm(const struct alarm_entry *e)
{
	const struct alarm_type *type = alarm_type(e->kind);

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:i, s:b, s:o, s:s}",
		"alarm", type->name,
		"severity", alarm_severity_name(type->severity),
		"channel", output_string(e->set->about.channel),
		"path", output_string(e->set->about.path),
		"since", output_time(e->since),
		"times", (int)e->alarm.times,
		"present", e->present,
		"text", output_string(e->text),
		"help", type->help);
}

/**
 * control_alarm_list() - Add the alarms of an object to a list
 * @list:	JSON array
 * @set:	The object's alarms; those that are raised are added
 */
void control_alarm_list(json_t *list, const struct alarm_set *set)
{
	const struct alarm_entry *e;

	TAILQ_FOREACH(e, &set->list, own)
		if (alarm_is_raised(&e->alarm))
			json_array_append_new(list, control_alarm(e));
}

static bool is_wanted(const struct alarms_job *j, const struct alarm_entry *e)
{
	const char *channel = e->set->about.channel;

	return e->number > j->last &&
	       (!*j->channel || (channel && !strcmp(channel, j->channel)));
}

static enum job_state next(struct job *job, struct output *out)
{
	struct alarms_job *j = container_of(job, struct alarms_job, job);
	const struct alarms *all = &j->state->engine->shared.alarms;
	size_t last = j->written + A_TURN;
	const struct alarm_entry *e;

	if (!j->begun)
		output_list_begin(out, json_pack("{s:o}", "time",
				  output_time(clock_utc_ns())), "alarms");
	j->begun = true;
	TAILQ_FOREACH(e, &all->list, all) {
		if (!is_wanted(j, e))
			continue;
		if (j->written == last)
			return JOB_MORE;
		output_list_add(out, control_alarm(e), !j->written++);
		j->last = e->number;
	}
	output_list_end(out);
	return JOB_DONE;
}

static void free_job(struct job *job)
{
	free(container_of(job, struct alarms_job, job));
}

/**
 * control_alarms() - Answer "alarms"
 * @s:		State
 * @r:		Request; its channel exists
 * @out:	Output
 *
 * Return: the job
 */
struct job *control_alarms(struct control_state *s, const struct request *r,
			   struct output *out)
{
	struct alarms_job *j = calloc(1, sizeof(*j));

	if (!j) {
		output_error(out, "alarms: out of memory");
		return NULL;
	}
	j->job = (struct job){ next, free_job };
	j->state = s;
	if (r->channel)
		strlcpy(j->channel, r->channel, sizeof(j->channel));
	return &j->job;
}
