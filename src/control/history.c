// SPDX-License-Identifier: ISC
// The verb "history": performance of a channel's paths, bin by bin.
//
// The bins come in one list, path after path: first its days, then its
// quarters of an hour, the oldest first. Those in which nothing was watched
// are left out.

#include <string.h>

#include "base/util.h"
#include "control/listing.h"

enum { A_TURN = 32 };	/* bins */

/**
 * struct history_job - One answer
 * @path:	Only this one; "" for all
 * @index:	Of the path in the channel
 * @period:	Of the bin that is next
 * @back:	... and how far back it is
 */
struct history_job {
	struct listing list;
	char path[CONFIG_NAME_MAX + 1];
	size_t index;
	unsigned int period, back;
};

static const unsigned int periods[] = { PERIOD_DAY, PERIOD_QUARTER };

static json_t *bin_object(const struct path *p, bool day,
			  const struct performance_counts *c)
{
	return json_pack("{s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:b, s:b}",
		"path", p->cfg->name,
		"period", day ? "24h" : "15m",
		"start", output_time(c->start * 1000000000),
		"es", (json_int_t)c->es,
		"ses", (json_int_t)c->ses,
		"uas", (json_int_t)c->uas,
		"bbe", (json_int_t)c->bbe,
		"seconds", (json_int_t)c->seconds,
		"valid", c->valid,
		"current", c->current);
}

static void write_bin(struct history_job *j, const struct path *p,
		      struct output *out)
{
	enum performance_period period = periods[j->period];
	struct performance_counts c;

	if (performance_get(&p->watch.performance, period, j->back, &c))
		listing_add(&j->list, bin_object(p, period == PERIOD_DAY, &c),
			    out);
}

/* On to the next bin; false if it is another path's. */
static bool advance(struct history_job *j)
{
	if (j->back--)
		return true;
	j->period = (j->period + 1) % ARRAY_SIZE(periods);
	j->back = performance_kept(periods[j->period]);
	return j->period;
}

static bool is_wanted(const struct history_job *j, const struct path *p)
{
	return !*j->path || !strcmp(j->path, p->cfg->name);
}

static enum job_state next(struct job *job, struct output *out)
{
	struct history_job *j = container_of(job, struct history_job, list.job);
	const struct channel *ch = engine_find(j->list.state->engine,
					       j->list.channel);

	if (!j->list.begun)
		output_list_begin(out, json_pack("{s:o, s:s}", "time",
				  output_time(clock_utc_ns()), "channel",
				  j->list.channel), "bins");
	j->list.begun = true;
	/* a reload may have taken the channel, or some of its paths */
	for (int i = 0; ch && j->index < ch->npaths; i++) {
		const struct path *p = ch->paths[j->index];

		if (i == A_TURN)
			return JOB_MORE;
		if (is_wanted(j, p))
			write_bin(j, p, out);
		j->index += !is_wanted(j, p) || !advance(j);
	}
	output_list_end(out);
	return JOB_DONE;
}

/**
 * control_history() - Answer "history"
 * @s:		State
 * @r:		Request; its channel and path exist
 * @out:	Output
 *
 * Return: the job
 */
struct job *control_history(struct control_state *s, const struct request *r,
			    struct output *out)
{
	struct history_job *j = listing_new(sizeof(*j), s, r, next, out);

	if (!j)
		return NULL;
	j->back = performance_kept(periods[0]);
	if (r->path)
		strlcpy(j->path, r->path, sizeof(j->path));
	return &j->list.job;
}
