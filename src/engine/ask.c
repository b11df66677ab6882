// SPDX-License-Identifier: ISC
// Asking the monitor for what needs privilege, without ever waiting.
//
// Theory of operation
// -------------------
// Whoever needs something (a port its socket, a channel its device) embeds a
// struct ask. It is in one of three lists: queued until there is room, sent
// until the monitor answers, resting after a failure. At most WINDOW are
// sent at a time, so that the socket pair never fills up and the monitor's
// answers come in small portions between which frames move on.
//
// Questions name things by their index in one generation of the
// configuration. When a new generation comes, all that was sent is asked
// again with the new indices; answers to the old one are dropped.

#include "engine/ask.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"

enum {
	WINDOW = 16,		/* questions with the monitor at a time */
	REST_FIRST_MS = 1000,	/* before a failed one is asked again */
	REST_MAX_MS = 30000,
};

static struct ask_list *list_of(struct asker *asker, const struct ask *a)
{
	switch (a->state) {
	case ASK_QUEUED:
		return &asker->queued;
	case ASK_SENT:
		return &asker->sent;
	case ASK_RESTING:
		return &asker->resting;
	default:
		return NULL;
	}
}

/* The one place where a question's state changes. */
static void move(struct asker *asker, struct ask *a, enum ask_state state)
{
	struct ask_list *from = list_of(asker, a), *to;

	if (from)
		TAILQ_REMOVE(from, a, entry);
	asker->outstanding -= a->state == ASK_SENT;
	a->state = state;
	asker->outstanding += state == ASK_SENT;
	to = list_of(asker, a);
	if (to)
		TAILQ_INSERT_TAIL(to, a, entry);
}

static void send_queued(struct asker *asker)
{
	struct ask *a;

	while (asker->outstanding < WINDOW &&
	       (a = TAILQ_FIRST(&asker->queued))) {
		a->request.generation = asker->generation;
		if (priv_send_request(asker->sock, &a->request, NULL) < 0)
			return;		/* full: the tick tries again */
		move(asker, a, ASK_SENT);
	}
}

/**
 * asker_init() - Begin, with nothing asked
 * @asker:	Owned by the caller
 * @sock:	The engine's end of the socket pair; borrowed
 */
void asker_init(struct asker *asker, int sock)
{
	memset(asker, 0, sizeof(*asker));
	asker->sock = sock;
	TAILQ_INIT(&asker->queued);
	TAILQ_INIT(&asker->sent);
	TAILQ_INIT(&asker->resting);
}

/**
 * asker_generation() - A new configuration is in force
 * @asker:	Asker
 * @generation:	Its number
 *
 * The callers have put the new indices into their questions before.
 */
void asker_generation(struct asker *asker, uint32_t generation)
{
	struct ask *a;

	asker->generation = generation;
	while ((a = TAILQ_FIRST(&asker->sent)))
		move(asker, a, ASK_QUEUED);
	send_queued(asker);
}

static struct ask *find_sent(struct asker *asker, const struct priv_reply *r)
{
	struct ask *a;

	TAILQ_FOREACH(a, &asker->sent, entry)
		if (a->request.op == r->op &&
		    a->request.channel == r->channel &&
		    a->request.path == r->path)
			return a;
	return NULL;
}

/**
 * asker_answer() - The monitor answered
 * @asker:	Asker
 * @r:		The answer
 * @fd:		What came with it, or -1; consumed
 * @text:	Reason of a failure, or ""
 */
void asker_answer(struct asker *asker, const struct priv_reply *r, int fd,
		  const char *text)
{
	struct ask *a = NULL;

	if (r->generation == asker->generation)
		a = find_sent(asker, r);
	if (!a) {
		if (fd >= 0)
			close(fd);
		return;
	}
	move(asker, a, ASK_IDLE);
	if (!r->err)
		a->failures = 0;
	a->answered(a, r, fd, text);
	send_queued(asker);
}

/**
 * asker_tick() - Ask again what has rested long enough
 * @asker:	Asker
 * @now:	Time
 */
void asker_tick(struct asker *asker, struct mono now)
{
	struct ask *a, *next;

	for (a = TAILQ_FIRST(&asker->resting); a; a = next) {
		next = TAILQ_NEXT(a, entry);
		if (!mono_before(now, a->due))
			move(asker, a, ASK_QUEUED);
	}
	send_queued(asker);
}

/**
 * asker_say_path() - Tell the monitor something of a path, without an answer
 * @asker:	Asker
 * @op:		PRIV_HOOK, or as asker_say()
 * @channel:	Index of the channel
 * @path:	Index of the path, or PRIV_DEVICE
 * @arg:	As @op wants it
 *
 * Return: 0; -EAGAIN: the monitor is behind, and has not been told; or
 * another negative errno
 */
int asker_say_path(struct asker *asker, enum priv_op op, uint16_t channel,
		   uint16_t path, int16_t arg)
{
	struct priv_request req = {
		.generation = asker->generation,
		.op = (uint16_t)op,
		.channel = channel,
		.path = path,
		.arg = arg,
	};
	int err = priv_send_request(asker->sock, &req, NULL);

	if (err < 0)
		log_debug("monitor did not take operation %d: %s", op,
			  strerror(-err));
	return err;
}

/**
 * asker_say() - Tell the monitor something that has no answer
 * @asker:	Asker
 * @op:		PRIV_CARRIER, PRIV_OFFLOAD or PRIV_ALIVE
 * @channel:	Index, where @op has one
 * @arg:	As @op wants it
 *
 * What crosses a new configuration is not done: say it again then.
 *
 * Return: as asker_say_path()
 */
int asker_say(struct asker *asker, enum priv_op op, uint16_t channel,
	      int16_t arg)
{
	return asker_say_path(asker, op, channel, 0, arg);
}

/**
 * ask_now() - Put a question
 * @asker:	Asker
 * @a:		Question, idle or resting; must outlive the answer or be
 *		cancelled
 */
void ask_now(struct asker *asker, struct ask *a)
{
	if (a->state == ASK_QUEUED || a->state == ASK_SENT)
		return;
	move(asker, a, ASK_QUEUED);
	send_queued(asker);
}

/**
 * ask_later() - Put a question again after it failed
 * @asker:	Asker
 * @a:		Question, idle
 * @now:	Time
 *
 * The pause doubles from one second up to half a minute.
 */
void ask_later(struct asker *asker, struct ask *a, struct mono now)
{
	int64_t rest = REST_FIRST_MS << MIN(a->failures, 5u);

	a->failures++;
	a->due = mono_add(now, mono_ms(MIN(rest, REST_MAX_MS)));
	move(asker, a, ASK_RESTING);
}

/**
 * ask_cancel() - Forget a question; its answer will be dropped
 * @asker:	Asker
 * @a:		Question, in any state
 */
void ask_cancel(struct asker *asker, struct ask *a)
{
	move(asker, a, ASK_IDLE);
}
