/* SPDX-License-Identifier: ISC */
/* The monitor's state, and what all of its parts do with it. */
#ifndef MONITOR_STATE_H
#define MONITOR_STATE_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "monitor/control_socket.h"
#include "monitor/dcc_table.h"
#include "monitor/hooks.h"
#include "monitor/host.h"
#include "monitor/loaded.h"
#include "monitor/netdev_table.h"
#include "monitor/notify.h"
#include "monitor/resolver.h"
#include "monitor/spawn.h"
#include "os/priv.h"
#include "os/rtnl.h"
#include "os/sandbox.h"

/**
 * struct monitor_options - How the monitor is started
 * @file:	Path of the configuration, valid wherever we work
 * @verbose:	How much the engine shall say
 * @ready:	Called once, when every channel's device was tried
 * @arg:	Its argument
 */
struct monitor_options {
	const char *file;
	int verbose;
	void (*ready)(void *arg);
	void *arg;
};

/** enum monitor_event - What the loop waits for */
enum monitor_event {
	MONITOR_ENGINE, MONITOR_WATCH, MONITOR_HUP, MONITOR_TERM,
	MONITOR_INT, MONITOR_CHLD, MONITOR_LIMIT, MONITOR_DCCS,
	MONITOR_EVENT_NUM
};

/**
 * struct monitor - All state of the monitor
 * @loaded:	Configuration in force
 * @generation:	Its number; the first is 1
 * @confirmed:	The last generation that the engine took
 * @ending:	The engine was told to end, or is gone
 * @status:	Exit status
 */
struct monitor {
	const struct monitor_options *options;
	struct loaded loaded;
	uint32_t generation, confirmed;
	struct sandbox sandbox;
	struct host host;
	struct rtnl *watch;
	struct control_socket control;
	struct netdev_table devices;
	struct dcc_table dccs;
	struct resolver *resolver;
	struct hooks *hooks;
	struct notify notify;
	struct spawned engine;
	struct event_base *base;
	struct event *events[MONITOR_EVENT_NUM];
	bool ready, ending;
	size_t told_up, told_channels;
	int status;
};

int monitor_reload(struct monitor *m, char *errors, size_t size);
void monitor_send(struct monitor *m, const struct priv_reply *reply, int fd,
		  const char *text);
void monitor_send_config(struct monitor *m);
void monitor_log_errors(const char *text);
void monitor_watch_dccs(struct monitor *m);
void monitor_tried(struct monitor *m);
void monitor_alive(struct monitor *m, uint32_t generation);
void monitor_fail(struct monitor *m, const char *why);

#endif
