// SPDX-License-Identifier: ISC
// The control socket: what operators ask of the engine.
//
// Theory of operation. This room hangs above the engine: the engine knows it
// only as two functions, "the socket is open" and "something happened". What
// happened is kept in a ring and wakes those who follow. What is asked goes
// from the server (lines, limits, turns) through the table of verbs to one
// file a verb, which reads the engine's state. What changes state goes through
// the engine's own functions.
//
// Set-up, before privileges go: control_new(); engine_new() with
// control_hooks(); control_attach(). At the end: control_free(), then
// engine_free().

#include "control/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "control/command.h"

struct control {
	struct control_state state;
	uid_t owner;
};

/**
 * control_new() - Make the room, still without an engine
 * @owner:	Effective user that started the daemon; may do all
 *
 * Seeds the JSON library, which would otherwise look for a file of random
 * octets that is not there later on.
 *
 * Return: the room for control_free(), or NULL: out of memory
 */
struct control *control_new(uid_t owner)
{
	struct control *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->owner = owner;
	c->state.began = clock_mono();
	c->state.ring = ring_new();
	if (!c->state.ring) {
		free(c);
		return NULL;
	}
	json_object_seed(arc4random() | 1);
	return c;
}

static void socket_is_open(void *arg, int fd, const gid_t gid[2])
{
	struct control *c = arg;
	struct access_rules rules = {
		.owner = c->owner, .group = gid[0], .read_group = gid[1],
	};
	const struct config_control *cfg = &c->state.engine->config->control;
	char denied[160];
	int err;

	snprintf(denied, sizeof(denied), "control socket: permission denied; "
		 "be root%s%s%s%s", gid[0] != ACCESS_NO_GROUP ?
		 " or a member of group " : "",
		 gid[0] != ACCESS_NO_GROUP ? cfg->group : "",
		 gid[1] != ACCESS_NO_GROUP ? "; to look, of " : "",
		 gid[1] != ACCESS_NO_GROUP ? cfg->read_group : "");
	err = server_listen(c->state.server, fd, &rules, denied);
	if (err)
		log_warnx("control socket: %s; nobody can ask anything",
			  strerror(-err));
}

static void something_happened(void *arg, const struct notice *n)
{
	struct control *c = arg;

	ring_add(c->state.ring, clock_utc_ns(), n);
	if (c->state.server)
		server_wake(c->state.server);
}

/**
 * control_hooks() - What the engine is to call
 * @c:	The room
 *
 * Return: the hooks
 */
struct engine_hooks control_hooks(struct control *c)
{
	return (struct engine_hooks){
		.control = socket_is_open,
		.heard = something_happened,
		.arg = c,
	};
}

/**
 * control_attach() - Tell the room its engine
 * @c:	The room
 * @e:	The engine, made with control_hooks(); outlives the room
 *
 * Return: 0 or -ENOMEM
 */
int control_attach(struct control *c, struct engine *e)
{
	const struct server_ops ops = { command_run, &c->state };

	c->state.engine = e;
	c->state.server = server_new(e->shared.base, &ops);
	return c->state.server ? 0 : -ENOMEM;
}

/**
 * control_free() - End the room and the connections of its clients
 * @c:	The room, or NULL; its engine says nothing more to it
 */
void control_free(struct control *c)
{
	if (!c)
		return;
	server_free(c->state.server);
	if (c->state.engine)
		c->state.engine->shared.sink = (struct notice_sink){ 0 };
	ring_free(c->state.ring);
	free(c);
}
