/* SPDX-License-Identifier: ISC */
/* A dumper: one client that copies of frames go to. */
#ifndef ENGINE_DUMPER_H
#define ENGINE_DUMPER_H

#include <dccbridge/control.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/uio.h>

#include "base/addr.h"
#include "base/frame.h"
#include "codec/filter.h"
#include "config/config.h"

enum dumper_limit {
	DUMPER_RING = 1024 * 1024,	/* octets that wait for a client */
	DUMPER_PLACES = 1024,		/* announced ones it remembers */
	DUMPER_START_MAX = sizeof(struct dump_start) + DUMP_INSTRUCTIONS_MAX *
			   sizeof(struct dump_instruction),
};

/**
 * struct tap_place - Where a frame was caught
 * @number:	Tells places apart
 * @id:		Channel id, or 0
 * @channel:	Name, or ""
 * @path:	Name, or ""
 * @local:	Own address, or NULL
 * @remote:	Far end's, or NULL
 */
struct tap_place {
	uint32_t number;
	uint16_t id;
	const char *channel, *path;
	const struct addr *local, *remote;
};

/**
 * struct tap - A frame that was caught; all is borrowed during the call
 * @flags:	Set of enum dump_flag
 * @reason:	Why it was dropped, or NULL
 * @concerns:	Does a place that channels share concern this one? NULL: the
 *		names say it
 * @sharer:	Its first argument
 * @offload:	What was left to others to do with it
 * @head:	Octets that come first
 * @data:	Octets that follow
 * @rest:	Of a super-frame in pieces: the payload of its later frames;
 *		@data has the first one
 * @nrest:	How many
 */
struct tap {
	enum dump_point point;
	enum dump_direction direction;
	uint8_t flags;
	const char *reason;
	struct tap_place place;
	bool (*concerns)(const void *sharer, const char *channel);
	const void *sharer;
	const uint8_t *head;
	size_t head_len;
	const uint8_t *data;
	size_t len;
	struct offload offload;
	const struct iovec *rest;
	unsigned int nrest;
};

/** enum dumper_state - What a dumper is doing */
enum dumper_state {
	DUMPER_WAITING,		/* for the client to say what it wants */
	DUMPER_RUNNING,
	DUMPER_ENDING,		/* what waits goes out, then it ends */
};

/** struct known_place - A place that was announced; @number 0: none */
struct known_place {
	uint32_t number;
	uint32_t address;
};

struct dumper;

/** struct dumper_user - Whom a dumper tells that its state is another */
struct dumper_user {
	void (*changed)(void *arg, struct dumper *d);
	void (*ended)(void *arg, struct dumper *d);
	void *arg;
};

/**
 * struct dumper - One client
 * @channel:	Name of the only channel it wants, or ""
 * @raw:	It wants frames as the kernel hands them over
 * @due:	@writable waits
 * @chosen:	Of use to capture.c alone
 * @used:	Octets of @in
 * @begin:	Where the ring's oldest octet is
 * @pending:	Octets in the ring
 * @gap:	Frames lost since the last record
 */
struct dumper {
	TAILQ_ENTRY(dumper) entry;
	const struct dumper_user *user;
	int fd;
	struct event *readable, *writable;
	enum dumper_state state;
	char channel[CONFIG_NAME_MAX + 1];
	uint8_t point, directions;
	bool raw, due, chosen;
	uint32_t snaplen;
	struct filter *filter;
	uint64_t matched, lost;
	uint32_t gap;
	struct known_place known[DUMPER_PLACES];
	uint8_t *ring;
	size_t begin, pending;
	size_t used;
	uint8_t in[DUMPER_START_MAX];
};

struct dumper *dumper_new(struct event_base *base, int fd,
			  const char *channel,
			  const struct dumper_user *user);
bool dumper_wants(const struct dumper *d, const struct tap *t);
bool dumper_is_full(const struct dumper *d, size_t len);
void dumper_lose(struct dumper *d, unsigned int n);
void dumper_take(struct dumper *d, const struct tap *t, int64_t utc_ns);
void dumper_forget_places(struct dumper *d);
void dumper_free(struct dumper *d);

#endif
