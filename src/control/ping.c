// SPDX-License-Identifier: ISC
// The verb "ping": a line for each echo request, and one at the end.
//
// Each line has the totals so far, so that a client that ends it when it
// likes has lost nothing. One who reads too slowly loses lines, but not what
// they counted.

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "control/state.h"

enum {
	KEPT = 64,		/* lines for a slow reader */
	A_TURN = 16,
	SIZE_USUAL = 64,
};

/** struct told - What became of a request, kept */
struct told {
	struct ping_result result;
	char path[CONFIG_NAME_MAX + 1];
};

/**
 * struct ping_job - One answer
 * @lines:	Ring of lines that wait
 * @read:	Next to be told; @written: next to be kept
 * @over:	No more will come
 * @why:	What has ended it too early, or ""
 */
struct ping_job {
	struct job job;
	struct control_state *state;
	struct ping *ping;
	struct told lines[KEPT];
	unsigned int read, written;
	bool over;
	char why[PING_WHY_MAX];
};

static void result(void *arg, const struct ping_result *r)
{
	struct ping_job *j = arg;
	struct told *line = &j->lines[j->written % KEPT];

	if (j->written - j->read == KEPT)
		return;
	line->result = *r;
	strlcpy(line->path, r->path, sizeof(line->path));
	j->written++;
	server_wake(j->state->server);
}

static void done(void *arg, const char *why)
{
	struct ping_job *j = arg;

	j->over = true;
	strlcpy(j->why, why ? why : "", sizeof(j->why));
	server_wake(j->state->server);
}

static json_t *micro(const struct ping *p, struct mono span)
{
	return p->digest.count ? json_integer(span.ns / 1000) : json_null();
}

static json_t *totals(const struct ping_job *j)
{
	const struct ping *p = j->ping;
	const struct digest *d = &p->digest;

	return json_pack("{s:b, s:I, s:I, s:I, s:o, s:o, s:o, s:o}",
		"done", j->over && j->read == j->written,
		"sent", (json_int_t)p->sent,
		"received", (json_int_t)p->answered,
		"lost", (json_int_t)p->lost,
		"rtt_least_us", micro(p, d->least),
		"rtt_average_us", micro(p, digest_mean(d)),
		"rtt_most_us", micro(p, d->most),
		"rtt_p99_us", micro(p, digest_percentile(d, 99)));
}

static void write_line(struct ping_job *j, struct output *out)
{
	const struct told *line = &j->lines[j->read % KEPT];
	const struct ping_result *r = &line->result;
	json_t *object = totals(j);

	json_object_set_new(object, "sequence",
			    json_integer((json_int_t)r->sequence));
	json_object_set_new(object, "path", output_string(line->path));
	json_object_set_new(object, "octets", r->octets ?
			    json_integer((json_int_t)r->octets) : json_null());
	json_object_set_new(object, "rtt_us", r->octets ?
			    json_integer(r->rtt.ns / 1000) : json_null());
	output_answer(out, object);
	j->read++;
}

static enum job_state next(struct job *job, struct output *out)
{
	struct ping_job *j = container_of(job, struct ping_job, job);

	for (int i = 0; i < A_TURN && j->read != j->written; i++)
		write_line(j, out);
	if (j->read != j->written)
		return JOB_MORE;
	if (!j->over)
		return JOB_WAIT;
	if (*j->why)
		output_error(out, "ping: %s", j->why);
	else
		output_answer(out, totals(j));
	return JOB_DONE;
}

static void free_job(struct job *job)
{
	struct ping_job *j = container_of(job, struct ping_job, job);

	ping_end(j->ping);
	free(j);
}

/* What the request leaves open is as usual. */
static const char *take_request(struct ping_config *cfg,
				const struct request *r)
{
	json_int_t us = r->interval_us ? r->interval_us : 1000000;

	*cfg = (struct ping_config){
		.count = (uint32_t)r->count,
		.interval = { us * 1000 },
		.size = r->size ? (size_t)r->size : SIZE_USUAL,
	};
	strlcpy(cfg->channel, r->channel, sizeof(cfg->channel));
	strlcpy(cfg->path, r->path ? r->path : "", sizeof(cfg->path));
	if (us < PING_INTERVAL_MIN_MS * 1000)
		return "one each 10ms at most";
	if (cfg->size < WIRE_ECHO_LEN)
		return "16 octets at least";
	return NULL;
}

/**
 * control_ping() - Carry out "ping"
 * @s:		State
 * @r:		Request; its channel and path exist
 * @out:	Output
 *
 * Return: the job, or NULL after answering why not
 */
struct job *control_ping(struct control_state *s, const struct request *r,
			 struct output *out)
{
	struct ping_job *j = calloc(1, sizeof(*j));
	char why[PING_WHY_MAX] = "out of memory";
	const char *wrong = NULL;
	struct ping_config cfg;

	if (j) {
		j->job = (struct job){ next, free_job };
		j->state = s;
		wrong = take_request(&cfg, r);
		if (!wrong)
			j->ping = ping_begin(&s->engine->pings, &cfg,
				&(struct ping_user){ result, done, j }, why);
		if (j->ping)
			return &j->job;
	}
	output_error(out, "ping: %s", wrong ? wrong : why);
	free(j);
	return NULL;
}
