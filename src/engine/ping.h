/* SPDX-License-Identifier: ISC */
/* Pings: echo requests on a path, asked for by an operator. */
#ifndef ENGINE_PING_H
#define ENGINE_PING_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "codec/oam.h"
#include "config/config.h"
#include "policy/digest.h"

struct path;

enum ping_limit {
	PINGS_MAX = 8,			/* at once */
	PING_WINDOW = 512,		/* requests that wait for a reply */
	PING_INTERVAL_MIN_MS = 10,
	PING_WHY_MAX = 200,
};

/**
 * struct ping_config - What is asked for
 * @channel:	Name of the channel
 * @path:	Name of the path, or "": the one in use
 * @count:	Requests; 0: until it is ended
 * @interval:	From one to the next
 * @size:	Octets of each, our header not included
 */
struct ping_config {
	char channel[CONFIG_NAME_MAX + 1];
	char path[CONFIG_NAME_MAX + 1];
	uint32_t count;
	struct mono interval;
	size_t size;
};

/**
 * struct ping_result - What became of a request
 * @sequence:	Its number, from 1
 * @octets:	Of the reply; 0: none came
 * @rtt:	How long that took
 * @path:	Name of the path
 */
struct ping_result {
	uint32_t sequence;
	size_t octets;
	struct mono rtt;
	const char *path;
};

/**
 * struct ping_user - Who hears of it
 * @result:	Something became of a request
 * @done:	There will be no more. @why: what has ended it, or NULL: all
 *		requests were sent and answered, or given up
 * @arg:	First argument of both
 */
struct ping_user {
	void (*result)(void *arg, const struct ping_result *r);
	void (*done)(void *arg, const char *why);
	void *arg;
};

/**
 * struct pings - All that run
 * @find:	The path to take; NULL with the reason in @why
 * @arg:	Its first argument
 */
struct pings {
	struct event_base *base;
	TAILQ_HEAD(, ping) list;
	unsigned int count;
	struct path *(*find)(void *arg, const struct ping_config *cfg,
			     char why[PING_WHY_MAX]);
	void *arg;
};

/** struct ping_waiting - A request that waits for its reply */
struct ping_waiting {
	uint32_t sequence;
	struct mono sent;
	const struct path *path;	/* only compared */
	char name[CONFIG_NAME_MAX + 1];
};

/**
 * struct ping - One that runs
 * @identifier:	Of its requests
 * @sent:	Requests sent, @answered and @lost of them
 * @over:	done() was called
 * @next:	When the next request is due
 * @waiting:	By sequence; one without a path is free
 * @first:	The oldest sequence that may still wait
 */
struct ping {
	TAILQ_ENTRY(ping) entry;
	struct pings *all;
	struct ping_config cfg;
	struct ping_user user;
	struct event *timer;
	uint16_t identifier;
	uint32_t sent, answered, lost;
	uint32_t first;
	bool over;
	struct mono next;
	struct digest digest;
	struct ping_waiting waiting[PING_WINDOW];
};

void pings_init(struct pings *all, struct event_base *base,
		struct path *(*find)(void *arg, const struct ping_config *cfg,
				     char why[PING_WHY_MAX]), void *arg);
struct ping *ping_begin(struct pings *all, const struct ping_config *cfg,
			const struct ping_user *user,
			char why[PING_WHY_MAX]);
void ping_end(struct ping *p);
bool ping_answered(struct pings *all, const struct path *path,
		   const struct oam_echo *e, size_t octets, struct mono now);

#endif
