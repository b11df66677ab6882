/* SPDX-License-Identifier: ISC */
/* The engine: all state of the unprivileged half hangs from here. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/stats.h"
#include "config/config.h"
#include "engine/channel.h"
#include "engine/ping.h"
#include "engine/on_change.h"
#include "engine/port.h"
#include "engine/shared.h"

/** enum change_kind - What a new configuration did to a channel */
enum change_kind {
	CHANGE_NONE,
	CHANGE_ADDED,
	CHANGE_REMOVED,
	CHANGE_CHANGED,		/* its device stayed */
	CHANGE_REMADE,		/* its device was made anew */
	CHANGE_KIND_NUM
};

/** struct change - One channel's part in a reload */
struct change {
	char channel[CONFIG_NAME_MAX + 1];
	enum change_kind kind;
	char keys[200];		/* which keys differ, as many as fit */
};

/** struct change_list - What the last reload changed; unchanged ones too */
struct change_list {
	struct change *list;
	size_t count;
};

/**
 * struct engine_hooks - What upper floors hand down
 * @control:	The control socket is open; @fd is the callee's. @gid: group
 *		and read-group, -1 for none
 * @heard:	Something happened; may be NULL
 * @arg:	First argument of both
 */
struct engine_hooks {
	void (*control)(void *arg, int fd, const gid_t gid[2]);
	void (*heard)(void *arg, const struct notice *n);
	void *arg;
};

/**
 * struct reload_waiter - Who waits for the end of a reload
 * @number:	Of the question put to the monitor
 * @done:	Called once. @err: 0 or a negative errno; @text: what is
 *		wrong with the file, printable; @changes: valid during the
 *		call
 */
struct reload_waiter {
	TAILQ_ENTRY(reload_waiter) entry;
	uint64_t number;
	void (*done)(struct reload_waiter *w, int err, const char *text,
		     const struct change_list *changes);
};

/**
 * struct engine - One engine
 * @config:	In force; NULL until the monitor sent the first
 * @channels:	In the order of the configuration
 * @alarms:	What concerns no channel
 * @left:	Sockets of lines that are gone, or have another far end; some
 *		packets may still be in there
 * @on_change:	Who has a hook program
 * @unsettled:	Channels and paths are being put in their places: nobody may
 *		look at them; engine_apply() does when they are all there
 * @started:	UTC, nanoseconds
 * @loaded:	When @config came, UTC, nanoseconds
 * @beat:	When a reload last had what was due sent
 */
struct engine {
	struct shared shared;
	struct engine_hooks hooks;
	int monitor;
	struct event *from_monitor;
	struct wake tick;
	struct ask control;
	struct config *config;
	struct channel **channels;
	size_t nchannels;
	struct port_list ports;
	struct port_list left;
	struct line_list lines;
	struct port_user port_user;
	struct line_env line_env;
	struct pings pings;
	struct change_list changes;
	struct alarm_set alarms;
	TAILQ_HEAD(, reload_waiter) waiters;
	uint64_t reloads_asked, reloads_answered;
	struct on_change on_change;
	bool unsettled;
	int64_t started, loaded;
	struct mono beat;
	int exit_status;
};

struct engine *engine_new(int monitor, const struct engine_hooks *hooks);
int engine_run(struct engine *e);
void engine_free(struct engine *e);

struct channel *engine_find(const struct engine *e, const char *name);
int engine_enable(struct engine *e, const char *channel, const char *path,
		  bool on);
int engine_reload(struct engine *e, struct reload_waiter *w);
void engine_forget_waiter(struct engine *e, struct reload_waiter *w);
const char *change_kind_name(enum change_kind kind);

/* apply.c */
int engine_apply(struct engine *e, struct config *config,
		 uint32_t generation);
void engine_take_left(void *arg, struct port *direct);
void engine_empty_left(struct engine *e);
struct port *engine_port_for(void *arg, const struct config_path *cfg,
			     int family);

#endif
