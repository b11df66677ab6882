// SPDX-License-Identifier: ISC
// The verb "stats": every counter of every object, drops by reason.
//
// The objects come one after the other in one list: each channel with its
// paths, then the lines, then the ports. Asked about one channel, it tells of
// those that the channel uses.

#include <string.h>

#include "base/util.h"
#include "control/listing.h"

enum { A_TURN = 8 };	/* objects */

/**
 * struct stats_job - One answer
 * @only:	That channel, found anew for each turn: a reload may free it
 * @index:	Next object of its kind
 * @phase:	Which kind: index in the table of phases
 */
struct stats_job {
	struct listing list;
	const struct channel *only;
	size_t index;
	unsigned phase;
};

static json_t *counter_list(const struct stats *s, bool drops)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < STAT_NUM; i++) {
		if (stat_is_drop(i) != drops)
			continue;
		json_array_append_new(list, json_pack("{s:s, s:I}",
			drops ? "reason" : "name", stat_name(i),
			"value", (json_int_t)s->count[i]));
	}
	return list;
}

/* @names: the object with what names it, to which the counters are added */
static void write_object(struct stats_job *j, json_t *names,
			 const struct stats *s, struct output *out)
{
	json_object_set_new(names, "counters", counter_list(s, false));
	json_object_set_new(names, "drops", counter_list(s, true));
	listing_add(&j->list, names, out);
}

static bool channels(struct stats_job *j, struct output *out)
{
	const struct engine *e = j->list.state->engine;
	const struct channel *ch;

	if (j->index >= e->nchannels)
		return false;
	ch = e->channels[j->index];
	if (j->only && ch != j->only)
		return true;
	write_object(j, json_pack("{s:s, s:s}", "kind", "channel", "channel",
				  ch->cfg->name), &ch->stats, out);
	for (size_t i = 0; i < ch->npaths; i++) {
		const struct path *p = ch->paths[i];

		write_object(j, json_pack("{s:s, s:s, s:s}", "kind", "path",
			"channel", ch->cfg->name, "path", p->cfg->name),
			&p->stats, out);
	}
	return true;
}

/* The line of the channel's path at the index; NULL if it has none, or an
 * earlier path has the same, or for_port one at the same port. */
static const struct line *used_line(const struct stats_job *j, bool for_port)
{
	const struct line *l = j->only->paths[j->index]->line;

	for (size_t i = 0; l && i < j->index; i++) {
		const struct line *other = j->only->paths[i]->line;

		if (other && (other == l || (for_port && other->port &&
					     other->port == l->port)))
			return NULL;
	}
	return l;
}

/* What a line is called: its far end, or the DCC that it is. */
static json_t *line_name(const struct line *l)
{
	const struct config_path *cfg = l->cfg;

	if (cfg->kind == TRANSPORT_DCC)
		return output_string(cfg->dcc.device ? cfg->dcc.device :
						       cfg->dcc.interface);
	if (l->far_end.addr.sa.sa_family == AF_UNSPEC)
		return output_string(cfg->udp.remote_host);
	return output_address(&l->far_end.addr);
}

static void write_line(struct stats_job *j, const struct line *l,
		       struct output *out)
{
	write_object(j, json_pack("{s:s, s:o, s:o}", "kind", "line", "line",
		line_name(l), "local", l->port ?
		output_address(&l->port->key.local) : json_null()),
		&l->stats, out);
}

static void write_port(struct stats_job *j, const struct port *p,
		       struct output *out)
{
	write_object(j, json_pack("{s:s, s:o, s:o}", "kind", "port", "local",
		output_address(&p->key.local), "interface",
		output_string(p->key.name)), &p->stats, out);
}

static bool lines(struct stats_job *j, struct output *out)
{
	const struct line *l;

	if (j->only) {
		if (j->index >= j->only->npaths)
			return false;
		l = used_line(j, false);
		if (l)
			write_line(j, l, out);
		return true;
	}
	l = TAILQ_FIRST(&j->list.state->engine->lines);
	for (size_t i = 0; l && i < j->index; i++)
		l = TAILQ_NEXT(l, entry);
	if (l)
		write_line(j, l, out);
	return l;
}

static bool ports(struct stats_job *j, struct output *out)
{
	const struct port *p;
	const struct line *l;

	if (j->only) {
		if (j->index >= j->only->npaths)
			return false;
		l = used_line(j, true);
		if (l && l->port)
			write_port(j, l->port, out);
		return true;
	}
	p = TAILQ_FIRST(&j->list.state->engine->ports);
	for (size_t i = 0; p && i < j->index; i++)
		p = TAILQ_NEXT(p, entry);
	if (p)
		write_port(j, p, out);
	return p;
}

/* Each writes its next object, or returns false when it has none left. */
static bool (*const phases[])(struct stats_job *j, struct output *out) = {
	channels, lines, ports,
};

static enum job_state next(struct job *job, struct output *out)
{
	struct stats_job *j = container_of(job, struct stats_job, list.job);
	size_t last = j->list.written + A_TURN;

	if (!j->list.begun)
		output_list_begin(out, json_pack("{s:o}", "time",
				  output_time(clock_utc_ns())), "objects");
	j->list.begun = true;
	j->only = engine_find(j->list.state->engine, j->list.channel);
	if (*j->list.channel && !j->only)
		j->phase = ARRAY_SIZE(phases);	/* gone meanwhile */
	while (j->phase < ARRAY_SIZE(phases) && j->list.written < last) {
		if (phases[j->phase](j, out)) {
			j->index++;
			continue;
		}
		j->phase++;
		j->index = 0;
	}
	if (j->phase < ARRAY_SIZE(phases))
		return JOB_MORE;
	output_list_end(out);
	return JOB_DONE;
}

/**
 * control_stats() - Answer "stats"
 * @s:		State
 * @r:		Request; its channel exists
 * @out:	Output
 *
 * Return: the job
 */
struct job *control_stats(struct control_state *s, const struct request *r,
			  struct output *out)
{
	struct stats_job *j = listing_new(sizeof(*j), s, r, next, out);

	return j ? &j->list.job : NULL;
}
