/* SPDX-License-Identifier: ISC */
/* Who is at the other end of a path, and is it the right one? */
#ifndef POLICY_PEER_H
#define POLICY_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/oam_information.h"

/* Seconds from one message to the next on the slowest and busiest of lines */
enum { PEER_EVERY_MAX = 60 };

/**
 * enum peer_fault - What keeps a path from being used; the gravest first
 * @PEER_FINE:		nothing
 * @PEER_LOOPBACK:	it is ourselves
 * @PEER_NODE:		its node has another name than is asked for
 * @PEER_CHANNEL:	it calls the channel something else
 * @PEER_ELSEWHERE:	it speaks of a channel that we do not have, not of ours
 * @PEER_UNKNOWN:	it has not told anything yet
 * @PEER_REFUSES:	it says that we are the wrong ones
 * @PEER_DISABLED:	it has disabled its side
 * @PEER_UNSURE:	it has not confirmed who we are yet
 */
enum peer_fault {
	PEER_FINE,
	PEER_LOOPBACK,
	PEER_NODE,
	PEER_CHANNEL,
	PEER_ELSEWHERE,
	PEER_UNKNOWN,
	PEER_REFUSES,
	PEER_DISABLED,
	PEER_UNSURE,
};

/**
 * enum peer_news - What a message brought; flags
 * @PEER_NEWS:		something is new
 * @PEER_ASKS:		it wants to know that it was heard
 * @PEER_RESTARTED:	the far end has begun anew, or its channel has
 */
enum peer_news {
	PEER_NEWS = 1,
	PEER_ASKS = 2,
	PEER_RESTARTED = 4,
};

/**
 * struct peer_self - Who we are; all borrowed
 * @node:	Our node's name
 * @channel:	What we call the channel
 * @wanted:	The far end's node must be this one; "": any
 * @session:	Random, of our start
 * @id:		The channel's id
 * @numbering:	Random, of the beginning of its sequence numbers
 */
struct peer_self {
	const char *node;
	const char *channel;
	const char *wanted;
	uint32_t session;
	uint16_t id;
	uint32_t numbering;
};

/**
 * struct peer_other - Another channel that the far end speaks of
 * @id:		Its id, which none of ours on that line has
 * @session:	Of the far end's start
 * @node:	The far end's name
 * @channel:	What it calls the channel
 */
struct peer_other {
	uint16_t id;
	uint32_t session;
	char node[WIRE_INFO_NODE_MAX + 1];
	char channel[WIRE_INFO_CHANNEL_MAX + 1];
};

/**
 * struct peer - What two ends of a path know of each other; zero: nothing
 * @known:	@theirs came in the session that is up
 * @theirs:	What the far end told last; of an earlier session if not @known
 * @number:	Of what we tell; 0: nothing yet
 * @heard:	The far end has it
 * @confirmed:	It has heard us in this session, if not the latest
 * @tries:	How often it was sent
 * @waited:	In this session the far end had time to speak of the channel
 * @other:	What it speaks of, too; NULL: nothing that we know. Borrowed
 */
struct peer {
	bool known;
	struct oam_information theirs;
	uint32_t number;
	bool heard, confirmed;
	unsigned int tries;
	bool waited;
	const struct peer_other *other;
};

void peer_lost(struct peer *p);
void peer_tell(struct peer *p, uint32_t number);
bool peer_repeats(struct peer *p, unsigned int every, unsigned int turn);
unsigned int peer_interval(uint64_t rate, size_t octets, size_t paths);
int peer_receive(struct peer *p, const struct oam_information *m);
bool peer_is_wrong(enum peer_fault fault);
enum peer_fault peer_fault(const struct peer *p, const struct peer_self *us);
size_t peer_explain(const struct peer *p, const struct peer_self *us,
		    char *buf, size_t size);

#endif
