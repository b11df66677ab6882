/* SPDX-License-Identifier: ISC */
/* Asking the monitor for what needs privilege, without ever waiting. */
#ifndef ENGINE_ASK_H
#define ENGINE_ASK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "os/priv.h"

enum { ASK_REASON_MAX = 240 };

/** enum ask_state - Where a question is */
enum ask_state {
	ASK_IDLE,	/* nothing is asked */
	ASK_QUEUED,	/* waits for its turn to be sent */
	ASK_SENT,	/* the monitor has it */
	ASK_RESTING,	/* failed; asked again when its time has come */
};

/**
 * struct ask - A question to the monitor, embedded in who asks
 * @request:	What is asked; the indices follow each new configuration
 * @answered:	Called with the answer; @fd is then the callee's. @text is
 *		printable
 * @failures:	How often in a row it failed
 */
struct ask {
	TAILQ_ENTRY(ask) entry;
	enum ask_state state;
	struct priv_request request;
	void (*answered)(struct ask *a, const struct priv_reply *r, int fd,
			 const char *text);
	struct mono due;
	unsigned int failures;
};

TAILQ_HEAD(ask_list, ask);

/**
 * struct asker - All questions of an engine
 * @sock:	The socket pair's end
 * @generation:	Of the configuration in force
 * @outstanding:	How many are with the monitor
 */
struct asker {
	int sock;
	uint32_t generation;
	unsigned int outstanding;
	struct ask_list queued, sent, resting;
};

void asker_init(struct asker *asker, int sock);
void asker_generation(struct asker *asker, uint32_t generation);
void asker_answer(struct asker *asker, const struct priv_reply *r, int fd,
		  const char *text);
void asker_tick(struct asker *asker, struct mono now);
int asker_say_path(struct asker *asker, enum priv_op op, uint16_t channel,
		   uint16_t path, int16_t arg);
int asker_say(struct asker *asker, enum priv_op op, uint16_t channel,
	      int16_t arg);

void ask_now(struct asker *asker, struct ask *a);
void ask_later(struct asker *asker, struct ask *a, struct mono now);
void ask_cancel(struct asker *asker, struct ask *a);

#endif
