/* SPDX-License-Identifier: ISC */
/* What the verbs of the control socket work on. */
#ifndef CONTROL_STATE_H
#define CONTROL_STATE_H

#include "base/clock.h"
#include "control/output.h"
#include "control/request.h"
#include "control/ring.h"
#include "control/server.h"
#include "engine/engine.h"

/**
 * struct control_state - Lent to every verb
 * @engine:	Read here; changed through its own functions only
 * @began:	When the control socket's room was made
 */
struct control_state {
	struct engine *engine;
	struct server *server;
	struct ring *ring;
	struct mono began;
};

/* One function a verb: answers in @out and returns NULL, or returns a job.
 * The request is valid during the call only. */
json_t *control_offload_channel(const struct channel *ch);
json_t *control_offload_path(const struct path *p);
json_t *control_alarm(const struct alarm_entry *e);
void control_alarm_list(json_t *list, const struct alarm_set *set);
json_t *control_protection(const struct channel *ch);
json_t *control_session(const struct line *l);
json_t *control_far_end(const struct path *p);
struct job *control_status(struct control_state *s, const struct request *r,
			   struct output *out);
struct job *control_stats(struct control_state *s, const struct request *r,
			  struct output *out);
struct job *control_events(struct control_state *s, const struct request *r,
			   struct output *out);
struct job *control_alarms(struct control_state *s, const struct request *r,
			   struct output *out);
struct job *control_history(struct control_state *s, const struct request *r,
			    struct output *out);
struct job *control_dump(struct control_state *s, const struct request *r,
			 struct output *out);
struct job *control_switch(struct control_state *s, const struct request *r,
			   struct output *out);
struct job *control_ping(struct control_state *s, const struct request *r,
			 struct output *out);
struct job *control_reload(struct control_state *s, const struct request *r,
			   struct output *out);

#endif
