// SPDX-License-Identifier: ISC
// The verb "reload": wait for the monitor's verdict, tell what changed.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "control/state.h"

enum { A_TURN = 32 };	/* changes */

/**
 * struct reload_job - One answer
 * @waiting:	The monitor has not answered
 * @error:	Text of what is wrong with the file, owned; NULL: all is well
 * @changes:	What changed, owned; without the unchanged
 */
struct reload_job {
	struct job job;
	struct reload_waiter waiter;
	struct control_state *state;
	bool waiting, begun;
	char *error;
	struct change *changes;
	size_t count, unchanged, index;
};

/* The list is the engine's, and the next reload may change it before this
 * client has read it all. */
static void keep_changes(struct reload_job *j, const struct change_list *all)
{
	j->changes = calloc(all->count ? all->count : 1, sizeof(*j->changes));
	if (!j->changes) {
		j->error = strdup("loaded, but out of memory for the list of "
				  "changes");
		return;
	}
	for (size_t i = 0; i < all->count; i++) {
		if (all->list[i].kind == CHANGE_NONE)
			j->unchanged++;
		else
			j->changes[j->count++] = all->list[i];
	}
}

static void done(struct reload_waiter *w, int err, const char *text,
		 const struct change_list *changes)
{
	struct reload_job *j = container_of(w, struct reload_job, waiter);

	j->waiting = false;
	if (err)
		j->error = strdup(text && *text ? text : strerror(-err));
	else
		keep_changes(j, changes);
	server_wake(j->state->server);
}

/* What is wrong, a line of the text each. */
static void write_error(const struct reload_job *j, struct output *out)
{
	json_t *lines = json_array();
	const char *line = j->error;

	while (line && *line) {
		size_t len = strcspn(line, "\n");
		char *copy = strndup(line, len);

		json_array_append_new(lines, output_string(copy));
		free(copy);
		line += len + (line[len] == '\n');
	}
	output_json(out, json_pack("{s:b, s:s, s:o}", "ok", 0, "error",
		"reload: the file is wrong, so nothing was changed",
		"details", lines));
	output_text(out, "\n", 1);
}

static json_t *change_object(const struct change *c)
{
	return json_pack("{s:s, s:s, s:o}", "channel", c->channel, "change",
			 change_kind_name(c->kind), "text",
			 output_string(c->keys));
}

static enum job_state next(struct job *job, struct output *out)
{
	struct reload_job *j = container_of(job, struct reload_job, job);
	size_t last = j->index + A_TURN;

	if (j->waiting)
		return JOB_WAIT;
	if (!j->changes) {
		write_error(j, out);
		return JOB_DONE;
	}
	if (!j->begun)
		output_list_begin(out, json_pack("{s:I, s:I}", "generation",
			(json_int_t)j->state->engine->shared.asker.generation,
			"unchanged", (json_int_t)j->unchanged), "changes");
	j->begun = true;
	for (; j->index < j->count && j->index < last; j->index++)
		output_list_add(out, change_object(&j->changes[j->index]),
				!j->index);
	if (j->index < j->count)
		return JOB_MORE;
	output_list_end(out);
	return JOB_DONE;
}

static void free_job(struct job *job)
{
	struct reload_job *j = container_of(job, struct reload_job, job);

	if (j->waiting)
		engine_forget_waiter(j->state->engine, &j->waiter);
	free(j->error);
	free(j->changes);
	free(j);
}

/**
 * control_reload() - Carry out "reload"
 * @s:		State
 * @r:		Request
 * @out:	Output
 *
 * Return: the job, or NULL after answering why not
 */
struct job *control_reload(struct control_state *s, const struct request *r,
			   struct output *out)
{
	struct reload_job *j = calloc(1, sizeof(*j));
	int err = -ENOMEM;

	(void)r;
	if (j) {
		j->job = (struct job){ next, free_job };
		j->state = s;
		j->waiter.done = done;
		j->waiting = true;
		err = engine_reload(s->engine, &j->waiter);
	}
	if (!err)
		return &j->job;
	free(j);
	output_error(out, "reload: %s", strerror(-err));
	return NULL;
}
