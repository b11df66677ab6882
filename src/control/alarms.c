// SPDX-License-Identifier: ISC
// The verb "alarms": what is wrong now, in the order in which it was raised.

#include <string.h>

#include "base/util.h"
#include "control/listing.h"

enum { A_TURN = 16 };	/* alarms */

/**
 * struct alarms_job - One answer
 * @last:	Number of the alarm that was told last: alarms may come and go
 *		between two turns
 */
struct alarms_job {
	struct listing list;
	uint64_t last;
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
	       (!*j->list.channel ||
		(channel && !strcmp(channel, j->list.channel)));
}

static enum job_state next(struct job *job, struct output *out)
{
	struct alarms_job *j = container_of(job, struct alarms_job, list.job);
	const struct alarms *all = &j->list.state->engine->shared.alarms;
	size_t last = j->list.written + A_TURN;
	const struct alarm_entry *e;

	if (!j->list.begun)
		output_list_begin(out, json_pack("{s:o}", "time",
				  output_time(clock_utc_ns())), "alarms");
	j->list.begun = true;
	TAILQ_FOREACH(e, &all->list, all) {
		if (!is_wanted(j, e))
			continue;
		if (j->list.written == last)
			return JOB_MORE;
		listing_add(&j->list, control_alarm(e), out);
		j->last = e->number;
	}
	output_list_end(out);
	return JOB_DONE;
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
	struct alarms_job *j = listing_new(sizeof(*j), s, r, next, out);

	return j ? &j->list.job : NULL;
}
