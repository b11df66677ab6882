/* SPDX-License-Identifier: ISC */
/* The selector of a channel: which of its paths carries, and why. */
#ifndef POLICY_PROTECTION_H
#define POLICY_PROTECTION_H

#include <stdbool.h>

#include "base/clock.h"

enum { PROTECTION_PATHS_MAX = 8, PROTECTION_NONE = -1 };

/** enum protection_signal - How a path is; better ones have higher numbers */
enum protection_signal {
	SIGNAL_FAIL,
	SIGNAL_DEGRADE,
	SIGNAL_GOOD,
	SIGNAL_NUM
};

/**
 * enum protection_command - What an operator may ask for, in rising order
 * @COMMAND_NONE:	nothing; as a command: take back what was asked for,
 *			and wait no longer to restore
 * @COMMAND_MANUAL:	use this path unless another one works better
 * @COMMAND_FORCE:	use this path whatever befalls it
 * @COMMAND_LOCKOUT:	do not use this path
 */
enum protection_command {
	COMMAND_NONE,
	COMMAND_MANUAL,
	COMMAND_FORCE,
	COMMAND_LOCKOUT,
	COMMAND_NUM
};

/** enum protection_cause - What makes the decision, the highest first */
enum protection_cause {
	CAUSE_LOCKOUT,
	CAUSE_FORCED,
	CAUSE_SIGNAL_FAIL,
	CAUSE_SIGNAL_DEGRADE,
	CAUSE_MANUAL,
	CAUSE_WAIT_TO_RESTORE,
	CAUSE_DO_NOT_REVERT,
	CAUSE_NONE,
	CAUSE_NUM
};

/**
 * enum protection_refusal - Why a command is not obeyed
 * @REFUSED_NOT:	it is
 * @REFUSED_OUTRANKED:	a higher one is outstanding
 * @REFUSED_DISABLED:	the path is disabled
 * @REFUSED_SIGNAL:	another path works better
 */
enum protection_refusal {
	REFUSED_NOT,
	REFUSED_OUTRANKED,
	REFUSED_DISABLED,
	REFUSED_SIGNAL,
	REFUSED_NUM
};

/**
 * struct protection_config - How a channel is to be protected
 * @paths:		How many there are; the first is preferred
 * @revertive:		Go back to a preferred path that works again
 * @hold_off:		Time that a path may fail before it is left
 * @wait_to_restore:	Time that a path must work before it is used again
 */
struct protection_config {
	unsigned int paths;
	bool revertive;
	struct mono hold_off;
	struct mono wait_to_restore;
};

/** struct protection - The selector; private to protection.c but for @active,
 * @command and @commanded, which may be read
 * @active:	Path that carries, or PROTECTION_NONE
 * @commanded:	Path that @command is about
 */
struct protection {
	struct protection_config config;
	int active;
	enum protection_command command;
	int commanded;
	struct protection_path {
		enum protection_signal signal;
		struct mono worse;	/* when it last got so */
		struct mono restore;	/* when it may be gone back to */
		bool disabled;
		bool proven;		/* it has worked since it is in use */
		bool known;		/* it has worked at all */
		bool debut;		/* it does so for the first time */
	} paths[PROTECTION_PATHS_MAX];
};

void protection_init(struct protection *p, const struct protection_config *c);
void protection_inherit(struct protection *p, unsigned int path,
			const struct protection *from, unsigned int former,
			bool same);
void protection_signal(struct protection *p, unsigned int path,
		       enum protection_signal signal, struct mono now);
void protection_disable(struct protection *p, unsigned int path,
			bool disabled);
enum protection_refusal protection_command(struct protection *p,
					   enum protection_command command,
					   unsigned int path);
bool protection_decide(struct protection *p, struct mono now);

enum protection_cause protection_cause(const struct protection *p,
					   struct mono now);
struct mono protection_next(const struct protection *p, struct mono now);
struct mono protection_restores(const struct protection *p, struct mono now);
bool protection_may_use(const struct protection *p, unsigned int path);
bool protection_is_live(const struct protection *p);

const char *protection_command_name(enum protection_command command);
const char *protection_cause_name(enum protection_cause cause);

#endif
